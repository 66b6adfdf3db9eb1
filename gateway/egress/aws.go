package egress

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// ErrCredentials is in the chain of errors, beside ErrRequest, of calls that
// nothing is there to sign with.
var ErrCredentials = errors.New("no credentials to sign with")

// Credentials finds what calls of AWS are signed with: those of a role, or with
// an empty role poterne's own. It caches, and is safe for concurrent use.
type Credentials interface {
	Retrieve(ctx context.Context, role string) (sigv4.Credentials, error)
}

// AWSConfig says how AWS is reached.
type AWSConfig struct {
	Client      *Client
	Endpoints   Endpoints
	Credentials Credentials         // nil: none are to be had
	Functions   map[string]Function // local ones, by name
	AssumeRoles RolePolicy
	Now         func() time.Time // time.Now
}

// A RolePolicy says when the role that an Integration names is assumed, and
// when poterne's own credentials sign in its place.
type RolePolicy uint8

// The policies.
const (
	RolesOfAWS   RolePolicy = iota // assumed, but for services with an endpoint of their own unless STS has one too
	RolesAlways                    // always assumed
	RolesIgnored                   // never assumed
)

// AWS calls AWS services, or what stands in for them. It is safe for concurrent
// use.
type AWS struct{ config AWSConfig }

// NewAWS makes an AWS.
func NewAWS(config AWSConfig) *AWS {
	if config.Client == nil {
		config.Client = New(Config{})
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &AWS{config: config}
}

// An Identity is whose credentials sign a call. The zero value is poterne
// itself.
type Identity struct {
	Role   string             // ARN to assume
	Caller *sigv4.Credentials // those of the client
}

// An AWSCall is where a request to AWS goes.
type AWSCall struct {
	Service   string // endpoint prefix: "s3", "sqs", "states"
	Subdomain string // before the service in the host name
	Region    string
	Partition string // "aws"
	Identity  Identity
	Timeout   time.Duration // over everything from dial to the last byte
}

// Prepare addresses and signs req, whose path and query are those of the
// service's API, and returns where to send it. Its errors are ErrRequest.
func (a *AWS) Prepare(req *httpmsg.Request, call AWSCall) (Call, error) {
	rule := ruleOf(call.Service)
	base, overridden, err := a.config.Endpoints.find(&call, rule)
	if err != nil {
		return Call{}, err
	}
	credentials, err := a.credentials(&call, overridden)
	if err != nil {
		return Call{}, err
	}
	req.Host, req.Path, req.Proto = base.host, base.path+req.Path, "HTTP/1.1"
	region := call.Region
	if rule.global {
		region = globalRegion
	}
	if err := a.sign(req, credentials, region, rule.signing); err != nil {
		return Call{}, err
	}
	return Call{Addr: base.addr, TLS: base.tls, Timeout: call.Timeout}, nil
}

// Do sends what Prepare has prepared.
func (a *AWS) Do(req *httpmsg.Request, resp *httpmsg.Response, call Call) error {
	return a.config.Client.Do(req, resp, call)
}

func (a *AWS) credentials(call *AWSCall, overridden bool) (sigv4.Credentials, error) {
	if call.Identity.Caller != nil {
		return *call.Identity.Caller, nil
	}
	if a.config.Credentials == nil {
		return sigv4.Credentials{}, fmt.Errorf("%w: %w", ErrRequest, ErrCredentials)
	}
	role := call.Identity.Role
	if role != "" && !a.assumes(overridden) {
		role = ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), orDefault(call.Timeout))
	defer cancel()
	credentials, err := a.config.Credentials.Retrieve(ctx, role)
	switch {
	case err == nil:
		return credentials, nil
	case ctx.Err() != nil:
		return credentials, fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return credentials, fmt.Errorf("%w: %w: %w", ErrRequest, ErrCredentials, err)
}

// Assumes reports whether the role of a call to service is assumed.
func (a *AWS) Assumes(service string) bool {
	_, overridden := a.config.Endpoints.of(service)
	return a.assumes(overridden)
}

func (a *AWS) assumes(overridden bool) bool {
	switch a.config.AssumeRoles {
	case RolesAlways:
		return true
	case RolesIgnored:
		return false
	}
	_, ownSTS := a.config.Endpoints.service["STS"]
	return !overridden || ownSTS
}

// signedHeaders are those that are covered beside the X-Amz- ones.
func signedHeaders(h *httpmsg.Header) []string {
	var names []string
	for i := range h.Len() {
		name := h.At(i).Name
		if strings.EqualFold(name, "Content-Type") || len(name) > 6 && strings.EqualFold(name[:6], "X-Amz-") {
			names = append(names, name)
		}
	}
	return names
}

func (a *AWS) sign(req *httpmsg.Request, credentials sigv4.Credentials, region, service string) error {
	body, err := req.Body()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRequest, err)
	}
	for _, header := range sigv4.Sign(&sigv4.Request{
		Method: req.Method, Path: req.Path, RawQuery: req.RawQuery, Host: req.Host, Body: body,
		Header: func(name string) []string { return valuesOf(&req.Header, name) },
	}, credentials, region, service, a.config.Now(), signedHeaders(&req.Header)...) {
		req.Header.Set(header.Name, header.Value)
	}
	return nil
}

func valuesOf(h *httpmsg.Header, wanted string) (values []string) {
	for name, value := range h.All() {
		if strings.EqualFold(name, wanted) {
			values = append(values, value)
		}
	}
	return values
}
