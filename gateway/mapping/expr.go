package mapping

import (
	"fmt"
	"strings"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
)

// A Side is where a mapping expression stands; it decides which sources it has.
type Side uint8

// The sides (data plane §10.2, §13.2, §17.2).
const (
	RequestSide  Side = 1 << iota // integration.request.* of an Integration
	ResponseSide                  // method.response.header.* of an integration response
	FailureSide                   // gatewayresponse.header.* of a gateway response
)

// An Expr is a mapping expression, parsed once: where a value comes from. It is
// immutable.
type Expr struct {
	source   source
	name     string      // of the parameter, header or variable
	text     string      // of a literal
	row      *contextRow // of a variable of $context that is no authorizer's
	audience Audience
	side     Side
	path     *jsonpath.Path // of a member of the body
}

// A source is a kind of expression.
type source uint8

const (
	fromLiteral source = iota
	fromPath
	fromQuery
	fromQueries
	fromHeader
	fromHeaders
	fromAnyParam
	fromBody
	fromBodyPath
	fromStage
	fromContext
	fromBackHeader
	fromBackHeaders
)

// forms lists what expressions look like: a prefix and a name.
var forms = []struct {
	prefix string
	source source
	sides  Side
}{
	{"method.request.path.", fromPath, RequestSide | FailureSide},
	{"method.request.querystring.", fromQuery, RequestSide | FailureSide},
	{"method.request.multivaluequerystring.", fromQueries, RequestSide | FailureSide},
	{"method.request.header.", fromHeader, RequestSide | FailureSide},
	{"method.request.multivalueheader.", fromHeaders, RequestSide | FailureSide},
	{"method.input.params.", fromAnyParam, FailureSide}, // in AWS's sample of gateway responses
	{"integration.response.header.", fromBackHeader, ResponseSide},
	{"integration.response.multivalueheader.", fromBackHeaders, ResponseSide},
	{"stageVariables.", fromStage, RequestSide | ResponseSide | FailureSide},
	{"context.", fromContext, RequestSide | ResponseSide | FailureSide},
}

// bodyPrefix is the body on each side; what follows it is a JSONPath without
// its "$".
var bodyPrefix = map[Side]string{
	RequestSide:  "method.request.body",
	ResponseSide: "integration.response.body",
}

// ParseExpr parses a mapping expression. The error says what is wrong with it.
func ParseExpr(side Side, text string) (*Expr, error) {
	if literal, ok := staticText(text); ok {
		return &Expr{source: fromLiteral, text: literal}, nil
	}
	if prefix, ok := bodyPrefix[side]; ok {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return parseBodyExpr(side, rest, text)
		}
	}
	for _, form := range forms {
		name, ok := strings.CutPrefix(text, form.prefix)
		if !ok || form.sides&side == 0 {
			continue
		}
		if !isName(name) {
			return nil, fmt.Errorf("mapping expression %q: %q is no name: letters, digits, '.', '_', '$' and '-' make one", text, name)
		}
		return newExpr(side, form.source, name), nil
	}
	return nil, fmt.Errorf("mapping expression %q is none that is known here", text)
}

func newExpr(side Side, source source, name string) *Expr {
	e := &Expr{source: source, name: name, side: side, audience: Expressions}
	if side == FailureSide {
		e.audience = GatewayResponses
	}
	if source == fromContext {
		e.row = contextRows[name]
	}
	return e
}

// staticText is the text between one pair of single quotes.
func staticText(text string) (string, bool) {
	if len(text) < 2 || text[0] != '\'' || text[len(text)-1] != '\'' {
		return "", false
	}
	return text[1 : len(text)-1], true
}

func parseBodyExpr(side Side, rest, text string) (*Expr, error) {
	e := &Expr{source: fromBody, side: side}
	if rest == "" {
		return e, nil
	}
	if rest[0] != '.' && rest[0] != '[' {
		return nil, fmt.Errorf("mapping expression %q: after the body comes '.' or '['", text)
	}
	path, err := jsonpath.Compile("$" + rest)
	if err != nil {
		return nil, fmt.Errorf("mapping expression %q: %w", text, err)
	}
	e.source, e.path = fromBodyPath, path
	return e, nil
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '.' || c == '_' || c == '$' || c == '-'
}

// PathParam is the name of the path parameter that e is, if it is one: what is
// put into a URI is the value as it was sent, which the Scope does not have.
func (e *Expr) PathParam() (string, bool) { return e.name, e.source == fromPath }

