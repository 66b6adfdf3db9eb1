// Package store keeps documents under hierarchical keys, in transactions.
//
// It knows nothing of API Gateway. The control plane reads and writes through
// a Tx; the server follows Changes to keep the gateway up to date. memstore
// and sqlstore implement Store, and storetest is the suite that both pass.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// ErrNotFound is the error of Tx.Get and Load for a key that has no document.
var ErrNotFound = errors.New("no such document")

// ErrClosed is the error of every method after Close.
var ErrClosed = errors.New("store is closed")

// A Key is the path of a document: segments joined by "/". Each segment is
// escaped, so that no id or ARN can reach into another document's path. Keys
// sort as their texts do.
type Key string

var (
	escaper   = strings.NewReplacer("%", "%25", "/", "%2F")
	unescaper = strings.NewReplacer("%2F", "/", "%25", "%")
)

// NewKey is the key of segments.
func NewKey(segments ...string) Key { return Key("").Child(segments...) }

// Child is the key below k.
func (k Key) Child(segments ...string) Key {
	parts := make([]string, 0, len(segments)+1)
	if k != "" {
		parts = append(parts, string(k))
	}
	for _, s := range segments {
		parts = append(parts, escaper.Replace(s))
	}
	return Key(strings.Join(parts, "/"))
}

// Segments are what k was made of.
func (k Key) Segments() []string {
	parts := strings.Split(string(k), "/")
	for i, p := range parts {
		parts[i] = unescaper.Replace(p)
	}
	return parts
}

// Under reports whether k is prefix or below it.
func (k Key) Under(prefix Key) bool {
	rest, ok := strings.CutPrefix(string(k), string(prefix))
	return ok && (prefix == "" || rest == "" || rest[0] == '/')
}

// An Entry is a document with its key. The value is not to be changed.
type Entry struct {
	Key   Key
	Value []byte
}

// A Change says that the document at Key was written or deleted by the commit
// that made revision Rev. It is a hint: read the document again. A Change with
// an empty Key says that changes were missed, and everything may be new.
type Change struct {
	Rev  int64
	Key  Key
	Last bool // of its revision
}

// A Tx is a transaction: it sees the state at its beginning and its own
// writes, and nobody sees those before it commits.
type Tx interface {
	// Get returns the document at k, which is not to be changed, or
	// ErrNotFound.
	Get(k Key) ([]byte, error)
	Put(k Key, value []byte) error
	// Delete removes the document at k; there need be none.
	Delete(k Key) error
	// Scan yields the documents below prefix in order of key, beginning behind
	// after unless that is empty; limit 0 means all. The documents yielded
	// must not be written while the scan runs.
	Scan(prefix, after Key, limit int) iter.Seq2[Entry, error]
}

// A Store keeps documents.
type Store interface {
	// View runs f on a consistent state; writes of f fail. f may run more than
	// once: it must have no side effects.
	View(ctx context.Context, f func(Tx) error) error

	// Update runs f and commits what it wrote, all of it or, if f fails or
	// panics, nothing. When Update returns without error the commit is
	// durable. f may run more than once: it must have no side effects. rev is
	// the revision of the commit; it grows by every commit that wrote
	// something.
	Update(ctx context.Context, f func(Tx) error) (rev int64, err error)

	// Changes yields what was committed behind revision after, in order, and
	// waits for more until ctx ends or the store is closed; that error is the
	// last yielded. With after -1 it begins with a Change of an empty Key that
	// bears the current revision.
	Changes(ctx context.Context, after int64) iter.Seq2[Change, error]

	Close() error
}

// Load reads the document at k into a new T.
func Load[T any](tx Tx, k Key) (*T, error) {
	data, err := tx.Get(k)
	if err != nil {
		return nil, err
	}
	return Decode[T](Entry{k, data})
}

// Decode reads e's value into a new T.
func Decode[T any](e Entry) (*T, error) {
	value := new(T)
	if err := json.Unmarshal(e.Value, value); err != nil {
		return nil, fmt.Errorf("read document %s: %w", e.Key, err)
	}
	return value, nil
}

// Save writes value as JSON at k.
func Save(tx Tx, k Key, value any) error {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write document %s: %w", k, err)
	}
	return tx.Put(k, []byte(strings.TrimSuffix(b.String(), "\n")))
}
