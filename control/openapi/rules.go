package openapi

// A rule is a kind of finding: how grave it is and what to do about it.
type rule struct {
	name     string
	severity Severity
	nextStep string
}

// rules are all kinds of findings. Errors are what AWS refuses or what cannot
// be read, warnings what it drops, notes what it says nothing about.
var rules = []rule{
	// What cannot be read.
	{"syntax", SeverityError, "correct the document; an editor with OpenAPI support shows the place"},
	{"not-openapi", SeverityError, "begin the document with openapi: 3.0.1 or swagger: \"2.0\""},
	{"remote-reference", SeverityError, "copy what it refers to into the document and refer to that with #/…"},
	{"reference-loop", SeverityError, "let one of the references name a definition instead of another reference"},

	// What AWS refuses.
	{"title", SeverityError, "give info.title: it becomes the name of the API"},
	{"resource-path", SeverityError, "change the path; a variable takes a whole segment"},
	{"too-many-resources", SeverityError, "split the API; AWS's own quota is 300 resources for an API"},
	{"path-clash", SeverityError, "keep one of the two paths"},
	{"method", SeverityError, "correct the operation"},
	{"method-response", SeverityError, "use a status code from 100 to 599"},
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
	{"http-api-extension", SeverityNote, "it is for HTTP APIs and does nothing for a REST API"},
	{"no-integration", SeverityNote, "add x-amazon-apigateway-integration; the API cannot be deployed without it"},
	{"unprotected", SeverityNote, "add security if the method is not meant for everyone"},
	{"unmapped-placeholder", SeverityNote, "map it in requestParameters"},
	{"lambda-method", SeverityNote, "set httpMethod to POST; Lambda answers nothing else"},
	{"no-default-response", SeverityNote, "add a \"default\" response; a back end's answer that no pattern matches becomes a 500"},
	{"no-integration-response", SeverityNote, "add responses to the integration; every request ends in a 500 without one"},
	{"undeclared-status", SeverityNote, "declare the status in the operation's responses, or the answer becomes a 500"},
	{"no-request-template", SeverityNote, "add a requestTemplates entry that yields {\"statusCode\": 200}"},
	{"proxy-responses", SeverityNote, "take responses out; a proxy integration answers with what the back end sends"},
	{"unvalidated-model", SeverityNote, "set x-amazon-apigateway-request-validator; nothing is validated without one"},
	{"documented-validation", SeverityNote, "validate in a mapping template or in the back end; only presence is checked"},
	{"edge-only", SeverityNote, "poterne stores it and does not enforce it"},
	{"cors", SeverityNote, "add an OPTIONS method with a MOCK integration; REST APIs have no CORS setting"},
	{"trailing-slash", SeverityNote, "write the path without its last slash, as it will be"},
}

// ruleNamed is the row of that name.
func ruleNamed(name string) rule {
	for _, r := range rules {
		if r.name == name {
			return r
		}
	}
	panic("openapi: no rule " + name)
}
