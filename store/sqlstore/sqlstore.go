// Package sqlstore is a Store in an SQLite file: WAL, synchronous FULL, so that
// what Update acknowledged survives kill -9 and power loss.
//
// One goroutine writes. It takes the Updates that wait, runs each over a draft
// of its own (edit.go), commits the drafts together and then answers them:
// under load one sync serves many acknowledgements, a document that several of
// them write is written once, and an Update that fails or panics takes nothing
// else with it. Readers have connections of their own and see a snapshot
// (view.go). Documents that were read or written last are kept in memory
// (recent.go).
//
// A directory holds poterne.db and poterne.lock, readable by their owner alone.
// The lock keeps a second server out and ends with the process, however it
// ends. Each document bears a checksum, so that damage is an error and never an
// answer.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/poterne/poterne/store"
	_ "modernc.org/sqlite" // the driver
)

// Names of the files in the directory.
const (
	fileName = "poterne.db"
	lockName = "poterne.lock"
)

// readers bounds the connections that serve Views.
const readers = 8

// A Store keeps documents in a directory.
type Store struct {
	lock     *fileLock
	reads    *sql.DB
	prepared reads // of the database above
	recent   *recent
	writer   *writer
	feed     *store.Feed

	close    sync.Once
	closed   atomic.Bool
	closeErr error
}

var _ store.Store = (*Store)(nil)

// Open opens the store in dir, which is made if it is missing. It fails with a
// message for people when another server has it, when it is damaged, or when a
// newer poterne wrote it.
func Open(ctx context.Context, dir string) (_ *Store, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	lock, err := takeLock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock}
	if err := s.open(ctx, filepath.Join(dir, fileName)); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, file string) error {
	if err := ownerOnly(file); err != nil {
		return err
	}
	s.writer = &writer{}
	rev, err := s.writer.open(ctx, dataSource(file, "immediate"))
	if err != nil {
		return err
	}
	if s.reads, err = sql.Open("sqlite", dataSource(file, "deferred")); err != nil {
		return fmt.Errorf("open for reading: %w", err)
	}
	s.reads.SetMaxOpenConns(readers)
	s.reads.SetMaxIdleConns(readers)
	if err := s.prepared.prepare(ctx, s.reads); err != nil {
		return err
	}
	s.feed, s.recent = store.NewFeed(rev), s.writer.recent
	s.writer.start(s.feed)
	return nil
}

// ownerOnly makes the file before SQLite does, so that nobody else can read
// it; the files that SQLite puts beside it take over its mode.
func ownerOnly(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open state file: %w", err)
	}
	return f.Close()
}

func dataSource(file, transactions string) string {
	query := url.Values{"_txlock": {transactions}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)"}}
	path := (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()
	return "file:" + path + "?" + query.Encode()
}

// Update has the writer run f and returns when it is committed.
func (s *Store) Update(ctx context.Context, f func(store.Tx) error) (int64, error) {
	return s.writer.do(ctx, f)
}

// Changes is store.Store's.
func (s *Store) Changes(ctx context.Context, after int64) iter.Seq2[store.Change, error] {
	return s.feed.Since(ctx, after)
}

// Close ends the readers of Changes, lets the Updates at work finish and
// releases the directory.
func (s *Store) Close() error {
	s.close.Do(func() {
		s.closed.Store(true)
		s.feed.Close()
		s.closeErr = s.release()
	})
	return s.closeErr
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return store.ErrClosed
	}
	return ctx.Err()
}

func (s *Store) release() error {
	var failures []error
	if s.writer != nil {
		failures = append(failures, s.writer.close())
	}
	if s.reads != nil {
		failures = append(failures, s.prepared.close(), s.reads.Close())
	}
	return errors.Join(append(failures, s.lock.release())...)
}

func (s *Store) translate(err error) error {
	if err != nil && err.Error() == "sql: database is closed" { // database/sql has no name for it
		return store.ErrClosed
	}
	return err
}
