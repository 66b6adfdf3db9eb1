package gateway

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
)

// toEvent makes the request of a Lambda proxy integration: the event
// (data plane §11.4). Mappings change nothing in it, but a mapped header that
// no mapping may set still ends the call (AF-233, AF-234).
func (inv *Invocation) toEvent() error {
	m := inv.method
	inv.readParams()
	if len(m.headers) > 0 {
		inv.scope.SetBody(inv.body)
		for i := range m.headers {
			if err := inv.mapHeader(&m.headers[i]); err != nil {
				return err
			}
		}
	}
	inv.request = inv.appendEvent(inv.request[:0])
	inv.call.Body = inv.request
	return nil
}

// appendEvent writes the event, version 1.0, its members in AWS's order; what
// is absent is null (AF-240).
func (inv *Invocation) appendEvent(dst []byte) []byte {
	headers := inv.eventHeaders()
	w := eventWriter{dst: dst}
	w.open()
	w.text("resource", inv.context.ResourcePath)
	w.text("path", inv.eventPath())
	w.text("httpMethod", inv.context.HTTPMethod)
	w.lastValues("headers", headers)
	w.allValues("multiValueHeaders", headers)
	w.lastValues("queryStringParameters", inv.scope.Params.Query)
	w.allValues("multiValueQueryStringParameters", inv.scope.Params.Query)
	w.pathParams(inv.pathParams)
	w.lastValues("stageVariables", inv.branch.variables)
	inv.appendRequestContext(&w)
	w.body(inv)
	w.close()
	return w.dst
}

// eventPath is the path without the stage, undecoded; of a custom domain with
// its base path (AF-192, AF-193, AF-245).
func (inv *Invocation) eventPath() string {
	if inv.mode == modeTest {
		return inv.req.Path
	}
	return inv.routed
}

// eventHeaders are the client's headers by name, whose case does not matter in
// the order nor in what belongs together: the first spelling is kept.
// Authorization and User-Agent are spelled so (AF-242).
func (inv *Invocation) eventHeaders() mapping.ParamList {
	list := inv.eventList[:0]
	for _, h := range inv.scope.Params.Header {
		if inv.hidesHeader(h.Name, h.Value) {
			continue
		}
		for _, name := range canonicalNames {
			if strings.EqualFold(h.Name, name) {
				h.Name = name
			}
		}
		list = append(list, h)
	}
	slices.SortStableFunc(list, func(a, b mapping.Param) int { return compareFold(a.Name, b.Name) })
	for i := 1; i < len(list); i++ {
		if strings.EqualFold(list[i].Name, list[i-1].Name) {
			list[i].Name = list[i-1].Name
		}
	}
	inv.eventList = list
	return list
}

var canonicalNames = [...]string{"Authorization", "User-Agent"}

// compareFold compares names as ASCII without case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// hidesHeader: a signature goes no further than API Gateway (data plane §14.1).
func (inv *Invocation) hidesHeader(name, value string) bool {
	return len(name) == len("Authorization") && strings.EqualFold(name, "Authorization") &&
		(inv.method.authorization == "AWS_IAM" || strings.HasPrefix(value, "AWS4-HMAC-SHA256"))
}

// appendRequestContext writes requestContext (AF-241).
func (inv *Invocation) appendRequestContext(w *eventWriter) {
	c := &inv.context
	w.name("requestContext")
	w.open()
	w.text("resourceId", c.ResourceID)
	w.authorizer(&c.Authorizer)
	w.text("resourcePath", c.ResourcePath)
	if inv.method.operationName != "" {
		w.text("operationName", inv.method.operationName)
	}
	w.text("httpMethod", c.HTTPMethod)
	w.text("extendedRequestId", c.ExtendedRequestID)
	w.text("requestTime", c.RequestTime)
	w.text("path", c.Path)
	w.text("accountId", c.AccountID)
	w.text("protocol", c.Protocol)
	w.text("stage", c.Stage)
	w.text("domainPrefix", c.DomainPrefix)
	w.number("requestTimeEpoch", c.RequestTimeEpoch)
	w.text("requestId", c.RequestID)
	w.identity(&c.Identity)
	w.text("domainName", c.DomainName)
	if c.DeploymentID != "" { // a test has none
		w.text("deploymentId", c.DeploymentID)
	}
	w.text("apiId", c.APIID)
	if c.Canary == mapping.CanaryRequest {
		w.boolean("isCanaryRequest", true)
	}
	w.close()
}

// pathParams writes path parameters as they were sent: none is decoded, greedy
// or not (AF-245).
func (w *eventWriter) pathParams(params []pathParam) {
	if len(params) == 0 {
		w.null("pathParameters")
		return
	}
	w.name("pathParameters")
	w.open()
	for _, p := range params {
		w.text(p.name, p.value)
	}
	w.close()
}

// body is text, or base64 if the Content-Type is a binary media type.
func (w *eventWriter) body(inv *Invocation) {
	isBinary := inv.method.isBinary(cmp.Or(inv.contentType, jsonType))
	switch {
	case len(inv.body) == 0:
		isBinary = false
		w.null("body")
	case isBinary:
		w.name("body")
		w.dst = append(w.dst, '"')
		w.dst = base64.StdEncoding.AppendEncode(w.dst, inv.body)
		w.dst = append(w.dst, '"')
	default:
		w.text("body", view(validText(inv.body)))
	}
	w.boolean("isBase64Encoded", isBinary)
}

