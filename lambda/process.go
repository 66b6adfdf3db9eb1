package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// initTime is how long a process may take to ask for its first event
// (documented: 10 s).
const initTime = 10 * time.Second

// outputTime is how long the output of a process that has ended is read on: what
// it has started and left behind may hold it open.
const outputTime = time.Second

// A process is one running copy of a function, with a Runtime API of its own,
// so that what it says is known to be its.
type process struct {
	function *Function
	code     look // what it was started with
	cmd      *exec.Cmd
	api      *http.Server
	ended    chan struct{}    // closed when the process is gone
	next     chan *invocation // hands over the event

	mu      sync.Mutex
	current *invocation // the one that it works on
	failure []byte      // what it said before it could take events
}

// start starts a process. The caller holds f.mu.
func (f *Function) start() (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("function %s: listen for the process: %w", f.config.Name, err)
	}
	p := &process{function: f, code: f.code, ended: make(chan struct{}), next: make(chan *invocation)}
	p.api = &http.Server{Handler: forRuntimes(listener.Addr().String(), p.handler()), ReadHeaderTimeout: initTime}
	p.cmd = exec.Command(f.config.Command[0], f.config.Command[1:]...)
	p.cmd.Dir, p.cmd.Env = f.config.Dir, f.environment(listener.Addr().String())
	ownGroup(p.cmd)
	output := &lineLog{log: func(line string) { f.config.Log.Info(line, "function", f.config.Name, "pid", p.cmd.Process.Pid) }}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.WaitDelay = output, output, outputTime
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("function %s: start %s: %w", f.config.Name, f.config.Command[0], err), listener.Close())
	}
	f.live[p] = struct{}{}
	f.running.Go(func() { _ = p.api.Serve(listener) }) // ends with the process
	f.running.Go(func() {
		err := p.cmd.Wait()
		output.end()
		p.over(err)
	})
	return p, nil
}

// environment is what Lambda sets for a runtime.
func (f *Function) environment(api string) []string {
	c := &f.config
	return append(append(os.Environ(),
		"AWS_LAMBDA_RUNTIME_API="+api,
		"AWS_LAMBDA_FUNCTION_NAME="+c.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+c.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"AWS_REGION="+c.Region,
		"AWS_DEFAULT_REGION="+c.Region,
	), c.Env...)
}

// over ends what waits for a process that has ended.
func (p *process) over(err error) {
	close(p.ended)
	p.function.forget(p)
	_ = p.api.Close()
	p.fail("Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited %s", p.currentId(), exitText(err)))
}

func (f *Function) forget(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.live, p)
}

func exitText(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "with error: " + exit.Error()
	}
	return "without providing a reason"
}

func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// stop kills the process and what it started.
func (p *process) stop() {
	if p.alive() {
		kill(p.cmd)
	}
}

// run gives the process an event and waits for its result. reusable: it can
// take another.
func (p *process) run(ctx context.Context, inv *invocation, timeout time.Duration) (result Result, reusable bool, err error) {
	timer := time.NewTimer(initTime)
	defer timer.Stop()
	select {
	case p.next <- inv:
		timer.Reset(timeout)
	case <-p.ended:
		return p.endedEarly(inv), false, nil
	case <-timer.C:
		return failed(inv.id, "Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, initTime.Seconds())), false, nil
	case <-ctx.Done():
		return Result{}, false, ctx.Err()
	}
	select {
	case result := <-inv.done:
		return result, p.alive(), nil
	case <-timer.C:
		text := fmt.Sprintf("%s %s Task timed out after %.2f seconds", p.function.config.Now().UTC().Format("2006-01-02T15:04:05.000Z"), inv.id, timeout.Seconds())
		return Result{RequestId: inv.id, Payload: mustJSON(map[string]string{"errorMessage": text}), Failed: true}, false, nil
	case <-ctx.Done():
		return Result{}, false, ctx.Err()
	}
}

// endedEarly is the result of a process that was gone before it took an event.
func (p *process) endedEarly(inv *invocation) Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil {
		return Result{RequestId: inv.id, Payload: p.failure, Failed: true}
	}
	return failed(inv.id, "Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited without providing a reason", inv.id))
}

