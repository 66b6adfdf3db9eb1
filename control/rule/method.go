package rule

import (
	"maps"
	"slices"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// Method refuses parameters that PutMethod, UpdateMethod and an import do not
// take (§2.3).
func Method(m *apigw.Method) error { return refuse(methodRules, m) }

var methodRules = []row[*apigw.Method]{
	{checkParameterNames, ""},
	{checkParameterExpressions, ""},
}

// ErrAuthorizationType is the answer to an authorizationType that is none.
func ErrAuthorizationType() error {
	return apigw.BadRequest("Invalid authorizationType specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS")
}

// ErrMethodExists is the answer to a second Method of a verb.
func ErrMethodExists() error { return apigw.Conflict("Method already exists for this resource") }

// checkParameterNames: AF-052.
func checkParameterNames(m *apigw.Method) error {
	seen := map[string]bool{}
	for key := range m.RequestParameters {
		ref, ok := parseDeclaration(key)
		if ok && seen[ref.name] {
			return apigw.BadRequest("Parameter names must be unique across querystring, header and path")
		}
		seen[ref.name] = ok
	}
	return nil
}

// checkParameterExpressions: AF-053.
func checkParameterExpressions(m *apigw.Method) error {
	for _, key := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		if badName.MatchString(key) {
			return errMapping("Parameter name should match the following regular expression: " + parameterName.String())
		}
		if _, ok := parseDeclaration(key); !ok {
			return errMapping(notAnExpression(key))
		}
	}
	return nil
}

// badName fits a declaration in which all is right but the parameter's name.
var badName = lazyregexp.New(`(?s)^method\.request\.(querystring|header|path)\..*[^a-zA-Z0-9:._$-]`)

func parseDeclaration(key string) (reference, bool) {
	return parseReference(key, "method.request", "querystring", "header", "path")
}

// MethodResponse refuses what PutMethodResponse, UpdateMethodResponse and an
// import do not take (§2.4).
func MethodResponse(r *apigw.MethodResponse) error { return refuse(methodResponseRules, r) }

var methodResponseRules = []row[*apigw.MethodResponse]{
	{func(r *apigw.MethodResponse) error { return checkStatus(r.StatusCode) }, ""},
	{checkDeclaredHeaders, "name the header as HTTP does"},
}

func checkDeclaredHeaders(r *apigw.MethodResponse) error {
	for _, key := range slices.Sorted(maps.Keys(r.ResponseParameters)) {
		if _, ok := parseReference(key, "method.response", "header"); !ok {
			return errMapping(notAnExpression(key))
		}
	}
	return nil
}

// UnableToPut begins the line of an import's answer about a part of a Method, or
// "method" itself, that is refused. What the operation would answer follows
// (§4.8; the form of "method" is from field reports).
func UnableToPut(part, verb, path string) string {
	if part == "method" {
		return "Unable to put method '" + verb + "' on resource at path '" + path + "': "
	}
	return "Unable to put " + part + " on '" + verb + "' for resource at path '" + path + "': "
}