// authorizer writes what an authorizer said: the claims of a user pool, or the
// context of a Lambda authorizer.
func (w *eventWriter) authorizer(a *mapping.Authorizer) {
	if a.PrincipalID == "" && len(a.Context) == 0 && len(a.Claims) == 0 {
		return
	}
	w.name("authorizer")
	w.open()
	if len(a.Claims) > 0 {
		w.lastValues("claims", a.Claims)
	} else {
		for _, p := range a.Context { // an object's members: no name is there twice
			if p.Name != "principalId" {
				w.text(p.Name, p.Value)
			}
		}
		w.text("principalId", a.PrincipalID)
		w.number("integrationLatency", a.IntegrationLatency)
	}
	w.close()
}

// An identityMember is a member of requestContext.identity.
type identityMember struct {
	name  string
	value func(*mapping.Identity) string // nil: the client certificate
	extra bool                           // there only when it is known
}

// identityMembers are all of them, in the order in which a HashMap of more
// than twelve keeps them: events of calls with an API key show it (field
// reports: TestInvokeMethod's events).
var identityMembers = [...]identityMember{
	{name: "cognitoIdentityPoolId", value: func(id *mapping.Identity) string { return id.CognitoIdentityPoolID }},
	{name: "cognitoIdentityId", value: func(id *mapping.Identity) string { return id.CognitoIdentityID }},
	{name: "clientCert", extra: true},
	{name: "vpceId", value: func(id *mapping.Identity) string { return id.VPCEndpointID }, extra: true},
	{name: "apiKey", value: func(id *mapping.Identity) string { return id.APIKey }, extra: true},
	{name: "principalOrgId", value: func(id *mapping.Identity) string { return id.PrincipalOrgID }},
	{name: "cognitoAuthenticationType", value: func(id *mapping.Identity) string { return id.CognitoAuthenticationType }},
	{name: "userArn", value: func(id *mapping.Identity) string { return id.UserARN }},
	{name: "apiKeyId", value: func(id *mapping.Identity) string { return id.APIKeyID }, extra: true},
	{name: "userAgent", value: func(id *mapping.Identity) string { return id.UserAgent }},
	{name: "accountId", value: func(id *mapping.Identity) string { return id.AccountID }},
	{name: "caller", value: func(id *mapping.Identity) string { return id.Caller }},
	{name: "sourceIp", value: func(id *mapping.Identity) string { return id.SourceIP }},
	{name: "accessKey", value: func(id *mapping.Identity) string { return id.AccessKey }},
	{name: "cognitoAuthenticationProvider", value: func(id *mapping.Identity) string { return id.CognitoAuthenticationProvider }},
	{name: "vpcId", value: func(id *mapping.Identity) string { return id.VPCID }, extra: true},
	{name: "user", value: func(id *mapping.Identity) string { return id.User }},
}

// identity writes requestContext.identity; keys, certificate and VPC are there
// only when there are any, and with them the others come in another order.
func (w *eventWriter) identity(id *mapping.Identity) {
	w.name("identity")
	w.open()
	if id.APIKey == "" && id.APIKeyID == "" && id.VPCID == "" && id.VPCEndpointID == "" && id.ClientCert == nil {
		w.plainIdentity(id)
		w.close()
		return
	}
	for i := range identityMembers {
		switch m := &identityMembers[i]; {
		case m.value == nil:
			if id.ClientCert != nil {
				w.clientCert(id.ClientCert)
			}
		case !m.extra || m.value(id) != "":
			w.optional(m.name, m.value(id))
		}
	}
	w.close()
}

// plainIdentity writes the twelve members that are always there (AF-212).
func (w *eventWriter) plainIdentity(id *mapping.Identity) {
	w.optional("cognitoIdentityPoolId", id.CognitoIdentityPoolID)
	w.optional("accountId", id.AccountID)
	w.optional("cognitoIdentityId", id.CognitoIdentityID)
	w.optional("caller", id.Caller)
	w.optional("sourceIp", id.SourceIP)
	w.optional("principalOrgId", id.PrincipalOrgID)
	w.optional("accessKey", id.AccessKey)
	w.optional("cognitoAuthenticationType", id.CognitoAuthenticationType)
	w.optional("cognitoAuthenticationProvider", id.CognitoAuthenticationProvider)
	w.optional("userArn", id.UserARN)
	w.optional("userAgent", id.UserAgent)
	w.optional("user", id.User)
}

func (w *eventWriter) clientCert(c *mapping.ClientCert) {
	w.name("clientCert")
	w.open()
	w.text("clientCertPem", c.PEM)
	w.text("subjectDN", c.SubjectDN)
	w.text("issuerDN", c.IssuerDN)
	w.text("serialNumber", c.SerialNumber)
	w.name("validity")
	w.open()
	w.text("notBefore", c.NotBefore)
	w.text("notAfter", c.NotAfter)
	w.close()
	w.close()
}
