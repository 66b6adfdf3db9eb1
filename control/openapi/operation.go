package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// An operation is a Method in the making.
type operation struct {
	node *node
	position
	path, verb string // "/pets/{id}", "GET"
	at         string // "paths.'/pets/{id}'(get)", as AWS's parser names the place
	parameters []parameter
	method     *apigw.Method
}

// A parameter is one that applies to an operation, references followed.
type parameter struct {
	*node
	name, in string
}

// operationSteps are what of an operation makes its Method, in order.
var operationSteps = []func(*importer, *operation){
	(*importer).readOperationName,
	(*importer).readParameters,
	(*importer).readRequestModels,
	(*importer).readResponses,
	(*importer).readSecurity,
	(*importer).readValidator,
	(*importer).checkMethod,
	(*importer).noteMethod,
	(*importer).readIntegration,
	(*importer).readOperationExtensions,
	(*importer).describeOperation,
}

// documentedVerb is how the location of a documentation part names a verb.
func documentedVerb(verb string) string {
	if verb == "ANY" {
		return "*"
	}
	return verb
}

// unableToPut begins what is said of a part of the Method that is refused.
func (o *operation) unableToPut(part string) string {
	return rule.UnableToPut(part, o.verb, o.path)
}

func (im *importer) refuseMethod(o *operation, err error) {
	im.found.refuse("method", o.position, o.unableToPut("method"), err)
}

// checkMethod refuses names that AWS refuses.
func (im *importer) checkMethod(o *operation) {
	if err := rule.Method(o.method); err != nil {
		im.refuseMethod(o, err)
	}
}

// readOperationName makes operationName of operationId (AF-173).
func (im *importer) readOperationName(o *operation) {
	o.method.OperationName = optional(im.text(o.node.get("operationId"), o.at+".operationId"))
}

// parametersOf are the parameters of the operation and those of its path that
// it does not give anew.
func (im *importer) parametersOf(item *node, o *operation) []parameter {
	own := im.parameterList(o.node.get("parameters"), o.at+".parameters")
	var list []parameter
	path := o.at[:strings.LastIndexByte(o.at, '(')]
	for _, p := range im.parameterList(item.get("parameters"), path+".parameters") {
		if !hasParameter(own, p.name, p.in) {
			list = append(list, p)
		}
	}
	return append(list, own...)
}

func hasParameter(list []parameter, name, in string) bool {
	for _, p := range list {
		if p.name == name && p.in == in {
			return true
		}
	}
	return false
}

func (im *importer) parameterList(n *node, at string) []parameter {
	var list []parameter
	for _, item := range im.array(n, at).elements() {
		resolved := im.object(im.resolve(item, at), at)
		if resolved == nil {
			continue
		}
		p := parameter{resolved, im.text(resolved.get("name"), at+".name"), im.text(resolved.get("in"), at+".in")}
		if p.in == "" {
			im.missing(resolved, at+".in")
			continue
		}
		if p.name == "" && p.in != "body" {
			im.missing(resolved, at+".name")
			continue
		}
		for _, f := range resolved.fields {
			if im.dialect.format == OpenAPI30 {
				im.expect(f, at+".["+p.name+"].", parameterMembers)
			}
		}
		list = append(list, p)
	}
	return list
}

// parameterMembers are those of an OpenAPI 3.0 parameter; a type, which is
// Swagger's, is not among them.
var parameterMembers = []string{"name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode", "allowReserved",
	"schema", "example", "examples", "content"}

// A parameterPlace is a part of a request whose parameters a Method declares.
type parameterPlace struct {
	location string // in API Gateway's expressions
	in       string // in OpenAPI's parameters
	part     string // the type of a documentation part
}

var parameterPlaces = []parameterPlace{
	{"path", "path", apigw.DocumentationPartTypePathParameter},
	{"querystring", "query", apigw.DocumentationPartTypeQueryParameter},
	{"header", "header", apigw.DocumentationPartTypeRequestHeader},
}

// placeIn is the place of OpenAPI's parameters in; ok is false for one that a
// Method has no parameters of.
func placeIn(in string) (place parameterPlace, ok bool) {
	for _, place := range parameterPlaces {
		if place.in == in {
			return place, true
		}
	}
	return parameterPlace{}, false
}

