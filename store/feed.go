package store

import (
	"context"
	"iter"
	"slices"
	"sort"
	"sync"
)

// feedLength bounds the changes that a Feed remembers. A reader that falls
// further behind is told that everything may be new.
const feedLength = 16384

// A Feed is the change feed of a Store: it remembers the latest commits and
// wakes who waits for the next. NewFeed makes one.
type Feed struct {
	mu     sync.Mutex
	wake   chan struct{} // closed and replaced at each append
	oldest int64         // the changes of every revision behind this are remembered
	latest int64
	recent []Change
	closed bool
}

// NewFeed is a feed that begins behind revision rev.
func NewFeed(rev int64) *Feed {
	return &Feed{wake: make(chan struct{}), oldest: rev, latest: rev}
}

// Append adds the changes of the commits up to revision rev, in order, and
// wakes the readers.
func (f *Feed) Append(rev int64, changes []Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range changes {
		c.Last = i == len(changes)-1 || changes[i+1].Rev != c.Rev
		f.recent = append(f.recent, c)
	}
	f.latest = rev
	if excess := len(f.recent) - feedLength; excess > feedLength/2 {
		f.oldest = f.recent[excess-1].Rev
		f.recent = append([]Change(nil), f.recent[excess:]...)
	}
	close(f.wake)
	f.wake = make(chan struct{})
}

// Close ends every reader with ErrClosed.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		close(f.wake)
	}
}

// Since is Store.Changes.
func (f *Feed) Since(ctx context.Context, after int64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for {
			changes, wake, closed := f.behind(after)
			for _, c := range changes {
				if !yield(c, nil) {
					return
				}
				after = c.Rev
			}
			if closed {
				yield(Change{}, ErrClosed)
				return
			}
			select {
			case <-wake:
			case <-ctx.Done():
				yield(Change{}, ctx.Err())
				return
			}
		}
	}
}

// behind returns what was appended behind after, and what to wait for.
func (f *Feed) behind(after int64) (changes []Change, wake <-chan struct{}, closed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if after < f.oldest {
		return []Change{{Rev: f.latest, Last: true}}, closedChannel, f.closed
	}
	first := sort.Search(len(f.recent), func(i int) bool { return f.recent[i].Rev > after })
	return slices.Clone(f.recent[first:]), f.wake, f.closed
}

var closedChannel = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()
