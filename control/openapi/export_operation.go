package openapi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// An exportedMethod is a Method with where it stands.
type exportedMethod struct {
	*apigw.Method
	resource apigw.Resource
	verb     string
}

// key is the location of a documentation part of the method.
func (m *exportedMethod) key(kind string) partKey {
	return partKey{kind: kind, path: deref(m.resource.Path), method: documentedVerb(m.verb)}
}

// An operationWriter writes what differs between the versions of the format.
type operationWriter struct {
	media     func(n *node, m *exportedMethod) // before the parameters
	parameter func(n *node, required bool)
	body      func(n *node, m *exportedMethod) // after them
	response  func(n *node, r *apigw.MethodResponse, headers *node)
	header    *node

	// Both as recorded.
	codes     func(map[string]*apigw.MethodResponse) []string // in order
	isSwagger bool                                            // which has the type of an integration first, else last
}

func (x *exporter) operation(w operationWriter, m *exportedMethod) *node {
	n := objectNode()
	n.setText("operationId", m.OperationName)
	x.weaveKnown(n, m.key("METHOD"))
	w.media(n, m)
	x.parameters(w, n, m)
	w.body(n, m)
	if responses := x.responses(w, m); len(responses.fields) > 0 || w.isSwagger {
		n.set("responses", responses)
	}
	x.security(n, m)
	x.validator(n, m)
	if m.MethodIntegration != nil && x.wants("integrations") {
		n.set(integrationExtension, x.integration(w, m))
	}
	return x.weaveExtensions(n, m.key("METHOD"))
}

// parameters are all texts to API Gateway.
func (x *exporter) parameters(w operationWriter, n *node, m *exportedMethod) {
	list := n.get("parameters")
	if list == nil {
		list = &node{kind: kindList}
	}
	var declared []*node
	for _, key := range parameterOrder(m.RequestParameters) {
		place := parameterPlaces[placeOf(key)]
		name := strings.TrimPrefix(key, "method.request."+place.location+".")
		p := objectNode().set("name", textNode(name)).set("in", textNode(place.in))
		w.parameter(p, m.RequestParameters[key] || place.in == "path")
		at := m.key(place.part)
		at.name = name
		declared = append(declared, x.weave(p, at))
	}
	list.items = append(declared, list.items...)
	setUnlessEmpty(n, "parameters", list)
}

// parameterOrder is that of a HashMap made for as many mapping expressions,
// which got those of paths, of query strings and of headers, one after another.
func parameterOrder(parameters map[string]bool) []string {
	keys := slices.DeleteFunc(sortedOrder(parameters), func(key string) bool { return placeOf(key) < 0 })
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(placeOf(a), placeOf(b)) })
	return inBuckets(keys, 1)
}

// placeOf is the index of the place of a mapping expression, or -1.
func placeOf(key string) int {
	return slices.IndexFunc(parameterPlaces, func(p parameterPlace) bool { return strings.HasPrefix(key, "method.request."+p.location+".") })
}

func (x *exporter) responses(w operationWriter, m *exportedMethod) *node {
	responses := objectNode()
	for _, code := range w.codes(m.MethodResponses) {
		r := m.MethodResponses[code]
		at := m.key("RESPONSE")
		at.status = code
		n := x.weave(objectNode().set("description", textNode(code+" response")), at)
		w.response(n, r, responseHeaders(r, w.header))
		responses.set(code, n)
	}
	return responses
}

func responseHeaders(r *apigw.MethodResponse, header *node) *node {
	names := map[string]bool{}
	for key := range r.ResponseParameters {
		names[strings.TrimPrefix(key, "method.response.header.")] = true
	}
	n := objectNode()
	for _, name := range hashOrder(names) {
		n.set(name, header)
	}
	return n
}

// openapi3Writer says nothing of what is optional (§4.9).
var openapi3Writer = operationWriter{
	header: objectNode().set("schema", objectNode().set("type", textNode("string"))),
	parameter: func(n *node, required bool) {
		if required {
			n.set("required", booleanNode(true))
		}
		n.set("schema", objectNode().set("type", textNode("string")))
	},
	media: func(*node, *exportedMethod) {},
	body: func(n *node, m *exportedMethod) {
		if len(m.RequestModels) > 0 {
			n.set("requestBody", objectNode().set("content", content(m.RequestModels)).set("required", booleanNode(true)))
		}
	},
	response: func(n *node, r *apigw.MethodResponse, headers *node) {
		setUnlessEmpty(n, "headers", headers)
		n.set("content", content(r.ResponseModels))
	},
	codes: tightHashOrder[*apigw.MethodResponse],
}

func content(models map[string]string) *node {
	n := objectNode()
	for _, mediaType := range slices.Sorted(maps.Keys(models)) {
		n.set(mediaType, objectNode().set("schema", reference("#/components/schemas/", models[mediaType])))
	}
	return n
}

