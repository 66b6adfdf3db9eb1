package gateway

import (
	"runtime"
	"sync/atomic"
)

// renderings bounds how many mapping templates are rendered at once. They are
// all that a request can make a processor work long for: more of them at once
// would not be faster, hold megabytes each, and let everything else wait.
type renderings struct {
	limit int64
	asked atomic.Int64  // those that render and those that wait
	turns chan struct{} // from one that leaves to one that waits
}

const (
	rendersPerProcessor = 4
	mostWaiting         = 512 // for a place; requests beyond them are refused
)

func (r *renderings) init() {
	r.limit, r.turns = int64(rendersPerProcessor*runtime.GOMAXPROCS(0)), make(chan struct{})
}

// enter waits for a place.
func (r *renderings) enter() {
	if r.asked.Add(1) > r.limit {
		<-r.turns
	}
}

// leave gives the place to one that waits, which is about to if it does not yet.
func (r *renderings) leave() {
	if r.asked.Add(-1) >= r.limit {
		r.turns <- struct{}{}
	}
}

// standBack lets all that is ready to run go first: requests that came are read,
// and those of them that are too many are refused, before a processor works long
// for one. Without it they wait in the scheduler's queue, where none is counted.
func standBack() { runtime.Gosched() }

// overrun reports whether so many wait that a request had better be refused,
// before anything was done for it.
func (r *renderings) overrun() bool { return r.asked.Load() >= r.limit+mostWaiting }

var errOverrun = &failure{kind: overloaded}
