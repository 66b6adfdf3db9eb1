package openapi

import "slices"

// A Rule is a kind of finding: how grave it is and what to do about it.
type Rule struct {
	Name     string
	Severity Severity
	NextStep string
}

// Rules are all rules, the gravest first.
func Rules() []Rule { return slices.Clone(rules) }

// rules are all kinds of findings. Errors are what AWS refuses or what cannot
// be read, warnings what it drops, notes what it says nothing about.
var rules = []Rule{
	// What cannot be read.
	{"syntax", SeverityError, "correct the document; an editor with OpenAPI support shows the place"},
	{"not-openapi", SeverityError, "begin the document with openapi: 3.0.1 or swagger: \"2.0\""},
	{"cloudformation", SeverityError, "give the OpenAPI document that it holds or refers to"},
	{"remote-reference", SeverityError, "copy what it refers to into the document and refer to that with #/…"},
	{"too-many-references", SeverityError, "refer to less, or split the document"},
	{"reference-loop", SeverityError, "let one of the references name a definition instead of another reference"},

	// What AWS refuses.
	{"title", SeverityError, "give info.title: it becomes the name of the API"},
	{"resource-path", SeverityError, "change the path; a variable takes a whole segment"},
	{"method", SeverityError, "correct the operation"},
	{"method-response", SeverityError, "use a status code from 100 to 599"},
	{malformedRule, SeverityError, "give the member the kind of value that it is documented to have"},
	{"integration", SeverityError, "correct x-amazon-apigateway-integration"},
	{"integration-response", SeverityError, "correct the entry of x-amazon-apigateway-integration.responses"},
	{"model", SeverityError, "correct the schema, or rename it and what refers to it"},
	{"authorizer", SeverityError, "correct x-amazon-apigateway-authorizer"},
	{"undeclared-scheme", SeverityError, "declare the security scheme, or take it out of security"},
	{"validator", SeverityError, "declare it in x-amazon-apigateway-request-validators"},
	{"gateway-response", SeverityError, "use one of the response types of API Gateway and a status code from 100 to 599"},
	{"extension-value", SeverityError, "use a value that API Gateway knows"},
	{"endpoint", SeverityError, "name one endpoint type: EDGE, REGIONAL or PRIVATE"},
	{"documentation-part", SeverityError, "correct the entry of x-amazon-apigateway-documentation"},

	// What AWS drops.
	{"missing", SeverityWarning, "add it"},
	{"unexpected", SeverityWarning, "take it out, or correct its name"},
	{"wrong-type", SeverityWarning, "correct the value; it was ignored"},
	{"duplicate-member", SeverityWarning, "take the others out"},
	{"yaml-tag", SeverityWarning, "let the tool that knows the tag write the document first"},
	{"missing-model", SeverityWarning, "declare the model, or take the reference out"},
	{"missing-reference", SeverityWarning, "declare what it refers to"},
	{"unsupported-model", SeverityWarning, "name the schema in components.schemas and refer to it"},
	{"unsupported-parameter", SeverityWarning, "read it in a mapping template or in the back end"},
	{"unsupported-scheme", SeverityWarning, "give the scheme an x-amazon-apigateway-authorizer; without one it protects nothing"},
	{"second-authorizer", SeverityWarning, "keep one; a method has one authorizer"},
	{"default-response", SeverityWarning, "give the response a status code"},
	{"not-a-string", SeverityWarning, "write the value in quotes"},
	{"same-status", SeverityWarning, "give each selection pattern a status code of its own"},
	{"unsupported-keyword", SeverityWarning, "say it with draft-04 keywords; it is not part of the model"},
	{"second-server", SeverityWarning, "keep the server whose endpoint configuration or base path is meant"},

	// What AWS says nothing about.
	{"openapi-version", SeverityNote, "write the document as OpenAPI 3.0 to import it into AWS too"},
	{"unknown-extension", SeverityNote, "correct its name; it was ignored"},
	{"unknown-member", SeverityNote, "correct its name; it was ignored"},
	{"template", SeverityNote, "correct the template; every request that uses it will end in a 500"},
	{"http-api-extension", SeverityNote, "take it out; it is for HTTP APIs and does nothing here"},
	{"cors", SeverityNote, "add OPTIONS methods with MOCK integrations; a REST API has no CORS setting"},
	{"not-enforced", SeverityNote, "expect AWS to enforce it; poterne stores it and shows it"},
	{"trailing-slash", SeverityNote, "write the path as the resource will be named"},
	{"no-integration", SeverityNote, "add x-amazon-apigateway-integration; the API cannot be deployed without it"},
	{"unprotected", SeverityNote, "add security, or security: [] to say that the method is for everyone"},
	{"stray-path-parameter", SeverityNote, "name it as the path does"},
	{"unchecked-parameter", SeverityNote, "set x-amazon-apigateway-request-validator to one with validateRequestParameters"},
	{"unchecked-constraint", SeverityNote, "check the value in a mapping template or in the back end; only presence is ever validated"},
	{"unvalidated-body", SeverityNote, "set x-amazon-apigateway-request-validator to one with validateRequestBody"},
	{"unmapped-placeholder", SeverityNote, "map integration.request.path.… in requestParameters; the placeholder is not the method's parameter"},
	{"lambda-method", SeverityNote, "set httpMethod to POST; a function is invoked in no other way"},
	{"mock-without-status", SeverityNote, "add a requestTemplates entry that yields {\"statusCode\": 200}"},
	{"no-integration-response", SeverityNote, "add responses with a \"default\" entry"},
	{"no-default-response", SeverityNote, "add a \"default\" entry to the integration's responses"},
	{"undeclared-status", SeverityNote, "declare the status in the operation's responses"},
	{"proxy-responses", SeverityNote, "take them out; a proxy integration answers what the back end sends"},
	{"proxy-templates", SeverityNote, "take them out, or use HTTP or AWS as the type; a proxy integration passes the request on as it is"},
}

// ruleNamed is the row of that name.
func ruleNamed(name string) Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	panic("openapi: no rule " + name)
}
