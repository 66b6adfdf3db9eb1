package http1

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A link is one connection with deadlines. Server and client run on it; what
// the platform can do better than net.Conn goes behind it.
//
// Setting a deadline costs as much as parsing a head, so one that lies up to
// deadlineSlack before the wanted time is left alone and moved when it fires.
type link struct {
	conn    net.Conn
	isTLS   bool
	records *recordConn   // under a TLS client
	state   *atomic.Int32 // of a server connection; nil in a client
	readBy  time.Time     // wanted
	armedR  time.Time     // set on conn
	writeBy time.Time     // wanted
	armedW  time.Time

	direct direct // system calls past net.Conn, where there are any
	posted posted // and those that are done together with others'
	pair   [2][]byte
	bufs   net.Buffers
}

const deadlineSlack = time.Second

func (l *link) init(c net.Conn, b *Batcher) {
	l.conn = c
	l.posted.init(c, b)
	_, l.isTLS = c.(*tls.Conn)
	l.direct.leave()
}

// allowReadUntil sets the time at which a Read gives up.
func (l *link) allowReadUntil(t time.Time) {
	l.readBy = t
	if l.armedR.IsZero() || t.Before(l.armedR) || t.Sub(l.armedR) > deadlineSlack {
		l.armRead(t)
	}
}

func (l *link) armRead(t time.Time) {
	l.armedR = t
	_ = l.conn.SetReadDeadline(t) // fails on a closed connection, as the Read will
}

// Read reads once. The deadline is readBy, even when an earlier one fires. The
// end of a TLS connection without its close_notify is not io.EOF: a body that
// ends with the connection may have been cut (RFC 9112 §9.8).
func (l *link) Read(p []byte) (int, error) {
	for {
		n, err := l.conn.Read(p)
		if err == io.EOF && l.records != nil && l.records.broken {
			return n, io.ErrUnexpectedEOF
		}
		if n > 0 || err == nil || !isTimeout(err) || l.dismissed() || !time.Now().Before(l.readBy) {
			return n, err
		}
		l.armRead(l.readBy)
	}
}

func (l *link) dismissed() bool { return l.state != nil && l.state.Load() == connDismissed }

// allowWriteUntil sets the time at which writes give up. TLS cannot go on
// after a write that timed out, so no slack is taken there.
func (l *link) allowWriteUntil(t time.Time) {
	l.writeBy = t
	early := t.Sub(l.armedW)
	if early < 0 || early > deadlineSlack || l.isTLS {
		l.armWrite(t)
	}
}

func (l *link) armWrite(t time.Time) {
	l.armedW = t
	_ = l.conn.SetWriteDeadline(t) // as in armRead
}

// write sends head and body, in one system call where the platform can.
func (l *link) write(head, body []byte) (int64, error) {
	if err := l.posted.settle(); err != nil {
		return 0, err
	}
	n, err := l.direct.write(head, body)
	if err != nil || n == len(head)+len(body) {
		return int64(n), err
	}
	head, body = after(head, body, int64(n))
	rest, err := l.writeConn(head, body)
	return int64(n) + rest, err
}

func (l *link) writeConn(head, body []byte) (int64, error) {
	if len(body) == 0 {
		n, err := l.conn.Write(head)
		return int64(n), err
	}
	l.pair = [2][]byte{head, body}
	l.bufs = l.pair[:]
	n, err := l.bufs.WriteTo(l.conn)
	l.pair = [2][]byte{}
	return n, err
}

// close closes the connection, after what has been posted.
func (l *link) close() {
	_ = l.posted.settle() // nothing to do about it,
	_ = l.conn.Close()    // nor about that
}

// shut ends a connection under whoever uses it. A Close of the descriptor would
// wait for the callback that holds it, so its socket is shut down; that of TLS
// would wait for the other side to take its farewell, so what is below it ends.
func shut(c net.Conn) {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	if t, ok := c.(*net.TCPConn); ok {
		_, _ = t.CloseRead(), t.CloseWrite() // these fail where it is over already
		return
	}
	_ = c.Close() // likewise
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
