package openapi

import (
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// An operation is a Method in the making.
type operation struct {
	node *node
	position
	path, verb string // "/pets/{id}", "GET"
	at         string // "paths.'/pets/{id}'(get)", as AWS's parser names the place
	parameters []parameter
	method     *apigw.Method

	longestTimeout int // of an integration, in milliseconds
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

func (im *importer) refuseMethod(o *operation, refusal string) {
	im.found.add("method", o.position, "Unable to put method '%s' on resource at path '%s': %s", o.verb, o.path, refusal)
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

// locations are the parts of a request whose parameters a Method declares.
var locations = map[string]string{"query": "querystring", "header": "header", "path": "path"}

// readParameters declares parameters (AF-167). The variables of the path are
// declared whether or not the document does it.
func (im *importer) readParameters(o *operation) {
	declared := map[string]bool{}
	for _, p := range o.parameters {
		location, ok := locations[p.in]
		switch {
		case ok:
			declared["method.request."+location+"."+p.name] = p.in == "path" || p.get("required").isTrue()
		case p.in != "body":
			im.found.add("unsupported-parameter", p.position, "Parameter '%s' in '%s' of method '%s' on resource at path '%s' is not supported. Ignoring.",
				p.name, p.in, o.verb, o.path)
		}
	}
	for _, name := range variablesOf(o.path) {
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

var statusCode = lazyregexp.New(`^[1-5]\d\d$`)

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
		if !statusCode.MatchString(f.name) {
			im.found.add("method-response", f.position, "Unable to put method response on '%s' for resource at path '%s': Invalid response status code specified: %s",
				o.verb, o.path, f.name)
			continue
		}
		im.readResponse(o, f.name, f.value, at+"."+f.name)
	}
}

// noteDefaultResponse warns of a default response unless it says nothing
// beyond what the others do.
func (im *importer) noteDefaultResponse(o *operation, f field) {
	if f.value.get("schema") != nil || len(f.value.get("content").members()) > 0 || len(f.value.get("headers").members()) > 0 {
		im.found.add("default-response", f.position, "Default response not supported on '%s' for resource at path '%s'. Ignoring.", o.verb, o.path)
	}
}

func (im *importer) readResponse(o *operation, code string, value *node, at string) {
	response := im.object(im.resolve(value, at), at)
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
		im.found.add("validator", at, "Unable to put method '%s' on resource at path '%s': Invalid Request Validator identifier specified", o.verb, o.path)
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
