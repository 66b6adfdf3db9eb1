// Package memstore is a Store in memory: an ordered tree that is copied on
// write, so that a View sees one state and never waits.
//
// It is what serve FILE and tests use. A second implementation beside
// sqlstore's costs a hundred lines and buys a start without opening a
// database; storetest keeps the two alike.
package memstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/poterne/poterne/store"
	"github.com/tidwall/btree"
)

type documents = btree.Map[string, []byte]

// A Store keeps documents in memory.
type Store struct {
	state  atomic.Pointer[documents]
	writer sync.Mutex // held by the one Update at work
	rev    int64      // guarded by writer
	feed   *store.Feed
	closed atomic.Bool
}

var _ store.Store = (*Store)(nil)

// New is an empty Store.
func New() *Store {
	s := &Store{feed: store.NewFeed(0)}
	s.state.Store(&documents{})
	return s
}

var errReadOnly = errors.New("write in a View")

// View runs f on the state of this moment.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return f(&tx{docs: s.state.Load(), ctx: ctx})
}

// Update runs f on a copy of the state and makes the copy the state.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) (int64, error) {
	s.writer.Lock()
	defer s.writer.Unlock()
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	t := &tx{docs: s.state.Load().Copy(), ctx: ctx, written: map[store.Key]struct{}{}}
	if err := f(t); err != nil {
		return 0, err
	}
	if len(t.written) == 0 {
		return s.rev, nil
	}
	s.rev++
	s.state.Store(t.docs)
	s.feed.Append(s.rev, t.changes(s.rev))
	return s.rev, nil
}

// Changes is store.Store's.
func (s *Store) Changes(ctx context.Context, after int64) iter.Seq2[store.Change, error] {
	return s.feed.Since(ctx, after)
}

// Close ends the readers of Changes; the documents are gone.
func (s *Store) Close() error {
	s.closed.Store(true)
	s.feed.Close()
	return nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return store.ErrClosed
	}
	return ctx.Err()
}

type tx struct {
	docs    *documents
	ctx     context.Context
	written map[store.Key]struct{} // nil in a View
}

func (t *tx) changes(rev int64) []store.Change {
	changes := make([]store.Change, 0, len(t.written))
	for k := range t.written {
		changes = append(changes, store.Change{Rev: rev, Key: k})
	}
	return changes
}

func (t *tx) Get(k store.Key) ([]byte, error) {
	value, ok := t.docs.Get(string(k))
	if !ok {
		return nil, fmt.Errorf("%s: %w", k, store.ErrNotFound)
	}
	return value, nil
}

func (t *tx) Put(k store.Key, value []byte) error {
	if t.written == nil {
		return errReadOnly
	}
	t.written[k] = struct{}{}
	t.docs.Set(string(k), value)
	return nil
}

func (t *tx) Delete(k store.Key) error {
	if t.written == nil {
		return errReadOnly
	}
	if _, was := t.docs.Delete(string(k)); was {
		t.written[k] = struct{}{}
	}
	return nil
}

func (t *tx) Scan(prefix, after store.Key, limit int) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		if err := t.ctx.Err(); err != nil {
			yield(store.Entry{}, err)
			return
		}
		start, seen := max(below(prefix), string(after)), 0
		t.docs.Ascend(start, func(key string, value []byte) bool {
			k := store.Key(key)
			if k == after && after != "" {
				return true
			}
			if !k.Under(prefix) {
				return false
			}
			seen++
			return yield(store.Entry{Key: k, Value: value}, nil) && (limit <= 0 || seen < limit)
		})
	}
}

// below is the first key that a document under prefix can have.
func below(prefix store.Key) string {
	if prefix == "" {
		return ""
	}
	return string(prefix) + "/"
}
