package mapping

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/wire/httpmsg"
)

func exprScope(body string) *Scope {
	s := &Scope{
		Params: Params{
			Path:   ParamList{{"id", "a b"}},
			Query:  ParamList{{"type", "dog"}, {"type", "cat"}, {"empty", ""}},
			Header: ParamList{{"X-Name", "one"}, {"X-Name", "two"}, {"x-low", "lower"}},
		},
		StageVariables: ParamList{{"url", "example.com"}},
		Context: &Context{
			APIID: "a1", RequestTimeEpoch: 1700000000000, Identity: Identity{SourceIP: "192.0.2.7"},
			Error: GatewayError{Message: `say "no"`, ResponseType: "BAD_REQUEST_BODY"},
		},
		Back: &httpmsg.Header{},
	}
	s.Back.Add("ETag", "v1")
	s.Back.Add("ETag", "v2")
	s.SetBody([]byte(body))
	return s
}

// The rows are those of data plane §10.2, §13.2 and §17.2.
func TestExprValue(t *testing.T) {
	const object = `{"a": {"b": [1, "two"]}, "text": "it's", "n": 1.50, "null": null}`
	cases := []struct {
		side       Side
		expr, body string
		want       string
		missing    bool
	}{
		{RequestSide, "'literal'", "", "literal", false},
		{RequestSide, "''", "", "", false},
		{RequestSide, "'it''s'", "", "it''s", false}, // one pair of quotes is removed, no more
		{RequestSide, "method.request.path.id", "", "a b", false},
		{RequestSide, "method.request.querystring.type", "", "cat", false},
		{RequestSide, "method.request.querystring.empty", "", "", false},
		{RequestSide, "method.request.querystring.none", "", "", true},
		{RequestSide, "method.request.multivaluequerystring.type", "", "dog,cat", false},
		{RequestSide, "method.request.header.X-Name", "", "two", false},
		{RequestSide, "method.request.header.x-name", "", "", true}, // with its case
		{RequestSide, "method.request.multivalueheader.X-Name", "", "one,two", false},
		{RequestSide, "stageVariables.url", "", "example.com", false},
		{RequestSide, "stageVariables.none", "", "", true},
		{RequestSide, "context.apiId", "", "a1", false},
		{RequestSide, "context.identity.sourceIp", "", "192.0.2.7", false},
		{RequestSide, "context.requestTimeEpoch", "", "", true}, // no string
		{RequestSide, "context.error.message", "", "", true},    // gateway responses only
		{RequestSide, "context.nothing", "", "", true},
		{RequestSide, "method.request.body", "plain", "plain", false},
		{RequestSide, "method.request.body", "a}b]", "a}b]", false},
		{RequestSide, "method.request.body", "", "{}", false},
		{RequestSide, "method.request.body", object, object, false},
		{RequestSide, "method.request.body.a", object, `{"b":[1,"two"]}`, false},
		{RequestSide, "method.request.body.a.b[1]", object, "two", false},
		{RequestSide, "method.request.body.n", object, "1.5", false},
		{RequestSide, "method.request.body.null", object, "", true},
		{RequestSide, "method.request.body.none", object, "", true},
		{RequestSide, "method.request.body.a", "plain", "", true}, // does not look like JSON
		{RequestSide, "method.request.body[0].x", `[{"x": true}]`, "true", false},
		{ResponseSide, "integration.response.header.ETag", "", "v2", false},
		{ResponseSide, "integration.response.header.etag", "", "", true},
		{ResponseSide, "integration.response.multivalueheader.ETag", "", "v1,v2", false},
		{ResponseSide, "integration.response.body", "plain", "plain", false},
		{ResponseSide, "integration.response.body", "{broken", "{broken", false}, // all of it need not be JSON
		{ResponseSide, "integration.response.body.text", object, "it's", false},
		{ResponseSide, "context.apiId", "", "a1", false},
		{FailureSide, "method.request.querystring.type", "", "cat", false},
		{FailureSide, "method.input.params.id", "", "a b", false},
		{FailureSide, "context.error.responseType", "", "BAD_REQUEST_BODY", false},
		{FailureSide, "context.requestTimeEpoch", "", "1700000000000", false},
	}
	for _, c := range cases {
		e, err := ParseExpr(c.side, c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		got, ok, err := e.Value(exprScope(c.body))
		if err != nil || ok == c.missing || got != c.want {
			t.Errorf("%s over %q is %q, %v, %v; want %q, %v", c.expr, c.body, got, ok, err, c.want, !c.missing)
		}
	}
}

func TestExprValuesRepeatQueryParameters(t *testing.T) {
	for text, want := range map[string][]string{
		"method.request.multivaluequerystring.type": {"dog", "cat"},
		"method.request.querystring.type":           {"cat"},
		"method.request.querystring.none":           nil,
	} {
		e, err := ParseExpr(RequestSide, text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Values(nil, exprScope(""))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
}

// A body that looks like JSON and is none is the client's fault even where all
// of it is asked for (data plane §10.2).
func TestExprMalformedBody(t *testing.T) {
	for _, text := range []string{"method.request.body", "method.request.body.a"} {
		e, err := ParseExpr(RequestSide, text)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = e.Value(exprScope(`{"a":`))
		var body *BodyError
		if !errors.As(err, &body) {
			t.Errorf("%s: %v, want a BodyError", text, err)
		}
	}
}

func TestParseExprRefuses(t *testing.T) {
	cases := []struct {
		side Side
		text string
	}{
		{RequestSide, ""}, {RequestSide, "plain"}, {RequestSide, "'open"}, {RequestSide, "method.request.header."},
		{RequestSide, "method.request.header.a b"}, {RequestSide, "method.request.bodyx"}, {RequestSide, "method.request.body[?("},
		{RequestSide, "integration.response.header.X"}, {RequestSide, "method.input.params.x"},
		{ResponseSide, "method.request.header.X"}, {FailureSide, "method.request.body"},
	}
	for _, c := range cases {
		if e, err := ParseExpr(c.side, c.text); err == nil {
			t.Errorf("%q was taken as %+v", c.text, e)
		} else if c.text != "" && !strings.Contains(err.Error(), c.text) {
			t.Errorf("%q: the error does not name it: %v", c.text, err)
		}
	}
}

// The text of a gateway response is no Velocity (data plane §17.2).
func TestText(t *testing.T) {
	cases := map[string]string{
		`{"message":$context.error.messageString}`: `{"message":"say \"no\""}`,
		`"$context.error.message."`:                `"say "no"."`,
		`$context.error.responseType/$context.x`:   `BAD_REQUEST_BODY/`,
		`$context.requestTimeEpoch`:                `1700000000000`,
		`$stageVariables.url $stageVariables.none`: `example.com `,
		`method.request.querystring.type`:          `cat`,
		`$method.request.header.X-Name!`:           `two!`,
		`$method.request.path.id`:                  `a b`,
		`$context`:                                 `$context`,
		`$context. #set($a = 1)`:                   `$context. #set($a = 1)`,
		`methods of $ and m`:                       `methods of $ and m`,
		``:                                         ``,
	}
	for src, want := range cases {
		if got := string(ParseText(src).Append(nil, exprScope(""))); got != want {
			t.Errorf("%q renders as %q, want %q", src, got, want)
		}
	}
}

func TestURI(t *testing.T) {
	variables := ParamList{{"host", "example.com"}, {"path", "/test-path"}, {"dir", "a/"}}
	values := ParamList{{"id", "a%20b"}, {"id", "c%2Fd"}, {"q", "x%20&y"}}
	cases := []struct{ uri, want string }{
		{"http://h/static?a=b", "http://h/static?a=b"},
		{"https://${stageVariables.host}/x", "https://example.com/x"},
		{"https://${stageVariables.host}/${stageVariables.path}", "https://example.com/test-path"}, // AF-239
		{"https://h/${stageVariables.dir}/b", "https://h/a/b"},
		{"https://${stageVariables.none}/x", "https:///x"},
		{"http://h/{id}/{unmapped}", "http://h/c%2Fd/{unmapped}"},
		{"http://h/?q={q}&r={id}", "http://h/?q=x+%26y&r=c%2Fd"},
		{"http://h/{a/b}", "http://h/{a/b}"},
		{"http://h/{", "http://h/{"},
		{"${stageVariables.", "${stageVariables."},
	}
	for _, c := range cases {
		if got := string(ParseURI(c.uri).Append(nil, variables, values)); got != c.want {
			t.Errorf("%s renders as %s, want %s", c.uri, got, c.want)
		}
	}
	if !ParseURI("http://h/a?b").IsStatic() || ParseURI("http://h/{a}").IsStatic() {
		t.Error("IsStatic does not tell the static URI from the other")
	}
}

// What becomes one segment of a path leads nowhere else.
func TestAppendSegment(t *testing.T) {
	for value, want := range map[string]string{
		"plain-1.2_~": "plain-1.2_~", "../../x": "..%2F..%2Fx", "..": "%2E%2E", ".": "%2E", "a?b#c": "a%3Fb%23c",
		"a b%": "a%20b%25", "é": "%C3%A9", "a;b=c,d": "a;b=c,d", "\r\n": "%0D%0A",
	} {
		if got := string(AppendSegment(nil, value)); got != want {
			t.Errorf("%q becomes %q, want %q", value, got, want)
		}
	}
}

// FuzzExpr: no text makes parsing or evaluating panic, and what is refused says
// why.
func FuzzExpr(f *testing.F) {
	for _, text := range []string{"'a'", "method.request.body.a[0]['b']", "context.identity.sourceIp", "stageVariables.x", "integration.response.header.X"} {
		f.Add(text, `{"a": [1]}`)
	}
	f.Fuzz(func(t *testing.T, text, body string) {
		for _, side := range []Side{RequestSide, ResponseSide, FailureSide} {
			e, err := ParseExpr(side, text)
			if err != nil {
				if err.Error() == "" {
					t.Error("refused without a word")
				}
				continue
			}
			scope := exprScope(body)
			value, ok, err := e.Value(scope)
			if !ok && value != "" {
				t.Errorf("%q is missing and has the value %q", text, value)
			}
			values, err2 := e.Values(nil, scope)
			if (err == nil) != (err2 == nil) || err == nil && ok != (len(values) > 0) {
				t.Errorf("%q: Value gives %q, %v, %v and Values %q, %v", text, value, ok, err, values, err2)
			}
		}
		_ = ParseText(text).Append(nil, exprScope(body))
		_ = ParseURI(text).Append(nil, ParamList{{"a", text}}, ParamList{{"b", text}})
	})
}
