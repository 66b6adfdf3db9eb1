package control

import (
	"errors"
	"fmt"
	"iter"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/store"
)

// load reads the document at key, nil when there is none.
func load[T any](t *tx, key store.Key) (*T, error) {
	data, err := t.Get(key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decode[T](store.Entry{Key: key, Value: data})
}

// decode reads a document: by the contract's own reader where it has one.
func decode[T any](entry store.Entry) (*T, error) {
	document := new(T)
	known, err := apigw.DecodeDocument(entry.Value, document)
	if !known {
		return store.Decode[T](entry)
	}
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", entry.Key, err)
	}
	return document, nil
}

// save writes what document points at.
func (t *tx) save(key store.Key, document any) error { return store.Save(t.Tx, key, document) }

// has says whether there is a document at key.
func (t *tx) has(key store.Key) (bool, error) {
	_, err := t.Get(key)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// A found is a document that a scan came upon, with its key.
type found[T any] struct {
	key      store.Key
	document *T
}

// name is the last segment of the key.
func (f found[T]) name() string {
	segments := f.key.Segments()
	return segments[len(segments)-1]
}

// scanFound gives the documents under prefix, all of one kind, in the order of
// their keys.
func scanFound[T any](in store.Tx, prefix store.Key) iter.Seq2[found[T], error] {
	return func(yield func(found[T], error) bool) {
		for entry, err := range in.Scan(prefix, "", 0) {
			if err != nil {
				yield(found[T]{}, err)
				return
			}
			document, err := decode[T](entry)
			if !yield(found[T]{entry.Key, document}, err) || err != nil {
				return
			}
		}
	}
}

// scan gives the documents under prefix without their keys.
func scan[T any](t *tx, prefix store.Key) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for found, err := range scanFound[T](t.Tx, prefix) {
			if !yield(found.document, err) {
				return
			}
		}
	}
}

// count is the number of documents under prefix.
func (t *tx) count(prefix store.Key) (n int, err error) {
	for _, err := range t.Scan(prefix, "", 0) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// deleteAll deletes every document under prefix.
func (t *tx) deleteAll(prefix store.Key) error {
	var keys []store.Key
	for entry, err := range t.Scan(prefix, "", 0) {
		if err != nil {
			return err
		}
		keys = append(keys, entry.Key)
	}
	for _, key := range keys {
		if err := t.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// Clear deletes every document of a store.
func Clear(in store.Tx) error { return (&tx{Tx: in}).deleteAll("") }

// isMissing says whether err is the NotFoundException with this message.
func isMissing(err error, message string) bool {
	var known *apigw.Error
	return errors.As(err, &known) && known.Code == apigw.NotFoundException && known.Message == message
}
