package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/authorizer"
	"github.com/poterne/poterne/gateway/integration"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/vtl"
)

// A deployment is a compiled Definition: everything that does not depend on a
// request or a stage is decided here, once.
type deployment struct {
	tree               tree
	methods            []*method // by the indexes of the tree
	responses          gatewayResponses
	binary             mediaTypes
	compression        compression
	defaultEndpointOff bool
	keyFromAuthorizer  bool // apiKeySource
	strictName         bool // endpointAccessMode
	endpointType       string
	private            bool
	gate               policyGate
	reports            []Report
	lateReports        func() []Report // of templates that were not parsed; nil: all were
}

// compression is an API's minimumCompressionSize.
type compression struct {
	on      bool
	minimum int // bytes of a response that is compressed
}

// A method is a compiled Method with its Integration. What of it cannot be
// compiled is kept as the failure that it answers with when it is used.
type method struct {
	plan

	deployment  *deployment
	verb        verb
	throttleKey string // "/pets/GET": how usage plans name it

	operationName  string
	authorization  string // authorizationType
	authorizerId   string
	authorizer     authorizer.Authorizer
	unauthorizable *failure // why authorizer is nil
	apiKeyRequired bool
	validation     validation

	uriVariables []string // stage variables in the uri, for traces
	passthrough  string
	headers      []paramMapping
	query        []paramMapping
	path         []paramMapping

	cacheNamespace string // "": the resource's id
	cacheParams    []cacheParam
}

// A plan is what every request reads of its Method. A liveMethod has a copy:
// what else a Method is lies elsewhere, and is read by the steps that need it.
type plan struct {
	resourceId   string
	resourcePath string

	kind        *integration.Kind
	integration integration.Integration
	broken      *failure // why integration is nil
	templates   []bodyTemplate
	answers     []integrationAnswer
	timeout     time.Duration
	streamIdle  time.Duration // how long a streamed answer may pause; 0: it is buffered

	handling  handling
	validates bool // there is something to validate
	passes    bool // a body without a template passes through
	maps      bool // it has requestParameters
	mapsMore  bool // than path parameters and what the author wrote
	hasBinary bool // the API has binary media types
}

// A bodyTemplate is a mapping template for a content type. A Template that was
// given as null or as nothing passes the body through.
type bodyTemplate struct {
	contentType string
	constant    string // what the template renders, if that is known and always the same
	template    *mapping.Template
	broken      *failure
}

// A paramMapping sets a parameter or a header from an expression.
type paramMapping struct {
	name   string
	rule   *headerRule // of a header
	expr   *mapping.Expr
	broken *failure
}

// An integrationAnswer is an IntegrationResponse.
type integrationAnswer struct {
	status    int
	isDefault bool // no selectionPattern
	handling  handling
	headers   []paramMapping
	templates []bodyTemplate
	pattern   *javatext.Regex
	broken    *failure // of the pattern
	text      string   // the status code as it was configured
}

type compileDeps struct {
	integration   integration.Deps
	authorization authorizer.Deps
	hasEndpoints  bool // there are VPC endpoints
	shared        *sharedParts
	deferred      bool // templates are parsed when they are first rendered
}

func (g *Gateway) compileDeps() *compileDeps {
	return &compileDeps{
		integration: integration.Deps{Egress: g.deps.Egress, AWS: g.deps.AWS},
		authorization: authorizer.Deps{
			Identities: g.deps.Identities, AnySignature: g.deps.AnySignature, Lambda: g.deps.AWS, Results: g.results, Pools: g.pools, Now: g.deps.Now,
		},
		hasEndpoints: len(g.deps.VPCEndpoints) > 0,
		shared:       &g.shared,
	}
}

// A compiler makes one deployment and notes what it stumbles over.
type compiler struct {
	*compileDeps
	def *apigw.Definition
	out *deployment

	schemas map[string]compiledSchema // of Models, by name
	names   map[[2]string]string      // of templates: few, and many have them

	method, path string // of what is being compiled, for reports
}

