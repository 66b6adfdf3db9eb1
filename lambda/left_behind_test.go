//go:build unix

package lambda

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a process has started, and left behind with its output, holds up neither
// who waits for the process nor the end.
func TestWhatIsLeftBehindHoldsNothingUp(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid")
	}
	file := filepath.Join(t.TempDir(), "pid")
	var said bytes.Buffer
	f := function(t, func(c *Config) {
		c.Command = []string{"sh", "-c", "setsid sleep 600 & echo $! > " + file + "; echo said; printf half; exit 3"}
		c.Log = slog.New(slog.NewTextHandler(&said, nil))
	})
	t.Cleanup(func() {
		pid, _ := os.ReadFile(file)
		if n, err := strconv.Atoi(strings.TrimSpace(string(pid))); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if r := invoke(t, f, `{}`); !r.Failed || !strings.Contains(string(r.Payload), "Runtime exited") {
			t.Errorf("%v %s", r.Failed, r.Payload)
		}
		_ = f.Close()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("somebody waits for what was left behind")
	}
	for _, want := range []string{"msg=said", "msg=half"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("no %s in %s", want, said.String())
		}
	}
}
