package cache

import (
	"strconv"
	"sync"
	"testing"

	"github.com/poterne/poterne/wire/httpmsg"
)

var stageA, stageB = Stage{"api", "a"}, Stage{"api", "b"}

func (l *Local) key(stage Stage, text string) Key { return Key{stage, l.Generation(stage), text} }

func entryOf(text string) *Entry { return &Entry{Status: 200, Body: []byte(text)} }

func TestLocal(t *testing.T) {
	l := NewLocal(1 << 20)
	l.Put(l.key(stageA, "key"), entryOf("a"))
	l.Put(l.key(stageB, "key"), entryOf("b"))
	if e := l.Get(l.key(stageA, "key")); e == nil || string(e.Body) != "a" {
		t.Errorf("got %v", e)
	}
	if l.Get(l.key(stageA, "other")) != nil {
		t.Error("an entry that was never put")
	}
	l.Flush(stageA)
	if l.Get(l.key(stageA, "key")) != nil {
		t.Error("an entry outlived the flush")
	}
	if l.Get(l.key(stageB, "key")) == nil {
		t.Error("the flush of one stage took an entry of another")
	}
	l.Put(l.key(stageA, "key"), entryOf("again"))
	if e := l.Get(l.key(stageA, "key")); e == nil || string(e.Body) != "again" {
		t.Errorf("after the flush: %v", e)
	}
}

// A stage that is flushed for the last time leaves nothing behind.
func TestFlushedStagesAreForgotten(t *testing.T) {
	l := NewLocal(1 << 20)
	for i := range 100 {
		stage := Stage{"api", strconv.Itoa(i)}
		l.Put(l.key(stage, "key"), entryOf("a"))
		l.Flush(stage)
	}
	l.generations.Range(func(stage, _ any) bool {
		t.Errorf("%v is remembered", stage)
		return true
	})
}

// However much is put, what is kept is bounded; headers and keys count.
func TestLocalIsBounded(t *testing.T) {
	const bound = 1 << 20
	l := NewLocal(bound)
	for i := range 2000 {
		l.Put(l.key(stageA, strconv.Itoa(i)), &Entry{
			Header: []httpmsg.Field{{Name: "X-Long", Value: string(make([]byte, 1000))}}, Body: make([]byte, 4000)})
	}
	if n := l.Bytes(); n > bound || n < bound/2 {
		t.Errorf("%d bytes are kept, the bound is %d", n, bound)
	}
}

func TestLocalConcurrently(t *testing.T) {
	l := NewLocal(1 << 16)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				key := l.key(stageA, strconv.Itoa((g+i)%50))
				switch {
				case i%97 == 0:
					l.Flush(stageA)
				case i%3 == 0:
					l.Put(key, entryOf(key.Text))
				default:
					if e := l.Get(key); e != nil && string(e.Body) != key.Text {
						t.Errorf("%s has the answer of %s", key.Text, e.Body)
					}
				}
			}
		})
	}
	wg.Wait()
}
