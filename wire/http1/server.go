package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"github.com/poterne/poterne/wire/httpmsg"
)

// ErrServerClosed is returned by Serve after Shutdown or Close.
var ErrServerClosed = errors.New("http1: server closed")

// A Server answers HTTP/1.1 and 1.0 on any number of listeners. Set its fields
// before the first Serve; it must not be copied after.
type Server struct {
	Handler httpmsg.Handler
	Limits  Limits
	Budget  *Budget  // of body bytes held; nil: unbounded
	Batcher *Batcher // does system calls together with others'; nil: each at once

	// Refuse fills header and body of an answer that the server gives by
	// itself: 400, 408, 413, 414, 417, 431, 500, 503 or 505, already set as
	// resp.Status. Nil: no body.
	Refuse func(resp *httpmsg.Response)

	// HandOver takes a TLS connection on which ALPN chose something else than
	// HTTP/1.1 (h2), and owns it from then on; it counts as a connection of
	// this server until it is closed. Nil: such connections are closed.
	HandOver func(*tls.Conn)

	Log *slog.Logger // panics and unsendable answers of the Handler, accept errors; nil: silent

	once  sync.Once
	limit Limits
	slabs slabs
	date  atomic.Pointer[dateText]
	conns registry
}

// Serve answers the connections of l until Shutdown or Close, then returns
// ErrServerClosed; any other error is the listener's own. Connections that are
// *tls.Conn are handshaken first. It survives running out of descriptors.
func (s *Server) Serve(l net.Listener) error { return s.serve(l, nil) }

// ServeTLS is Serve with a TLS handshake on each connection. A connection that
// goes to HandOver keeps its place in the count until it is closed.
func (s *Server) ServeTLS(l net.Listener, config *tls.Config) error { return s.serve(l, config) }

// Shutdown stops accepting, closes idle connections, lets requests under way
// finish (their answers say Connection: close) and waits for all goroutines of
// the server. When ctx ends first, what is left is closed and ctx.Err returned.
func (s *Server) Shutdown(ctx context.Context) error { return s.conns.shutdown(ctx) }

// Close closes listeners and connections at once. Handlers under way are not
// waited for; a Shutdown after it does.
func (s *Server) Close() error { return s.conns.close() }

// Conns reports the connections that are open now.
func (s *Server) Conns() int { return s.conns.count() }
