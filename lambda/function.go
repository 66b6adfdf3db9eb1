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
)

// Errors of Invoke. An error of the function itself is no error of Invoke: see
// Result.
var (
	// ErrThrottled: as many invocations run as may.
	ErrThrottled = errors.New("Rate Exceeded.")
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

	// Watch is a file whose change replaces the processes; "" watches nothing.
	Watch string
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
}

// An Invocation is one event on its way to a process.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	trace    string
	done     chan Result // takes one
}

// A Function invokes processes. It is safe for concurrent use.
type Function struct {
	config Config
	slots  chan struct{} // one for each invocation that runs

	mu      sync.Mutex
	idle    []*process
	stamp   time.Time // of the watched file when the idle processes were started
	closed  bool
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
	return &Function{config: c, slots: make(chan struct{}, c.Concurrency)}, nil
}

// Invoke runs the function on an event. It ends at the function's own time-out
// with a failed Result, or with the error of ctx; either way the process is
// not used again.
func (f *Function) Invoke(ctx context.Context, requestId, trace string, event []byte) (Result, error) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		return Result{}, ErrThrottled
	}
	p, err := f.process()
	if err != nil {
		return Result{}, err
	}
	now := f.config.Now()
	inv := &invocation{id: requestId, payload: event, deadline: now.Add(f.config.Timeout), trace: trace, done: make(chan Result, 1)}
	result, reusable, err := p.run(ctx, inv, f.config.Timeout)
	if reusable {
		f.keep(p)
	} else {
		p.stop()
	}
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
	stamp := modified(f.config.Watch)
	if stamp.Equal(f.stamp) {
		return
	}
	f.stamp = stamp
	for _, p := range f.idle {
		p.stop()
	}
	f.idle = nil
}

func (f *Function) keep(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || !p.started.Equal(f.stamp) {
		p.stop()
		return
	}
	f.idle = append(f.idle, p)
}

// Close stops every process and waits for them.
func (f *Function) Close() error {
	f.mu.Lock()
	f.closed = true
	for _, p := range f.idle {
		p.stop()
	}
	f.idle = nil
	f.mu.Unlock()
	f.running.Wait()
	return nil
}
