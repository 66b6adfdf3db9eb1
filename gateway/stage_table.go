package gateway

import (
	"hash/maphash"
	"maps"
	"slices"
	"unsafe"
)

// A stageTable finds stages by API and name: a hash table of open addressing,
// of which at least half is free. The hash of an entry stands beside it, and
// the name in the stage itself: to find one of a thousand costs a look at the
// table and one at the stage.
type stageTable struct {
	entries []stageEntry
	used    int
}

type stageEntry struct {
	hash  uint64
	stage *liveStage // nil: free
}

// replaced is a table with the stages of next in the place of those of old;
// either may be nil. t stays as it is.
func (t *stageTable) replaced(old, next *liveAPI) stageTable {
	gone, come := old.list(), next.list()
	made := stageTable{entries: make([]stageEntry, tableSize(t.used-len(gone)+len(come)))}
	for _, e := range t.entries {
		if e.stage != nil && !slices.Contains(gone, e.stage) {
			made.add(e)
		}
	}
	for _, stage := range come {
		made.add(stageEntry{stage.key.hash, stage})
	}
	return made
}

// tableSize is a power of two that is twice as large as count, or more.
func tableSize(count int) int {
	size := 8
	for size < 2*count {
		size *= 2
	}
	return size
}

func (t *stageTable) add(e stageEntry) {
	i := t.home(e.hash)
	for t.entries[i].stage != nil {
		i = t.next(i)
	}
	t.entries[i] = e
	t.used++
}

func (t *stageTable) find(apiId, name string) *liveStage {
	if t.used == 0 {
		return nil
	}
	hash := stageHash(apiId, name)
	for i := t.home(hash); t.entries[i].stage != nil; i = t.next(i) {
		if e := t.entries[i]; e.hash == hash && e.stage.key.is(apiId, name) {
			return e.stage
		}
	}
	return nil
}

func (t *stageTable) home(hash uint64) int { return int(hash) & (len(t.entries) - 1) }
func (t *stageTable) next(i int) int       { return (i + 1) & (len(t.entries) - 1) }

func (a *liveAPI) list() []*liveStage {
	if a == nil {
		return nil
	}
	return slices.Collect(maps.Values(a.stages))
}

func stageHash(apiId, name string) uint64 {
	return maphash.String(hashSeed, apiId) ^ 3*maphash.String(hashSeed, name)
}

// A stageKey is how a stage is found. A name that is not long lies in the key:
// to compare it is no step to other memory.
type stageKey struct {
	hash uint64
	api  string
	name string
	room [48]byte
}

// set names a stage. The key stays where it is from then on.
func (k *stageKey) set(apiId, name string) {
	k.hash, k.api, k.name = stageHash(apiId, name), apiId, name
	if size := len(apiId) + len(name); size <= len(k.room) {
		copy(k.room[:], apiId)
		copy(k.room[len(apiId):], name)
		text := unsafe.String(&k.room[0], size)
		k.api, k.name = text[:len(apiId)], text[len(apiId):]
	}
}

func (k *stageKey) is(apiId, name string) bool { return k.api == apiId && k.name == name }
