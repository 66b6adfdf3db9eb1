package server

import (
	"context"
	"runtime"
	"sync"

	"github.com/poterne/poterne/control"
)

// A backlog is the APIs that are stored and not published yet, in the order in
// which they will be. One that somebody asks for comes next.
type backlog struct {
	reloader *reloader

	mu      sync.Mutex
	changed *sync.Cond // of the fields below
	waiting []control.ApiRef
	working int
	stopped bool
	idle    chan struct{} // closed while nothing waits and nobody works

	running sync.WaitGroup
}

func newBacklog(r *reloader) *backlog {
	b := &backlog{reloader: r, idle: make(chan struct{})}
	b.changed = sync.NewCond(&b.mu)
	close(b.idle)
	return b
}

// start begins to work, on every processor, until stop.
func (b *backlog) start(ctx context.Context) {
	for range runtime.GOMAXPROCS(0) {
		b.running.Go(func() { b.work(ctx) })
	}
}

// stop ends the work after what is under way.
func (b *backlog) stop() {
	b.mu.Lock()
	b.stopped = true
	b.mu.Unlock()
	b.changed.Broadcast()
	b.running.Wait()
}

// add announces APIs to the gateway and puts them at the end.
func (b *backlog) add(refs ...control.ApiRef) {
	if len(refs) == 0 {
		return
	}
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.RestApiId
	}
	b.reloader.gateway.Announce(ids, b.prefer)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 && b.working == 0 {
		b.idle = make(chan struct{})
	}
	b.waiting = append(b.waiting, refs...)
	b.changed.Broadcast()
}

// prefer puts an API at the beginning.
func (b *backlog) prefer(apiId string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, ref := range b.waiting {
		if ref.RestApiId == apiId {
			copy(b.waiting[1:i+1], b.waiting[:i])
			b.waiting[0] = ref
			return
		}
	}
}

// work publishes one API after the other.
func (b *backlog) work(ctx context.Context) {
	for {
		ref, ok := b.next()
		if !ok {
			return
		}
		if err := b.reloader.reload(ctx, ref, b.reloader.gateway.Restore); err != nil {
			b.reloader.log.Error("an API could not be published", "api", ref.RestApiId, "error", err)
		}
		b.done()
	}
}

// next takes the first API, and waits for one; false after stop.
func (b *backlog) next() (control.ApiRef, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.waiting) == 0 && !b.stopped {
		b.changed.Wait()
	}
	if b.stopped {
		return control.ApiRef{}, false
	}
	ref := b.waiting[0]
	b.waiting = b.waiting[1:]
	b.working++
	return ref, true
}

func (b *backlog) done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.working--
	if len(b.waiting) == 0 && b.working == 0 {
		close(b.idle)
	}
}

// settled returns when nothing waits any more, or the error of ctx.
func (b *backlog) settled(ctx context.Context) error {
	b.mu.Lock()
	idle := b.idle
	b.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
