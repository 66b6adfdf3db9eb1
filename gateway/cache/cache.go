// Package cache keeps responses of stages for a while (data plane §9). It knows
// nothing of requests: what shares an entry is the gateway's to say, by a Key.
package cache

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/poterne/poterne/wire/httpmsg"
)

// A Stage is what is flushed as one.
type Stage struct{ API, Name string }

// A Key names an entry of a stage: equal ones share it.
type Key struct {
	Stage      Stage
	Generation uint64 // of the stage, when the request came: what a flush overtakes is not found
	Text       string
}

// An Entry is a response. It is never changed once it is kept.
type Entry struct {
	Status  int
	Header  []httpmsg.Field
	Body    []byte
	Expires time.Time // from then on nobody is answered with it
}

// A Store keeps entries, as well as it can: one may be gone before it expires.
// It is safe for concurrent use. Nodes of a cluster can share one.
type Store interface {
	// Generation is another one after each Flush of a stage.
	Generation(stage Stage) uint64
	// Get gives the entry of a key, nil if there is none. It may be expired.
	// The key's text is not kept.
	Get(key Key) *Entry
	// Put keeps e, in the place of what was there. The key's text is cloned.
	Put(key Key, e *Entry)
	// Flush forgets everything of a stage.
	Flush(stage Stage)
}

// Local is a Store in the memory of this process. Entries of an older
// generation leave as memory is needed.
type Local struct {
	entries     *otter.Cache[Key, *Entry]
	generations sync.Map // of uint64, by Stage: of those that were asked for since their last flush
	last        atomic.Uint64
}

// NewLocal makes a Store of at most so many bytes, of bodies, headers and keys.
func NewLocal(bytes uint64) *Local {
	return &Local{entries: otter.Must(&otter.Options[Key, *Entry]{MaximumWeight: bytes, Weigher: weigh})}
}

// perEntry and perLine are about what an entry and a header line take beside
// their texts.
const (
	perEntry = 256
	perLine  = 32
)

func weigh(k Key, e *Entry) uint32 {
	n := perEntry + len(k.Text) + len(e.Body)
	for _, f := range e.Header {
		n += perLine + len(f.Name) + len(f.Value)
	}
	return uint32(n)
}

// Generation is a number that no stage had before, from the first question after
// a flush to the next flush.
func (l *Local) Generation(stage Stage) uint64 {
	if g, ok := l.generations.Load(stage); ok {
		return g.(uint64)
	}
	g, _ := l.generations.LoadOrStore(stage, l.last.Add(1))
	return g.(uint64)
}

// Get gives the entry of a key, nil if there is none.
func (l *Local) Get(key Key) *Entry {
	e, _ := l.entries.GetIfPresent(key)
	return e
}

// Put keeps e.
func (l *Local) Put(key Key, e *Entry) {
	key.Text = strings.Clone(key.Text)
	l.entries.Set(key, e)
}

// Flush forgets everything of a stage.
func (l *Local) Flush(stage Stage) { l.generations.Delete(stage) }

// Bytes is about what is kept.
func (l *Local) Bytes() uint64 {
	l.entries.CleanUp()
	return l.entries.WeightedSize()
}
