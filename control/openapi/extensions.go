package openapi

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

const extensionPrefix = "x-amazon-apigateway-"

// rootExtensions are the extensions at the top of a document (§4.3), in the
// order in which they take effect. One without a function is read elsewhere.
var rootExtensions = []struct {
	name string
	read func(im *importer, n *node, at string)
}{
	{"x-amazon-apigateway-api-key-source", (*importer).readAPIKeySource},
	{"x-amazon-apigateway-binary-media-types", (*importer).readBinaryMediaTypes},
	{"x-amazon-apigateway-minimum-compression-size", (*importer).readCompression},
	{"x-amazon-apigateway-endpoint-configuration", (*importer).readEndpoint},
	{"x-amazon-apigateway-endpoint-access-mode", (*importer).readAccessMode},
	{"x-amazon-apigateway-security-policy", (*importer).readSecurityPolicy},
	{"x-amazon-apigateway-policy", (*importer).readPolicy},
	{"x-amazon-apigateway-gateway-responses", (*importer).readGatewayResponses},
	{"x-amazon-apigateway-request-validators", (*importer).readValidators},
	{"x-amazon-apigateway-request-validator", (*importer).readDefaultValidator},
	{documentationExtension, (*importer).readDocumentation},
	{"x-amazon-apigateway-cors", (*importer).noteCORS},
	{"x-amazon-apigateway-importexport-version", (*importer).noteHTTPAPI},
	{"x-poterne-serve-with", (*importer).readServeWith},
	{"x-poterne-stage", (*importer).readStage},
}

func (im *importer) readExtensions() {
	im.readEndpointTypes()
	im.doc.Serve.StageName = "local"
	known := map[string]bool{}
	for _, e := range rootExtensions {
		known[e.name] = true
		if n := im.root.get(e.name); !n.absent() {
			e.read(im, n, e.name)
		}
	}
	for _, f := range im.root.members() {
		if !known[f.name] {
			im.noteUnknownExtension(f)
		}
	}
}

// noteUnknownExtension tells of what looks like an extension of API Gateway
// and is none: AWS ignores it without a word.
func (im *importer) noteUnknownExtension(f field) {
	if strings.HasPrefix(f.name, extensionPrefix) || strings.HasPrefix(f.name, "x-poterne-") {
		im.found.add("unknown-extension", f.position, "%s is not known here", f.name)
	}
}

// enumeration reads a text that must be one of a few, in upper case.
func (im *importer) enumeration(n *node, at string, values ...string) *string {
	s := im.text(n, at)
	for _, v := range values {
		if strings.EqualFold(s, v) {
			return &v
		}
	}
	im.found.add("extension-value", n.position, "Invalid value '%s' for %s. Valid values are [%s]", s, at, strings.Join(values, ", "))
	return nil
}

func (im *importer) readAPIKeySource(n *node, at string) {
	im.def.RestApi.ApiKeySource = im.enumeration(n, at, "HEADER", "AUTHORIZER")
}

func (im *importer) readAccessMode(n *node, at string) {
	im.noteNotEnforced(n, at)
	im.def.RestApi.EndpointAccessMode = im.enumeration(n, at, "BASIC", "STRICT")
}

func (im *importer) readSecurityPolicy(n *node, at string) {
	im.noteNotEnforced(n, at)
	im.def.RestApi.SecurityPolicy = optional(im.text(n, at))
}

func (im *importer) readBinaryMediaTypes(n *node, at string) {
	im.def.RestApi.BinaryMediaTypes = im.texts(n, at)
}

func (im *importer) readCompression(n *node, at string) {
	size := im.integer(n, at)
	if err := rule.CompressionSize(size); err != nil {
		im.found.refuse("extension-value", n.position, "", err)
		return
	}
	im.def.RestApi.MinimumCompressionSize = size
}

// readEndpointTypes takes the types that the caller gives: a document has none
// (§4.7).
func (im *importer) readEndpointTypes() {
	types := im.opts.EndpointConfigurationTypes
	for _, t := range types {
		if !slices.Contains([]string{"EDGE", "REGIONAL", "PRIVATE"}, t) {
			im.found.add("endpoint", im.root.position, "Invalid endpoint configuration type specified: %s", t)
			return
		}
	}
	if err := rule.EndpointTypes(types); err != nil {
		im.found.refuse("endpoint", im.root.position, "", err)
	} else if len(types) > 0 {
		im.endpoint().Types = types
	}
}

