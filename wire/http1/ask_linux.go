package http1

import (
	"io"
	"net"
	"syscall"
	"time"
)

// An asking sends a request and waits for the first bytes of its answer inside
// one RawConn.Read: look whether the idle connection is still quiet, write,
// wait, read. Nothing can arrive unnoticed in between, and the Read that would
// find nothing yet is saved.
type asking struct {
	raw   syscall.RawConn // nil: not a plain TCP connection
	step  func(fd uintptr) bool
	link  *link
	probe *probe

	in         *input
	out        *slab  // the memory of head, until it is sent; nil: it is not pooled
	head, body []byte // what is to be sent
	look       bool   // first: is the connection quiet?
	asked      bool   // the request is out; what comes is the answer
	sent       int
	err        error
}

func (a *asking) init(p *pconn) {
	tcp, ok := p.link.conn.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		a.raw, a.step, a.link, a.probe = raw, a.ready, &p.link, &p.probe
	}
}

// ask sends a request and gives out back, which head may lie in. It may leave the
// first bytes of the answer in in, or the error that stands in their place to
// the next read.
func (p *pconn) ask(in *input, out *slab, head, body []byte) (sent int64, err error) {
	a := &p.asking
	if a.raw == nil {
		defer in.slabs.put(out)
		return p.askPlainly(head, body)
	}
	a.in, a.out, a.head, a.body, a.look = in, out, head, body, p.reused
	a.asked, a.sent, a.err = false, 0, nil
	err = a.run()
	sent, err = int64(a.sent), orElse(a.err, err)
	defer a.forget()
	if err != nil || a.asked {
		return sent, err
	}
	head, body = after(head, body, sent)
	rest, err := p.link.writeAll(head, body)
	return sent + rest, err
}

// forget gives the memory of the request back.
func (a *asking) forget() {
	if a.in != nil {
		a.in.slabs.put(a.out)
	}
	a.in, a.out, a.head, a.body = nil, nil, nil, nil
}

// run enters the callback, again when a deadline fires that is too early.
func (a *asking) run() error {
	for {
		err := a.raw.Read(a.step)
		a.link.direct.leave()
		if err == nil || !isTimeout(err) || !time.Now().Before(a.link.readBy) {
			return err
		}
		if a.asked && a.failed() {
			return nil
		}
		a.link.armRead(a.link.readBy)
	}
}

// failed reports whether what was posted could not be sent.
func (a *asking) failed() bool {
	err := a.link.posted.settle()
	if err != nil {
		a.sent, a.err = a.link.posted.sent, err
	}
	return err != nil
}

// ready is the callback: false means to wait for the answer.
func (a *asking) ready(fd uintptr) (leave bool) {
	a.link.direct.enter(fd)
	if a.asked {
		return a.listen()
	}
	if a.post() {
		return a.wait()
	}
	if a.look {
		a.look = false
		if a.probe.peekAt(fd); a.probe.pending {
			a.err = errStale
			return true
		}
	}
	a.sent, a.err = a.link.direct.write(a.head, a.body)
	if a.sent < len(a.head)+len(a.body) {
		return true // what the socket did not take is written in blocking style
	}
	return a.wait()
}

// post has the request sent together with other connections' calls, if it may be.
func (a *asking) post() bool {
	kind := opSend
	if a.look {
		kind = opAsk
	}
	if !a.link.post(kind, a.head, a.body) {
		return false
	}
	a.sent = len(a.head) + len(a.body)
	return true
}

// wait gives up what has been sent: a call that waits holds no slab.
func (a *asking) wait() (leave bool) {
	a.asked = true
	a.in.slabs.put(a.out)
	a.out, a.head, a.body = nil, nil, nil
	return false
}

// listen reads the first bytes of the answer.
func (a *asking) listen() (leave bool) {
	if a.failed() {
		return true
	}
	a.in.room()
	n, errno := a.link.fetch(a.in.slab.b[a.in.w:])
	switch {
	case errno == syscall.EAGAIN:
		return false
	case errno == 0 && n > 0:
		a.in.w += n
	case errno == 0:
		a.in.failed = io.EOF
	default:
		a.in.failed = errno
	}
	return true
}
