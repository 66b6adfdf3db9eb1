package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// runtimeMode makes the test binary a function that speaks the Runtime API.
const runtimeMode = "POTERNE_TEST_RUNTIME"

func TestMain(m *testing.M) {
	if os.Getenv(runtimeMode) != "" {
		serveEvents()
	}
	os.Exit(m.Run())
}

// serveEvents does what each event says: {"do": "echo"|"fail"|"sleep"|"exit"|"pid"|"huge"}.
func serveEvents() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
	if os.Getenv(runtimeMode) == "init-error" {
		_, _ = http.Post(api+"init/error", "application/json", strings.NewReader(`{"errorType":"Import","errorMessage":"no module"}`))
		os.Exit(1)
	}
	for {
		resp, err := http.Get(api + "invocation/next")
		if err != nil {
			os.Exit(1)
		}
		event, _ := io.ReadAll(resp.Body)
		id := resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
		var what struct{ Do, File string }
		_ = json.Unmarshal(event, &what)
		suffix, answer := "/response", event
		switch what.Do {
		case "fail":
			suffix, answer = "/error", []byte(`{"errorType":"Custom","errorMessage":"as asked"}`)
		case "append", "append-fail", "append-fail-once":
			file, _ := os.OpenFile(what.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			_, _ = file.WriteString("x")
			seen, _ := file.Stat()
			_ = file.Close()
			if what.Do == "append-fail" || what.Do == "append-fail-once" && seen.Size() == 1 {
				suffix, answer = "/error", []byte(`{"errorType":"Custom","errorMessage":"as asked"}`)
			}
		case "sleep":
			time.Sleep(time.Minute)
		case "exit":
			os.Exit(3)
		case "pid":
			answer = fmt.Appendf(nil, "%d", os.Getpid())
		case "stream", "stream-fail", "stream-exit":
			streamResult(api+"invocation/"+id+"/response", what.Do)
			continue
		case "huge":
			answer = bytes.Repeat([]byte("x"), MaxPayload+1)
		case "arn":
			answer = fmt.Appendf(nil, "%q", resp.Header.Get("Lambda-Runtime-Invoked-Function-Arn"))
		}
		_, _ = http.Post(api+"invocation/"+id+suffix, "application/json", bytes.NewReader(answer))
	}
}

// streamResult posts a result in two parts, and fails on the way if it is told so.
func streamResult(url, do string) {
	r, w := io.Pipe()
	req, _ := http.NewRequest(http.MethodPost, url, r)
	req.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	req.Trailer = http.Header{"Lambda-Runtime-Function-Error-Type": nil}
	go func() {
		_, _ = io.WriteString(w, "first ")
		switch do {
		case "stream-exit":
			time.Sleep(100 * time.Millisecond) // what was written is on its way
			os.Exit(1)
		case "stream-fail":
			req.Trailer.Set("Lambda-Runtime-Function-Error-Type", "Custom")
		default:
			_, _ = io.WriteString(w, "second")
		}
		w.Close()
	}()
	_, _ = http.DefaultClient.Do(req)
}

