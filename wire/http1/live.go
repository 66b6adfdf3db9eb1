package http1

import (
	"context"
	"errors"
	"net"
	"sync"
)

var errClosed = errors.New("the client is closed")

// live are the connections of one Client, idle, in a call or still being made,
// so that Close can cut them.
type live struct {
	mu    sync.Mutex
	conns map[*pconn]struct{}
	over  bool
}

// add returns false when the client is closed.
func (l *live) add(pc *pconn, stop context.CancelFunc) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	if l.conns == nil {
		l.conns = map[*pconn]struct{}{}
	}
	pc.live, pc.stop = l, stop
	l.conns[pc] = struct{}{}
	return true
}

// connected tells what cut has to cut of pc; false: it is too late.
func (l *live) connected(pc *pconn, raw net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	pc.raw = raw
	return !l.over
}

func (l *live) drop(pc *pconn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, pc)
}

// cut ends every call that waits, and all that would begin. The descriptors are
// closed by those who use them.
func (l *live) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for pc := range l.conns {
		pc.stop()
		if pc.raw != nil {
			shut(pc.raw)
		}
	}
}
