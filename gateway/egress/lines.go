package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"runtime"
	"sync"
	"weak"
)

var errClosed = errors.New("the client is closed")

// A dialFunc makes connections, as a net.Dialer does.
type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// lines are the connections of a Client, idle or in a call, so that Close can
// cut them. It keeps none of them: http1 owns them, and needs them bare, not in
// a wrapper that would tell when one is closed.
type lines struct {
	closing context.Context // ends with close, and with it every dialling
	close   context.CancelFunc

	mu   sync.Mutex
	open map[weak.Pointer[net.TCPConn]]struct{}
}

func newLines() *lines {
	l := &lines{open: map[weak.Pointer[net.TCPConn]]struct{}{}}
	l.closing, l.close = context.WithCancel(context.Background())
	return l
}

// follow is dial until the lines are cut; what it connects is one of them.
func (l *lines) follow(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(l.closing, cancel)()
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if !l.add(conn) {
			_ = conn.Close() // nobody has used it
			return nil, errClosed
		}
		return conn, nil
	}
}

// add reports false when the lines were cut.
func (l *lines) add(conn net.Conn) bool {
	if secured, ok := conn.(*tls.Conn); ok { // of a proxy
		conn = secured.NetConn()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing.Err() != nil {
		return false
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		line := weak.Make(tcp)
		l.open[line] = struct{}{}
		runtime.AddCleanup(tcp, l.forget, line)
	}
	return true
}

func (l *lines) forget(line weak.Pointer[net.TCPConn]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, line)
}

// cut ends every call that waits for a back end, and all that would begin. The
// descriptors are closed by those who use them.
func (l *lines) cut() {
	l.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range l.open {
		if tcp := line.Value(); tcp != nil {
			_, _ = tcp.CloseRead(), tcp.CloseWrite() // they fail where it is over already
		}
	}
}
