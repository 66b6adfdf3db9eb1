package integration

import (
	"errors"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
)

// httpEndpoint is HTTP and HTTP_PROXY: a call of a URI over HTTP/1.1.
type httpEndpoint struct {
	egress *egress.Client
	uri    *mapping.URI
	fixed  *endpoint    // the URI, where it is the same for every request
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
	h.assemble(c, e)
	if c.Sending != nil {
		c.Sending(c)
	}
	err = h.egress.Do(&c.Request, c.Response, egress.Call{
		Addr: e.addr, TLS: e.tls, SkipCA: h.skipCA, Timeout: c.Timeout, Link: link, Certificate: c.Certificate, StreamIdle: c.StreamIdle,
	})
	if errors.Is(err, egress.ErrRequest) {
		return &ConfigurationError{Reason: "Invalid endpoint address", Err: err}
	}
	return err
}

func (h *httpEndpoint) endpoint(c *Call) (*endpoint, error) {
	if h.fixed != nil {
		return h.fixed, nil
	}
	if h.head != nil && !hasHost(h.head, c.Scope.StageVariables) {
		return nil, errClientHost
	}
	text := h.uri.Append(nil, c.Scope.StageVariables, c.Path)
	e, err := parseEndpoint(string(text))
	return &e, err
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

// generate adds what API Gateway itself sends; Accept, User-Agent and
// Content-Type only where nothing else was mapped or passed through
// (data plane §11.1, §11.2, AF-226, AF-227).
func (h *httpEndpoint) generate(c *Call) {
	header := &c.Request.Header
	if host, ok := header.Get("Host"); ok {
		c.Request.Host = host // mapped (AF-237)
		header.Delete("Host")
	}
	if !header.Has("Accept") {
		header.Add("Accept", "application/json")
	}
	if !header.Has("User-Agent") {
		header.Add("User-Agent", c.write("AmazonAPIGateway_", c.ApiId))
	}
	if c.ContentType != "" && !header.Has("Content-Type") {
		header.Add("Content-Type", c.ContentType)
	}
	header.Add("x-amzn-apigateway-api-id", c.ApiId)
	header.Add("X-Amzn-Trace-Id", c.Trace)
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
