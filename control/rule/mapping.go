package rule

import (
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// A mapping expression has up to four parts: method.request.header.X,
// integration.response.body.$.id, context.requestId, 'static'. What is kept is
// checked here; what an expression gives is the data plane's.

// parameterName is what AWS takes as the name of a parameter in an expression;
// it quotes the pattern when a Method declares another (floci#3549,
// api-platform#2150).
var parameterName = lazyregexp.New(`^[a-zA-Z0-9:._$-]+$`)

// A reference is "method.request.header.X" taken apart.
type reference struct {
	scope    string // "method.request"
	location string // "header", as written
	name     string // "X"
}

// parseReference takes an expression apart; ok is false when it does not begin
// with scope and one of locations, or its name is not one.
func parseReference(expression, scope string, locations ...string) (ref reference, ok bool) {
	rest, ok := strings.CutPrefix(expression, scope+".")
	if !ok {
		return ref, false
	}
	location, name, ok := strings.Cut(rest, ".")
	if !ok || !slices.Contains(locations, location) || !parameterName.MatchString(name) {
		return ref, false
	}
	return reference{scope, location, name}, true
}

// parseRequestReference is of what may be read of a request.
func parseRequestReference(expression string) (reference, bool) {
	return parseReference(expression, "method.request", "header", "querystring", "path", "multivalueheader", "multivaluequerystring")
}

// declared is the key under which a Method declares the parameter that r reads:
// method.request.multivaluequerystring.X reads method.request.querystring.X.
func (r reference) declared() string {
	return r.scope + "." + strings.TrimPrefix(r.location, "multivalue") + "." + r.name
}

// isStatic says whether expression is a text in single quotes.
func isStatic(expression string) bool {
	return len(expression) >= 2 && strings.HasPrefix(expression, "'") && strings.HasSuffix(expression, "'")
}

// isVariable says whether expression reads $context or a stage variable.
func isVariable(expression string) bool {
	for _, scope := range []string{"context.", "stageVariables."} {
		if name, ok := strings.CutPrefix(expression, scope); ok && name != "" {
			return true
		}
	}
	return false
}

// isBody says whether expression is the whole body of scope ("method.request")
// or a JSON expression on it.
func isBody(expression, scope string) bool {
	rest, ok := strings.CutPrefix(expression, scope+".body")
	return ok && (rest == "" || len(rest) > 1 && rest[0] == '.')
}

// errMapping is the envelope that AWS puts around what it finds in mappings
// (AF-053).
func errMapping(findings ...string) error {
	return apigw.BadRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [%s]", strings.Join(findings, ", "))
}

// notAnExpression is the finding about a text that is no mapping expression.
func notAnExpression(text string) string { return "Invalid mapping expression specified: " + text }

// undeclared is the finding about an expression that names a parameter which
// its Method or MethodResponse does not declare.
func undeclared(expression string) string {
	return "Invalid mapping expression parameter specified: " + expression
}

// ContentType wants a media type (AF-081).
func ContentType(text string) error {
	mediaType, _, err := mime.ParseMediaType(text)
	if err == nil && strings.Contains(mediaType, "/") {
		return nil
	}
	return apigw.BadRequest("Validation Result: warnings : [], errors : [Invalid content type specified: %s]", text)
}

// awsTemplateBytes is AWS's quota of a mapping template (§2.30).
const awsTemplateBytes = 300 << 10

// checkTemplates wants a media type as the key of each template. What a
// template says is not looked at: AWS keeps one that does not parse.
func (s Server) checkTemplates(templates apigw.Templates) error {
	for _, contentType := range slices.Sorted(maps.Keys(templates)) {
		if err := ContentType(contentType); err != nil {
			return err
		}
	}
	limit := s.TemplateBytes
	if limit == 0 {
		limit = awsTemplateBytes
	}
	for _, contentType := range slices.Sorted(maps.Keys(templates)) {
		if len(deref(templates[contentType])) > limit {
			return TooLong("The mapping template for content type "+contentType, limit)
		}
	}
	return nil
}

// TooLong is the answer to a text of more than limit bytes.
func TooLong(text string, limit int) error {
	answer := apigw.BadRequest("%s exceeds the maximum size of %d bytes", text, limit)
	answer.Code, answer.RetryAfter = apigw.LimitExceededException, 1
	return answer
}
