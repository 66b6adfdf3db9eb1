// Package lambda runs functions as local processes behind the Lambda Runtime
// API, so that an API with Lambda integrations works without AWS.
//
// A Function is a command that speaks the Runtime API (a Go program built with
// aws-lambda-go, or any custom runtime's bootstrap), or a Python or Node file
// with a handler, which a small bootstrap of ours runs (bootstrap.go). Each
// invocation has a process to itself; processes are started as they are needed,
// kept for the next invocation, and replaced when they end, overrun their time
// or their code changes.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Defaults of Config.
const (
	DefaultTimeout     = 30 * time.Second
	DefaultConcurrency = 10

	// MaxPayload bounds event and result, in bytes (documented: 6 MB).
	MaxPayload = 6 << 20

	// maxQueued bounds the asynchronous events that wait for a process.
	maxQueued = 1000
)

// retryDelays are what lies between the attempts at an asynchronous event
// (documented: two more, after one minute and after two).
var retryDelays = [...]time.Duration{time.Minute, 2 * time.Minute}

// Errors of Invoke. An error of the function itself is no error of Invoke: see
// Result.
var (
	// ErrThrottled: as many invocations run as may.
	ErrThrottled = errors.New("Rate Exceeded.")
	// ErrTooLarge: the event is larger than MaxPayload.
	ErrTooLarge = fmt.Errorf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxPayload)
	// ErrClosed: the Function was closed.
	ErrClosed = errors.New("the function is stopped")
)

// Config describes a Function.
type Config struct {
	Name        string
	Command     []string // what to run, with arguments
	Dir         string   // its working directory; "" is poterne's
	Env         []string // beside poterne's own environment and AWS's variables
	Region      string
	AccountId   string
	Timeout     time.Duration // of one invocation; DefaultTimeout
	Concurrency int           // processes at once; DefaultConcurrency
	Log         *slog.Logger  // what the processes write; discards
	Now         func() time.Time

	Watch Watch // what replaces the processes when it changes
}

// ARN is the function's ARN.
func (c *Config) ARN() string {
	return "arn:aws:lambda:" + c.Region + ":" + c.AccountId + ":function:" + c.Name
}

// A Result is what an invocation came to.
type Result struct {
	RequestId string
	Payload   []byte // JSON, of the result or of the error
	Failed    bool   // the function failed: Payload is {"errorMessage":…,"errorType":…}
	// Stream is the result of a function that streams, in the place of
	// Payload; who gets one closes it.
	Stream io.ReadCloser
}

// An Invocation is one event on its way to a process.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	trace    string
	streams  bool        // the result may be a stream
	done     chan Result // takes one
}

// A Function invokes processes. It is safe for concurrent use.
type Function struct {
	config Config
	slots  chan struct{}   // one for each invocation that runs
	delays []time.Duration // retryDelays

	mu      sync.Mutex
	idle    []*process
	live    map[*process]struct{} // all that were started and have not ended
	code    look                  // what the idle processes were started with
	queued  int                   // asynchronous events that wait or run
	closed  bool
	closing chan struct{} // closed by Close
	running sync.WaitGroup
}

