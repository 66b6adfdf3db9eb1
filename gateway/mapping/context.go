package mapping

import (
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// Context is $context of one request (data plane §16). The gateway fills it in
// as it learns things; an empty member is one that is not known.
type Context struct {
	AccountID            string
	APIID                string
	DeploymentID         string
	DomainName           string
	DomainPrefix         string
	ExtendedRequestID    string
	RequestID            string
	HTTPMethod           string
	Path                 string // with the stage
	ResourcePath         string
	ResourceID           string
	Protocol             string
	Stage                string
	RequestTime          string // CLF
	RequestTimeEpoch     int64  // milliseconds
	AWSEndpointRequestID string // once the integration has answered
	WAFResponseCode      string
	WebACLARN            string
	Canary               Canary
	Identity             Identity
	Authorizer           Authorizer
	Error                GatewayError

	// What only access logs see.
	Status          int
	ResponseLatency int64 // milliseconds
	ResponseLength  int64 // bytes
	XRayTraceID     string
	Integration     IntegrationFacts
	Authenticate    Phase
	Authorize       Phase
	WAF             Phase
	BasePathMatched string
	RoutingRuleID   string
	TLSVersion      string
	CipherSuite     string
	EndpointType    string
}

// Canary tells whether the stage has a canary and the request goes to it.
type Canary uint8

// The states of Canary.
const (
	NoCanary      Canary = iota // the stage has none: $context.isCanaryRequest is absent
	CanaryMissed                // "false"
	CanaryRequest               // "true"
)

// Identity is $context.identity.
type Identity struct {
	AccountID                     string
	AccessKey                     string
	APIKey                        string
	APIKeyID                      string
	Caller                        string
	CognitoAuthenticationProvider string
	CognitoAuthenticationType     string
	CognitoIdentityID             string
	CognitoIdentityPoolID         string
	PrincipalOrgID                string
	SourceIP                      string
	User                          string
	UserAgent                     string
	UserARN                       string
	VPCID                         string
	VPCEndpointID                 string
	ClientCert                    *ClientCert // nil without mutual TLS
}

// ClientCert is $context.identity.clientCert.
type ClientCert struct {
	PEM, SubjectDN, IssuerDN, SerialNumber string
	NotBefore, NotAfter                    string // as "May 28 12:30:02 2019 GMT"
}

// Authorizer is $context.authorizer: what an authorizer said.
type Authorizer struct {
	PrincipalID string
	Context     ParamList // of a Lambda authorizer, values as strings
	Claims      ParamList // of a user pool
	// IntegrationLatency and the rest are for access logs.
	IntegrationLatency int64 // milliseconds
	IntegrationStatus  int
	RequestID          string
	Phase              Phase
}

func (a *Authorizer) present() bool {
	return a.PrincipalID != "" || len(a.Context) > 0 || len(a.Claims) > 0
}

// GatewayError is $context.error.
type GatewayError struct {
	Message          string
	NullMessage      bool // the message is null: messageString is null without quotes
	ResponseType     string
	ValidationErrors string
}

// Phase is what access logs know of one check.
type Phase struct {
	Error   string
	Latency int64 // milliseconds
	Status  int
}

// IntegrationFacts is $context.integration.
type IntegrationFacts struct {
	Status               int // the back end's; of a Lambda proxy: its statusCode
	IntegrationStatus    int // of a Lambda proxy: the service's
	Latency              int64
	RequestID            string
	Error                string
	ResponseTransferMode string
	TimeToAllHeaders     int64
	TimeToFirstContent   int64
}

// Audience says for whom a variable is looked up: not everybody sees all.
type Audience uint8

// The audiences (the columns of data plane §16).
const (
	Templates        Audience = 1 << iota // VTL
	Expressions                           // parameter mapping and identity sources
	GatewayResponses                      // gateway responses
	AccessLogs                            // access logs
)

const (
	everyone = Templates | Expressions | GatewayResponses | AccessLogs
	failures = GatewayResponses | AccessLogs
)

// contextRow is one variable of $context.
type contextRow struct {
	name   string // with dots
	forWho Audience
	get    func(*Context) jsonv.Value // null: not known
}

// Lookup returns the variable of that dotted name ("identity.sourceIp") as the
// audience sees it: a String, or a number or Boolean where API Gateway has one.
// It reports false for what is unknown, unset or not for that audience.
// Maps (context.identity) are not values.
func (c *Context) Lookup(name string, who Audience) (jsonv.Value, bool) {
	if row := contextRows[name]; row != nil {
		if row.forWho&who == 0 {
			return jsonv.Null, false
		}
		v := row.get(c)
		return v, !v.IsNull()
	}
	if key, ok := strings.CutPrefix(name, "authorizer.claims."); ok {
		return lookupParam(c.Authorizer.Claims, key)
	}
	if key, ok := strings.CutPrefix(name, "authorizer."); ok {
		return lookupParam(c.Authorizer.Context, key)
	}
	return jsonv.Null, false
}

func lookupParam(l ParamList, name string) (jsonv.Value, bool) {
	s, ok := l.Last(name)
	if !ok {
		return jsonv.Null, false
	}
	return jsonv.String(s), true
}

// contextRows is contextTable by name.
var contextRows = func() map[string]*contextRow {
	m := make(map[string]*contextRow, len(contextTable))
	for i := range contextTable {
		m[contextTable[i].name] = &contextTable[i]
	}
	return m
}()