func function(t *testing.T, change func(*Config)) *Function {
	t.Helper()
	c := Config{Name: "f", Region: "us-east-1", AccountId: "123456789012", Command: []string{os.Args[0]}, Env: []string{runtimeMode + "=on"}}
	if change != nil {
		change(&c)
	}
	f, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func invoke(t *testing.T, f *Function, event string) Result {
	t.Helper()
	r, err := f.Invoke(context.Background(), "id-1", "", []byte(event))
	if err != nil {
		t.Fatalf("invoke %s: %v", event, err)
	}
	return r
}

func TestResultsAndErrors(t *testing.T) {
	f := function(t, nil)
	for _, c := range []struct {
		event  string
		failed bool
		want   string // part of the payload
	}{
		{`{"do":"echo","x":1}`, false, `{"do":"echo","x":1}`},
		{`{"do":"fail"}`, true, `{"errorType":"Custom","errorMessage":"as asked"}`},
		{`{"do":"exit"}`, true, "Runtime exited with error: exit status 3"},
		{`{"do":"huge"}`, true, "Function.ResponseSizeTooLarge"},
		{`{"do":"arn"}`, false, `"arn:aws:lambda:us-east-1:123456789012:function:f"`},
	} {
		r := invoke(t, f, c.event)
		if r.Failed != c.failed || !strings.Contains(string(r.Payload), c.want) || r.RequestId != "id-1" {
			t.Errorf("%s: %+v %.100s, want failed %v with %s", c.event, r.Failed, r.Payload, c.failed, c.want)
		}
	}
}

func TestAProcessServesAgainUntilItFails(t *testing.T) {
	f := function(t, nil)
	first, second := invoke(t, f, `{"do":"pid"}`), invoke(t, f, `{"do":"pid"}`)
	if !bytes.Equal(first.Payload, second.Payload) {
		t.Errorf("two processes, %s and %s, where one was free", first.Payload, second.Payload)
	}
	invoke(t, f, `{"do":"exit"}`)
	if third := invoke(t, f, `{"do":"pid"}`); bytes.Equal(third.Payload, first.Payload) {
		t.Error("a process that ended served again")
	}
}

func TestTimeoutKillsTheProcess(t *testing.T) {
	f := function(t, func(c *Config) { c.Timeout = time.Second })
	r := invoke(t, f, `{"do":"sleep"}`)
	if !r.Failed || !strings.Contains(string(r.Payload), "Task timed out after 1.00 seconds") {
		t.Errorf("%v %s", r.Failed, r.Payload)
	}
	if r := invoke(t, f, `{"do":"echo"}`); r.Failed {
		t.Errorf("after a time-out: %s", r.Payload)
	}
}

func TestCallerGoesAway(t *testing.T) {
	f := function(t, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := f.Invoke(ctx, "id", "", []byte(`{"do":"sleep"}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	f := function(t, func(c *Config) { c.Concurrency = 2; c.Timeout = 2 * time.Second })
	var wait sync.WaitGroup
	var mu sync.Mutex
	throttled := 0
	for range 5 {
		wait.Go(func() {
			if _, err := f.Invoke(context.Background(), "id", "", []byte(`{"do":"sleep"}`)); errors.Is(err, ErrThrottled) {
				mu.Lock()
				throttled++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if throttled != 3 {
		t.Errorf("%d of 5 were throttled, want 3", throttled)
	}
}

func TestErrorWhileStarting(t *testing.T) {
	f := function(t, func(c *Config) { c.Env = []string{runtimeMode + "=init-error"} })
	if r := invoke(t, f, `{}`); !r.Failed || !strings.Contains(string(r.Payload), "no module") {
		t.Errorf("%v %s", r.Failed, r.Payload)
	}
	if _, err := function(t, func(c *Config) { c.Command = []string{"/no/such/program"} }).Invoke(context.Background(), "id", "", nil); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestStreams(t *testing.T) {
	f := function(t, nil)
	first := invoke(t, f, `{"do":"pid"}`)
	for _, c := range []struct {
		do, want string
		broken   bool
	}{{"stream", "first second", false}, {"stream-fail", "first ", true}, {"stream-exit", "first ", true}} {
		r, err := f.InvokeStream(context.Background(), "id", "", []byte(`{"do":"`+c.do+`"}`))
		if err != nil || r.Stream == nil {
			t.Fatalf("%s: %+v, %v", c.do, r, err)
		}
		got, err := io.ReadAll(r.Stream)
		_ = r.Stream.Close()
		if string(got) != c.want || errors.Is(err, ErrBroken) != c.broken {
			t.Errorf("%s: %q, %v", c.do, got, err)
		}
		if again := invoke(t, f, `{"do":"pid"}`); bytes.Equal(again.Payload, first.Payload) == c.broken {
			t.Errorf("after %s the process served again: %v", c.do, !c.broken)
		}
	}
	if r, err := f.InvokeStream(context.Background(), "id", "", []byte(`{"do":"echo"}`)); err != nil || r.Stream != nil || !strings.Contains(string(r.Payload), "echo") {
		t.Errorf("a function that does not stream: %+v, %v", r, err)
	}
	if r := invoke(t, f, `{"do":"stream"}`); string(r.Payload) != "first second" {
		t.Errorf("a caller that takes no stream: %s", r.Payload)
	}
}

func TestQueuedEventsWaitForAProcess(t *testing.T) {
	f := function(t, func(c *Config) { c.Concurrency = 1 })
	file := filepath.Join(t.TempDir(), "seen")
	for range 3 {
		if err := f.Enqueue("id", "", []byte(`{"do":"append","file":"`+file+`"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Enqueue("id", "", make([]byte, MaxPayload+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large event: %v", err)
	}
	waitUntilIdle(t, f)
	if seen, _ := os.ReadFile(file); string(seen) != "xxx" {
		t.Errorf("3 events were queued, the function saw %q", seen)
	}
}

// waitUntilIdle waits until no asynchronous event is left.
func waitUntilIdle(t *testing.T, f *Function) {
	t.Helper()
	left := func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.queued
	}
	for deadline := time.Now().Add(20 * time.Second); left() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d events are left", left())
		}
	}
}

// TestQueuedEventsAreTriedThreeTimes: an event whose function fails is tried
// twice more; one that succeeds then is done with.
func TestQueuedEventsAreTriedThreeTimes(t *testing.T) {
	for name, c := range map[string]struct{ do, want string }{"fails": {"append-fail", "xxx"}, "succeeds": {"append-fail-once", "xx"}} {
		t.Run(name, func(t *testing.T) {
			f := function(t, nil)
			f.delays = []time.Duration{time.Millisecond, 2 * time.Millisecond}
			file := filepath.Join(t.TempDir(), "seen")
			if err := f.Enqueue("id", "", []byte(`{"do":"`+c.do+`","file":"`+file+`"}`)); err != nil {
				t.Fatal(err)
			}
			waitUntilIdle(t, f)
			if seen, _ := os.ReadFile(file); string(seen) != c.want {
				t.Errorf("the function saw %q, want %q", seen, c.want)
			}
		})
	}
}

func TestCloseEndsWhatRuns(t *testing.T) {
	f := function(t, nil)
	if err := f.Enqueue("id", "", []byte(`{"do":"sleep"}`)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = f.Close()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("closing took %v while a function slept for a minute", took)
	}
	if err := f.Enqueue("id", "", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed function: %v", err)
	}
}

func TestLargeEventsAreRefused(t *testing.T) {
	if _, err := function(t, nil).Invoke(context.Background(), "id", "", make([]byte, MaxPayload+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func TestClosedFunctionRefuses(t *testing.T) {
	f := function(t, nil)
	invoke(t, f, `{}`)
	_ = f.Close()
	if _, err := f.Invoke(context.Background(), "id", "", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v", err)
	}
}

const pythonFile = `
import json
def hello(event, context):
    if event.get("fail"):
        raise ValueError("as asked")
    return {"hello": event.get("name"), "id": context.aws_request_id, "left": context.get_remaining_time_in_millis() > 0, "v": VERSION}
VERSION = 1
`

const nodeFile = `
exports.hello = async (event, context) => {
  if (event.fail) throw new RangeError('as asked');
  return { hello: event.name, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0, v: 1 };
};
exports.back = (event, context, callback) => callback(null, { hello: event.name });
`

func TestLanguages(t *testing.T) {
	for _, c := range []struct {
		name, program, file, source, handler, kind string
		members                                    []string // of an error, as the language's own runtime has them
	}{
		{"Python", "python3", "app.py", pythonFile, "hello", "ValueError", []string{"errorMessage", "errorType", "requestId", "stackTrace"}}, // AF-257
		{"Node", "node", "app.js", nodeFile, "hello", "RangeError", []string{"errorMessage", "errorType", "trace"}},
		{"Node with a callback", "node", "app.cjs", nodeFile, "back", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := exec.LookPath(c.program); err != nil {
				t.Skipf("%s is not installed", c.program)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, c.file)
			if err := os.WriteFile(file, []byte(c.source), 0o600); err != nil {
				t.Fatal(err)
			}
			command, watch, err := Command(file+":"+c.handler, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			f := function(t, func(cfg *Config) { cfg.Command, cfg.Watch = command, watch })
			if r := invoke(t, f, `{"name":"Rex"}`); r.Failed || !strings.Contains(string(r.Payload), `"Rex"`) {
				t.Errorf("%v %s", r.Failed, r.Payload)
			}
			if c.kind == "" {
				return
			}
			r := invoke(t, f, `{"fail":true}`)
			if !r.Failed || !strings.Contains(string(r.Payload), "as asked") || !strings.Contains(string(r.Payload), c.kind) {
				t.Errorf("an exception: %v %s", r.Failed, r.Payload)
			}
			var failure map[string]any
			_ = json.Unmarshal(r.Payload, &failure)
			if got := slices.Sorted(maps.Keys(failure)); !slices.Equal(got, c.members) {
				t.Errorf("an error has %v, want %v", got, c.members)
			}
		})
	}
}

const nodeStream = `
exports.hello = awslambda.streamifyResponse(async (event, stream) => {
  if (event.fail) throw new RangeError('as asked');
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
  stream.write('hello ');
  if (event.late) throw new RangeError('too late');
  stream.end(event.name);
});
`

func TestNodeStreams(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	file := filepath.Join(t.TempDir(), "app.js")
	if err := os.WriteFile(file, []byte(nodeStream), 0o600); err != nil {
		t.Fatal(err)
	}
	command, _, err := Command(file+":hello", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := function(t, func(c *Config) { c.Command = command })
	for event, want := range map[string]string{`{"name": "Rex"}`: "hello Rex", `{"late": true}`: "hello "} {
		r, err := f.InvokeStream(context.Background(), "id", "", []byte(event))
		if err != nil || r.Stream == nil {
			t.Fatalf("%s: %s, %v", event, r.Payload, err)
		}
		got, err := io.ReadAll(r.Stream)
		_ = r.Stream.Close()
		if string(got) != `{"statusCode":201}`+strings.Repeat("\x00", 8)+want || errors.Is(err, ErrBroken) != (want == "hello ") {
			t.Errorf("%s: %q, %v", event, got, err)
		}
	}
	if r, err := f.InvokeStream(context.Background(), "id", "", []byte(`{"fail": true}`)); err != nil || !r.Failed || !strings.Contains(string(r.Payload), "as asked") {
		t.Errorf("it fails at once: %+v %s, %v", r, r.Payload, err)
	}
}

func TestChangedCodeIsRunNext(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
	file := filepath.Join(t.TempDir(), "app.py")
	_ = os.WriteFile(file, []byte(pythonFile), 0o600)
	command, watch, err := Command(file+":hello", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := function(t, func(c *Config) { c.Command, c.Watch = command, watch })
	invoke(t, f, `{}`)
	_ = os.WriteFile(file, []byte(strings.Replace(pythonFile, "VERSION = 1", "VERSION = 2", 1)), 0o600)
	_ = os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)) // a clock of coarse ticks would miss it
	if r := invoke(t, f, `{}`); !strings.Contains(string(r.Payload), `"v": 2`) {
		t.Errorf("after the change: %s", r.Payload)
	}
}

// TestChangedModuleIsRunNext: what a function imports from its folder is its
// code too; caches and other files are not.
func TestChangedModuleIsRunNext(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		_ = os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("app.py", "")
	now := time.Now()
	f := function(t, func(c *Config) {
		c.Watch, c.Now = Watch{File: filepath.Join(dir, "app.py"), Suffixes: pythonCode}, func() time.Time { return now }
	})
	pid := func() string { return string(invoke(t, f, `{"do":"pid"}`).Payload) }
	first := pid()
	for name, isCode := range map[string]bool{
		"lib/prices.py": true, "notes.txt": false, "__pycache__/prices.py": false, "node_modules/x.py": false, ".git/x.py": false,
	} {
		before := pid()
		write(name, "changed")
		if pid() != before {
			t.Errorf("%s: looked at within a second", name)
		}
		now = now.Add(lookEvery)
		if got := pid() != before; got != isCode {
			t.Errorf("%s: new processes %v, want %v", name, got, isCode)
		}
	}
	if first == pid() {
		t.Error("the process of the old code runs on")
	}
}

func TestCommand(t *testing.T) {
	if _, _, err := Command("missing.py:handler", t.TempDir()); err == nil {
		t.Error("a file that is not there was taken")
	}
	if _, _, err := Command("hello.py", t.TempDir()); err == nil || !strings.Contains(err.Error(), "hello.py:handler") {
		t.Errorf("a file without a function: %v", err)
	}
	if _, _, err := Command("  ", t.TempDir()); err == nil {
		t.Error("no command was taken")
	}
	command, _, err := Command("./bootstrap --flag", t.TempDir())
	if err != nil || len(command) != 2 {
		t.Errorf("%v, %v", command, err)
	}
}