func reference(prefix, model string) *node { return objectNode().set("$ref", textNode(prefix+model)) }

// swagger2Writer writes a body parameter for each model (AF-179).
var swagger2Writer = operationWriter{
	header: objectNode().set("type", textNode("string")),
	parameter: func(n *node, required bool) {
		n.set("required", booleanNode(required)).set("type", textNode("string"))
	},
	media:    swagger2Media,
	body:     func(*node, *exportedMethod) {},
	response: swagger2Response,
	codes:    sortedOrder[*apigw.MethodResponse],

	isSwagger: true,
}

// swagger2Media writes the media types and the body parameters; parameters adds
// the others before those.
func swagger2Media(n *node, m *exportedMethod) {
	setUnlessEmpty(n, "consumes", textsNode(consumed(m)))
	setUnlessEmpty(n, "produces", textsNode(produced(m)))
	var models []string
	for _, mediaType := range slices.Sorted(maps.Keys(m.RequestModels)) {
		if model := m.RequestModels[mediaType]; !slices.Contains(models, model) {
			models = append(models, model)
		}
	}
	bodies := &node{kind: kindList}
	for _, model := range models {
		bodies.items = append(bodies.items, objectNode().
			set("in", textNode("body")).set("name", textNode(model)).
			set("required", booleanNode(true)).set("schema", reference("#/definitions/", model)))
	}
	setUnlessEmpty(n, "parameters", bodies)
}

func swagger2Response(n *node, r *apigw.MethodResponse, headers *node) {
	if mediaTypes := slices.Sorted(maps.Keys(r.ResponseModels)); len(mediaTypes) > 0 {
		n.set("schema", reference("#/definitions/", r.ResponseModels[mediaTypes[0]]))
	}
	setUnlessEmpty(n, "headers", headers)
}

// consumed are the media types that a method has a model or a template for, as
// recorded also where integrations are not exported.
func consumed(m *exportedMethod) []string {
	mediaTypes := map[string]bool{}
	for mediaType := range m.RequestModels {
		mediaTypes[mediaType] = true
	}
	if m.MethodIntegration != nil {
		for mediaType := range m.MethodIntegration.RequestTemplates {
			mediaTypes[mediaType] = true
		}
	}
	return slices.Sorted(maps.Keys(mediaTypes))
}

