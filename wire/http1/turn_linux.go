package http1

import (
	"net"
	"syscall"
	"time"
)

// turns serves requests inside the callback of one RawConn.Read.
//
// An ordinary Read tries the socket, finds nothing, and only then waits: one
// wasted system call a request. RawConn.Read calls back, waits when told to,
// and calls back again, without forgetting that something arrived in between.
// So a request that comes whole in one read costs a read and a write. All else
// (half a head, a body to be read, a refusal) leaves the callback and is served
// by next, in blocking style.
//
// Nothing inside the callback may Read from the net.Conn: it would wait for
// the lock that RawConn.Read holds.
type turns struct {
	raw    syscall.RawConn // nil: not a plain TCP connection
	step   func(fd uintptr) bool
	move   move
	parked bool
	since  time.Time // of being idle
	looked bool      // at the socket since then, after lookAgain
}

// What to do after the callback.
type move int

const (
	moveOver  move = iota // the connection ends
	moveBlock             // what is buffered is for next
	moveAgain             // enter the callback anew
)

// lookAgain is when an idle connection is read from although nothing was
// announced: an end that came together with the last bytes is not announced
// a second time.
const lookAgain = 2 * time.Second

func (t *turns) init(c *conn) {
	tcp, ok := c.link.conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	t.raw, t.step, t.since = raw, c.readable, time.Now()
}

// turn serves what comes and reports whether the connection goes on.
func (c *conn) turn() bool {
	if c.turns.raw == nil {
		return c.next()
	}
	switch c.enter() {
	case moveBlock:
		again := c.next()
		c.touch(time.Now())
		return again
	case moveAgain:
		return true
	}
	return false
}

// touch begins an idle period.
func (c *conn) touch(now time.Time) {
	c.turns.since, c.turns.looked = now, false
	c.idleSince.Store(now.Unix())
}

// enter runs the callback until it ends or the idle time is over.
func (c *conn) enter() move {
	t := &c.turns
	if !c.allowIdle() {
		return moveOver
	}
	err := t.raw.Read(t.step)
	c.link.direct.leave()
	if err == nil {
		return t.move
	}
	if t.parked {
		t.parked = false
		if !c.wake() {
			return moveOver
		}
	}
	if !isTimeout(err) || !time.Now().Before(t.since.Add(c.srv.limit.Idle)) {
		return moveOver
	}
	t.looked = true
	return moveAgain
}

// allowIdle lets the connection wait for a request; false: what it has posted
// could not be sent. It looks after the deadline is set: who finds that out later
// sets another one.
func (c *conn) allowIdle() bool {
	wait := c.srv.limit.Idle
	if !c.turns.looked {
		wait = min(wait, lookAgain)
	}
	c.link.allowReadUntil(c.turns.since.Add(wait))
	return !c.link.posted.broken()
}

// readable is the callback: false means to wait for the next byte.
func (c *conn) readable(fd uintptr) (leave bool) {
	if c.turns.parked {
		c.turns.parked = false
		if !c.wake() {
			return c.leaveTo(moveOver)
		}
	}
	c.link.direct.enter(fd)
	for drained := false; ; {
		for c.in.buffered() > 0 {
			if m := c.serveBuffered(); m != moveAgain {
				return c.leaveTo(m)
			}
		}
		if drained {
			return c.park()
		}
		c.in.room()
		space := c.in.slab.b[c.in.w:]
		n, errno := c.link.fetch(space)
		switch {
		case errno == syscall.EAGAIN:
			return c.park()
		case errno != 0 || n == 0:
			return c.leaveTo(moveOver)
		}
		c.in.w += n
		drained = n < len(space)
	}
}

func (c *conn) leaveTo(m move) bool {
	c.turns.move = m
	return true
}

// serveBuffered serves one request that is buffered whole, body included.
func (c *conn) serveBuffered() move {
	c.head.reset()
	c.req.Received = time.Now()
	done, refuse := c.head.parse(c.in.unread(), &c.req, &c.srv.limit)
	if !done || refuse != 0 || c.head.chunked || c.head.length > int64(c.in.buffered()-c.head.pos) {
		c.req.Reset()
		return moveBlock
	}
	c.begin()
	c.handle()
	again := c.answer()
	c.finish()
	if !again {
		return moveOver
	}
	c.touch(c.answered)
	return moveAgain
}

// park makes the connection an idle one that holds no buffer.
func (c *conn) park() (leave bool) {
	c.in.free()
	if !c.allowIdle() || !c.goIdle() {
		return c.leaveTo(moveOver)
	}
	c.turns.parked = true
	return false
}
