package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// States of a connection. An idle one may be dismissed by another goroutine to
// make it end; Close dismisses all.
const (
	connActive int32 = iota
	connIdle
	connDismissed
)

// A conn is one connection of a Server, owned by one goroutine.
type conn struct {
	srv       *Server
	link      link
	in        input
	state     atomic.Int32
	idleSince atomic.Int64 // Unix seconds
	remote    netip.AddrPort
	tls       *tls.ConnectionState

	head     requestHead
	req      httpmsg.Request
	answered time.Time // when the last answer was rendered
	resp     httpmsg.Response
	body     body
	readFn   func() ([]byte, error) // c.readBody, bound once
	handed   bool                   // to HandOver
	aborted  bool                   // by the Handler: no answer at all
	lingers  bool                   // before it closes: the client may still be sending
	turns    turns
	release  func() // gives the connection's place back
	lends    bool   // its place goes along when it is handed over
}

func (s *Server) newConn(nc net.Conn, release func()) *conn {
	c := &conn{srv: s, release: release}
	c.link.init(nc, s.Batcher)
	c.link.state = &c.state
	c.turns.init(c)
	c.in = input{src: &c.link, slabs: &s.slabs}
	c.readFn = c.readBody
	c.remote = remoteOf(nc)
	c.idleSince.Store(time.Now().Unix())
	return c
}

func remoteOf(nc net.Conn) netip.AddrPort {
	a, ok := nc.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := a.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

func (c *conn) serve() {
	defer c.end()
	if !c.handshake() {
		return
	}
	for c.turn() {
	}
}

// goIdle makes c a connection that others may dismiss, unless it is too late
// for that. After it shutdown sees us, or we see it.
func (c *conn) goIdle() bool {
	return c.state.CompareAndSwap(connActive, connIdle) && !c.srv.conns.draining.Load()
}

// wake takes c back from being idle; false means that it was dismissed.
func (c *conn) wake() bool { return c.state.CompareAndSwap(connIdle, connActive) }

func (c *conn) end() {
	if c.handed {
		if !c.lends {
			c.release()
		}
		return
	}
	if c.lingers {
		c.linger()
	}
	c.link.close()
	c.resp.Reset()
	c.body.store.free()
	c.in.free()
	c.release()
}

// handshake runs that of TLS and hands over what is not HTTP/1.1.
func (c *conn) handshake() bool {
	t, ok := c.link.conn.(*tls.Conn)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.srv.limit.Head)
	defer cancel()
	if !c.goIdle() {
		return false
	}
	err := t.HandshakeContext(ctx)
	if !c.wake() || err != nil {
		return false
	}
	state := t.ConnectionState()
	c.tls = &state
	switch state.NegotiatedProtocol {
	case "", "http/1.1", "http/1.0":
		return true
	}
	if c.srv.HandOver != nil {
		c.handed = true
		c.srv.HandOver(t)
	}
	return false
}

// next serves one request and reports whether another may follow.
func (c *conn) next() bool {
	status, ok := c.awaitHead()
	if !ok {
		return false
	}
	if status != 0 {
		c.refuse(status)
		return false
	}
	c.begin()
	c.handle()
	again := c.answer()
	c.finish()
	return again
}

// awaitHead waits for a whole request head. It returns ok false when there is
// nobody to answer, and a status when the request is to be refused.
func (c *conn) awaitHead() (status int, ok bool) {
	c.head.reset()
	now := time.Now()
	if c.in.buffered() == 0 && !c.awaitByte(&now) {
		return 0, false
	}
	c.req.Received = now
	for {
		done, refuse := c.head.parse(c.in.unread(), &c.req, &c.srv.limit)
		if done || refuse != 0 {
			return refuse, true
		}
		c.link.allowReadUntil(now.Add(c.srv.limit.Head))
		moved, err := c.in.fill()
		if err != nil {
			return http.StatusRequestTimeout, isTimeout(err)
		}
		if moved { // so did what req points at: read it again
			c.head.reset()
			c.req.Reset()
			c.req.Received = now
		}
	}
}

// awaitByte waits, as an idle connection, for the first byte of a request.
func (c *conn) awaitByte(now *time.Time) bool {
	c.idleSince.Store(now.Unix())
	c.link.allowReadUntil(now.Add(c.srv.limit.Idle))
	if !c.goIdle() {
		return false
	}
	_, err := c.in.fill()
	*now = time.Now()
	return c.wake() && err == nil
}

// begin makes the head that was read the request.
func (c *conn) begin() {
	c.in.skip(c.head.pos)
	c.in.pin()
	c.req.Remote, c.req.TLS = c.remote, c.tls
	c.body.begin(c)
}

func (c *conn) handle() {
	defer func() {
		if v := recover(); v != nil {
			c.panicked(v)
		}
	}()
	c.srv.Handler.Handle(&c.req, &c.resp)
}

// panicked turns a panic of the Handler into a 500 and the end of the
// connection, of which nothing is known any more.
func (c *conn) panicked(v any) {
	c.head.close = true
	c.done(0, ErrPanicked)
	closeStream(&c.resp)
	c.resp.Reset()
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		c.aborted = true
		return
	}
	c.srv.log(slog.LevelError, "handler panicked", "panic", v, "stack", string(debug.Stack()))
}

// finish ends the life of everything that points into the connection's buffers.
func (c *conn) finish() {
	c.resp.Reset()
	c.req.Reset()
	c.body.store.free()
	c.in.release()
}

func (s *Server) log(level slog.Level, msg string, args ...any) {
	if s.Log != nil {
		s.Log.Log(context.Background(), level, msg, args...)
	}
}