// readParameters declares parameters (AF-167). The variables of the path are
// declared whether or not the document does it.
func (im *importer) readParameters(o *operation) {
	declared := map[string]bool{}
	for _, p := range o.parameters {
		place, ok := placeIn(p.in)
		switch {
		case ok:
			declared["method.request."+place.location+"."+p.name] = p.in == "path" || p.get("required").isTrue()
		case p.in != "body":
			im.found.add("unsupported-parameter", p.position, "Parameter '%s' in '%s' of method '%s' on resource at path '%s' is not supported. Ignoring.",
				p.name, p.in, o.verb, o.path)
		}
	}
	for _, name := range rule.PathVariables(o.path) {
		declared["method.request.path."+name] = true
	}
	if len(declared) > 0 {
		o.method.RequestParameters = declared
	}
}

func (im *importer) readRequestModels(o *operation) {
	if models := im.dialect.requestModels(im, o); len(models) > 0 {
		o.method.RequestModels = models
	}
}

// readResponses makes a MethodResponse of each response that has a status.
func (im *importer) readResponses(o *operation) {
	at := o.at + ".responses"
	responses := im.object(o.node.get("responses"), at)
	for _, f := range responses.members() {
		if strings.HasPrefix(f.name, "x-") {
			continue
		}
		if f.name == "default" {
			im.noteDefaultResponse(o, f)
			continue
		}
		im.readResponse(o, f, at+"."+f.name)
	}
}

// noteDefaultResponse warns of a default response unless it says nothing
// beyond what the others do.
func (im *importer) noteDefaultResponse(o *operation, f field) {
	if f.value.get("schema") != nil || len(f.value.get("content").members()) > 0 || len(f.value.get("headers").members()) > 0 {
		im.found.add("default-response", f.position, "Default response not supported on '%s' for resource at path '%s'. Ignoring.", o.verb, o.path)
	}
}

func (im *importer) readResponse(o *operation, f field, at string) {
	code := f.name
	response := im.object(im.resolve(f.value, at), at)
	for _, f := range response.members() {
		im.expect(f, at+".", im.dialect.response)
	}
	made := &apigw.MethodResponse{StatusCode: &code}
	for _, h := range im.object(response.get("headers"), at+".headers").members() {
		if made.ResponseParameters == nil {
			made.ResponseParameters = map[string]bool{}
		}
		made.ResponseParameters["method.response.header."+h.name] = false // whatever the document says (AF-166)
	}
	if models := im.dialect.responseModels(im, o, response, at); len(models) > 0 {
		made.ResponseModels = models
	}
	if err := rule.MethodResponse(made); err != nil {
		im.found.refuse("method-response", f.position, o.unableToPut("method response"), err)
		return
	}
	if o.method.MethodResponses == nil {
		o.method.MethodResponses = map[string]*apigw.MethodResponse{}
	}
	o.method.MethodResponses[code] = made
	im.describeResponse(o, code, response)
}

// readValidator takes the operation's validator, or the document's (AF-171).
func (im *importer) readValidator(o *operation) {
	name := im.validator
	n := o.node.get("x-amazon-apigateway-request-validator")
	if n != nil {
		name = im.text(n, o.at+".x-amazon-apigateway-request-validator")
	}
	if name == "" {
		return
	}
	if !im.hasValidator(name) {
		at := o.position
		if n != nil {
			at = n.position
		}
		im.found.add("validator", at, "%s", o.unableToPut("method")+rule.NoRequestValidator)
		return
	}
	o.method.RequestValidatorId = &name
}

func (im *importer) hasValidator(name string) bool {
	for _, v := range im.def.RequestValidators {
		if *v.Name == name {
			return true
		}
	}
	if im.opts.Existing == nil {
		return false
	}
	for _, v := range im.opts.Existing.RequestValidators {
		if v.Name != nil && *v.Name == name {
			return true
		}
	}
	return false
}

// operationExtensions are the extensions that an operation may have; another
// step reads each.
var operationExtensions = map[string]bool{
	"x-amazon-apigateway-integration":       true,
	"x-amazon-apigateway-request-validator": true,
	"x-amazon-apigateway-auth":              true,
}

func (im *importer) readOperationExtensions(o *operation) {
	for _, f := range o.node.members() {
		im.expect(f, o.at+".", operationMembers)
		if !operationExtensions[f.name] {
			im.noteUnknownExtension(f)
		}
	}
}
