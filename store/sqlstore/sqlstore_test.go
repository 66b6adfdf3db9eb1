package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/storetest"
)

var ctx = context.Background()

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(ctx, dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s store.Store, key, value string) {
	t.Helper()
	if _, err := s.Update(ctx, func(tx store.Tx) error { return tx.Put(store.Key(key), []byte(value)) }); err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
}

func get(t testing.TB, s store.Store, key string) (value string, err error) {
	t.Helper()
	err = s.View(ctx, func(tx store.Tx) error {
		data, err := tx.Get(store.Key(key))
		value = string(data)
		return err
	})
	return value, err
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, t.TempDir()) })
}

func TestStateOutlivesClose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c%d")
	s := open(t, dir)
	put(t, s, "a", "1")
	rev, _ := s.Update(ctx, func(tx store.Tx) error { return tx.Put("b", []byte("2")) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if value, err := get(t, s, "b"); value != "2" {
		t.Errorf("b is %q, %v", value, err)
	}
	if next, err := s.Update(ctx, func(tx store.Tx) error { return tx.Delete("a") }); next != rev+1 {
		t.Errorf("revision %d, %v; want %d: revisions go on where they were", next, err, rev+1)
	}
}

func TestSecondServerIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	_, err := Open(ctx, dir)
	if err == nil || !strings.Contains(err.Error(), "another poterne") || !strings.Contains(err.Error(), "--data-dir") {
		t.Errorf("second open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestNewerFormatIsRefused(t *testing.T) {
	dir := t.TempDir()
	_ = open(t, dir).Close()
	tamper(t, dir, "PRAGMA user_version = 99")
	if _, err := Open(ctx, dir); err == nil || !strings.Contains(err.Error(), "newer poterne") {
		t.Errorf("open: %v", err)
	}
}

func tamper(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestDamageIsAnErrorNotAnAnswer(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a", "1")
	_ = s.Close()
	tamper(t, dir, "UPDATE documents SET value = '2'")
	if value, err := get(t, open(t, dir), "a"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a changed document: %q, %v", value, err)
	}
}

func TestFileThatIsNoDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, dir); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("open: %v", err)
	}
}

// A View that was answered from memory and then needs a document that is not
// kept begins again where the state has changed meanwhile.
func TestViewSeesOneStateWhereverItReads(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a", "1")
	put(t, s, "b", "1")
	_ = s.Close()
	s = open(t, dir) // nothing is kept
	if _, err := get(t, s, "a"); err != nil {
		t.Fatal(err)
	}
	runs, seen := 0, ""
	err := s.View(ctx, func(tx store.Tx) error {
		first, err := tx.Get("a")
		if err != nil {
			return err
		}
		if runs++; runs == 1 {
			put(t, s, "a", "2")
			put(t, s, "c", "2")
		}
		second, err := tx.Get("b")
		seen = string(first) + string(second)
		return err
	})
	if err != nil || runs != 2 || seen != "21" {
		t.Errorf("%d runs saw %s, %v", runs, seen, err)
	}
}

// What is kept is bounded, and what does not fit is read from the file.
func TestWhatIsKeptIsBounded(t *testing.T) {
	s := open(t, t.TempDir())
	large, small := strings.Repeat("v", recentLargest+1), strings.Repeat("v", recentLargest/2)
	put(t, s, "large", large)
	for i := range 3 * recentBytes / len(small) {
		put(t, s, "k/"+strconv.Itoa(i), small)
	}
	if s.recent.bytes > recentBytes || len(s.recent.docs) == 0 {
		t.Errorf("%d bytes of %d documents are kept", s.recent.bytes, len(s.recent.docs))
	}
	for _, key := range []string{"large", "k/0"} {
		if value, err := get(t, s, key); len(value) < len(small) {
			t.Errorf("%s has %d bytes, %v", key, len(value), err)
		}
	}
}

// An Update scans what it and those before it in the same commit wrote over
// what is in the file.
func TestScanOfAnUpdateMergesDrafts(t *testing.T) {
	s := open(t, t.TempDir())
	for _, key := range []string{"k/b", "k/d", "k/f", "l"} {
		put(t, s, key, "0")
	}
	_, err := s.Update(ctx, func(tx store.Tx) error {
		for key, value := range map[store.Key]string{"k/a": "1", "k/d": "1", "k/e": "1", "k/g": "1", "k0": "1"} {
			if err := tx.Put(key, []byte(value)); err != nil {
				return err
			}
		}
		if err := tx.Delete("k/f"); err != nil {
			return err
		}
		for _, c := range []struct {
			after store.Key
			limit int
			want  string
		}{
			{"", 0, "k/a=1 k/b=0 k/d=1 k/e=1 k/g=1 "},
			{"", 3, "k/a=1 k/b=0 k/d=1 "},
			{"k/b", 2, "k/d=1 k/e=1 "},
			{"k/f", 0, "k/g=1 "},
		} {
			var got strings.Builder
			for e, err := range tx.Scan("k", c.after, c.limit) {
				if err != nil {
					return err
				}
				got.WriteString(string(e.Key) + "=" + string(e.Value) + " ")
			}
			if got.String() != c.want {
				t.Errorf("behind %q, %d: %s, want %s", c.after, c.limit, got.String(), c.want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode bits: the directory's ACL decides")
	}
	dir := filepath.Join(t.TempDir(), "state")
	put(t, open(t, dir), "a", "1")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 3 {
		t.Fatalf("%d files, %v; want database, log and lock", len(entries), err)
	}
	for _, e := range append(entries, nil) {
		name := dir
		if e != nil {
			name = filepath.Join(dir, e.Name())
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
	}
}

func TestBackupWhileServing(t *testing.T) {
	from, dir := t.TempDir(), t.TempDir()
	s := open(t, from)
	put(t, s, "a", "1")
	copied := filepath.Join(dir, fileName)
	if err := Backup(ctx, from, copied); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the copy's mode: %v, %v", info.Mode(), err)
	}
	put(t, s, "a", "2")
	if value, err := get(t, open(t, dir), "a"); value != "1" {
		t.Errorf("the copy has %q, %v", value, err)
	}
	if err := Backup(ctx, from, copied); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup replaced an older one: %v", err)
	}
	none := filepath.Join(dir, "none")
	if err := Backup(ctx, dir+"/nowhere", none); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup of nothing: %v", err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, fileName), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Backup(ctx, damaged, none); err == nil {
		t.Error("what is no state is copied")
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a backup that failed leaves a file")
	}
}

// Sixteen writers, each waiting for its answer: the commits are shared.
func BenchmarkUpdate16(b *testing.B) {
	s := open(b, b.TempDir())
	value := make([]byte, 1024)
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			key := store.NewKey("k", string(rune('a'+n.Add(1)%26)))
			if _, err := s.Update(ctx, func(tx store.Tx) error { return tx.Put(key, value) }); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkGet(b *testing.B) {
	s := open(b, b.TempDir())
	put(b, s, "k/a", strings.Repeat("v", 1024))
	for b.Loop() {
		if _, err := get(b, s, "k/a"); err != nil {
			b.Fatal(err)
		}
	}
}
