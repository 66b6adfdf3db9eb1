package gateway

import (
	"runtime"
	"sync/atomic"
)

// renderings bounds how many mapping templates are rendered at once. They are
// all that a request can make a processor work long for: more of them at once
// would not be faster, hold megabytes each, and let everything else wait.
type renderings struct {
	places  chan struct{}
	waiting atomic.Int64
}

const (
	rendersPerProcessor = 4
	mostWaiting         = 512 // for a place; requests beyond them are refused
)

func newRenderings() renderings {
	return renderings{places: make(chan struct{}, rendersPerProcessor*runtime.GOMAXPROCS(0))}
}

// enter waits for a place, first come first served.
func (r *renderings) enter() {
	select {
	case r.places <- struct{}{}:
		return
	default:
	}
	r.waiting.Add(1)
	r.places <- struct{}{}
	r.waiting.Add(-1)
}

func (r *renderings) leave() { <-r.places }

// overrun reports whether so many wait that a request had better be refused,
// before anything was done for it.
func (r *renderings) overrun() bool { return r.waiting.Load() >= mostWaiting }

var errOverrun = &failure{kind: overloaded}
