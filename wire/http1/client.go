package http1

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
)

// Errors of Client.Do. Exactly one of them is in the chain of what it returns;
// the rest of the chain is for logs, not for clients.
var (
	// ErrTimeout: the deadline passed before the last byte of the answer.
	ErrTimeout = errors.New("deadline exceeded")
	// ErrDial: no connection could be made (name, refusal, TLS handshake).
	ErrDial = errors.New("cannot connect")
	// ErrNetwork: the connection broke before the answer was whole.
	ErrNetwork = errors.New("connection lost")
	// ErrBadResponse: the answer is not HTTP/1.1 as RFC 9112 has it.
	ErrBadResponse = errors.New("malformed response")
	// ErrTooLarge: the head or the body of the answer is over its limit.
	ErrTooLarge = errors.New("response too large")
	// ErrBadRequest: the request cannot be sent as it is (a line break in a
	// header, a name that is no token, …); nothing was sent.
	ErrBadRequest = errors.New("malformed request")
	// ErrBudget: the client holds as many body bytes as its Budget allows.
	ErrBudget = errors.New("too many response bytes in flight")
)

// An Origin says where a request goes. Connections are shared among calls with
// equal Origins only.
type Origin struct {
	Addr string      // host:port, as passed to Dial
	TLS  *tls.Config // nil: cleartext. Compared by pointer: keep one per meaning. An empty ServerName is taken from Addr
	Key  string      // further separates pools, such as by dialing rules
}

// A Call is where a request goes and how long and large its answer may be.
type Call struct {
	Origin   Origin
	Began    time.Time // when the call begins; zero: now
	Deadline time.Time // over dial, TLS, write, head and whole body; zero: 29 s from now

	MaxBody int64 // bytes of the answer's body; 0: 10,485,760

	// StreamIdle, when positive, returns after the head with resp.Stream set;
	// a read of it may take so long, and all of them until Deadline. MaxBody
	// does not apply.
	StreamIdle time.Duration
}

// A Client sends requests over pooled connections. Set its fields before the
// first Do; it must not be copied after.
type Client struct {
	// Dial makes connections, under the caller's rules about addresses. Nil
	// is a plain net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	MaxIdle     int           // idle connections kept per origin; 0: 256
	IdleTimeout time.Duration // how long one is kept unused; 0: 55 s
	MaxAge      time.Duration // how long one is used at all; 0: 5 min
	Budget      *Budget       // of body bytes held; nil: unbounded
	Batcher     *Batcher      // does system calls together with others'; nil: each at once

	pools pools
}

// Do sends req to call.Origin and fills resp, which it resets first. Redirects
// are not followed. Body and header of resp are valid until resp.Reset.
func (c *Client) Do(req *httpmsg.Request, resp *httpmsg.Response, call Call) error {
	return c.do(req, resp, call)
}

// Close closes all idle connections and cuts those of calls under way, which
// fail, as all later ones do.
func (c *Client) Close() {
	c.pools.live.cut()
	c.pools.close()
}
