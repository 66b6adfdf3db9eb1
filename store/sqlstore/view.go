package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/poterne/poterne/store"
)

var (
	errReadOnly = errors.New("write in a View")
	errStale    = errors.New("the state has changed since the View began")
)

// A view is the transaction of a View. It reads documents that are kept
// (recent.go) and begins a transaction of SQLite's at the first that is not.
type view struct {
	ctx    context.Context
	store  *Store
	at     int64   // the revision that is seen
	begun  *sql.Tx // nil: not yet
	used   bool    // something of revision at was handed out
	stale  bool    // at was over when SQLite was asked
	reader reader
}

// View runs f on a snapshot.
func (s *Store) View(ctx context.Context, f func(store.Tx) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	v := &view{ctx: ctx, store: s, at: s.recent.revision()}
	err := v.run(f)
	if !v.stale {
		return err
	}
	v = &view{ctx: ctx, store: s}
	return v.run(func(in store.Tx) error {
		if err := v.pin(); err != nil {
			return err
		}
		return f(in)
	})
}

func (v *view) run(f func(store.Tx) error) error {
	defer func() {
		if v.begun != nil {
			_ = v.begun.Rollback() // nothing was written
		}
	}()
	return f(v)
}

// pin begins SQLite's transaction.
func (v *view) pin() error {
	if v.begun != nil {
		return nil
	}
	begun, err := v.store.reads.BeginTx(v.ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return v.store.translate(err)
	}
	v.begun = begun
	var rev int64
	if err := begun.StmtContext(v.ctx, v.store.prepared.revision).QueryRowContext(v.ctx).Scan(&rev); err != nil {
		return fmt.Errorf("read the revision: %w", err)
	}
	if v.used && rev != v.at {
		v.stale = true
		return errStale
	}
	v.at = rev
	v.reader = reader{ctx: v.ctx, in: begun, get: begun.StmtContext(v.ctx, v.store.prepared.get)}
	return nil
}

func (v *view) Get(k store.Key) ([]byte, error) {
	if value, known := v.store.recent.get(k, v.at); known {
		v.used = true
		return found(k, value)
	}
	if err := v.pin(); err != nil {
		return nil, err
	}
	value, err := v.reader.read(k)
	if err != nil {
		return nil, err
	}
	v.store.recent.keep(k, value, v.at)
	return found(k, value)
}

func (v *view) Put(store.Key, []byte) error { return errReadOnly }

func (v *view) Delete(store.Key) error { return errReadOnly }

func (v *view) Scan(prefix, after store.Key, limit int) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		if err := v.pin(); err != nil {
			yield(store.Entry{}, err)
			return
		}
		low, high := bounds(prefix)
		for entry, err := range v.reader.between(max(low, string(after)), high, limit) {
			if !yield(entry, err) {
				return
			}
		}
	}
}
