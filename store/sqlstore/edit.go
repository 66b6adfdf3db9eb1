package sqlstore

import (
	"iter"
	"maps"
	"slices"

	"github.com/poterne/poterne/store"
)

// A draft is documents that were written and are not committed, by key; nil is
// one that was deleted.
type draft map[store.Key][]byte

// An edit is the transaction of an Update: what it wrote itself lies over what
// the Updates before it in the same commit wrote, and that over what is
// committed. Nothing of it reaches SQLite before its commit.
type edit struct {
	reader  reader
	recent  *recent
	at      int64 // the revision that is committed
	batch   draft // of the Updates before it
	written draft
}

func (e *edit) Get(k store.Key) ([]byte, error) {
	value, err := e.value(k)
	if err != nil {
		return nil, err
	}
	return found(k, value)
}

// value is the document at k, nil where there is none.
func (e *edit) value(k store.Key) ([]byte, error) {
	for _, d := range []draft{e.written, e.batch} {
		if value, ok := d[k]; ok {
			return value, nil
		}
	}
	if value, known := e.recent.get(k, e.at); known {
		return value, nil
	}
	value, err := e.reader.read(k)
	if err == nil {
		e.recent.keep(k, value, e.at)
	}
	return value, err
}

func (e *edit) Put(k store.Key, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	e.written[k] = value
	return nil
}

func (e *edit) Delete(k store.Key) error {
	value, err := e.value(k)
	if err == nil && value != nil {
		e.written[k] = nil
	}
	return err
}

func (e *edit) Scan(prefix, after store.Key, limit int) iter.Seq2[store.Entry, error] {
	low, high := bounds(prefix)
	low = max(low, string(after))
	drafted := e.drafted(low, high)
	if len(drafted) == 0 {
		return e.reader.between(low, high, limit)
	}
	return merged(e.reader.between(low, high, 0), drafted, limit)
}

// drafted are the documents between low and high that are not committed, by
// key.
func (e *edit) drafted(low, high string) []store.Entry {
	over := draft{}
	for _, d := range []draft{e.batch, e.written} {
		for k, value := range d {
			if string(k) > low && string(k) < high {
				over[k] = value
			}
		}
	}
	entries := make([]store.Entry, 0, len(over))
	for _, k := range slices.Sorted(maps.Keys(over)) {
		entries = append(entries, store.Entry{Key: k, Value: over[k]})
	}
	return entries
}

// merged is committed with drafted over it, both in order of their keys, as far
// as limit; 0 means all.
func merged(committed iter.Seq2[store.Entry, error], drafted []store.Entry, limit int) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		m := merge{rest: drafted, yield: yield, left: limit}
		for entry, err := range committed {
			if err != nil {
				yield(entry, err)
				return
			}
			if !m.draftedBefore(entry.Key) || !m.committed(entry) {
				return
			}
		}
		m.draftedBefore("\xff") // behind every key
	}
}

// A merge is under way: rest is what is drafted and not yielded yet.
type merge struct {
	rest  []store.Entry
	yield func(store.Entry, error) bool
	left  int // entries, counted down from a limit; 0 and less: no limit
}

func (m *merge) draftedBefore(k store.Key) bool {
	for len(m.rest) > 0 && m.rest[0].Key < k {
		entry := m.rest[0]
		m.rest = m.rest[1:]
		if entry.Value != nil && !m.give(entry) {
			return false
		}
	}
	return true
}

// committed yields entry unless a draft of it is newer.
func (m *merge) committed(entry store.Entry) bool {
	if len(m.rest) > 0 && m.rest[0].Key == entry.Key {
		return true
	}
	return m.give(entry)
}

func (m *merge) give(entry store.Entry) bool {
	m.left--
	return m.yield(entry, nil) && m.left != 0
}
