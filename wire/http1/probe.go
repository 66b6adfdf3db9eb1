package http1

import (
	"io"
	"net"
	"syscall"
	"time"
)

// A probe tells whether a connection received anything while it was idle: a
// byte or an end that nobody asked for. What arrived early would be read as
// the answer to the next request.
//
// Where the platform lets us look at a socket without reading it (probe_unix.go)
// that is one system call when a connection is taken. Elsewhere a goroutine
// reads from the idle connection and must be found waiting (watcher).
type probe struct {
	raw     syscall.RawConn
	peek    func(fd uintptr)
	pending bool // result of peek
	link    *link
	watch   *watcher // the portable way
}

func (p *probe) init(raw net.Conn, l *link) {
	p.link = l
	if sc, ok := raw.(syscall.Conn); ok && canPeek {
		if rc, err := sc.SyscallConn(); err == nil {
			p.raw, p.peek = rc, p.peekAt
			return
		}
	}
	p.watch = &watcher{}
}

// park makes an idle connection watched. It returns false when something has
// arrived already.
func (p *probe) park() bool {
	if p.watch != nil {
		p.watch.start(p.link)
	}
	return true
}

// quiet reports whether nothing has arrived since park, and ends the watch.
func (p *probe) quiet() bool {
	if p.watch != nil {
		return p.watch.stop(p.link)
	}
	p.pending = true
	if p.raw.Control(p.peek) != nil || p.pending {
		return false
	}
	return p.link == nil || p.link.records == nil || p.noRecord()
}

// noRecord reports whether TLS holds nothing back: neither a part of a record
// nor, since it would be returned without touching the socket, a whole one.
func (p *probe) noRecord() bool {
	if p.link.records.inside() {
		return false
	}
	p.link.armRead(longAgo)
	var b [1]byte
	n, err := p.link.conn.Read(b[:])
	return n == 0 && err != nil && isTimeout(err)
}

// A recordConn stands under a TLS client and follows the records that are read
// through it, to know whether the last one was read to its end, and whether the
// connection just broke off, which crypto/tls does not tell from a proper end.
type recordConn struct {
	net.Conn
	head   [5]byte
	have   int // bytes of head
	left   int // bytes of the record behind head
	broken bool
}

// Read reads from the connection.
func (r *recordConn) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.follow(p[:n])
	if err == io.EOF {
		r.broken = true
	}
	return n, err
}

func (r *recordConn) follow(b []byte) {
	for len(b) > 0 {
		if r.left > 0 {
			n := min(r.left, len(b))
			r.left -= n
			b = b[n:]
			continue
		}
		n := copy(r.head[r.have:], b)
		r.have += n
		b = b[n:]
		if r.have == len(r.head) {
			r.left, r.have = int(r.head[3])<<8|int(r.head[4]), 0
		}
	}
}

func (r *recordConn) inside() bool { return r.left > 0 || r.have > 0 }

// A watcher is a goroutine that reads from an idle connection. It is started
// by the connection's owner and waited for by whoever takes it or closes it.
type watcher struct{ result chan bool }

func (w *watcher) start(l *link) {
	w.result = make(chan bool, 1)
	l.armRead(time.Time{})
	go func() {
		var b [1]byte
		n, err := l.conn.Read(b[:])
		w.result <- n == 0 && err != nil && isTimeout(err)
	}()
}

func (w *watcher) stop(l *link) (quiet bool) {
	l.armRead(longAgo)
	return <-w.result
}
