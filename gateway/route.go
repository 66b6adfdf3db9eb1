package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
)

// route finds the stage and the Method of the request, and fills $context.
func (inv *Invocation) route(s *snapshot) error {
	h := readHeaders(&inv.req.Header)
	inv.identify(&h)
	a, ok := inv.resolve(inv.req, s)
	inv.describe(a, &h)
	switch {
	case !ok:
		return errForbidden
	case a.health:
		return errHealth
	}
	stage := a.found
	if stage == nil {
		stage = s.stage(a.api, a.stage)
	}
	if stage == nil {
		var err error
		if stage, err = inv.g.awaited(s, a.api, a.stage); err != nil {
			return err
		}
	}
	if stage == nil || !stage.open(a, inv.req) || !inv.reaches(stage) {
		return errForbidden
	}
	if err := inv.fitsPrivate(stage); err != nil {
		return err
	}
	inv.enter(stage, a)
	inv.rest, inv.routed = a.rest, collapseLeading(a.rest)
	if a.domain {
		inv.routed = a.path
	}
	return inv.match(a.rest)
}

var (
	errForbidden = &failure{kind: forbidden}
	errUnrouted  = &failure{kind: missingAuthenticationToken}

	errHealth = errors.New("a health check")
)

// open reports whether a request for a may reach the stage: the default
// endpoint can be switched off, and with endpointAccessMode STRICT the name of
// the TLS handshake must be the Host (control plane §7.4). A custom domain and
// the root have rules of their own.
func (s *liveStage) open(a address, r *httpmsg.Request) bool {
	return a.custom || !s.door.off && (!s.door.strictName || r.TLS == nil || sameName(r.TLS, r.Host))
}

// requestHeaders are the headers that the gateway itself reads.
type requestHeaders struct {
	contentType, accept, userAgent, trace, requestId, verb, forwarded string
}

// readHeaders reads them in one pass. The last of several counts (data plane
// §3.3).
func readHeaders(h *httpmsg.Header) requestHeaders {
	var r requestHeaders
	for i := range h.Len() {
		f := h.At(i)
		if to, name := r.slot(len(f.Name)); to != nil && (f.Name == name || strings.EqualFold(f.Name, name)) {
			*to = f.Value
		} else if len(f.Name) == len("X-Forwarded-For") {
			r.readLong(f)
		}
	}
	return r
}

// slot is where a header of that length belongs. Two names are equally long:
// see readLong.
func (r *requestHeaders) slot(length int) (*string, string) {
	switch length {
	case len("Accept"):
		return &r.accept, "Accept"
	case len("User-Agent"):
		return &r.userAgent, "User-Agent"
	case len("Content-Type"):
		return &r.contentType, "Content-Type"
	case len(requestIdHeader):
		return &r.requestId, requestIdHeader
	case len("X-HTTP-Method-Override"):
		return &r.verb, "X-HTTP-Method-Override"
	}
	return nil, ""
}

func (r *requestHeaders) readLong(f httpmsg.Field) {
	switch {
	case strings.EqualFold(f.Name, traceHeader):
		r.trace = f.Value
	case strings.EqualFold(f.Name, "X-Forwarded-For"):
		r.forwarded = f.Value
	}
}

// identify gives the request its ids (data plane §3.1, §3.2).
func (inv *Invocation) identify(h *requestHeaders) {
	c, random := &inv.context, inv.g.deps.Random
	c.RequestID = h.requestId
	if !isUUID(h.requestId) {
		c.RequestID = inv.ids.newRequestId(random)
	}
	c.ExtendedRequestID = inv.ids.newExtendedId(random)
	inv.trace = readTrace(h.trace)
	inv.trace.draw(random)
	inv.traced()
}

// describe fills what $context knows of every request.
func (inv *Invocation) describe(a address, h *requestHeaders) {
	c, r := &inv.context, inv.req
	c.APIID, c.Stage, c.Path = a.api, a.stage, a.path
	c.HTTPMethod = r.Method
	if h.verb != "" {
		c.HTTPMethod = h.verb // data plane §2.3
	}
	c.Protocol = "HTTP/1.1"
	c.DomainName, c.DomainPrefix = a.host, a.api
	if a.custom && a.host != "" {
		c.DomainPrefix, _, _ = strings.Cut(a.host, ".")
	}
	c.RequestTime, c.RequestTimeEpoch = inv.g.clock.text(inv.start), inv.start.UnixMilli()
	c.Identity.UserAgent = h.userAgent
	if ip := r.Remote.Addr(); ip.IsValid() {
		start := len(inv.text)
		inv.text = ip.Unmap().WithZone("").AppendTo(inv.text)
		c.Identity.SourceIP = view(inv.text[start:])
	}
	inv.contentType, inv.accept, inv.forwarded = h.contentType, h.accept, h.forwarded
}

// enter puts the request into a stage: the canary draw, the variables, and what
// of $context the stage knows.
func (inv *Invocation) enter(s *liveStage, a address) {
	c := &inv.context
	inv.stage, inv.branch = s, &s.main
	inv.warmed = s.warm()
	inv.certificate = s.certificate
	if s.canary != nil {
		c.Canary = mapping.CanaryMissed
		if inv.draw() < s.share {
			inv.branch, c.Canary = s.canary, mapping.CanaryRequest
		}
	}
	c.AccountID = s.accountId
	c.DeploymentID = inv.branch.deploymentId
	if a.host == "" {
		c.DomainName = s.domain
	}
	inv.scope.StageVariables = inv.branch.variables
}

// draw is a random number of [0, 1).
func (inv *Invocation) draw() float64 {
	return float64(inv.g.deps.Random()>>11) / (1 << 53)
}

