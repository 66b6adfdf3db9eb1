package rule

import (
	"cmp"
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/template/javatext"
)

// IntegrationResponse refuses what PutIntegrationResponse,
// UpdateIntegrationResponse and an import do not take: §2.6, rules 7 to 11,
// then uniqueness.
func IntegrationResponse(r *apigw.IntegrationResponse, at Place) error {
	return refuse(integrationResponseRules, integrationResponse{r, at})
}

type integrationResponse struct {
	*apigw.IntegrationResponse
	Place
}

var integrationResponseRules = []row[integrationResponse]{
	{func(r integrationResponse) error { return checkStatus(r.StatusCode) }, "give a statusCode from 100 to 599"},
	{func(r integrationResponse) error { return r.Server.checkTemplates(r.ResponseTemplates) }, nameTemplates},
	{func(r integrationResponse) error { return ContentHandlings.checkGiven(r.ContentHandling) }, listedValue},
	{checkResponseMappings, "declare the header in the operation's response of that status, and map integration.response.header.X, integration.response.body.X, context.X, stageVariables.X or 'text' to it"},
	{checkPattern, "write the pattern as java.util.regex reads it"},
	{checkPatternIsUnique, "give each response a selection pattern of its own"},
}

var statusCode = lazyregexp.New(`^[1-5]\d\d$`)

// checkStatus is for documents: an operation's status has passed the contract.
func checkStatus(code *string) error {
	if statusCode.MatchString(deref(code)) {
		return nil
	}
	return apigw.BadRequest("Invalid response status code specified: %s", cmp.Or(deref(code), "null"))
}

// checkResponseMappings: rules 8 to 10. Without mappings no MethodResponse
// needs to exist (AF-085), nor in a document: the Developer Guide has its
// "ReqValidators Sample" imported with failonwarning, and exported again.
func checkResponseMappings(r integrationResponse) error {
	if len(r.ResponseParameters) == 0 {
		return nil
	}
	declared := r.Method.MethodResponses[*r.StatusCode]
	switch {
	case declared == nil && r.InDocument:
		return nil
	case declared == nil:
		return errMapping("No method response exists for method.")
	}
	for _, header := range slices.Sorted(maps.Keys(r.ResponseParameters)) {
		if _, ok := parseReference(header, "method.response", "header"); !ok {
			return errMapping(notAnExpression(header))
		}
		if _, ok := declared.ResponseParameters[header]; !ok {
			return errMapping(undeclared(header))
		}
		if value := r.ResponseParameters[header]; !isResponseExpression(value) {
			return errMapping(notAnExpression(value))
		}
	}
	return nil
}

func isResponseExpression(expression string) bool {
	if isStatic(expression) || isVariable(expression) || isBody(expression, "integration.response") {
		return true
	}
	_, ok := parseReference(expression, "integration.response", "header", "multivalueheader")
	return ok
}

// isPattern is whether a pattern, if it is given, is one that Java takes.
func isPattern(pattern *string) bool {
	if pattern == nil {
		return true
	}
	_, err := javatext.CompileRegex(*pattern)
	return err == nil
}

// checkPattern wants a regular expression as Java reads it (cdk-preflight).
func checkPattern(r integrationResponse) error {
	if isPattern(r.SelectionPattern) {
		return nil
	}
	return apigw.BadRequest("Invalid regex pattern specified")
}

// checkPatternIsUnique: no two status codes of an Integration share a pattern;
// none and "" are one, the default's.
func checkPatternIsUnique(r integrationResponse) error {
	if r.Server.SharedPatterns {
		return nil
	}
	pattern := deref(r.SelectionPattern)
	for status, other := range r.Method.MethodIntegration.IntegrationResponses {
		if status != *r.StatusCode && deref(other.SelectionPattern) == pattern {
			return apigw.Conflict("Integration response with selection pattern %s already exists", cmp.Or(pattern, "default"))
		}
	}
	return nil
}
