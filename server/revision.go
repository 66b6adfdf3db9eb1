package server

import (
	"context"
	"sync"
)

// A revision is how far the gateway has followed the store. It is what makes
// an operation's answer mean that the change is live.
type revision struct {
	mu      sync.Mutex
	reached int64
	advance chan struct{} // closed and replaced when reached grows
}

func newRevision() *revision {
	return &revision{reached: -1, advance: make(chan struct{})}
}

func (r *revision) set(rev int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reached = rev
	close(r.advance)
	r.advance = make(chan struct{})
}

// Await returns when the gateway serves what was committed at rev, or the
// error of ctx.
func (r *revision) Await(ctx context.Context, rev int64) error {
	for {
		r.mu.Lock()
		reached, advance := r.reached, r.advance
		r.mu.Unlock()
		if reached >= rev {
			return nil
		}
		select {
		case <-advance:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
