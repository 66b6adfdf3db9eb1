package gateway

import (
	"errors"
	"runtime"
	"sync"
	"testing"
)

func TestSharedValuesAreMadeOnceAndForgotten(t *testing.T) {
	var s shared[[4]int]
	value := func(source string) *[4]int {
		v, err := s.of(sourceDigest(source), func() (*[4]int, error) { return &[4]int{len(source)}, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	a := value("abc")
	if value("abc") != a || value("abcd") == a {
		t.Error("a value is not that of its source")
	}
	if _, err := s.of(sourceDigest("bad"), func() (*[4]int, error) { return nil, errors.New("no") }); err == nil {
		t.Error("an error is kept")
	}
	runtime.KeepAlive(a)
	for s.size() > 0 { // ends when the collector has seen that nobody has a value
		runtime.GC()
		runtime.Gosched()
	}
	if value("abc")[0] != 3 {
		t.Error("a forgotten value is not made again")
	}
}

func (s *shared[T]) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.made)
}

func TestSharedByMany(t *testing.T) {
	var s shared[[4]int]
	var running sync.WaitGroup
	values := make([]*[4]int, 16)
	for i := range values {
		running.Go(func() { values[i], _ = s.of(sourceDigest("x"), func() (*[4]int, error) { return &[4]int{i}, nil }) })
	}
	running.Wait()
	for _, v := range values {
		if v != values[0] {
			t.Error("two values of one source")
		}
	}
}