// find is the Method that serves path, nil for none.
func (d *deployment) find(path string, v verb) *method {
	var room [8]pathParam
	if m, _ := d.tree.match(path, v, room[:0]); m != noMethod {
		return d.methods[m]
	}
	return nil
}

// compile never fails: what cannot be compiled answers 500 where it is used,
// takes down itself alone, and is reported.
func compile(def *apigw.Definition, deps *compileDeps) *deployment {
	c := &compiler{compileDeps: deps, def: def, out: &deployment{}, names: map[[2]string]string{}}
	c.out.binary = def.RestApi.BinaryMediaTypes
	if size := def.RestApi.MinimumCompressionSize; size != nil {
		c.out.compression = compression{on: true, minimum: *size}
	}
	c.out.defaultEndpointOff = deref(def.RestApi.DisableExecuteApiEndpoint)
	c.out.strictName = deref(def.RestApi.EndpointAccessMode) == apigw.EndpointAccessModeStrict
	c.out.endpointType = endpointTypeOf(def)
	c.out.keyFromAuthorizer = deref(def.RestApi.ApiKeySource) == apigw.ApiKeySourceTypeAuthorizer
	c.reportAPI()
	c.out.responses = c.gatewayResponses(def.GatewayResponses)
	for i := range def.Resources {
		c.resource(&def.Resources[i])
	}
	c.out.pack()
	if c.deferred {
		c.out.lateReports = sync.OnceValue(c.out.faultyTemplates)
	}
	return c.out
}

func (c *compiler) report(severity Severity, position, text string) {
	c.out.reports = append(c.out.reports, Report{Method: c.method, Path: c.path, Severity: severity, Position: position, Text: text})
}

// broken reports what cannot be compiled and returns what it answers.
func (c *compiler) broken(what string, err error) *failure {
	var at *vtl.Error
	if errors.As(err, &at) {
		c.report(Broken, templatePlace(at), at.Message)
		side := requestSide
		if strings.HasPrefix(what, "integration response") {
			side = responseSide
		}
		return templateFailure(side, at)
	}
	c.report(Broken, what, err.Error())
	f := configuration(what + ": " + err.Error())
	f.place = what
	return f
}

// reportAPI reports settings of the RestApi that have no effect or fail closed.
func (c *compiler) reportAPI() {
	c.out.private, c.out.gate = c.isPrivate(), c.policyGate()
	if c.out.private && !c.hasEndpoints {
		c.report(Refused, "", "PRIVATE endpoint: there is no --vpc-endpoint, so every call answers 403")
	}
	if deref(c.def.RestApi.SecurityPolicy) != "" {
		c.report(NotEnforced, "", "securityPolicy: the default endpoint has no TLS settings of its own here")
	}
	if c.out.defaultEndpointOff {
		c.report(Refused, "", "disableExecuteApiEndpoint: the default endpoint answers 403; custom domain names serve")
	}
}

func (c *compiler) isPrivate() bool {
	endpoint := c.def.RestApi.EndpointConfiguration
	return endpoint != nil && slices.Contains(endpoint.Types, apigw.EndpointTypePrivate)
}

func (c *compiler) resource(r *apigw.Resource) {
	for _, name := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
		v := verbOf(name)
		if v == verbUnknown || r.ResourceMethods[name] == nil {
			continue
		}
		c.method, c.path = name, deref(r.Path)
		m := c.compileMethod(r.ResourceMethods[name])
		m.verb, m.resourceId, m.resourcePath = v, deref(r.Id), deref(r.Path)
		m.throttleKey = m.resourcePath + "/" + name
		c.out.tree.add(m.resourcePath, v, len(c.out.methods))
		c.out.methods = append(c.out.methods, m)
	}
}

func (c *compiler) compileMethod(def *apigw.Method) *method {
	m := &method{
		deployment:     c.out,
		authorization:  cmp.Or(deref(def.AuthorizationType), "NONE"),
		apiKeyRequired: deref(def.ApiKeyRequired),
		operationName:  deref(def.OperationName),
	}
	c.authorizer(m, def)
	if m.apiKeyRequired && c.out.keyFromAuthorizer && m.authorization != "CUSTOM" {
		c.report(Refused, "", "apiKeyRequired with apiKeySource AUTHORIZER: no Lambda authorizer gives the key, so every call answers 403")
	}
	m.validation = c.validation(def)
	m.validates = m.validation.body || len(m.validation.required) > 0
	m.hasBinary = len(c.out.binary) > 0
	c.integrate(m, def.MethodIntegration)
	return m
}

