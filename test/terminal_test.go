//go:build unix

package test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A screen is a terminal that a program runs on.
type screen struct {
	file *os.File
	mu   sync.Mutex
	seen bytes.Buffer
	news chan struct{}
}

// onScreen starts poterne on a terminal of its own.
func onScreen(t *testing.T, env []string, args ...string) *screen {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(cliEnv(), env...)
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{file: file, news: make(chan struct{}, 1)}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		_ = file.Close()
	})
	go func() { _, _ = io.Copy(s, file) }() // a terminal ends with an error
	return s
}

// Write keeps what the program writes.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.seen.Write(p)
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

// wait waits for a text, and forgets what came up to its end.
func (s *screen) wait(t *testing.T, want string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		text := s.seen.String()
		at := strings.Index(text, want)
		if at >= 0 {
			s.seen.Next(at + len(want))
		}
		s.mu.Unlock()
		if at >= 0 {
			return
		}
		select {
		case <-s.news:
		case <-late:
			t.Fatalf("no %q on the screen:\n%s", want, text)
		}
	}
}

func (s *screen) enter(t *testing.T, keys string) {
	t.Helper()
	if _, err := s.file.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

func TestRenderPrompt(t *testing.T) {
	t.Parallel()
	body := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(body, []byte(`{"name":"Rex","ages":[1,2]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := onScreen(t, []string{"XDG_STATE_HOME=" + t.TempDir()}, "render", "-b", body)
	s.wait(t, "vtl> ")
	s.enter(t, "$input.path('$.name')\r")
	s.wait(t, "Rex")
	s.wait(t, "vtl> ")
	s.enter(t, "#foreach($a in $input.path('$.ages'))\r")
	s.wait(t, "...> ")
	s.enter(t, "<$a>#end\r")
	s.wait(t, "<1><2>")
	s.wait(t, "vtl> ")
	s.enter(t, "$util.base64Enc\t")
	s.wait(t, "$util.base64Encode")
	s.enter(t, "'a')\r") // Tab has written the parenthesis
	s.wait(t, "YQ==")
}

func TestAutoPromptOnATerminal(t *testing.T) {
	t.Parallel()
	server := start(t)
	s := onScreen(t, nil, "--endpoint-url", server.url, "apigateway", "create-rest-api", "--cli-auto-prompt")
	s.wait(t, "--name: ")
	s.enter(t, "typed\r")
	s.wait(t, "option (Tab lists them, Enter goes on): ")
	s.enter(t, "--desc\t\r")
	s.wait(t, "--description: ")
	s.enter(t, "by hand\r")
	s.wait(t, "option (Tab lists them, Enter goes on): ")
	s.enter(t, "--api-key-source\r")
	s.wait(t, "--api-key-source: ")
	s.enter(t, "AUTH\t\r\r")
	s.wait(t, `"name": "typed"`)
	s.wait(t, `"apiKeySource": "AUTHORIZER"`)
}
