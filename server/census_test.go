package server

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience bounds every wait of these tests: on a loaded machine what takes
// milliseconds takes seconds, and what takes longer than this hangs.
const patience = 30 * time.Second

// A census is who is there: the goroutines by their ids, with their stacks, and
// the open descriptors by number and what they are of. On systems that do not
// list descriptors there are none.
type census struct{ goroutines, descriptors map[string]string }

// takeCensus counts without the idle connections of the tests' own client.
func takeCensus() census {
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	return census{goroutines(), descriptors()}
}

var goroutineHead = regexp.MustCompile(`(?m)^goroutine (\d+) `)

func goroutines() map[string]string {
	all := map[string]string{}
	for stack := range strings.SplitSeq(allStacks(), "\n\n") {
		if head := goroutineHead.FindStringSubmatch(stack); head != nil {
			all[head[1]] = stack
		}
	}
	return all
}

func allStacks() string {
	for size := 1 << 20; ; size *= 2 {
		b := make([]byte, size)
		if n := runtime.Stack(b, true); n < size {
			return string(b[:n])
		}
	}
}

func descriptors() map[string]string {
	const dir = "/proc/self/fd"
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return all
	}
	for _, e := range entries {
		if what, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil { // but for ReadDir's own
			all[e.Name()+" "+what] = what
		}
	}
	return all
}

// sameAgain waits until nobody is there who was not when c was taken.
func (c census) sameAgain(t *testing.T) {
	t.Helper()
	var left census
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if left = takeCensus().without(c); len(left.goroutines)+len(left.descriptors) == 0 {
			return
		}
		if time.Now().After(deadline) {
			break
		}
	}
	if len(left.descriptors) > 0 {
		t.Errorf("descriptors are left: %q", slices.Sorted(maps.Keys(left.descriptors)))
	}
	for _, stack := range left.goroutines {
		t.Errorf("left:\n%s", stack)
	}
}

func (c census) without(known census) census {
	for id := range known.goroutines {
		delete(c.goroutines, id)
	}
	for id := range known.descriptors {
		delete(c.descriptors, id)
	}
	return c
}

// eventually waits until done, and fails with what everybody is at otherwise.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s\n%s", what, patience, allStacks())
		}
	}
}

// receive waits for a value, and fails with what everybody is at otherwise.
func receive[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		t.Fatalf("%s: not within %s\n%s", what, patience, allStacks())
	}
	return v
}