const defaultTimeout = 29 * time.Second

var errNoIntegration = errors.New("the method has no integration")

func (c *compiler) integrate(m *method, def *apigw.Integration) {
	if def == nil {
		m.broken = c.broken("integration", errNoIntegration)
		return
	}
	m.timeout = defaultTimeout
	if def.TimeoutInMillis != nil {
		m.timeout = time.Duration(*def.TimeoutInMillis) * time.Millisecond
	}
	m.handling = handlingOf(def.ContentHandling)
	m.streamIdle = c.streamIdleOf(def)
	m.passthrough = cmp.Or(deref(def.PassthroughBehavior), "WHEN_NO_MATCH")
	kind, ok := integration.KindOf(deref(def.Type))
	if !ok {
		m.broken = c.broken("integration", fmt.Errorf("integration type %q is none", deref(def.Type)))
		return
	}
	m.kind = kind
	m.uriVariables = mapping.ParseURI(deref(def.Uri)).Variables()
	var err error
	if m.integration, err = kind.New(def, c.integration); err != nil {
		m.broken = c.brokenIntegration(err)
	}
	c.reportIntegration(m.integration, def)
	c.requestMappings(m, def.RequestParameters)
	m.cacheNamespace, m.cacheParams = deref(def.CacheNamespace), c.cacheParams(def)
	if kind.Event {
		m.keepFailing()
	}
	if !kind.Proxy {
		m.templates = c.templates("integration request template", def.RequestTemplates)
		m.answers = c.answers(def.IntegrationResponses)
	}
	m.maps = len(m.headers)+len(m.query)+len(m.path) > 0
	m.passes = m.passthrough == "WHEN_NO_MATCH" || m.passthrough == "WHEN_NO_TEMPLATES" && len(m.templates) == 0
}

// brokenIntegration says what AWS says of an address that is none (AF-187).
func (c *compiler) brokenIntegration(err error) *failure {
	if errors.Is(err, integration.ErrNotServed) || errors.Is(err, integration.ErrNoLink) {
		c.report(Refused, "integration", err.Error()+", so every call answers 500")
		return configuration(err.Error()).because(nil, "say what the VPC link reaches: --vpc-link ID=HOST:PORT")
	}
	c.report(Broken, "integration", err.Error())
	return configuration(invalidAddress).because(err, writeURI)
}

const (
	invalidAddress = "Invalid endpoint address"
	writeURI       = "write the uri of the integration as http://HOST[:PORT]/PATH, https://… or the ARN of an AWS action"
)

func (c *compiler) reportIntegration(i integration.Integration, def *apigw.Integration) {
	if r, ok := i.(integration.Reporter); ok {
		for _, text := range r.NotEnforced() {
			c.report(NotEnforced, "integration", text)
		}
	}
}

// templates compiles templates by content type, in the order of their names:
// the contract does not keep another.
func (c *compiler) templates(what string, all apigw.Templates) []bodyTemplate {
	var out []bodyTemplate
	for _, contentType := range slices.Sorted(maps.Keys(all)) {
		t := bodyTemplate{contentType: knownType(contentType)}
		if src := deref(all[contentType]); src != "" {
			var err error
			name := c.templateName(what, contentType)
			if t.template, err = c.template(name, src); err != nil {
				t.broken = c.broken(name, err)
			} else {
				t.constant, _ = t.template.Constant()
			}
		}
		out = append(out, t)
	}
	return out
}

// knownType is contentType; that of JSON is the same memory everywhere.
func knownType(contentType string) string {
	if contentType == jsonType {
		return jsonType
	}
	return contentType
}

