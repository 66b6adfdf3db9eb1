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

// querier is what a View's transaction and the writer's connection share.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// tx is a transaction: a View's, or one Update's share of the writer's.
type tx struct {
	ctx     context.Context
	q       querier
	written []store.Key // in an Update, each key once or more
	writes  bool
}

var errReadOnly = errors.New("write in a View")

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

func (t *tx) Get(k store.Key) ([]byte, error) {
	var value []byte
	var want int64
	err := t.q.QueryRowContext(t.ctx, "SELECT value, sum FROM documents WHERE key = ?", string(k)).Scan(&value, &want)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%s: %w", k, store.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", k, err)
	}
	return checked(string(k), value, want)
}

func (t *tx) Put(k store.Key, value []byte) error {
	if !t.writes {
		return errReadOnly
	}
	if value == nil {
		value = []byte{}
	}
	_, err := t.q.ExecContext(t.ctx, `INSERT INTO documents (key, value, sum) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum`, string(k), value, sum(string(k), value))
	if err != nil {
		return fmt.Errorf("write document %s: %w", k, err)
	}
	t.written = append(t.written, k)
	return nil
}

func (t *tx) Delete(k store.Key) error {
	if !t.writes {
		return errReadOnly
	}
	result, err := t.q.ExecContext(t.ctx, "DELETE FROM documents WHERE key = ?", string(k))
	if err != nil {
		return fmt.Errorf("delete document %s: %w", k, err)
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		t.written = append(t.written, k)
	}
	return nil
}

func (t *tx) Scan(prefix, after store.Key, limit int) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		low, high := bounds(prefix)
		if limit <= 0 {
			limit = -1 // SQLite's word for all
		}
		rows, err := t.q.QueryContext(t.ctx, "SELECT key, value, sum FROM documents WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
			max(low, string(after)), high, limit)
		if err != nil {
			yield(store.Entry{}, fmt.Errorf("scan below %s: %w", prefix, err))
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
			yield(store.Entry{}, fmt.Errorf("scan below %s: %w", prefix, err))
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
