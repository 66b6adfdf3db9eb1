// Package test runs poterne as its users do: the built binary, the real AWS
// CLI, real back ends.
package test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the poterne under test, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "poterne-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "poterne")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, "./cmd/poterne")
	build.Dir = ".."
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build poterne: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A server is a running poterne.
type server struct {
	url  string // http://localhost:PORT
	cmd  *exec.Cmd
	stop func() // ends it and waits
}

var listening = regexp.MustCompile(`http://localhost:\d+`)

// start runs "poterne serve args" on a free port and waits until it is ready.
func start(t testing.TB, args ...string) *server {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith is start with more environment.
func startWith(t testing.TB, env []string, args ...string) *server {
	t.Helper()
	return startLogged(t, testWriter{t}, env, args...)
}

// A keptLog keeps what poterne logs.
type keptLog struct {
	mu   sync.Mutex
	kept strings.Builder
}

func (l *keptLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.Write(p)
}

func (l *keptLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept.String()
}

// startLogged is startWith, with the log written to log.
func startLogged(t testing.TB, log io.Writer, env []string, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, append([]string{"serve", "--listen", "localhost:0"}, args...)...)
	cmd.Stderr = log
	cmd.Env = append(append(os.Environ(), "XDG_STATE_HOME="+t.TempDir()), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start poterne: %v", err)
	}
	stop := sync.OnceFunc(func() {
		cancel()
		_ = cmd.Wait()
	})
	t.Cleanup(stop)
	return &server{url: firstURL(t, stdout), cmd: cmd, stop: stop}
}

func firstURL(t testing.TB, out io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := listening.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return url
		}
	}
	t.Fatal("poterne ended before it said where it listens")
	return ""
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// aws runs the real AWS CLI's apigateway command against s and decodes its
// output. It fails the test if the command fails.
func (s *server) aws(t *testing.T, args ...string) map[string]any {
	t.Helper()
	out, err := s.tryAWS(args...)
	if err != nil {
		t.Fatalf("aws apigateway %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	if strings.TrimSpace(out) == "" {
		return nil
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("aws apigateway %s answered no JSON: %v\n%s", strings.Join(args, " "), err, out)
	}
	return answer
}

func (s *server) tryAWS(args ...string) (string, error) {
	cmd := exec.Command("aws", append([]string{"--endpoint-url", s.url, "apigateway"}, args...)...)
	cmd.Env = awsEnv()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// awsEnv is an environment in which the AWS CLI depends on nothing of the
// machine.
func awsEnv() []string {
	return append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_DEFAULT_REGION=us-west-2", "AWS_PAGER=", "AWS_DEFAULT_OUTPUT=json", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
}

// get asks url and returns status, header and body.
func get(t testing.TB, url string) (int, http.Header, string) {
	t.Helper()
	return send(t, http.MethodGet, url, nil, "")
}

func send(t testing.TB, method, url string, header map[string]string, body string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return resp.StatusCode, resp.Header, string(data)
}