func (c *compiler) templateName(what, contentType string) string {
	key := [2]string{what, contentType}
	name, ok := c.names[key]
	if !ok {
		name = fmt.Sprintf("%s %q", what, contentType)
		c.names[key] = name
	}
	return name
}

func (c *compiler) template(name, src string) (*mapping.Template, error) {
	if c.deferred {
		return c.shared.deferred(name, src)
	}
	return c.shared.template(name, src)
}

// requestMappings compiles integration.request.{header,querystring,path}.NAME.
func (c *compiler) requestMappings(m *method, params map[string]string) {
	destinations := []struct {
		prefix string
		list   *[]paramMapping
	}{
		{"integration.request.header.", &m.headers},
		{"integration.request.querystring.", &m.query},
		{"integration.request.path.", &m.path},
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		i := slices.IndexFunc(destinations, func(d struct {
			prefix string
			list   *[]paramMapping
		}) bool {
			return strings.HasPrefix(key, d.prefix)
		})
		if i < 0 {
			m.broken = c.broken("requestParameters "+key, errors.New("no destination of an integration request"))
			continue
		}
		name := strings.TrimPrefix(key, destinations[i].prefix)
		if i == 0 && m.requestAction(ruleFor(name)) == fail {
			c.report(Broken, "requestParameters "+key, "this header is API Gateway's own: every call that has a value for it answers 500")
		}
		p := c.paramMapping(mapping.RequestSide, "requestParameters "+key, name, params[key])
		*destinations[i].list = append(*destinations[i].list, p)
		m.mapsMore = m.mapsMore || destinations[i].list != &m.path || p.readsRequest()
	}
}

// readsRequest reports whether the value of a path parameter may be anything of
// the request but one of its own path parameters.
func (p *paramMapping) readsRequest() bool {
	if p.expr == nil {
		return false
	}
	_, isPath := p.expr.PathParam()
	return !isPath && !p.expr.FromAuthor()
}

// keepFailing keeps the mappings that end a call: nothing else of them shows in
// an event (AF-233, AF-234).
func (m *method) keepFailing() {
	m.headers = slices.DeleteFunc(m.headers, func(p paramMapping) bool { return m.requestAction(p.rule) != fail })
	m.query, m.path = nil, nil
}

func (c *compiler) paramMapping(side mapping.Side, what, name, source string) paramMapping {
	p := paramMapping{name: name, rule: ruleFor(name)}
	var err error
	if p.expr, err = mapping.ParseExpr(side, source); err != nil {
		p.broken = c.broken(what, err)
	}
	return p
}

// answers compiles integration responses by ascending status code: the order
// in which they are tried (data plane §13.1).
func (c *compiler) answers(all map[string]*apigw.IntegrationResponse) []integrationAnswer {
	var out []integrationAnswer
	for _, code := range slices.Sorted(maps.Keys(all)) {
		def := all[code]
		if def == nil {
			continue
		}
		a := integrationAnswer{text: code, handling: handlingOf(def.ContentHandling), isDefault: deref(def.SelectionPattern) == ""}
		a.status, _ = strconv.Atoi(code) // the contract admits [1-5]\d\d alone
		what := "integration response " + code
		if !a.isDefault {
			var err error
			if a.pattern, err = c.shared.pattern(*def.SelectionPattern); err != nil {
				a.broken = c.broken(what+" selectionPattern", err)
			}
		}
		a.headers = c.responseMappings(what, def.ResponseParameters)
		a.templates = c.templates(what+" template", def.ResponseTemplates)
		out = append(out, a)
	}
	return out
}

const responseHeader = "method.response.header."

func (c *compiler) responseMappings(what string, params map[string]string) []paramMapping {
	var out []paramMapping
	for _, key := range slices.Sorted(maps.Keys(params)) {
		at := what + " responseParameters " + key
		name, ok := strings.CutPrefix(key, responseHeader)
		if !ok {
			out = append(out, paramMapping{name: key, rule: &noRule, broken: c.broken(at, errors.New("no destination of a method response"))})
			continue
		}
		out = append(out, c.paramMapping(mapping.ResponseSide, at, name, params[key]))
	}
	return out
}
