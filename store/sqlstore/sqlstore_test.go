package sqlstore

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
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
	s := open(t, t.TempDir())
	put(t, s, "a", "1")
	dir := t.TempDir()
	copied := filepath.Join(dir, fileName)
	if err := s.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	put(t, s, "a", "2")
	if value, err := get(t, open(t, dir), "a"); value != "1" {
		t.Errorf("the copy has %q, %v", value, err)
	}
	if err := s.Backup(ctx, copied); err == nil {
		t.Error("a backup replaced an older one")
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
