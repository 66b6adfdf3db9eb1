package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/poterne/poterne/store"
)

// jobsAtOnce bounds the Updates of one commit.
const jobsAtOnce = 64

// A writer is the one goroutine that writes, with the connection that it has.
type writer struct {
	db   *sql.DB
	conn *sql.Conn
	rev  int64
	feed *store.Feed

	prepared writes
	recent   *recent

	jobs    chan *job
	mu      sync.RWMutex // held for reading while a job is handed over, for writing to close
	closed  bool
	running sync.WaitGroup
}

// A job is an Update on its way through the writer.
type job struct {
	ctx   context.Context
	run   func(store.Tx) error
	rev   int64
	err   error
	panic any // what run panicked with, for its own caller
	done  chan struct{}
}

func (w *writer) open(ctx context.Context, dataSource string) (rev int64, err error) {
	if w.db, err = sql.Open("sqlite", dataSource); err != nil {
		return 0, fmt.Errorf("open for writing: %w", err)
	}
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return 0, damaged(err)
	}
	if w.rev, err = prepare(ctx, w.conn); err != nil {
		return 0, err
	}
	w.recent = newRecent(w.rev)
	return w.rev, w.prepared.prepare(ctx, w.conn)
}

func (w *writer) start(feed *store.Feed) {
	w.feed, w.jobs = feed, make(chan *job, jobsAtOnce)
	w.running.Go(w.loop)
}

func (w *writer) close() error {
	w.mu.Lock()
	was := w.closed
	w.closed = true
	w.mu.Unlock()
	if w.jobs != nil && !was {
		close(w.jobs)
	}
	w.running.Wait()
	var failures []error
	if w.conn != nil {
		failures = append(failures, w.prepared.close(), w.conn.Close())
	}
	if w.db != nil {
		failures = append(failures, w.db.Close())
	}
	return errors.Join(failures...)
}

// do has run executed and waits until it is committed, or refused. A ctx that
// ends before the writer takes it withdraws it; one that ends later does not,
// since then it may be committed.
func (w *writer) do(ctx context.Context, run func(store.Tx) error) (int64, error) {
	j := &job{ctx: ctx, run: run, done: make(chan struct{})}
	if err := w.hand(ctx, j); err != nil {
		return 0, err
	}
	<-j.done
	if j.panic != nil {
		panic(j.panic)
	}
	return j.rev, j.err
}

func (w *writer) hand(ctx context.Context, j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return store.ErrClosed
	}
	select {
	case w.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) loop() {
	for first := range w.jobs {
		w.commit(w.waiting(first))
	}
}

// waiting is first and the jobs that wait behind it.
func (w *writer) waiting(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < jobsAtOnce {
		select {
		case next, ok := <-w.jobs:
			if !ok {
				return jobs
			}
			jobs = append(jobs, next)
		default:
			return jobs
		}
	}
	return jobs
}

// commit runs jobs, commits what they wrote together and answers them.
func (w *writer) commit(jobs []*job) {
	batch, changes := w.runAll(jobs)
	var err error
	if len(changes) > 0 {
		err = w.write(batch, changes[len(changes)-1].Rev)
	}
	if err != nil {
		err = fmt.Errorf("commit: %w", err)
	} else if len(changes) > 0 {
		w.feed.Append(w.rev, changes)
	}
	for _, j := range jobs {
		if j.err == nil && err != nil {
			j.err = err
		}
		close(j.done)
	}
}

// runAll gathers what jobs write. One that fails or panics leaves nothing.
func (w *writer) runAll(jobs []*job) (draft, []store.Change) {
	batch, rev, changes := draft{}, w.rev, []store.Change(nil)
	for _, j := range jobs {
		if written := w.run(j, batch); len(written) > 0 {
			rev++
			maps.Copy(batch, written)
			for _, k := range slices.Sorted(maps.Keys(written)) {
				changes = append(changes, store.Change{Rev: rev, Key: k})
			}
		}
		j.rev = rev
	}
	return batch, changes
}

// run executes one job and returns what it wrote, nothing of one that fails.
func (w *writer) run(j *job, batch draft) draft {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	e := &edit{recent: w.recent, at: w.rev, batch: batch, written: draft{}}
	// Once begun it must not be torn by its caller going away.
	e.reader = reader{ctx: context.WithoutCancel(j.ctx), in: w.conn, get: w.prepared.get}
	if j.err, j.panic = attempt(e, j.run); j.err != nil {
		return nil
	}
	return e.written
}

func attempt(e *edit, run func(store.Tx) error) (err error, panicked any) { //nolint:revive,staticcheck // the error is the function's own, the panic its way out
	defer func() {
		if p := recover(); p != nil {
			err, panicked = fmt.Errorf("panic: %v", p), p
		}
	}()
	return run(e), nil
}

// write commits batch as revision rev.
func (w *writer) write(batch draft, rev int64) error {
	ctx := context.Background()
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := w.apply(ctx, batch, rev)
	if err == nil {
		err = w.exec("COMMIT")
	}
	if err != nil {
		_ = w.exec("ROLLBACK") // where SQLite has not done so by itself, as when the disk is full
		return err
	}
	w.rev = rev
	w.recent.commit(batch, rev)
	return nil
}

func (w *writer) apply(ctx context.Context, batch draft, rev int64) error {
	for _, k := range slices.Sorted(maps.Keys(batch)) {
		if err := w.applyOne(ctx, k, batch[k]); err != nil {
			return fmt.Errorf("write document %s: %w", k, err)
		}
	}
	_, err := w.prepared.setRevision.ExecContext(ctx, rev)
	return err
}

func (w *writer) applyOne(ctx context.Context, k store.Key, value []byte) error {
	if value == nil {
		_, err := w.prepared.remove.ExecContext(ctx, string(k))
		return err
	}
	_, err := w.prepared.put.ExecContext(ctx, string(k), value, sum(string(k), value))
	return err
}

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}