// FromAuthor reports whether the value is the API author's own, not a client's:
// a literal or a stage variable.
func (e *Expr) FromAuthor() bool { return e.source == fromLiteral || e.source == fromStage }

// NeedsBody reports whether e reads the body.
func (e *Expr) NeedsBody() bool { return e.source == fromBody || e.source == fromBodyPath }

// Value evaluates e. It reports false where the source is missing: the
// destination is then left out. The error is a *BodyError.
func (e *Expr) Value(s *Scope) (string, bool, error) {
	switch e.source {
	case fromLiteral:
		return e.text, true, nil
	case fromPath:
		return found(s.Params.Path.Last(e.name))
	case fromQuery:
		return found(s.Params.Query.Last(e.name))
	case fromQueries:
		return joined(s.Params.Query.All(e.name))
	case fromHeader:
		return found(s.Params.Header.Last(e.name))
	case fromHeaders:
		return joined(s.Params.Header.All(e.name))
	case fromAnyParam:
		return found(s.Params.any(e.name))
	case fromStage:
		return found(s.StageVariables.Last(e.name))
	case fromContext:
		return found(e.variable(s.Context))
	case fromBackHeader:
		return s.backHeader(e.name)
	case fromBackHeaders:
		return joined(s.backHeaders(e.name))
	}
	return e.body(s)
}

// Values is Value for a destination that can be repeated: all values of a
// multivaluequerystring, one of anything else.
func (e *Expr) Values(dst []string, s *Scope) ([]string, error) {
	if e.source == fromQueries {
		for _, p := range s.Params.Query {
			if p.Name == e.name {
				dst = append(dst, p.Value)
			}
		}
		return dst, nil
	}
	value, ok, err := e.Value(s)
	if ok {
		dst = append(dst, value)
	}
	return dst, err
}

func found(value string, ok bool) (string, bool, error) { return value, ok, nil }

func joined(values []string) (string, bool, error) {
	return strings.Join(values, ","), len(values) > 0, nil
}

// variable looks up a variable of $context. Parameter mapping takes those alone
// that are strings.
func (e *Expr) variable(c *Context) (string, bool) {
	v, ok := e.lookup(c)
	if !ok || e.audience == Expressions && v.Kind() != jsonv.KindString {
		return "", false
	}
	return jsonv.ToString(v), true
}

func (e *Expr) lookup(c *Context) (jsonv.Value, bool) {
	switch {
	case e.row == nil:
		return c.Lookup(e.name, e.audience)
	case e.row.forWho&e.audience == 0:
		return jsonv.Null, false
	}
	v := e.row.get(c)
	return v, !v.IsNull()
}

// body evaluates the body or a member of it. The request's counts as JSON when
// it looks like it, and is then wrong if it is none, even where all of it is
// asked for (data plane §10.2).
func (e *Expr) body(s *Scope) (string, bool, error) {
	text := s.Body()
	looksJSON := startsJSON(text)
	if e.side == RequestSide && looksJSON || e.source == fromBodyPath {
		if _, err := s.JSON(); err != nil {
			return "", false, err
		}
	}
	switch {
	case e.source == fromBody:
		return text, true, nil
	case e.side == RequestSide && !looksJSON:
		return "", false, nil
	}
	v, ok, err := s.find(e.path)
	if err != nil || !ok || v.IsNull() {
		return "", false, err
	}
	return scalarOrJSON(v), true, nil
}

func startsJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && strings.IndexByte(`{["'`, text[0]) >= 0
}

// scalarOrJSON prints objects and lists as compact JSON and the rest as text.
func scalarOrJSON(v jsonv.Value) string {
	if v.Kind() == jsonv.KindArray || v.Kind() == jsonv.KindObject {
		out, _ := jsonv.AppendJSON(nil, v)
		return viewOf(out)
	}
	return jsonv.ToString(v)
}

// any looks a parameter up as $input.params does: path, query, header.
func (p *Params) any(name string) (string, bool) {
	for _, list := range []ParamList{p.Path, p.Query, p.Header} {
		if value, ok := list.Last(name); ok {
			return value, true
		}
	}
	return "", false
}

// backHeader looks a header of the integration's response up, with its case.
func (s *Scope) backHeader(name string) (string, bool, error) {
	if s.Back == nil {
		return "", false, nil
	}
	return found(s.Back.Last(name))
}

func (s *Scope) backHeaders(name string) []string {
	if s.Back == nil {
		return nil
	}
	var values []string
	for n, v := range s.Back.All() {
		if n == name {
			values = append(values, v)
		}
	}
	return values
}