func produced(m *exportedMethod) []string {
	mediaTypes := map[string]bool{}
	for _, r := range m.MethodResponses {
		for mediaType := range r.ResponseModels {
			mediaTypes[mediaType] = true
		}
	}
	if m.MethodIntegration != nil {
		for _, r := range m.MethodIntegration.IntegrationResponses {
			for mediaType := range r.ResponseTemplates {
				mediaTypes[mediaType] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(mediaTypes))
}

// The names of the schemes that stand for apiKeyRequired and for AWS_IAM.
const apiKeyScheme, signatureScheme = "api_key", "sigv4"

func (x *exporter) security(n *node, m *exportedMethod) {
	list := &node{kind: kindList}
	if a := x.authorizer(m.Method); a != nil {
		list.items = append(list.items, objectNode().set(deref(a.Name), textsNode(m.AuthorizationScopes)))
	}
	if deref(m.AuthorizationType) == "AWS_IAM" {
		list.items = append(list.items, objectNode().set(signatureScheme, textsNode(nil)))
	}
	if deref(m.ApiKeyRequired) {
		list.items = append(list.items, objectNode().set(apiKeyScheme, textsNode(nil)))
	}
	setUnlessEmpty(n, "security", list)
}

// authorizer is the method's, by id or, in a definition without ids, by name.
func (x *exporter) authorizer(m *apigw.Method) *apigw.Authorizer {
	for i, a := range x.def.Authorizers {
		if id := deref(m.AuthorizerId); id != "" && (deref(a.Id) == id || a.Id == nil && deref(a.Name) == id) {
			return &x.def.Authorizers[i]
		}
	}
	return nil
}

func (x *exporter) validator(n *node, m *exportedMethod) {
	id := deref(m.RequestValidatorId)
	if id == "" || !x.wants("integrations") {
		return
	}
	for _, v := range x.def.RequestValidators {
		if deref(v.Id) == id || v.Id == nil && deref(v.Name) == id {
			n.setText("x-amazon-apigateway-request-validator", v.Name)
		}
	}
}

// schemes are the authorizers, the signature and the API key.
func (x *exporter) schemes() *node {
	schemes := objectNode()
	for _, a := range x.def.Authorizers {
		n := headerScheme(schemeHeader(a))
		if x.wants("authorizers") {
			n.setText("x-amazon-apigateway-authtype", a.AuthType)
			n.set("x-amazon-apigateway-authorizer", authorizerNode(a))
		}
		schemes.set(deref(a.Name), x.weave(n, partKey{kind: "AUTHORIZER", name: deref(a.Name)}))
	}
	if x.any(func(m *apigw.Method) bool { return deref(m.AuthorizationType) == "AWS_IAM" }) {
		n := headerScheme("Authorization")
		if x.wants("authorizers") {
			n.set("x-amazon-apigateway-authtype", textNode("awsSigv4"))
		}
		schemes.set(signatureScheme, n)
	}
	if x.any(func(m *apigw.Method) bool { return deref(m.ApiKeyRequired) }) {
		schemes.set(apiKeyScheme, headerScheme("x-api-key"))
	}
	return schemes
}

func headerScheme(header string) *node {
	return objectNode().set("type", textNode("apiKey")).set("name", textNode(header)).set("in", textNode("header"))
}

func (x *exporter) any(is func(*apigw.Method) bool) bool {
	for _, r := range x.def.Resources {
		for _, m := range r.ResourceMethods {
			if is(m) {
				return true
			}
		}
	}
	return false
}

const headerSource = "method.request.header."

// schemeHeader is the header that an authorizer reads; "Unused" if it reads
// none, or names its sources itself.
func schemeHeader(a apigw.Authorizer) string {
	header, ok := strings.CutPrefix(deref(a.IdentitySource), headerSource)
	if !ok || strings.Contains(header, ",") {
		return "Unused"
	}
	return header
}

func authorizerNode(a apigw.Authorizer) *node {
	n := objectNode()
	if deref(a.Type) == "REQUEST" { // the scheme's header is what others read
		n.setText("identitySource", a.IdentitySource)
	}
	n.setText("authorizerUri", a.AuthorizerUri)
	n.setText("authorizerCredentials", a.AuthorizerCredentials)
	if ttl := a.AuthorizerResultTtlInSeconds; ttl != nil {
		n.set("authorizerResultTtlInSeconds", numberNode(fmt.Sprint(*ttl)))
	}
	n.setText("identityValidationExpression", a.IdentityValidationExpression)
	setUnlessEmpty(n, "providerARNs", textsNode(a.ProviderARNs))
	return n.set("type", textNode(strings.ToLower(deref(a.Type))))
}

// integration leaves out what is the default (AF-180).
func (x *exporter) integration(w operationWriter, m *exportedMethod) *node {
	in := m.MethodIntegration
	n := objectNode()
	kind := textNode(strings.ToLower(deref(in.Type)))
	if w.isSwagger {
		n.set("type", kind)
	}
	n.setText("connectionId", in.ConnectionId)
	n.setText("integrationTarget", in.IntegrationTarget)
	n.setText("credentials", in.Credentials)
	n.setText("httpMethod", in.HttpMethod)
	n.setText("uri", in.Uri)
	setUnlessEmpty(n, "responses", integrationResponses(in.IntegrationResponses))
	setUnlessEmpty(n, "requestParameters", textMap(in.RequestParameters))
	setUnlessEmpty(n, "requestTemplates", templateMap(in.RequestTemplates))
	n.setText("passthroughBehavior", new(strings.ToLower(deref(in.PassthroughBehavior))))
	if deref(in.ConnectionType) != "INTERNET" {
		n.setText("connectionType", in.ConnectionType)
	}
	if deref(in.CacheNamespace) != deref(m.resource.Id) {
		n.setText("cacheNamespace", in.CacheNamespace)
	}
	if t := in.TimeoutInMillis; t != nil && *t != rule.DefaultTimeout {
		n.set("timeoutInMillis", numberNode(fmt.Sprint(*t)))
	}
	if t := in.TlsConfig; t != nil {
		n.set("tlsConfig", objectNode().set("insecureSkipVerification", booleanNode(deref(t.InsecureSkipVerification))))
	}
	n.setText("responseTransferMode", in.ResponseTransferMode)
	setUnlessEmpty(n, "cacheKeyParameters", textsNode(in.CacheKeyParameters))
	n.setText("contentHandling", in.ContentHandling)
	return n.set("type", kind)
}

func integrationResponses(responses map[string]*apigw.IntegrationResponse) *node {
	byPattern := map[string]*node{}
	for _, code := range slices.Sorted(maps.Keys(responses)) {
		r := responses[code]
		value := objectNode().set("statusCode", textNode(code))
		setUnlessEmpty(value, "responseParameters", textMap(r.ResponseParameters))
		setUnlessEmpty(value, "responseTemplates", templateMap(r.ResponseTemplates))
		value.setText("contentHandling", r.ContentHandling)
		byPattern[cmp.Or(deref(r.SelectionPattern), "default")] = value
	}
	return objectOf(byPattern, hashOrder)
}
