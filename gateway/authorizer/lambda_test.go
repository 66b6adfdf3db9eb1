package authorizer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/gateway/egress"
	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/httpmsg"
)

// A lambda answers every call with whom it was asked about: the event, or of a
// TOKEN authorizer the token, is the principal.
type lambda struct {
	calls int
	fails error
}

func (l *lambda) InvokeLambda(call *egress.LambdaCall, _ *httpmsg.Request, resp *httpmsg.Response) error {
	l.calls++
	if l.fails != nil {
		return l.fails
	}
	resp.Status = 200
	resp.Body = fmt.Appendf(nil, `{"principalId": %s, "policyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}`,
		strconv.Quote(string(call.Event)))
	return nil
}

const functionURI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations"

func ptr[T any](v T) *T { return &v }

func requestAuthorizer(t *testing.T, l *lambda, cache *Cache, sources string, ttl int) Authorizer {
	t.Helper()
	a, err := New(&apigw.Method{AuthorizationType: ptr("CUSTOM")}, &apigw.Authorizer{
		Id: ptr("auth01"), Type: ptr(apigw.AuthorizerTypeRequest), IdentitySource: &sources, AuthorizerUri: ptr(functionURI), AuthorizerResultTtlInSeconds: &ttl,
	}, Deps{Lambda: l, Results: cache})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// asked is a request of one who shows these headers and query parameters.
func asked(api, stage string, now time.Time, params mapping.Params) *Request {
	event := fmt.Sprintf("%s/%s %q %q", api, stage, params.Header, params.Query)
	return &Request{
		Scope:  &mapping.Scope{Params: params, Context: &mapping.Context{APIID: api, Stage: stage}},
		Region: "eu-west-1", ARN: "arn:aws:execute-api:eu-west-1:1:" + api + "/" + stage + "/GET/", Now: now,
		Keys:  func(string) []string { return nil },
		Event: func(dst []byte) []byte { return append(dst, event...) },
	}
}

func header(values ...string) mapping.Params {
	var p mapping.Params
	for i := 0; i < len(values); i += 2 {
		p.Header = append(p.Header, mapping.Param{Name: values[i], Value: values[i+1]})
	}
	return p
}

var noon = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// Without identity sources a result would be everybody's.
func TestNothingIsKeptWithoutIdentitySources(t *testing.T) {
	l := &lambda{}
	a := requestAuthorizer(t, l, NewCache(), "", 300)
	for range 2 {
		if _, err := a.Authorize(asked("api", "prod", noon, header("A", "x"))); err != nil {
			t.Fatal(err)
		}
	}
	if l.calls != 2 {
		t.Errorf("two callers, and the function was asked %d times", l.calls)
	}
}

func TestResultsAreKeptForTheirTime(t *testing.T) {
	l, cache := &lambda{}, NewCache()
	a := requestAuthorizer(t, l, cache, "method.request.header.A", 10)
	ask := func(a Authorizer, stage string, at time.Duration, calls int) {
		t.Helper()
		out, err := a.Authorize(asked("api", stage, noon.Add(at), header("A", "x")))
		if err != nil || out.Decision != iam.Allow || l.calls != calls {
			t.Errorf("%v %v after %d calls, want %d", out, err, l.calls, calls)
		}
	}
	ask(a, "dev", 0, 1)
	ask(a, "dev", 9*time.Second, 1)
	ask(a, "dev", 10*time.Second, 2) // not a moment longer
	ask(a, "prod", 10*time.Second, 3)
	// Another deployment with the same Authorizer finds what is kept.
	ask(requestAuthorizer(t, l, cache, "method.request.header.A", 10), "dev", 11*time.Second, 3)
	// One whose list of sources was edited does not (data plane §5.5).
	ask(requestAuthorizer(t, l, cache, "method.request.header.a", 10), "dev", 11*time.Second, 4)
	cache.Flush("api", "prod")
	ask(a, "dev", 12*time.Second, 4)
	ask(a, "prod", 12*time.Second, 5)
	cache.Flush("api", "")
	ask(a, "dev", 13*time.Second, 6)
	none := requestAuthorizer(t, l, cache, "", 0)
	ask(none, "dev", 13*time.Second, 7)
	ask(none, "dev", 13*time.Second, 8)
}

func TestFailuresAreNotKept(t *testing.T) {
	l := &lambda{fails: errors.New("down")}
	a := requestAuthorizer(t, l, NewCache(), "method.request.header.A", 300)
	for want := 1; want < 3; want++ {
		_, err := a.Authorize(asked("api", "dev", noon, header("A", "x")))
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Kind != Misconfigured || l.calls != want {
			t.Errorf("%v after %d calls", err, l.calls)
		}
	}
	l.fails = nil
	if out, err := a.Authorize(asked("api", "dev", noon, header("A", "x"))); err != nil || out.Decision != iam.Allow {
		t.Errorf("%v %v", out, err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := NewCache()
	c.limit = 3
	at := noon
	for i := range 5 {
		c.put([]byte{byte(i)}, &result{}, at.Add(time.Minute))
		c.get([]byte{0}, at) // in use: stays
	}
	var kept []int
	for i := range 5 {
		if c.get([]byte{byte(i)}, at) != nil {
			kept = append(kept, i)
		}
	}
	if !slices.Equal(kept, []int{0, 3, 4}) || c.recent.Len() != len(c.byKey) {
		t.Errorf("kept %v of %d", kept, len(c.byKey))
	}
}

// Pairs of callers whose identities look alike: no answer goes from one to the
// other (security bar 26). POTERNE_PAIRS asks for more of them.
func TestNoAnswerCrossesBetweenCallers(t *testing.T) {
	pairs := 10_000
	if text := os.Getenv("POTERNE_PAIRS"); text != "" {
		var err error
		if pairs, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(26, 26))
	l, cache := &lambda{}, NewCache()
	a := requestAuthorizer(t, l, cache, "method.request.header.A,method.request.querystring.b,method.request.header.C", 300)
	for range pairs {
		one, other := caller(random), caller(random)
		for _, r := range []*Request{one, other, one, other} {
			if _, err := a.Authorize(r); err != nil {
				t.Fatal(err)
			}
			got, want := r.Scope.Context.Authorizer.PrincipalID, string(r.Event(nil))
			if got != want {
				t.Fatalf("%s was answered as %s", want, got)
			}
		}
	}
	if l.calls > 3*pairs {
		t.Errorf("%d calls for %d pairs: nothing was kept", l.calls, pairs)
	}
}

// caller is one of few values in many places: alike but for where they end.
func caller(random *rand.Rand) *Request {
	value := func() string {
		parts := []string{"a", "b", ",", "|", "\x00", "\x01", "é", "=", "%2C"}
		var b strings.Builder
		for range 1 + random.IntN(4) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		return b.String()
	}
	var p mapping.Params
	for range 1 + random.IntN(2) {
		p.Header = append(p.Header, mapping.Param{Name: "A", Value: value()})
		p.Query = append(p.Query, mapping.Param{Name: "b", Value: value()})
	}
	p.Header = append(p.Header, mapping.Param{Name: "C", Value: value()})
	return asked([]string{"api", "ap"}[random.IntN(2)], []string{"dev", "idev"}[random.IntN(2)], noon, p)
}

func BenchmarkKeptResult(b *testing.B) {
	l := &lambda{}
	sources, ttl := "method.request.header.A", 300
	a, err := New(&apigw.Method{AuthorizationType: ptr("CUSTOM")}, &apigw.Authorizer{
		Id: ptr("auth01"), Type: ptr(apigw.AuthorizerTypeRequest), IdentitySource: &sources, AuthorizerUri: ptr(functionURI), AuthorizerResultTtlInSeconds: &ttl,
	}, Deps{Lambda: l, Results: NewCache()})
	if err != nil {
		b.Fatal(err)
	}
	r := asked("api", "dev", noon, header("A", "x"))
	for b.Loop() {
		if _, err := a.Authorize(r); err != nil {
			b.Fatal(err)
		}
	}
}
