package rule

import (
	"errors"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// Each of the rest is pinned by the sessions and documents of control and of
// openapi; what is here is what neither of them sees.

func TestRefusalIsItsAnswer(t *testing.T) {
	err := Authorizer(&apigw.Authorizer{Type: new(apigw.AuthorizerTypeToken)})
	var answer *apigw.Error
	var refusal *Refusal
	if !errors.As(err, &answer) || !errors.As(err, &refusal) || refusal.Answer != answer || refusal.NextStep == "" {
		t.Fatalf("%#v", err)
	}
	if answer.Status() != 400 || err.Error() != answer.Error() {
		t.Errorf("%v, but its answer is %v", err, answer)
	}
}

// What goes wrong while a rule looks something up is no refusal.
func TestLookupThatFails(t *testing.T) {
	broken := errors.New("the store is gone")
	link := &apigw.Integration{Type: new("HTTP"), HttpMethod: new("GET"), Uri: new("http://x/"), ConnectionType: new("VPC_LINK"), ConnectionId: new("l")}
	CompleteIntegration(link)
	at := Place{Method: &apigw.Method{}, Server: Server{HasVpcLink: func(string) (bool, error) { return false, broken }}}
	var refusal *Refusal
	if err := Integration(link, at); !errors.Is(err, broken) || errors.As(err, &refusal) {
		t.Errorf("%v", err)
	}
	if err := Integration(link, Place{Method: &apigw.Method{}}); err != nil {
		t.Errorf("a server that knows no links takes all: %v", err)
	}
}

// The scheme is literal; variables may stand anywhere else (AF-238).
func TestHTTPEndpoints(t *testing.T) {
	for uri, want := range map[string]bool{
		"http://example.com":                       true,
		"https://${stageVariables.host}/{a}?b={c}": true,
		"https://{host}:8080/":                     true,
		"http://[::1]:80/":                         true,
		"${stageVariables.scheme}://x/":            false,
		"ftp://x/":                                 false,
		"http://":                                  false,
		"http:///path":                             false,
		"http://a b/":                              false,
		"http://x/a b":                             false,
		"http://x:port/":                           false,
		"//x/":                                     false,
		"":                                         false,
	} {
		if got := isHTTPEndpoint(uri); got != want {
			t.Errorf("%q: %v", uri, got)
		}
	}
}

func TestPathVariables(t *testing.T) {
	names := PathVariables("/{a}/b/{c.d}/{}/{rest+}")
	if len(names) != 3 || names[0] != "a" || names[1] != "c.d" || names[2] != "rest" {
		t.Errorf("%q", names)
	}
}