func failed(id, kind, message string) Result {
	return Result{RequestId: id, Payload: mustJSON(map[string]string{"errorType": kind, "errorMessage": message}), Failed: true}
}

func mustJSON(v map[string]string) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of texts always marshal
	}
	return b
}

func (p *process) currentId() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		return ""
	}
	return p.current.id
}

// fail ends the current invocation with an error.
func (p *process) fail(kind, message string) {
	if inv := p.take(""); inv != nil {
		inv.done <- failed(inv.id, kind, message)
	}
}

// take ends the work on the current invocation, if it is id ("" for any).
func (p *process) take(id string) *invocation {
	p.mu.Lock()
	defer p.mu.Unlock()
	inv := p.current
	if inv == nil || id != "" && inv.id != id {
		return nil
	}
	p.current = nil
	return inv
}

// forRuntimes refuses what a page in a browser can send to the Runtime API at
// addr: requests of a site, and of a name that was made to resolve to this
// machine. Runtimes ask for the address that they were given.
func forRuntimes(addr string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != addr || r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
			http.Error(w, `{"errorType":"AccessDenied","errorMessage":"The Runtime API is for the runtime alone"}`, http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// handler is the Runtime API that the process sees.
func (p *process) handler() http.Handler {
	mux := http.NewServeMux()
	const version = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+version+"invocation/next", p.handNext)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", p.answer(false))
	mux.HandleFunc("POST "+version+"invocation/{id}/error", p.answer(true))
	mux.HandleFunc("POST "+version+"init/error", p.initError)
	return mux
}

func (p *process) handNext(w http.ResponseWriter, r *http.Request) {
	select {
	case inv := <-p.next:
		p.mu.Lock()
		p.current = inv
		p.mu.Unlock()
		if !p.alive() { // and maybe over saw nothing to fail
			p.fail("Runtime.ExitError", "RequestId: "+inv.id+" Error: Runtime exited without providing a reason")
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", p.function.config.ARN())
		h.Set("Lambda-Runtime-Trace-Id", completeTrace(inv))
		_, _ = w.Write(inv.payload) // a process that is gone is noticed by wait
	case <-p.ended:
	case <-r.Context().Done():
	}
}

// completeTrace is the trace that a function is told of: Lambda adds what the
// caller left out.
func completeTrace(inv *invocation) string {
	if inv.trace == "" || strings.Contains(inv.trace, ";") {
		return inv.trace
	}
	parent := fnv.New64a()
	_, _ = parent.Write([]byte(inv.id)) // never fails
	return fmt.Sprintf("%s;Parent=%016x;Sampled=0", inv.trace, parent.Sum64())
}

func (p *process) answer(isError bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		inv := p.take(r.PathValue("id"))
		if inv == nil {
			http.Error(w, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`, http.StatusBadRequest)
			return
		}
		if inv.streams && !isError && r.Header.Get(responseMode) == "streaming" {
			p.stream(w, r, inv)
			return
		}
		payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			inv.done <- failed(inv.id, "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
			http.Error(w, `{"errorType":"RequestEntityTooLarge"}`, http.StatusRequestEntityTooLarge)
		case err != nil:
			inv.done <- failed(inv.id, "Runtime.ExitError", "RequestId: "+inv.id+" Error: the result broke off")
		default:
			inv.done <- Result{RequestId: inv.id, Payload: payload, Failed: isError}
			w.WriteHeader(http.StatusAccepted)
		}
	}
}

func (p *process) initError(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	if err != nil {
		return
	}
	p.mu.Lock()
	p.failure = payload
	p.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}
