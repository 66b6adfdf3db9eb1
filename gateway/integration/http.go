package integration

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/wire/httpmsg"
)

// httpEndpoint is HTTP and HTTP_PROXY: a call of a URI over HTTP/1.1.
type httpEndpoint struct {
	egress *egress.Client
	uri    *mapping.URI
	fixed  *endpoint    // the URI, where it is the same for every request
	base   *endpoint    // its scheme and host, where path and query alone differ
	target int          // where those end in the text of the URI
	head   *mapping.URI // before the first placeholder, if stage variables alone can tell that the host ends there; else nil
	method string       // "" is the client's
	proxy  bool
	skipCA bool
	link   *vpcLink // nil: over the internet
}

var errNoUri = errors.New("the integration has no uri")

func newHTTP(def *apigw.Integration, deps Deps) (Integration, error) {
	if def.Uri == nil || *def.Uri == "" {
		return nil, errNoUri
	}
	h := &httpEndpoint{egress: deps.Egress, uri: mapping.ParseURI(*def.Uri), proxy: *def.Type == apigw.IntegrationTypeHTTPProxy}
	if def.HttpMethod != nil && *def.HttpMethod != "ANY" {
		h.method = *def.HttpMethod
	}
	if def.TlsConfig != nil && def.TlsConfig.InsecureSkipVerification != nil {
		h.skipCA = *def.TlsConfig.InsecureSkipVerification
	}
	var err error
	if h.link, err = newVpcLink(def, deps.Egress); err != nil {
		return nil, err
	}
	if head, placed := h.uri.Head(); placed && !hasHost(head, nil) {
		if head.IsStatic() {
			return nil, errClientHost
		}
		h.head = head
	} else if placed {
		h.setBase(head)
	}
	if h.uri.IsStatic() {
		fixed, err := parseEndpoint(*def.Uri)
		if err != nil {
			return nil, err
		}
		h.fixed = &fixed
	}
	return h, nil
}

// setBase takes scheme and host from what stands before the first placeholder,
// if that is the same for every request.
func (h *httpEndpoint) setBase(head *mapping.URI) {
	if !head.IsStatic() {
		return
	}
	text := string(head.Append(nil, nil, nil))
	if base, target, err := parseAuthority(text); err == nil {
		h.base, h.target = &base, len(text)-len(target)
	}
}

// Invoke sends the mapped request and receives the answer, whatever its status.
func (h *httpEndpoint) Invoke(c *Call) error {
	e, err := h.endpoint(c)
	if err != nil {
		return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
	}
	link, err := h.link.of(c)
	if err != nil {
		return &ConfigurationError{Reason: "Invalid VPC link", Err: err}
	}
	h.assemble(c, &e)
	if c.Sending != nil {
		c.Sending(c)
	}
	err = h.egress.Do(&c.Request, c.Response, egress.Call{
		Addr: e.addr, TLS: e.tls, SkipCA: h.skipCA, Began: c.Began, Timeout: c.Timeout, Link: link, Certificate: c.Certificate, StreamIdle: c.StreamIdle,
	})
	if errors.Is(err, egress.ErrRequest) {
		return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
	}
	return err
}

func (h *httpEndpoint) endpoint(c *Call) (endpoint, error) {
	if h.fixed != nil {
		return *h.fixed, nil
	}
	if h.head != nil && !hasHost(h.head, c.Scope.StageVariables) {
		return endpoint{}, errClientHost
	}
	start := len(c.text)
	c.text = h.uri.Append(c.text, c.Scope.StageVariables, c.Path)
	text := view(c.text[start:])
	if h.base == nil {
		return parseEndpoint(text)
	}
	e := *h.base
	if err := e.setTarget(text[h.target:]); err != nil {
		return endpoint{}, fmt.Errorf("%w: %q", err, text)
	}
	return e, nil
}

// assemble fills c.Request: what API Gateway generates and what was mapped.
func (h *httpEndpoint) assemble(c *Call, e *endpoint) {
	r := &c.Request
	r.Method = h.method
	if r.Method == "" {
		r.Method = c.Verb
	}
	r.Path, r.RawQuery, r.Host, r.Proto = e.path, h.query(c, e), e.host, "HTTP/1.1"
	r.Header, c.Header = c.Header, r.Header
	h.generate(c)
	if h.proxy || sendsBody(r.Method) {
		r.SetBody(c.Body)
	}
	if c.Sending != nil {
		c.URI = e.scheme() + r.Host + r.Path
		if r.RawQuery != "" {
			c.URI += "?" + r.RawQuery
		}
	}
}

// sendsBody: none is sent with these verbs, but by a proxy, which sends what it
// got (data plane §11.1).
func sendsBody(method string) bool {
	return method != "GET" && method != "HEAD" && method != "OPTIONS"
}

// generate adds what API Gateway itself sends, in the order of the guide's
// sample log; Accept, User-Agent and
// Content-Type only where nothing else was mapped or passed through
// (data plane §11.1, §11.2, AF-226, AF-227).
func (h *httpEndpoint) generate(c *Call) {
	header := &c.Request.Header
	has := lookFor(header)
	if has.host {
		c.Request.Host, _ = header.Get("Host") // mapped (AF-237)
		header.Delete("Host")
	}
	header.Add("x-amzn-apigateway-api-id", c.ApiId)
	if !has.accept {
		header.Add("Accept", "application/json")
	}
	if !has.userAgent {
		header.Add("User-Agent", c.write("AmazonAPIGateway_", c.ApiId))
	}
	if c.ContentType != "" && !has.contentType {
		header.Add("Content-Type", c.ContentType)
	}
	header.Add("X-Amzn-Trace-Id", c.Trace)
}

// A presence says which of the headers are there that generate asks for.
type presence struct{ host, accept, userAgent, contentType bool }

// lookFor looks for all of them in one pass.
func lookFor(h *httpmsg.Header) (p presence) {
	for i := range h.Len() {
		switch name := h.At(i).Name; len(name) {
		case len("Host"):
			p.host = p.host || strings.EqualFold(name, "Host")
		case len("Accept"):
			p.accept = p.accept || strings.EqualFold(name, "Accept")
		case len("User-Agent"):
			p.userAgent = p.userAgent || strings.EqualFold(name, "User-Agent")
		case len("Content-Type"):
			p.contentType = p.contentType || strings.EqualFold(name, "Content-Type")
		}
	}
	return p
}

// query joins the query of the URI, the client's (of a proxy) and what was
// mapped, in this order (AF-232).
func (h *httpEndpoint) query(c *Call, e *endpoint) string {
	client := ""
	if h.proxy {
		client = strings.ReplaceAll(c.ClientQuery, ";", "&")
	}
	if len(c.Query) == 0 && (client == "" || e.query == "") {
		return e.query + client
	}
	start := len(c.text)
	c.text = append(c.text, e.query...)
	c.text = appendPair(c.text, start, client)
	c.appendQuery(start)
	return view(c.text[start:])
}

// mappedQuery joins a query with what was mapped.
func mappedQuery(c *Call, query string) string {
	if len(c.Query) == 0 {
		return query
	}
	start := len(c.text)
	c.text = append(c.text, query...)
	c.appendQuery(start)
	return view(c.text[start:])
}

// appendQuery appends mapped parameters to the query that began at start.
func (c *Call) appendQuery(start int) {
	for _, p := range c.Query {
		c.text = appendPair(c.text, start, "")
		c.text = mapping.AppendQueryValue(c.text, p.Name)
		c.text = append(c.text, '=')
		c.text = mapping.AppendQueryValue(c.text, p.Value)
	}
}
