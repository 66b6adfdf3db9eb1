package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/poterne/poterne/store"
)

// batch bounds the Updates of one commit.
const batch = 64

// A writer is the one goroutine that writes, with the connection that it has.
type writer struct {
	db   *sql.DB
	conn *sql.Conn
	rev  int64
	feed *store.Feed

	jobs    chan *job
	mu      sync.RWMutex // held for reading while a job is handed over, for writing to close
	closed  bool
	running sync.WaitGroup
}

// A job is an Update on its way through the writer.
type job struct {
	ctx     context.Context
	run     func(store.Tx) error
	written []store.Key
	rev     int64
	err     error
	panic   any // what run panicked with, for its own caller
	done    chan struct{}
}

func (w *writer) open(ctx context.Context, dataSource string) (rev int64, err error) {
	if w.db, err = sql.Open("sqlite", dataSource); err != nil {
		return 0, fmt.Errorf("open for writing: %w", err)
	}
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return 0, damaged(err)
	}
	w.rev, err = prepare(ctx, w.conn)
	return w.rev, err
}

func (w *writer) start(feed *store.Feed) {
	w.feed, w.jobs = feed, make(chan *job, batch)
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
		failures = append(failures, w.conn.Close())
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
	for len(jobs) < batch {
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

// commit runs jobs in one transaction and answers them.
func (w *writer) commit(jobs []*job) {
	changes, err := w.transaction(jobs)
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

func (w *writer) transaction(jobs []*job) ([]store.Change, error) {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	rev, changes := w.rev, []store.Change(nil)
	for _, j := range jobs {
		if w.run(j); j.err == nil && len(j.written) > 0 {
			rev++
			changes = appendChanges(changes, rev, j.written)
		}
		j.rev = rev
	}
	if len(changes) == 0 {
		return nil, w.exec("ROLLBACK")
	}
	if _, err := w.conn.ExecContext(context.Background(), "UPDATE revision SET rev = ?", rev); err != nil {
		return nil, errors.Join(err, w.exec("ROLLBACK"))
	}
	if err := w.exec("COMMIT"); err != nil {
		return nil, errors.Join(err, w.exec("ROLLBACK"))
	}
	w.rev = rev
	return changes, nil
}

func appendChanges(changes []store.Change, rev int64, keys []store.Key) []store.Change {
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		changes = append(changes, store.Change{Rev: rev, Key: k})
	}
	return changes
}

// run executes one job in a savepoint; one that fails or panics leaves nothing.
func (w *writer) run(j *job) {
	if j.err = j.ctx.Err(); j.err != nil {
		return
	}
	if j.err = w.exec("SAVEPOINT job"); j.err != nil {
		return
	}
	// Once begun it must not be torn by its caller going away.
	t := &tx{ctx: context.WithoutCancel(j.ctx), q: w.conn, writes: true}
	j.err, j.panic = attempt(t, j.run)
	j.written = t.written
	if j.err != nil {
		j.written = nil
		if err := w.exec("ROLLBACK TO job"); err != nil {
			j.err = errors.Join(j.err, err)
		}
	}
	if err := w.exec("RELEASE job"); err != nil {
		j.err = errors.Join(j.err, err)
	}
}

func attempt(t *tx, run func(store.Tx) error) (err error, panicked any) { //nolint:revive,staticcheck // the error is the function's own, the panic its way out
	defer func() {
		if p := recover(); p != nil {
			err, panicked = fmt.Errorf("panic: %v", p), p
		}
	}()
	return run(t), nil
}

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}