// match finds the Method for the rest of the path.
func (inv *Invocation) match(rest string) error {
	verb := requestVerb(inv.context.HTTPMethod)
	i, params := inv.branch.tree.match(rest, verb, inv.pathParams[:0])
	inv.pathParams = params
	if i == noMethod {
		return inv.unrouted()
	}
	m := inv.branch.methods[i].of(verb)
	inv.method = m
	inv.warmed += m.warm()
	inv.context.ResourceID, inv.context.ResourcePath = m.resourceId, m.resourcePath
	inv.listen()
	return nil
}

// unrouted is 403 Missing Authentication Token, or what IAM says of an
// Authorization header that it cannot read (data plane §2.6).
func (inv *Invocation) unrouted() error {
	value, ok := inv.req.Header.Get("Authorization")
	if !ok || strings.HasPrefix(value, "AWS4-") && strings.Contains(value, "Credential=") && strings.Contains(value, "Signature=") {
		return errUnrouted
	}
	sum := sha256.Sum256([]byte(value))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	f := &failure{kind: incompleteSignature}
	if strings.Contains(value, "=") && !strings.HasPrefix(value, "Bearer ") && !strings.HasPrefix(value, "Basic ") {
		f.message = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
			"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
			"(Hashed with SHA-256 and encoded with Base64) Authorization=" + hash
		return f
	}
	f.message = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" + hash + "'."
	return f
}

// readParams fills scope.Params, once, for whoever maps from them.
func (inv *Invocation) readParams() {
	if inv.paramsRead {
		return
	}
	inv.paramsRead = true
	p := &inv.scope.Params
	for _, param := range inv.pathParams {
		p.Path = append(p.Path, mapping.Param{Name: param.name, Value: mapping.DecodePath(param.value)})
	}
	p.Query = mapping.AppendQuery(p.Query, inv.req.RawQuery)
	inv.eachHeader(func(name, value string, _ *headerRule) {
		p.Header = append(p.Header, mapping.Param{Name: name, Value: value})
	})
}

// eachHeader yields the client's headers as everything behind the door sees
// them: without those that are removed at ingress, with those that are added
// (data plane §3.3).
func (inv *Invocation) eachHeader(yield func(name, value string, rule *headerRule)) {
	h := &inv.req.Header
	for i := range h.Len() {
		f := h.At(i)
		if rule := ruleFor(f.Name); rule.ingress == pass {
			yield(f.Name, f.Value, rule)
		}
	}
	if inv.mode == modeTest {
		return // the log of a test shows what it was given (AF-184)
	}
	if !h.Has("Host") && inv.req.Host != "" {
		yield("Host", inv.req.Host, hostRule)
	}
	yield("X-Forwarded-For", inv.forwardedFor(), forwardedForRule)
	yield("X-Forwarded-Port", "443", forwardedPortRule)
	yield("X-Forwarded-Proto", "https", forwardedProtoRule)
	yield(traceHeader, inv.traceText(), traceRule)
}

// forwardedFor appends the client's address to what it sent itself.
func (inv *Invocation) forwardedFor() string {
	if inv.forwarded == "" {
		return inv.context.Identity.SourceIP
	}
	return inv.join(inv.forwarded, ", ", inv.context.Identity.SourceIP)
}

// traceText is the trace as integrations and events get it: its Root, and the
// rest if the client sent some of that or there are spans to belong to. So were
// events recorded by aws-lambda-dotnet's Lambda Test Tool.
func (inv *Invocation) traceText() string {
	if inv.traceHeader == "" {
		start := len(inv.text)
		if inv.trace.rootOnly && inv.span == nil {
			inv.trace.completeRoot(&inv.ids, inv.start)
			inv.text = inv.trace.appendRoot(inv.text)
		} else {
			inv.trace.complete(&inv.ids, inv.start)
			inv.text = inv.trace.appendTo(inv.text)
		}
		inv.traceHeader = view(inv.text[start:])
	}
	return inv.traceHeader
}

// answerTrace is the trace as the client gets it. Lambda completes it, and says
// which functions it went through: here the one (recorded, as above).
func (inv *Invocation) answerTrace() string {
	if !inv.call.Lambda {
		return inv.traceText()
	}
	start := len(inv.text)
	inv.trace.complete(&inv.ids, inv.start)
	inv.text = inv.trace.appendTo(inv.text)
	inv.text = append(inv.text, ";Lineage=1:"...)
	inv.text = appendHash(inv.text, inv.call.Function)
	inv.text = append(inv.text, ":0"...)
	return view(inv.text[start:])
}

// appendHash writes eight digits that are the text's (FNV-1a).
func appendHash(b []byte, text string) []byte {
	sum := uint32(2166136261)
	for i := range len(text) {
		sum = (sum ^ uint32(text[i])) * 16777619
	}
	return hex.AppendEncode(b, []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// A clock writes times as $context.requestTime, once a second.
type clock struct{ last atomic.Pointer[clockText] }

type clockText struct {
	second int64
	text   string
}

func (c *clock) text(t time.Time) string {
	if last := c.last.Load(); last != nil && last.second == t.Unix() {
		return last.text
	}
	next := &clockText{t.Unix(), t.UTC().Format("02/Jan/2006:15:04:05 +0000")}
	c.last.Store(next)
	return next.text
}

// statusText is a status as decimal text; those of HTTP cost no memory.
func statusText(status int) string {
	if status >= 100 && status < 100+len(statusTexts) {
		return statusTexts[status-100]
	}
	return strconv.Itoa(status)
}

var statusTexts = func() (texts [500]string) {
	for i := range texts {
		texts[i] = strconv.Itoa(i + 100)
	}
	return texts
}()
