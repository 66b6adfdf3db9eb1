package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"

	"github.com/poterne/poterne/store"
)

// A reader reads what SQLite has, in a transaction or outside of one.
type reader struct {
	ctx context.Context
	in  querier
	get *sql.Stmt
}

// A querier is a transaction or a connection.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum covers the key as well, so that a value under another key is noticed.
func sum(key string, value []byte) int64 {
	return int64(crc32.Update(crc32.Checksum([]byte(key), castagnoli), castagnoli, value))
}

func checked(key string, value []byte, want int64) ([]byte, error) {
	if sum(key, value) != want {
		return nil, fmt.Errorf("document %s is damaged: its checksum differs", key)
	}
	return value, nil
}

// read is the document at k, nil where there is none.
func (r *reader) read(k store.Key) ([]byte, error) {
	var value []byte
	var want int64
	err := r.get.QueryRowContext(r.ctx, string(k)).Scan(&value, &want)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read document %s: %w", k, err)
	case value == nil:
		value = []byte{} // it is empty, and there
	}
	return checked(string(k), value, want)
}

// found is a document that was read, or ErrNotFound.
func found(k store.Key, value []byte) ([]byte, error) {
	if value == nil {
		return nil, fmt.Errorf("%s: %w", k, store.ErrNotFound)
	}
	return value, nil
}

// between yields the documents whose keys sort between low and high; limit 0
// means all. Its statement is not a prepared one, since scans may be nested and
// a statement has one place where it is.
func (r *reader) between(low, high string, limit int) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		if limit <= 0 {
			limit = -1 // SQLite's word for all
		}
		rows, err := r.in.QueryContext(r.ctx, selectBetween, low, high, limit)
		if err != nil {
			yield(store.Entry{}, fmt.Errorf("scan behind %s: %w", low, err))
			return
		}
		defer func() { _ = rows.Close() }() // rows.Err has the error
		for rows.Next() {
			entry, err := scanned(rows)
			if !yield(entry, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(store.Entry{}, fmt.Errorf("scan behind %s: %w", low, err))
		}
	}
}

func scanned(rows *sql.Rows) (store.Entry, error) {
	var key string
	var value []byte
	var want int64
	if err := rows.Scan(&key, &value, &want); err != nil {
		return store.Entry{}, fmt.Errorf("scan: %w", err)
	}
	value, err := checked(key, value, want)
	return store.Entry{Key: store.Key(key), Value: value}, err
}

// bounds are the texts between which the keys below prefix sort: "0" follows
// "/", and no key begins with a byte as high as 0xFF.
func bounds(prefix store.Key) (low, high string) {
	if prefix == "" {
		return "", "\xff"
	}
	return string(prefix) + "/", string(prefix) + "0"
}
