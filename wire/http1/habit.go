package http1

import "time"

// A habit is what a lane has learned about waiting. It rests from it when that
// did not pay, for longer each time, and then tries again.
type habit struct {
	worthwhile int           // operations of a batch that make a wait pay
	tooLong    time.Duration // for an operation to wait, whatever that saves

	poor int // batches in a row that were too small
	left int // operations that are not to wait before the next try
	rest int // how many there were of them the last time, less for each batch that paid
}

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
// One that is too long means that somebody computes for long, such as a mapping
// template, and that more such waits would follow.
func (h *habit) learn(n int, took time.Duration) {
	switch {
	case took > h.tooLong:
		h.restFor(1024, 64<<10)
	case n >= h.worthwhile:
		h.poor, h.rest = 0, h.rest/2
	default:
		if h.poor++; h.poor == 4 {
			h.restFor(32, 1024)
		}
	}
}

func (h *habit) restFor(least, most int) {
	h.rest = min(max(2*h.rest, least), max(most, h.rest))
	h.poor, h.left = 0, h.rest
}
