package openapi

import (
	"strconv"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

const (
	integrationExtension = "x-amazon-apigateway-integration"
	malformedRule        = "malformed-integration"
)

// readIntegration makes the Integration of an operation (§4.5).
func (im *importer) readIntegration(o *operation) {
	at := o.at + "." + integrationExtension
	n := im.resolve(o.node.get(integrationExtension), at)
	if n.absent() {
		im.noteNoIntegration(o)
		return
	}
	if bad := malformedIntegration(n); bad != nil {
		im.found.add(malformedRule, bad.position, "Unable to parse API definition because of a malformed integration at path %s.", o.path)
		return
	}
	im.noteIntegrationMembers(n)
	r := integrationReader{im: im, o: o, at: at}
	in := r.read(n)
	o.method.MethodIntegration = in
	r.responses(n.get("responses"), in)
	if err := rule.Integration(in, im.place(o)); err != nil {
		im.found.refuse("integration", n.position, o.unableToPut("integration"), err)
		return
	}
	im.noteIntegration(o, n, in)
}

func (im *importer) place(o *operation) rule.Place {
	return rule.Place{Method: o.method, Path: o.path, Server: im.opts.Server, InDocument: true}
}

// An integrationReader reads the extension of one operation.
type integrationReader struct {
	im *importer
	o  *operation
	at string
}

func (r integrationReader) read(n *node) *apigw.Integration {
	text := func(name string) *string { return optional(r.im.text(n.get(name), r.at+"."+name)) }
	upper := func(name string) *string { return upperCase(text(name)) } // AF-164, AF-077
	in := &apigw.Integration{
		Type: upper("type"), HttpMethod: upper("httpMethod"), Uri: text("uri"),
		ConnectionType: upper("connectionType"), ConnectionId: text("connectionId"), Credentials: text("credentials"),
		RequestParameters:    r.strings(n, "requestParameters"),
		RequestTemplates:     r.templates(n, "requestTemplates"),
		PassthroughBehavior:  upper("passthroughBehavior"),
		ContentHandling:      upper("contentHandling"),
		TimeoutInMillis:      r.im.integer(n.get("timeoutInMillis"), r.at+".timeoutInMillis"),
		CacheNamespace:       text("cacheNamespace"),
		CacheKeyParameters:   r.im.texts(n.get("cacheKeyParameters"), r.at+".cacheKeyParameters"),
		ResponseTransferMode: upper("responseTransferMode"),
		IntegrationTarget:    text("integrationTarget"),
	}
	if skip := n.at("tlsConfig", "insecureSkipVerification"); !skip.absent() {
		in.TlsConfig = &apigw.TlsConfig{InsecureSkipVerification: new(skip.isTrue())}
	}
	rule.CompleteIntegration(in)
	return in
}

func upperCase(s *string) *string {
	if s == nil {
		return nil
	}
	return new(strings.ToUpper(*s))
}

// strings reads an object of texts. What is no text is left out with a
// warning (AF-163).
func (r integrationReader) strings(n *node, name string) map[string]string {
	object := r.im.object(n.get(name), r.at+"."+name)
	if object == nil {
		return nil
	}
	texts := map[string]string{}
	for _, f := range object.fields {
		if f.value.kind != kindText {
			r.im.found.add("not-a-string", f.position,
				"Invalid format for '%s'. Expected type string for property '%s' of resource '%s' and method '%s' but got '%s'",
				name, f.name, r.o.path, r.o.verb, appendJSON(nil, f.value))
			continue
		}
		texts[f.name] = f.value.text
	}
	return texts
}

// templates reads mapping templates.
func (r integrationReader) templates(n *node, name string) apigw.Templates {
	if r.im.purpose == toLint {
		for _, f := range n.get(name).members() {
			r.im.noteTemplate(r.o, name, f)
		}
	}
	return r.im.templates(n.get(name), r.at+"."+name)
}

// templates are texts by content type. An empty one is kept as null (AF-080).
func (im *importer) templates(n *node, at string) apigw.Templates {
	object := im.object(n, at)
	if object == nil {
		return nil
	}
	templates := apigw.Templates{}
	for _, f := range object.fields {
		templates[f.name] = optional(im.text(f.value, at+"."+f.name))
	}
	return templates
}

// responses makes the IntegrationResponses: the key is the selection pattern,
// "default" stands for none (AF-164). One that has the status of an earlier
// one replaces it.
func (r integrationReader) responses(n *node, in *apigw.Integration) {
	at := r.at + ".responses"
	for _, f := range r.im.object(n, at).members() {
		value := r.im.object(f.value, at+"."+f.name)
		if value == nil {
			continue
		}
		response := r.response(value, f.name)
		code := deref(response.StatusCode)
		if err := rule.IntegrationResponse(response, r.im.place(r.o)); err != nil {
			r.im.found.refuse("integration-response", value.position, r.o.unableToPut("integration response"), err)
		}
		if in.IntegrationResponses[code] != nil {
			r.im.found.add("same-status", f.position, "More than one integration response for status code %s on '%s' for resource at path '%s'. Ignoring all but the last.",
				code, r.o.verb, r.o.path)
		}
		if in.IntegrationResponses == nil {
			in.IntegrationResponses = map[string]*apigw.IntegrationResponse{}
		}
		in.IntegrationResponses[code] = response
	}
}

func (r integrationReader) response(n *node, pattern string) *apigw.IntegrationResponse {
	at := integrationReader{r.im, r.o, r.at + ".responses." + pattern}
	response := &apigw.IntegrationResponse{
		StatusCode:         new(r.im.text(n.get("statusCode"), at.at+".statusCode")), // a number or a text (AF-165)
		ResponseParameters: at.strings(n, "responseParameters"),
		ResponseTemplates:  at.templates(n, "responseTemplates"),
		ContentHandling:    upperCase(optional(r.im.text(n.get("contentHandling"), at.at+".contentHandling"))),
	}
	if pattern != "default" {
		response.SelectionPattern = &pattern
	}
	return response
}

// integer reads a whole number, written as a number or as a text.
func (im *importer) integer(n *node, at string) *int {
	if n.absent() {
		return nil
	}
	i, err := strconv.Atoi(n.scalar())
	if err != nil {
		im.found.add("wrong-type", n.position, "Parse issue: attribute %s is not of type `integer`", at)
		return nil
	}
	return &i
}
