package sqlstore

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/poterne/poterne/store"
)

// crashWriter makes the test binary a process that writes to the directory in
// this variable and says each key when it is acknowledged.
const crashWriter = "POTERNE_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashWriter); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

func writeUntilKilled(dir string) {
	s, err := Open(ctx, dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var wait sync.WaitGroup
	var saying sync.Mutex
	for w := range 4 {
		wait.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, i)
				_, err := s.Update(ctx, func(tx store.Tx) error { return tx.Put(store.Key(key), []byte(strings.Repeat(key, 50))) })
				if err != nil {
					return
				}
				saying.Lock()
				fmt.Println(key)
				saying.Unlock()
			}
		})
	}
	wait.Wait()
}

// Every write that was acknowledged before a kill -9 is there after it.
// POTERNE_CRASH_ROUNDS and POTERNE_CRASH_SEED ask for more than a few rounds.
func TestCrashLosesNothingAcknowledged(t *testing.T) {
	rounds, seed := number(t, "POTERNE_CRASH_ROUNDS", 4), number(t, "POTERNE_CRASH_SEED", 1)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	dir := t.TempDir()
	var acknowledged []string
	for range rounds {
		acknowledged = append(acknowledged, killedWriter(t, dir, time.Duration(50+random.IntN(250))*time.Millisecond)...)
		s, err := Open(ctx, dir)
		if err != nil {
			t.Fatalf("open after a kill: %v", err)
		}
		for _, key := range acknowledged {
			if value, err := get(t, s, key); value != strings.Repeat(key, 50) {
				t.Fatalf("acknowledged %s is lost: %q, %v", key, value, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) < rounds {
		t.Errorf("only %d writes in %d rounds: nothing was tested", len(acknowledged), rounds)
	}
	t.Logf("%d rounds, %d acknowledged writes, none lost (seed %d)", rounds, len(acknowledged), seed)
}

func killedWriter(t *testing.T, dir string, after time.Duration) (acknowledged []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashWriter+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line without its end was not acknowledged
		}
		acknowledged = append(acknowledged, strings.TrimSuffix(line, "\n"))
	}
	_ = cmd.Wait()
	return acknowledged
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}
