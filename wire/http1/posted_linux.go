package http1

import (
	"bytes"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// States of what a connection has posted to be sent.
const (
	postedNothing int32 = iota
	postedNow           // it waits in its lane
	postedLate          // the socket did not take it whole: a goroutine writes the rest
	postedFailed        // for good: the connection is of no more use
)

// A posted is the part of a connection in a Batcher: at most one send at a time,
// and one read. The read is waited for, the send is not; but while one is posted
// the descriptor must not be closed, since its number may become another
// connection's: see link.close.
type posted struct {
	batcher *Batcher // nil: nothing is ever posted
	lane    *lane
	conn    net.Conn

	state  atomic.Int32
	round  uint64        // of its lane in which it was posted
	failed error         // of postedFailed
	sent   int           // bytes of the message that were out by then
	late   chan struct{} // is closed when postedLate is over

	read  chan struct{} // has an entry when n and errno are what a read came to
	n     int
	errno syscall.Errno
}

func (p *posted) init(c net.Conn, b *Batcher) {
	p.conn, p.batcher = c, b
	if b != nil {
		p.read = make(chan struct{}, 1)
	}
}

func (p *posted) laneOf(fd uintptr) *lane {
	if p.lane == nil {
		p.lane = p.batcher.laneOf(fd)
	}
	return p.lane
}

// begin is for when a send is added to the batch of a round.
func (p *posted) begin(round uint64) {
	p.round, p.sent = round, 0
	p.state.Store(postedNow)
}

// post has head and body sent soon; false: they are to be written. A kind of
// opAsk comes to errStale when something has arrived on the connection before.
func (l *link) post(kind int, head, body []byte) bool {
	p, n := &l.posted, len(head)+len(body)
	if p.batcher == nil || !l.direct.usable || n == 0 || n > maxPosted || p.state.Load() != postedNothing {
		return false
	}
	fd := l.direct.fd
	return p.laneOf(fd).post(op{kind: kind, of: p, fd: fd, by: l.writeBy}, head, body)
}

// fetch reads what has arrived, once. EAGAIN is an error like any other. It is
// for within the callback of a RawConn.
func (l *link) fetch(into []byte) (int, syscall.Errno) {
	p, fd := &l.posted, l.direct.fd
	if p.batcher == nil || !p.laneOf(fd).post(op{kind: opRead, of: p, fd: fd, bytes: into}, nil, nil) {
		return recvFrom(fd, into)
	}
	<-p.read
	return p.n, p.errno
}

func (p *posted) wasRead(n int, errno syscall.Errno) {
	p.n, p.errno = n, errno
	p.read <- struct{}{}
}

func (p *posted) wasSent(o *op, n int, errno syscall.Errno) {
	switch {
	case n == len(o.bytes):
		p.state.Store(postedNothing)
	case errno == 0 || errno == syscall.EAGAIN || errno == syscall.EINTR:
		p.sent = n
		p.goOn(o.bytes[n:], o.by)
	default:
		p.fail(errno)
	}
}

// settle returns when no send is posted any more, with the error of one that
// failed.
func (p *posted) settle() error {
	for {
		switch p.state.Load() {
		case postedNothing:
			return nil
		case postedNow:
			p.lane.flush(p.round)
		case postedLate:
			<-p.late
		case postedFailed:
			return p.failed
		}
	}
}

// broken reports whether what was posted could not be sent.
func (p *posted) broken() bool { return p.state.Load() == postedFailed }

// fail ends the use of the connection, and wakes who waits for something to arrive.
func (p *posted) fail(err error) {
	p.failed = err
	p.state.Store(postedFailed)
	_ = p.conn.SetReadDeadline(longAgo) // fails only when it is closed
}

// goOn writes what the socket did not take at once.
func (p *posted) goOn(rest []byte, by time.Time) {
	rest = bytes.Clone(rest)
	over := make(chan struct{})
	p.late = over
	p.state.Store(postedLate)
	go func() {
		defer close(over)
		_ = p.conn.SetWriteDeadline(by) // fails only when it is closed, as the write will
		n, err := p.conn.Write(rest)
		if p.sent += n; err != nil {
			p.fail(err)
			return
		}
		p.state.Store(postedNothing)
	}()
}
