package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A registry knows the listeners and connections of one Server.
type registry struct {
	draining  atomic.Bool
	stop      chan struct{} // closed when draining begins
	places    chan struct{} // one entry per connection or waiting Accept
	running   sync.WaitGroup
	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	waiting   []chan *conn // goroutines that have served a connection and take another, the last one last
}

// maxWaiting bounds what waits without a connection: a stack of some 16 KiB each.
const maxWaiting = 64

func (s *Server) init() {
	s.limit = s.Limits.withDefaults()
	s.conns.start(s.limit.Conns)
}

func (r *registry) start(places int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		r.stop = make(chan struct{})
	}
	r.places = make(chan struct{}, places)
	r.listeners = map[net.Listener]struct{}{}
	r.conns = map[*conn]struct{}{}
}

func (s *Server) serve(l net.Listener, config *tls.Config) error {
	s.once.Do(s.init)
	if !s.conns.addListener(l) {
		_ = l.Close() // as Shutdown would have
		return ErrServerClosed
	}
	defer s.conns.removeListener(l)
	var wait backoff
	for s.conns.takePlace() {
		nc, err := l.Accept()
		if err != nil {
			s.conns.givePlace()
			if s.conns.draining.Load() {
				break
			}
			if !isPassing(err) {
				return err
			}
			s.log(slog.LevelWarn, "cannot accept", "error", err)
			s.conns.shedIdle()
			wait.pause(s.conns.stop)
			continue
		}
		wait = 0
		s.start(nc, config)
	}
	return ErrServerClosed
}

// isPassing reports whether an error of Accept will go away by itself: out of
// descriptors or memory, or a connection that died in the backlog.
func isPassing(err error) bool {
	for _, errno := range []syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.ECONNRESET, syscall.EINTR,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// A backoff is the pause after a failed Accept: 5 ms, doubled up to 640 ms,
// so that running out of descriptors neither spins nor is slept through.
type backoff time.Duration

func (b *backoff) pause(stop <-chan struct{}) {
	*b = min(max(2**b, backoff(5*time.Millisecond)), backoff(640*time.Millisecond))
	t := time.NewTimer(time.Duration(*b))
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
	}
}

// start has nc served by a goroutine that Shutdown waits for.
func (s *Server) start(nc net.Conn, config *tls.Config) {
	p := &place{Conn: nc, give: s.conns.givePlace}
	if config != nil {
		nc = tls.Server(p, config)
	}
	c := s.newConn(nc, p.release)
	c.lends = config != nil
	if waiting := s.conns.add(c); waiting != nil {
		waiting <- c
		return
	}
	go s.work(c)
}

// work serves c, and then other connections: a goroutine whose stack has grown to
// what a request takes need not be made anew for each.
func (s *Server) work(c *conn) {
	defer s.conns.running.Done()
	for next := make(chan *conn, 1); c != nil; c = <-next {
		c.serve()
		if !s.conns.remove(c, next) {
			return
		}
	}
}

// A place is a connection's entry in the count. A TLS connection that was
// handed over gives it back when its new owner closes it.
type place struct {
	net.Conn
	once sync.Once
	give func()
}

func (p *place) release() { p.once.Do(p.give) }

// Close closes the connection and gives its place back.
func (p *place) Close() error {
	p.release()
	return p.Conn.Close()
}

func (r *registry) addListener(l net.Listener) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining.Load() {
		return false
	}
	r.listeners[l] = struct{}{}
	r.running.Add(1)
	return true
}

func (r *registry) removeListener(l net.Listener) {
	r.mu.Lock()
	delete(r.listeners, l)
	r.mu.Unlock()
	_ = l.Close() // closed already, or Accept failed for good
	r.running.Done()
}

// add makes c known. It returns where a goroutine waits for it; nil: one is to be
// started.
func (r *registry) add(c *conn) (waiting chan *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[c] = struct{}{}
	if last := len(r.waiting) - 1; last >= 0 {
		waiting = r.waiting[last]
		r.waiting = r.waiting[:last]
		return waiting
	}
	r.running.Add(1)
	return nil
}

// remove forgets c, and reports whether who served it is to wait at next for
// another, or for nil.
func (r *registry) remove(c *conn, next chan *conn) (wait bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
	if r.draining.Load() || len(r.waiting) == maxWaiting {
		return false
	}
	r.waiting = append(r.waiting, next)
	return true
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.conns)
}

// takePlace waits for a place among the connections. While there is none, idle
// connections make room: they cost their clients nothing but a new connection.
func (r *registry) takePlace() bool {
	for !r.draining.Load() {
		select {
		case r.places <- struct{}{}:
			return true
		default:
		}
		r.shedIdle()
		t := time.NewTimer(shedEvery)
		select {
		case r.places <- struct{}{}:
			t.Stop()
			return true
		case <-r.stop:
		case <-t.C:
		}
		t.Stop()
	}
	return false
}

func (r *registry) givePlace() { <-r.places }

const (
	shedEvery = 100 * time.Millisecond
	shedAge   = 2 // seconds without a byte before a connection may be shed
)

// shedIdle dismisses up to a sixteenth of the connections, such as have been
// idle for shedAge.
func (r *registry) shedIdle() {
	before := time.Now().Unix() - shedAge
	r.mu.Lock()
	defer r.mu.Unlock()
	left := len(r.conns)/16 + 1
	for c := range r.conns {
		if left == 0 {
			return
		}
		if c.idleSince.Load() <= before && c.dismiss() {
			left--
		}
	}
}

// dismiss wakes an idle connection to let it end; it does nothing to others.
func (c *conn) dismiss() bool {
	if !c.state.CompareAndSwap(connIdle, connDismissed) {
		return false
	}
	_ = c.link.conn.SetReadDeadline(longAgo) // fails only when it is closed
	return true
}

// cut ends a connection whatever it is doing; its owner closes it.
func (c *conn) cut() {
	c.state.Store(connDismissed)
	_ = c.link.conn.SetDeadline(longAgo) // fails only when it is closed
	shut(c.link.conn)
}

var longAgo = time.Unix(1, 0)

func (r *registry) beginDrain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		r.stop = make(chan struct{})
	}
	if !r.draining.Swap(true) {
		close(r.stop)
	}
	for l := range r.listeners {
		_ = l.Close() // to stop it; there is nothing else to do
	}
	for c := range r.conns {
		c.dismiss()
	}
	for _, next := range r.waiting {
		next <- nil
	}
	r.waiting = nil
}

func (r *registry) shutdown(ctx context.Context) error {
	r.beginDrain()
	done := make(chan struct{})
	go func() {
		r.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	if err := r.close(); err != nil {
		return err
	}
	return ctx.Err()
}

func (r *registry) close() error {
	r.beginDrain()
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		c.cut()
	}
	return nil
}
