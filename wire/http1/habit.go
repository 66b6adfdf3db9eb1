package http1

import "time"

// A habit is what a lane has learned about waiting. It rests from it when that
// did not pay, each time for longer, and then tries again.
type habit struct {
	worthwhile int           // operations of a batch that make a wait pay
	tooLong    time.Duration // for an operation to wait, whatever that saves

	poor int // batches in a row for which waiting did not pay
	left int // operations that are not to wait before the next try
	rest int // how many there were of them the last time
}

const (
	patience  = 4 // poor batches before a rest
	firstRest = 32
	longRest  = 1024
)

func newHabit() habit { return habit{worthwhile: 3, tooLong: 2 * time.Millisecond} }

// waits reports whether the next operation is to wait for others.
func (h *habit) waits() bool {
	if h.left > 0 {
		h.left--
		return false
	}
	return true
}

// learn takes in that a wait brought n operations together, and how long it was.
func (h *habit) learn(n int, took time.Duration) {
	if n >= h.worthwhile && took <= h.tooLong {
		h.poor, h.rest = 0, 0
		return
	}
	if h.poor++; h.poor == patience {
		h.rest = min(max(2*h.rest, firstRest), longRest)
		h.poor, h.left = 0, h.rest
	}
}
