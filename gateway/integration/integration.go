// Package integration calls what stands behind a Method: one file per type of
// Integration. It knows nothing of mapping templates or gateway responses; the
// gateway gives it a Call with everything mapped, and maps what comes back.
package integration

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// An Integration calls one endpoint. It is safe for concurrent use.
type Integration interface {
	// Invoke fills c.Response. Errors are ErrTimeout, ErrNetwork or a
	// *ConfigurationError.
	Invoke(c *Call) error
}

// A Reporter is an Integration that does not do all that its definition asks
// for.
type Reporter interface {
	// NotEnforced lists what has no effect, each as the text of a report.
	NotEnforced() []string
}

// Errors of Invoke.
var (
	// ErrTimeout: the deadline passed; 504 (INTEGRATION_TIMEOUT).
	ErrTimeout = egress.ErrTimeout
	// ErrNetwork: nobody answered, or not in HTTP; 504 (INTEGRATION_FAILURE).
	ErrNetwork = egress.ErrNetwork
)

// A ConfigurationError is a fault in what the API's author configured: 500
// (API_CONFIGURATION_ERROR). Line is the execution log's, if it is one of its
// own and not "Execution failed due to configuration error: …".
type ConfigurationError struct {
	Reason string
	Line   Line
	Err    error
	Change string // what to do about it, where that is not plain
}

// A Line is an execution log line of an integration type.
type Line uint8

// The lines.
const (
	LineConfiguration Line = iota // Execution failed due to configuration error: <Reason>
	LineMockStatus                // Unable to parse statusCode. …
	LineNetwork                   // Execution failed due to a network error communicating with endpoint
)

func (e *ConfigurationError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Reason, e.Err)
	}
	return e.Reason
}

// Unwrap returns what was behind it.
func (e *ConfigurationError) Unwrap() error { return e.Err }

// A Call is one invocation: what is to be sent, as it was mapped, and the place
// for what comes back. The gateway keeps one per Invocation; everything in it
// is valid until that ends.
type Call struct {
	Verb        string         // of the client: what ANY stands for
	ClientQuery string         // raw, for proxies
	Scope       *mapping.Scope // for stage variables
	ApiId       string
	RequestId   string
	Certificate *tls.Certificate   // of ours, to be shown to the back end
	Caller      *sigv4.Credentials // whose credentials an Integration may sign with; nil: they are not known
	Trace       string             // X-Amzn-Trace-Id

	Path        mapping.ParamList // integration.request.path.*, percent-encoded
	Query       mapping.ParamList // integration.request.querystring.*
	Header      httpmsg.Header    // integration.request.header.*; of a proxy the client's as well
	ContentType string            // the client's; "" where it is not to be sent
	Body        []byte            // after transformations
	Began       time.Time         // zero: when Invoke is called
	Timeout     time.Duration     // over everything from dial to the last byte
	StreamIdle  time.Duration     // when positive, Response is a stream that may pause so long

	// Sending, when not nil, is called right before Request goes out.
	Sending func(c *Call)

	Request  httpmsg.Request   // what goes out
	URI      string            // the same as a text, for logs
	Response *httpmsg.Response // what came back; views are valid until its Reset
	Lambda   bool              // Response is Lambda's own, with what a function returned in it
	Function string            // its ARN

	text []byte // memory of what Invoke writes
}

// Reset empties c and keeps its memory.
func (c *Call) Reset() {
	header, sent, path, query, text := c.Header, c.Request.Header, c.Path[:0], c.Query[:0], c.text[:0]
	header.Reset()
	sent.Reset()
	*c = Call{} // first: a literal with members would be made elsewhere and copied
	c.Header, c.Request.Header, c.Path, c.Query, c.text = header, sent, path, query, text
}

// Deps is what Integrations are made with.
type Deps struct {
	Egress *egress.Client
	AWS    *egress.AWS
}

// A Kind is what the gateway has to know of a type of Integration.
type Kind struct {
	Name string
	// Proxy passes the client's request through: no templates on the way, no
	// integration responses on the way back.
	Proxy bool
	// Event kinds send an event that is made of the client's request.
	Event bool
	// Traced answers carry X-Amzn-Trace-Id (AF-196).
	Traced bool
	// Remote kinds call an endpoint, which the execution log shows.
	Remote bool
	// ToAWS takes the narrower table of mapped headers (data plane §14.2).
	ToAWS bool
	New   func(*apigw.Integration, Deps) (Integration, error)
}

// kinds is every type of the contract.
var kinds = map[string]*Kind{
	apigw.IntegrationTypeMock:      {Name: apigw.IntegrationTypeMock, New: newMock},
	apigw.IntegrationTypeHTTP:      {Name: apigw.IntegrationTypeHTTP, Traced: true, Remote: true, New: newHTTP},
	apigw.IntegrationTypeHTTPProxy: {Name: apigw.IntegrationTypeHTTPProxy, Proxy: true, Remote: true, New: newHTTP},
	apigw.IntegrationTypeAWS:       {Name: apigw.IntegrationTypeAWS, Traced: true, Remote: true, ToAWS: true, New: newAWS},
	apigw.IntegrationTypeAWSProxy:  {Name: apigw.IntegrationTypeAWSProxy, Proxy: true, Event: true, Traced: true, Remote: true, ToAWS: true, New: newAWS},
}

// KindOf finds a type of Integration by its name in the contract.
func KindOf(name string) (*Kind, bool) {
	k, ok := kinds[name]
	return k, ok
}

// ErrNoLink is why an Integration over a VPC link fails of which nobody said
// what it reaches.
var ErrNoLink = errors.New("the VPC link is not declared")

// ErrNotServed is why an Integration of a type that is not built yet fails.
var ErrNotServed = errors.New("not served by this version of poterne")
