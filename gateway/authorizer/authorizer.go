// Package authorizer finds out who calls a Method and whether it may: by AWS
// Signature Version 4, by asking a Lambda function, or by a user pool's token;
// a file for each.
//
// An Authorizer answers with a Decision, which the gateway joins with the
// API's resource policy, and fills in what $context says of the caller. What
// it refuses by itself, a missing token for instance, is a *Refusal.
package authorizer

import (
	"fmt"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// An Authorizer authorizes the calls of a Method. It is safe for concurrent
// use.
type Authorizer interface {
	// Authorize finds out who makes r. The error is a *Refusal, or what the
	// request's body cannot be read for.
	Authorize(r *Request) (Outcome, error)
}

// A Request is a call as authorizers see it. It is valid until Authorize
// returns.
type Request struct {
	HTTP   *httpmsg.Request
	Scope  *mapping.Scope // its Params are read; its Context is filled in
	Region string         // of the API
	ARN    string         // of the Method as it was called
	Keys   iam.Keys       // condition keys, but for those of the caller
	Now    time.Time
	Trace  string // X-Amzn-Trace-Id

	// Context is more of $context for identity sources; of a test.
	Context map[string]string
	// Event appends what a REQUEST authorizer's function is asked with.
	Event func(dst []byte) []byte
	// Log takes lines of the execution log; nil: nobody reads them.
	Log Log
}

// A Log is the execution log of one call. It masks what is secret.
type Log interface {
	Line(line Line, detail string)
	Headers(h *httpmsg.Header) // of what a function is asked with
}

func (r *Request) note(line Line, detail string) {
	if r.Log != nil {
		r.Log.Line(line, detail)
	}
}

// An Outcome is what an Authorizer found out.
type Outcome struct {
	Decision  iam.Decision // of the caller's or the authorizer's policies
	Principal iam.Principal
	// Identity is who signed; nil for who did not.
	Identity *iam.Identity
	// Keys are the condition keys of the call and of who signed; nil for who
	// did not.
	Keys iam.Keys
	// Caller signs what is called with the caller's credentials; nil where
	// they are not known.
	Caller *sigv4.Credentials
	// UsageIdentifierKey is the value of an API key, of a Lambda function.
	UsageIdentifierKey string
	// Policy is the document of a Lambda function, without blanks.
	Policy string
}

// A Line is a line of the execution log (data plane §21.1).
type Line uint8

// The lines, in order.
const (
	LineIdentity Line = iota // the token
	LineURI                  // of the function
	LineEvent                // what it is asked
	LineResult               // what it answers
	LineValid                // the principal
	LineDone
)

// A Refusal is a call that got no Decision. Message is what the client reads;
// "" stands for the text of its kind. Reason is for the execution log.
type Refusal struct {
	Kind    Kind
	Code    string // x-amzn-ErrorType, where it is not the kind's
	Message string
	Reason  string
	Err     error
}

func (e *Refusal) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s%s: %v", e.Message, e.Reason, e.Err)
	}
	return e.Message + e.Reason
}

// Unwrap returns what was behind it.
func (e *Refusal) Unwrap() error { return e.Err }

// A Kind says which gateway response a Refusal is.
type Kind uint8

// The kinds.
const (
	Unauthorized  Kind = iota // UNAUTHORIZED
	MissingToken              // MISSING_AUTHENTICATION_TOKEN
	BadSignature              // INVALID_SIGNATURE
	Unreadable                // a signature that is none: no type of its own
	ExpiredToken              // EXPIRED_TOKEN
	Denied                    // ACCESS_DENIED
	Misconfigured             // AUTHORIZER_CONFIGURATION_ERROR
)

func unauthorized(reason string) error { return &Refusal{Kind: Unauthorized, Reason: reason} }

func misconfigured(reason string, err error) error {
	return &Refusal{Kind: Misconfigured, Reason: reason, Err: err}
}

// Deps is what Authorizers are made with.
type Deps struct {
	Identities func() *iam.Identities // who may sign; nil, or a nil result: nobody is known
	// AnySignature lets a well-formed signature pass as the account's root
	// where no identities are known.
	AnySignature bool
	Lambda       egress.LambdaInvoker
	Results      *Cache // nil: none are kept
	Pools        *Pools
	Now          func() time.Time // time.Now
}

// kinds are the types of Authorizers, by the authorizationType of a Method.
var kinds = map[string]func(*apigw.Method, *apigw.Authorizer, Deps) (Authorizer, error){
	"AWS_IAM":            newSigned,
	"CUSTOM":             newFunction,
	"COGNITO_USER_POOLS": newUserPools,
}

// New makes the Authorizer of a Method, which def defines but for AWS_IAM. The
// error says why it cannot be.
func New(m *apigw.Method, def *apigw.Authorizer, deps Deps) (Authorizer, error) {
	kind := *m.AuthorizationType
	construct, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("authorizationType %s is not served by this version of poterne", kind)
	}
	if def == nil && kind != "AWS_IAM" {
		return nil, fmt.Errorf("authorizationType %s without an authorizer", kind)
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	return construct(m, def, deps)
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
