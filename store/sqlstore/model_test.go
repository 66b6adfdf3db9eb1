package sqlstore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/poterne/poterne/store"
	"github.com/poterne/poterne/store/memstore"
)

// Whatever is done to a Store reads as it does from one in memory, through what
// is kept, through drafts and through the file after it was opened again.
func TestReadsAsAStoreInMemory(t *testing.T) {
	random, dir := rand.New(rand.NewPCG(3, 5)), t.TempDir()
	own, model := open(t, dir), memstore.New()
	t.Cleanup(func() { _ = model.Close() })
	for round := range 300 {
		steps := randomSteps(random)
		if got, want := play(own, steps), play(model, steps); got != want {
			t.Fatalf("round %d, %v:\n%s\nin memory:\n%s", round, steps, got, want)
		}
		if round%60 == 59 {
			_ = own.Close()
			own = open(t, dir)
		}
	}
}

// A step is a call of a transaction. The first says which one it is, and whether
// it fails at its end.
type step struct {
	do    string // get, put, delete or scan; view, update or fail
	key   store.Key
	limit int
}

func randomSteps(random *rand.Rand) []step {
	key := func() store.Key {
		return store.NewKey([]string{"a", "a-", "b"}[random.IntN(3)], string(rune('a'+random.IntN(6))))
	}
	steps := []step{{do: []string{"view", "update", "update", "fail"}[random.IntN(4)]}}
	for range 1 + random.IntN(8) {
		s := step{do: []string{"get", "put", "put", "delete", "scan"}[random.IntN(5)], key: key(), limit: random.IntN(4)}
		if s.do == "scan" {
			s.key = []store.Key{"", "a", "a-", "b", "c"}[random.IntN(5)]
		}
		steps = append(steps, s)
	}
	return steps
}

// play is what the steps of a transaction say, and whether it changed something.
func play(s store.Store, steps []step) string {
	said := ""
	run := func(tx store.Tx) error {
		var b strings.Builder
		for i, step := range steps[1:] {
			b.WriteString(step.say(tx, i))
		}
		said = b.String()
		if steps[0].do == "fail" {
			return errors.New("changed its mind")
		}
		return nil
	}
	if steps[0].do == "view" {
		err := s.View(ctx, run)
		return fmt.Sprintln(said, err)
	}
	rev, err := s.Update(ctx, run)
	if err != nil {
		rev = 0
	}
	return fmt.Sprintln(said, rev, err)
}

func (s step) say(tx store.Tx, n int) string {
	switch s.do {
	case "put":
		return fmt.Sprintln(tx.Put(s.key, []byte(fmt.Sprint(s.key, n))) == nil)
	case "delete":
		return fmt.Sprintln(tx.Delete(s.key) == nil)
	case "scan":
		var b strings.Builder
		for entry, err := range tx.Scan(s.key, "", s.limit) {
			fmt.Fprintf(&b, "%s=%s %v\n", entry.Key, entry.Value, err)
		}
		return b.String()
	}
	value, err := tx.Get(s.key)
	return fmt.Sprintf("%s %t\n", value, errors.Is(err, store.ErrNotFound))
}
