package authorizer

import (
	"container/list"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// A Cache keeps what Lambda functions answered. It outlives deployments, and
// is safe for concurrent use. What is used least goes when it is full.
//
// A result is found by the API, the stage, the Authorizer as it is configured,
// the function that is asked and the values of all its identity sources, each
// with its length: no two callers share a key because a value of one looks
// like two of another.
type Cache struct {
	limit int

	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent *list.List // of *cached, the most recently used first
}

// maxResults bounds a Cache: a result takes a few kilobytes.
const maxResults = 10_000

type cached struct {
	key     string
	result  *result
	expires time.Time
}

// NewCache makes an empty Cache.
func NewCache() *Cache {
	return &Cache{limit: maxResults, byKey: map[string]*list.Element{}, recent: list.New()}
}

func (c *Cache) get(key []byte, now time.Time) *result {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[string(key)]
	if !ok {
		return nil
	}
	entry := element.Value.(*cached)
	if !now.Before(entry.expires) {
		c.drop(element)
		return nil
	}
	c.recent.MoveToFront(element)
	return entry.result
}

func (c *Cache) put(key []byte, r *result, expires time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.byKey[string(key)]; ok {
		c.drop(element)
	}
	entry := &cached{string(key), r, expires}
	c.byKey[entry.key] = c.recent.PushFront(entry)
	if c.recent.Len() > c.limit {
		c.drop(c.recent.Back())
	}
}

func (c *Cache) drop(element *list.Element) {
	delete(c.byKey, element.Value.(*cached).key)
	c.recent.Remove(element)
}

// Flush forgets the results of a stage, of all stages of an API for "".
func (c *Cache) Flush(api, stage string) {
	prefix := appendPart(nil, api)
	if stage != "" {
		prefix = appendPart(prefix, stage)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, element := range c.byKey {
		if strings.HasPrefix(key, string(prefix)) {
			c.drop(element)
		}
	}
}

// appendPart appends a part of a key: its length, then itself.
func appendPart(dst []byte, part string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(part))), part...)
}