// New makes a Function. Nothing is started before the first Invoke.
func New(c Config) (*Function, error) {
	if len(c.Command) == 0 {
		return nil, fmt.Errorf("function %s: no command", c.Name)
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Concurrency == 0 {
		c.Concurrency = DefaultConcurrency
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Function{config: c, slots: make(chan struct{}, c.Concurrency), delays: retryDelays[:], live: map[*process]struct{}{}, closing: make(chan struct{})}, nil
}

// Invoke runs the function on an event. It ends at the function's own time-out
// with a failed Result, or with the error of ctx; either way the process is
// not used again.
func (f *Function) Invoke(ctx context.Context, requestId, trace string, event []byte) (Result, error) {
	return f.try(ctx, &invocation{id: requestId, payload: event, trace: trace})
}

// InvokeStream is Invoke for a caller that takes a stream. A function that does
// not stream returns its Payload, and one that fails is a failed Result.
func (f *Function) InvokeStream(ctx context.Context, requestId, trace string, event []byte) (Result, error) {
	return f.try(ctx, &invocation{id: requestId, payload: event, trace: trace, streams: true})
}

func (f *Function) try(ctx context.Context, inv *invocation) (Result, error) {
	select {
	case f.slots <- struct{}{}:
		return f.invoke(ctx, inv)
	default:
		return Result{}, ErrThrottled
	}
}

// Enqueue runs the function on an event when a process is free; nobody learns
// the result but the log. An event whose function fails is tried again, twice.
// The event is the Function's from now on. Errors are ErrThrottled, when too
// many wait already, ErrTooLarge, ErrClosed and an *EventError.
func (f *Function) Enqueue(requestId, trace string, event []byte) error {
	if len(event) > MaxPayload {
		return ErrTooLarge
	}
	if err := checkEvent(event); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return ErrClosed
	case f.queued >= maxQueued:
		return ErrThrottled
	}
	f.queued++
	f.running.Go(func() { f.runQueued(&invocation{id: requestId, payload: event, trace: trace}) })
	return nil
}

func (f *Function) runQueued(inv *invocation) {
	defer func() {
		f.mu.Lock()
		f.queued--
		f.mu.Unlock()
	}()
	for attempt := 0; !f.attempt(inv, attempt); attempt++ {
		if attempt == len(f.delays) || !f.sleep(f.delays[attempt]) {
			return
		}
	}
}

// attempt runs the function on a queued event, and reports whether it is done
// with.
func (f *Function) attempt(inv *invocation, n int) (done bool) {
	select {
	case f.slots <- struct{}{}:
	case <-f.closing:
		return true
	}
	result, err := f.invoke(context.Background(), inv)
	if err == nil && !result.Failed {
		return true
	}
	f.config.Log.Warn("an asynchronous invocation failed", "function", f.config.Name, "request", inv.id,
		"attempt", n+1, "of", len(f.delays)+1, "result", string(result.Payload), "error", err)
	return false
}

// sleep waits, and reports whether the Function is still open then.
func (f *Function) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-f.closing:
		return false
	}
}

// invoke runs inv on a process. The caller has taken a slot.
func (f *Function) invoke(ctx context.Context, inv *invocation) (Result, error) {
	free := func() { <-f.slots }
	if len(inv.payload) > MaxPayload {
		free()
		return Result{}, ErrTooLarge
	}
	if err := checkEvent(inv.payload); err != nil {
		free()
		return Result{}, err
	}
	p, err := f.process()
	if err != nil {
		free()
		return Result{}, err
	}
	inv.deadline, inv.done = f.config.Now().Add(f.config.Timeout), make(chan Result, 1)
	result, reusable, err := p.run(ctx, inv, f.config.Timeout)
	settle := func(reusable bool) {
		if reusable {
			f.keep(p)
		} else {
			p.stop()
		}
		free()
	}
	if stream, ok := result.Stream.(*resultStream); ok && err == nil {
		stream.settle = settle
		return result, nil
	}
	settle(reusable)
	return result, err
}

// process is an idle one, or a new one.
func (f *Function) process() (*process, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, ErrClosed
	}
	f.dropChanged()
	for len(f.idle) > 0 {
		p := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if p.alive() {
			return p, nil
		}
		p.stop()
	}
	return f.start()
}

// dropChanged stops the idle processes when the code they run has changed.
func (f *Function) dropChanged() {
	last := f.code
	if f.code = f.config.Watch.again(last, f.config.Now()); f.code.equals(last) {
		return
	}
	for _, p := range f.idle {
		p.stop()
	}
	f.idle = nil
}

func (f *Function) keep(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || !p.code.equals(f.code) {
		p.stop()
		return
	}
	f.idle = append(f.idle, p)
}

// Close stops every process, whatever it is at, and waits for them.
func (f *Function) Close() error {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.closing)
	}
	for p := range f.live {
		p.stop()
	}
	f.idle = nil
	f.mu.Unlock()
	f.running.Wait()
	return nil
}
