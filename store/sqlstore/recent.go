package sqlstore

import (
	"sync"

	"github.com/poterne/poterne/store"
)

// Bounds of recent, in bytes.
const (
	recentBytes   = 16 << 20
	recentLargest = 64 << 10 // a larger document is not kept
)

// recent keeps the documents that were read or written last, as of the latest
// commit and the one before that changed them: what is asked for again and again
// is not read from SQLite each time.
type recent struct {
	mu    sync.RWMutex
	rev   int64 // of the latest commit
	docs  map[store.Key]*version
	bytes int
}

// A version is what a document was from a revision on, until the next version.
type version struct {
	value  []byte // nil: there is none
	since  int64
	before *version // the one before, without those before it
}

func newRecent(rev int64) *recent { return &recent{rev: rev, docs: map[store.Key]*version{}} }

func (r *recent) revision() int64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rev
}

// get is the document as of revision at, nil where there was none. It is not
// known unless it has been kept since.
func (r *recent) get(k store.Key, at int64) (value []byte, known bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	v := r.docs[k]
	if v != nil && v.since > at {
		v = v.before
	}
	if v == nil || v.since > at {
		return nil, false
	}
	return v.value, true
}

// keep takes what was read as of revision at, if that is still the latest.
func (r *recent) keep(k store.Key, value []byte, at int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at == r.rev && r.docs[k] == nil {
		r.set(k, &version{value: value, since: at})
	}
}

// commit takes what a commit wrote that made revision rev.
func (r *recent) commit(written draft, rev int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rev = rev
	for k, value := range written {
		next := &version{value: value, since: rev}
		if old := r.docs[k]; old != nil {
			next.before = &version{value: old.value, since: old.since}
		}
		r.set(k, next)
	}
}

// set makes v the version of k, or drops k where it is too large. Whatever
// comes first makes room.
func (r *recent) set(k store.Key, v *version) {
	r.drop(k)
	if len(v.value) > recentLargest {
		return
	}
	r.docs[k] = v
	r.bytes += sizeOf(k, v)
	for other := range r.docs {
		if r.bytes <= recentBytes {
			break
		}
		r.drop(other)
	}
}

func (r *recent) drop(k store.Key) {
	if v := r.docs[k]; v != nil {
		r.bytes -= sizeOf(k, v)
		delete(r.docs, k)
	}
}

// sizeOf estimates what a document occupies.
func sizeOf(k store.Key, v *version) int {
	const own = 128
	size := own + len(k) + len(v.value)
	if v.before != nil {
		size += len(v.before.value)
	}
	return size
}
