// Package egress is everything that leaves the process: the only dialer of the
// data plane, under rules about addresses, with one deadline over a whole call.
//
// Addresses are judged when a connection is dialled, after names were resolved,
// so that no name leads where an address may not (DNS rebinding). Redirects are
// answers and are not followed.
package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/poterne/poterne/wire/http1"
	"github.com/poterne/poterne/wire/httpmsg"
)

// Errors of Client.Do. Exactly one is in the chain; what else is in it is for
// logs.
var (
	// ErrTimeout: the deadline passed before the last byte of the answer.
	ErrTimeout = errors.New("the integration did not answer in time")
	// ErrNetwork: no connection, a lost one, or an answer that is no HTTP.
	ErrNetwork = errors.New("network error")
	// ErrRequest: what the API's author configured cannot be sent: no address,
	// or one that is not allowed, or a header that is none.
	ErrRequest = errors.New("the request cannot be sent")
)

// Config says where calls may go. The zero value refuses link-local addresses
// and nothing else.
type Config struct {
	// AllowLinkLocal lets calls reach 169.254.0.0/16 and fe80::/10, where clouds
	// keep their metadata and credentials.
	AllowLinkLocal bool

	// Self reports whether an address is poterne's own control listener. Calls
	// to it are refused but for those that ToDataPlane lets pass.
	Self func(netip.AddrPort) bool
	// ToDataPlane reports whether a request to addr, HOST:PORT, would reach the
	// data plane if that is an own listener that serves both planes; where it is
	// plainly none the answer does not matter. Nil: none does.
	ToDataPlane func(addr string, r *httpmsg.Request) bool

	// CAs are trusted beside the system's.
	CAs []*x509.Certificate

	Budget  *http1.Budget  // of response bytes held; nil: unbounded
	Batcher *http1.Batcher // does system calls together; nil: each by itself
	Now     func() time.Time

	// Resolver resolves names; net.DefaultResolver.
	Resolver Resolver
	// Links are what VPC links reach, by link id or by the ARN of an
	// integrationTarget: HOST:PORT, or HOST for the port of the uri.
	Links map[string][]string
	// Proxy, when not nil, is asked by CONNECT for every connection but those
	// to loopback addresses and over VPC links. Names are resolved here as
	// well, and judged, if they can be.
	Proxy *url.URL
	// Connect dials an address that the rules allow; a net.Dialer's DialContext.
	Connect func(ctx context.Context, network, addr string) (net.Conn, error)
}

// A Resolver resolves names; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// A Client calls endpoints. It is safe for concurrent use.
type Client struct {
	config  Config
	outside http1.Client // may not reach poterne's own control listener
	inside  http1.Client // may: for requests that the data plane will answer
	linked  http1.Client // over VPC links
	tls     tlsConfigs
}

// New makes a Client.
func New(config Config) *Client {
	if config.Resolver == nil {
		config.Resolver = net.DefaultResolver
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Connect == nil {
		// A call has its deadline and an idle connection its age: the kernel need
		// not ask whether the other side is still there.
		config.Connect = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	c := &Client{config: config}
	outside, inside := dialer{config: &c.config}, dialer{config: &c.config, self: true}
	c.outside = http1.Client{Dial: outside.dial, Budget: config.Budget, Batcher: config.Batcher}
	c.inside = http1.Client{Dial: inside.dial, Budget: config.Budget, Batcher: config.Batcher}
	c.linked = http1.Client{Dial: outside.dialLink, Budget: config.Budget, Batcher: config.Batcher}
	c.tls = tlsConfigs{strict: strictTLS(config.CAs), now: config.Now}
	return c
}

// Close closes the connections that are idle and cuts those of calls under way,
// which fail, as all later ones do.
func (c *Client) Close() {
	c.outside.Close()
	c.inside.Close()
	c.linked.Close()
}

const defaultTimeout = 29 * time.Second

// A Call is where a request goes.
type Call struct {
	Addr    string // host:port
	TLS     bool
	SkipCA  bool          // insecureSkipVerification: any issuer; name and dates are still checked
	Began   time.Time     // zero: now
	Timeout time.Duration // over everything from dial to the last byte; 0: 29 s
	MaxBody int64         // 0: 10,485,760

	// StreamIdle, when positive, returns once all headers are there, with
	// resp.Stream; a read of it may take so long. MaxBody does not apply.
	StreamIdle time.Duration

	Link        string           // VPC link or integrationTarget to go over: one of Config.Links
	Certificate *tls.Certificate // of ours, for back ends that ask for one; compared by pointer
}

// Do sends req and fills resp, whose views are valid until its Reset.
func (c *Client) Do(req *httpmsg.Request, resp *httpmsg.Response, call Call) error {
	client, addr := &c.outside, call.Addr
	if call.Link != "" {
		client, addr = &c.linked, linkAddr(call.Link, call.Addr)
	} else if c.config.ToDataPlane != nil && c.config.ToDataPlane(call.Addr, req) {
		client = &c.inside
	}
	began := call.Began
	if began.IsZero() {
		began = time.Now()
	}
	return classify(client.Do(req, resp, http1.Call{
		Origin: http1.Origin{Addr: addr, TLS: c.tls.of(&call)},
		Began:  began, Deadline: began.Add(orDefault(call.Timeout)),
		MaxBody: call.MaxBody, StreamIdle: call.StreamIdle,
	}))
}

// HasLink reports whether it is known what a VPC link, or an integrationTarget,
// reaches.
func (c *Client) HasLink(id string) bool { return len(c.config.Links[id]) > 0 }

// classes translates the errors of http1; what is in none is a network error.
var classes = []struct{ from, to error }{
	{http1.ErrTimeout, ErrTimeout},
	{http1.ErrBadRequest, ErrRequest},
	{errRefusedAddress, ErrRequest},
}

func classify(err error) error {
	if err == nil {
		return nil
	}
	for _, class := range classes {
		if errors.Is(err, class.from) {
			return fmt.Errorf("%w: %w", class.to, err)
		}
	}
	return fmt.Errorf("%w: %w", ErrNetwork, err)
}