func (im *importer) endpoint() *apigw.EndpointConfiguration {
	api := &im.def.RestApi
	if api.EndpointConfiguration == nil {
		api.EndpointConfiguration = &apigw.EndpointConfiguration{}
	}
	return api.EndpointConfiguration
}

func (im *importer) readEndpoint(n *node, at string) {
	n = im.object(n, at)
	if disabled := n.get("disableExecuteApiEndpoint"); !disabled.absent() {
		im.def.RestApi.DisableExecuteApiEndpoint = new(disabled.isTrue())
	}
	if ids := im.texts(n.get("vpcEndpointIds"), at+".vpcEndpointIds"); len(ids) > 0 {
		im.endpoint().VpcEndpointIds = ids
	}
	if address := n.get("ipAddressType"); !address.absent() {
		im.endpoint().IpAddressType = im.enumeration(address, at+".ipAddressType", "ipv4", "dualstack")
	}
}

// readServers reads the endpoint configuration of the first OpenAPI 3.0 server.
func (im *importer) readServers() {
	servers := im.array(im.root.get("servers"), "servers").elements()
	if len(servers) == 0 {
		return
	}
	if endpoint := servers[0].get("x-amazon-apigateway-endpoint-configuration"); endpoint != nil {
		im.readEndpoint(endpoint, "servers.x-amazon-apigateway-endpoint-configuration")
	}
	if len(servers) > 1 { // from a field report
		im.found.add("second-server", servers[1].position, "More than one server provided. Ignoring all but the first for defining endpoint configuration")
	}
}

// readPolicy keeps the policy as the JSON text that it is in the document;
// what execute-api:/… stands for is the caller's to know.
func (im *importer) readPolicy(n *node, at string) {
	if n.kind == kindText {
		im.def.RestApi.Policy = &n.text
		return
	}
	if im.object(n, at) != nil {
		im.def.RestApi.Policy = new(string(appendJSON(nil, n)))
	}
}

func (im *importer) readValidators(n *node, at string) {
	for _, f := range im.object(n, at).members() {
		v := im.object(f.value, at+"."+f.name)
		if v == nil {
			continue
		}
		if err := rule.RequestValidatorName(f.name); err != nil {
			im.found.refuse("extension-value", f.position, "Unable to create request validator '"+f.name+"': ", err)
			continue
		}
		im.def.RequestValidators = append(im.def.RequestValidators, apigw.RequestValidator{
			Name:                      &f.name,
			ValidateRequestBody:       new(v.get("validateRequestBody").isTrue()),
			ValidateRequestParameters: new(v.get("validateRequestParameters").isTrue()),
		})
	}
}

func (im *importer) readDefaultValidator(n *node, at string) { im.validator = im.text(n, at) }

// readGatewayResponses puts each: what one does not give is the type's own
// default (AF-104).
func (im *importer) readGatewayResponses(n *node, at string) {
	for _, f := range im.object(n, at).members() {
		g := im.gatewayResponse(f, at+"."+f.name)
		if err := rule.GatewayResponse(g, im.opts.Server); err != nil {
			im.found.refuse("gateway-response", f.position, "Unable to put gateway response '"+f.name+"': ", err)
			continue
		}
		im.def.GatewayResponses = append(im.def.GatewayResponses, *g)
	}
}

func (im *importer) gatewayResponse(f field, at string) *apigw.GatewayResponse {
	n := im.object(f.value, at)
	given := &apigw.GatewayResponse{ResponseType: &f.name, StatusCode: optional(im.text(n.get("statusCode"), at+".statusCode"))}
	for _, p := range im.object(n.get("responseParameters"), at+".responseParameters").members() {
		if given.ResponseParameters == nil {
			given.ResponseParameters = map[string]string{}
		}
		given.ResponseParameters[p.name] = im.text(p.value, at+".responseParameters."+p.name)
	}
	if templates := im.templates(n.get("responseTemplates"), at+".responseTemplates"); len(templates) > 0 {
		given.ResponseTemplates = templates
	}
	return rule.CompleteGatewayResponse(given)
}
