// Package storetest is the suite that every Store passes.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"sync"
	"testing"

	"github.com/poterne/poterne/store"
)

// Run runs the suite on stores that open makes, each empty.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"documents are written, read, replaced and deleted", documents},
		{"an update that fails leaves nothing", failure},
		{"an update that panics leaves nothing and panics in its caller", panics},
		{"an update sees its own writes", ownWrites},
		{"a view cannot write", readOnly},
		{"a view sees one state", isolation},
		{"scan yields what is below the prefix in order", scanOrder},
		{"scan continues behind a key and stops at the limit", scanPages},
		{"a scan may read other documents on the way", scanAndGet},
		{"a scan may scan on the way", scanInScan},
		{"concurrent writers lose nothing", concurrency},
		{"changes come in order and whole", changes},
		{"changes begin with the present when asked from nowhere", changesFromNowhere},
		{"an update that writes nothing is no revision", emptyUpdate},
		{"a cancelled context runs nothing", cancelled},
		{"after Close everything says so", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() { _ = s.Close() })
			c.test(t, s)
		})
	}
}

var ctx = context.Background()

func put(t *testing.T, s store.Store, pairs ...string) int64 {
	t.Helper()
	rev, err := s.Update(ctx, func(tx store.Tx) error {
		for i := 0; i < len(pairs); i += 2 {
			if err := tx.Put(store.Key(pairs[i]), []byte(pairs[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("put %v: %v", pairs, err)
	}
	return rev
}

// get is the document at key, or "-".
func get(t *testing.T, s store.Store, key string) string {
	t.Helper()
	value := "-"
	err := s.View(ctx, func(tx store.Tx) error {
		data, err := tx.Get(store.Key(key))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		value = string(data)
		return err
	})
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	return value
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func documents(t *testing.T, s store.Store) {
	want(t, "missing", get(t, s, "a"), "-")
	put(t, s, "a", "1", "b", "")
	want(t, "written", get(t, s, "a"), "1")
	want(t, "empty", get(t, s, "b"), "")
	put(t, s, "a", "2")
	want(t, "replaced", get(t, s, "a"), "2")
	if _, err := s.Update(ctx, func(tx store.Tx) error { return errors.Join(tx.Delete("a"), tx.Delete("none")) }); err != nil {
		t.Fatal(err)
	}
	want(t, "deleted", get(t, s, "a"), "-")
}

func failure(t *testing.T, s store.Store) {
	put(t, s, "a", "1", "b", "1")
	refused := errors.New("refused")
	_, err := s.Update(ctx, func(tx store.Tx) error {
		return errors.Join(tx.Put("a", []byte("2")), tx.Delete("b"), tx.Put("c", nil), refused)
	})
	if !errors.Is(err, refused) {
		t.Errorf("error %v, want the function's own", err)
	}
	want(t, "state", []string{get(t, s, "a"), get(t, s, "b"), get(t, s, "c")}, []string{"1", "1", "-"})
}

func panics(t *testing.T, s store.Store) {
	put(t, s, "a", "1")
	func() {
		defer func() { want(t, "panic", recover(), "boom") }()
		_, _ = s.Update(ctx, func(tx store.Tx) error {
			_ = tx.Put("a", []byte("2"))
			panic("boom")
		})
	}()
	want(t, "state", get(t, s, "a"), "1")
	put(t, s, "a", "3")
	want(t, "state after the next update", get(t, s, "a"), "3")
}

func ownWrites(t *testing.T, s store.Store) {
	put(t, s, "k/a", "1", "k/b", "1")
	_, err := s.Update(ctx, func(tx store.Tx) error {
		_ = tx.Put("k/c", []byte("2"))
		_ = tx.Delete("k/a")
		value, err := tx.Get("k/c")
		want(t, "get", string(value), "2")
		want(t, "scan", keys(t, tx.Scan("k", "", 0)), []string{"k/b", "k/c"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readOnly(t *testing.T, s store.Store) {
	err := s.View(ctx, func(tx store.Tx) error {
		if tx.Put("a", []byte("1")) == nil {
			t.Error("Put in a View succeeded")
		}
		if tx.Delete("a") == nil {
			t.Error("Delete in a View succeeded")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "state", get(t, s, "a"), "-")
}

func isolation(t *testing.T, s store.Store) {
	put(t, s, "a", "1", "b", "1")
	err := s.View(ctx, func(tx store.Tx) error {
		first, err := tx.Get("a")
		if err != nil {
			return err
		}
		put(t, s, "a", "2", "b", "2")
		second, err := tx.Get("b")
		want(t, "both", string(first)+string(second), "11")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func keys(t *testing.T, entries iter.Seq2[store.Entry, error]) (found []string) {
	t.Helper()
	for e, err := range entries {
		if err != nil {
			t.Fatalf("scan: %v", err)
		}
		found = append(found, string(e.Key))
	}
	return found
}

func scanOrder(t *testing.T, s store.Store) {
	put(t, s, "a", "0", "a/2", "v", "a/10", "v", "a/b/c", "v", "a-x", "0", "a0", "0", "ab/1", "0", "b", "0")
	_ = s.View(ctx, func(tx store.Tx) error {
		want(t, "below a", keys(t, tx.Scan("a", "", 0)), []string{"a/10", "a/2", "a/b/c"})
		want(t, "below a/b", keys(t, tx.Scan("a/b", "", 0)), []string{"a/b/c"})
		want(t, "below nothing", keys(t, tx.Scan("zz", "", 0)), []string(nil))
		want(t, "all", keys(t, tx.Scan("", "", 0)), []string{"a", "a-x", "a/10", "a/2", "a/b/c", "a0", "ab/1", "b"})
		return nil
	})
}

func scanPages(t *testing.T, s store.Store) {
	for i := range 7 {
		put(t, s, "k/"+strconv.Itoa(i), "v")
	}
	_ = s.View(ctx, func(tx store.Tx) error {
		want(t, "first page", keys(t, tx.Scan("k", "", 3)), []string{"k/0", "k/1", "k/2"})
		want(t, "second page", keys(t, tx.Scan("k", "k/2", 3)), []string{"k/3", "k/4", "k/5"})
		want(t, "last page", keys(t, tx.Scan("k", "k/5", 3)), []string{"k/6"})
		want(t, "behind a key that is gone", keys(t, tx.Scan("k", "k/55", 0)), []string{"k/6"})
		return nil
	})
}

func scanAndGet(t *testing.T, s store.Store) {
	put(t, s, "a/1", "x", "a/2", "y", "b/1", "bx", "b/2", "by")
	read := func(tx store.Tx) error {
		var got []string
		for e, err := range tx.Scan("a", "", 0) {
			if err != nil {
				return err
			}
			other, err := tx.Get("b" + e.Key[1:])
			if err != nil {
				return err
			}
			got = append(got, string(e.Value)+string(other))
		}
		want(t, "joined", got, []string{"xbx", "yby"})
		return nil
	}
	if err := s.View(ctx, read); err != nil {
		t.Errorf("in a View: %v", err)
	}
	if _, err := s.Update(ctx, read); err != nil {
		t.Errorf("in an Update: %v", err)
	}
}

func scanInScan(t *testing.T, s store.Store) {
	put(t, s, "a/1", "", "a/2", "", "a/3", "", "b/1/x", "", "b/1/y", "", "b/2/z", "")
	read := func(tx store.Tx) error {
		var got []string
		for e, err := range tx.Scan("a", "", 0) {
			if err != nil {
				return err
			}
			got = append(append(got, string(e.Key)), keys(t, tx.Scan("b"+e.Key[1:], "", 0))...)
		}
		want(t, "both", got, []string{"a/1", "b/1/x", "b/1/y", "a/2", "b/2/z", "a/3"})
		return nil
	}
	if err := s.View(ctx, read); err != nil {
		t.Errorf("in a View: %v", err)
	}
	if _, err := s.Update(ctx, read); err != nil {
		t.Errorf("in an Update: %v", err)
	}
}

// concurrency: every writer adds to one counter and writes a document of its
// own; the counter ends at the sum, and the failing ones count for nothing.
func concurrency(t *testing.T, s store.Store) {
	const writers, rounds = 8, 25
	put(t, s, "counter", "0")
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for i := range rounds {
				_, err := s.Update(ctx, func(tx store.Tx) error {
					value, err := tx.Get("counter")
					if err != nil {
						return err
					}
					n, err := strconv.Atoi(string(value))
					_ = tx.Put("counter", []byte(strconv.Itoa(n+1)))
					_ = tx.Put(store.NewKey("of", strconv.Itoa(w), strconv.Itoa(i)), []byte("v"))
					if i%5 == 4 {
						return errors.New("changed my mind")
					}
					return err
				})
				if (err != nil) != (i%5 == 4) {
					t.Errorf("writer %d, round %d: %v", w, i, err)
				}
			}
		})
	}
	wait.Wait()
	const kept = writers * rounds / 5 * 4
	want(t, "counter", get(t, s, "counter"), strconv.Itoa(kept))
	_ = s.View(ctx, func(tx store.Tx) error {
		want(t, "documents", len(keys(t, tx.Scan("of", "", 0))), kept)
		return nil
	})
}

func changes(t *testing.T, s store.Store) {
	first := put(t, s, "a", "1", "b", "1")
	second := put(t, s, "c", "1")
	if second != first+1 {
		t.Errorf("revisions %d and %d: each commit is one more", first, second)
	}
	next, stop := iter.Pull2(s.Changes(ctx, first-1))
	defer stop()
	got := []string{line(next), line(next), line(next)}
	if got[0] > got[1] {
		got[0], got[1] = got[1], got[0] // within a revision the order is open
	}
	want(t, "keys", []string{got[0][2:3], got[1][2:3], got[2]}, []string{"a", "b", fmt.Sprintf("%d c true", second)})
	third := put(t, s, "d", "1")
	want(t, "live", line(next), fmt.Sprintf("%d d true", third))
}

func line(next func() (store.Change, error, bool)) string {
	c, err, _ := next()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s %v", c.Rev, c.Key, c.Last)
}

func changesFromNowhere(t *testing.T, s store.Store) {
	rev := put(t, s, "a", "1")
	next, stop := iter.Pull2(s.Changes(ctx, -1))
	defer stop()
	want(t, "first", line(next), fmt.Sprintf("%d  true", rev))
	later := put(t, s, "b", "1")
	want(t, "second", line(next), fmt.Sprintf("%d b true", later))
	ended, cancel := context.WithCancel(ctx)
	cancel()
	other, stopOther := iter.Pull2(s.Changes(ended, later))
	defer stopOther()
	want(t, "context", line(other), context.Canceled.Error())
}

func emptyUpdate(t *testing.T, s store.Store) {
	rev := put(t, s, "a", "1")
	again, err := s.Update(ctx, func(store.Tx) error { return nil })
	if err != nil || again != rev {
		t.Errorf("empty update: revision %d, %v; want %d", again, err, rev)
	}
}

func cancelled(t *testing.T, s store.Store) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	ran := false
	_, err := s.Update(ended, func(tx store.Tx) error { ran = true; return tx.Put("a", nil) })
	if !errors.Is(err, context.Canceled) || ran {
		t.Errorf("Update: %v, ran %v", err, ran)
	}
	if err := s.View(ended, func(store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("View: %v", err)
	}
}

func closed(t *testing.T, s store.Store) {
	next, stop := iter.Pull2(s.Changes(ctx, 0))
	defer stop()
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	want(t, "changes", line(next), store.ErrClosed.Error())
	if _, err := s.Update(ctx, func(store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Update: %v", err)
	}
	if err := s.View(ctx, func(store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("View: %v", err)
	}
}
