package egress

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/poterne/poterne/lambda"
	"github.com/poterne/poterne/wire/httpmsg"
	"github.com/poterne/poterne/wire/sigv4"
)

// keys is a chain with a key for each role.
type keys map[string]sigv4.Credentials

func (k keys) Retrieve(_ context.Context, role string) (sigv4.Credentials, error) {
	c, ok := k[role]
	if !ok {
		return c, errors.New("no such role")
	}
	return c, nil
}

var testKeys = keys{"": {AccessKey: "AKOWN", Secret: "own"}, "arn:aws:iam::123456789012:role/r": {AccessKey: "AKROLE", Secret: "role", SessionToken: "session"}}

func endpoints(t *testing.T, all string, environ ...string) Endpoints {
	t.Helper()
	e, err := ParseEndpoints(all, environ)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhereServicesAre(t *testing.T) {
	for _, c := range []struct {
		call AWSCall
		env  []string
		addr string
		host string
		path string
	}{
		{AWSCall{Service: "sqs", Region: "eu-west-1", Partition: "aws"}, nil, "sqs.eu-west-1.amazonaws.com:443", "sqs.eu-west-1.amazonaws.com", "/p"},
		{AWSCall{Service: "s3", Subdomain: "bucket", Region: "eu-west-1", Partition: "aws"}, nil, "bucket.s3.eu-west-1.amazonaws.com:443", "bucket.s3.eu-west-1.amazonaws.com", "/p"},
		{AWSCall{Service: "sqs", Region: "cn-north-1", Partition: "aws-cn"}, nil, "sqs.cn-north-1.amazonaws.com.cn:443", "sqs.cn-north-1.amazonaws.com.cn", "/p"},
		{AWSCall{Service: "iam", Region: "eu-west-1", Partition: "aws"}, nil, "iam.amazonaws.com:443", "iam.amazonaws.com", "/p"},
		{AWSCall{Service: "iotdata", Subdomain: "abc", Region: "eu-west-1", Partition: "aws"}, nil, "abc.iot.eu-west-1.amazonaws.com:443", "abc.iot.eu-west-1.amazonaws.com", "/p"},
		{AWSCall{Service: "sqs", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL=http://localhost:9000"}, "localhost:9000", "localhost:9000", "/p"},
		{AWSCall{Service: "sqs", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL=http://localhost:9000", "AWS_ENDPOINT_URL_SQS=https://q.example/base/"}, "q.example:443", "q.example", "/base/p"},
		{AWSCall{Service: "states", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL_SFN=http://localhost:8083"}, "localhost:8083", "localhost:8083", "/p"},
		{AWSCall{Service: "events", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL_EVENTBRIDGE=http://localhost:1"}, "localhost:1", "localhost:1", "/p"},
		{AWSCall{Service: "s3", Subdomain: "bucket", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL_S3=http://localhost:9000"}, "localhost:9000", "localhost:9000", "/bucket/p"},
		{AWSCall{Service: "iotdata", Subdomain: "abc", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL=http://localhost:9000"}, "localhost:9000", "abc.localhost:9000", "/p"},
		{AWSCall{Service: "sqs", Region: "eu-west-1"}, []string{"AWS_ENDPOINT_URL=http://localhost:9000", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"}, "sqs.eu-west-1.amazonaws.com:443", "sqs.eu-west-1.amazonaws.com", "/p"},
	} {
		a := NewAWS(AWSConfig{Endpoints: endpoints(t, "", c.env...), Credentials: testKeys})
		req := &httpmsg.Request{Method: "POST", Path: "/p"}
		target, err := a.Prepare(req, c.call)
		if err != nil || target.Addr != c.addr || req.Host != c.host || req.Path != c.path {
			t.Errorf("%+v %v: %s %s%s, %v", c.call, c.env, target.Addr, req.Host, req.Path, err)
		}
	}
}

// TestNoHostIsMadeUp: whatever a placeholder before the service held, the name
// ends where AWS's do.
func TestNoHostIsMadeUp(t *testing.T) {
	a := NewAWS(AWSConfig{Credentials: testKeys})
	for _, part := range []string{"evil.example/", "evil.example:80", "a@b", "a%2Fb", ".", "a..b", "a b", "a\r\nb", "a#", "a?"} {
		for what, call := range map[string]AWSCall{
			"subdomain": {Service: "s3", Subdomain: part, Region: "eu-west-1"},
			"region":    {Service: "s3", Region: part},
			"service":   {Service: part, Region: "eu-west-1"},
		} {
			req := &httpmsg.Request{Method: "GET", Path: "/"}
			if _, err := a.Prepare(req, call); !errors.Is(err, ErrRequest) {
				t.Errorf("%s %q: host %q, %v", what, part, req.Host, err)
			}
		}
	}
}

func TestParseEndpointsRefuses(t *testing.T) {
	for _, text := range []string{"localhost:9000", "ftp://x", "http://", "http://user@host", "http://host?x=1"} {
		if _, err := ParseEndpoints(text, nil); err == nil {
			t.Errorf("%q was taken as an endpoint", text)
		}
		if _, err := ParseEndpoints("", []string{"AWS_ENDPOINT_URL_S3=" + text}); err == nil || !strings.Contains(err.Error(), "AWS_ENDPOINT_URL_S3") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWhoSigns(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/r"
	caller := &sigv4.Credentials{AccessKey: "AKCALLER", Secret: "caller"}
	for _, c := range []struct {
		name     string
		identity Identity
		policy   RolePolicy
		env      []string
		want     string
	}{
		{"poterne itself", Identity{}, RolesOfAWS, nil, "AKOWN"},
		{"a role of AWS", Identity{Role: role}, RolesOfAWS, nil, "AKROLE"},
		{"a role at a stand-in", Identity{Role: role}, RolesOfAWS, []string{"AWS_ENDPOINT_URL_SQS=http://localhost:1"}, "AKOWN"},
		{"a role at a stand-in with its STS", Identity{Role: role}, RolesOfAWS, []string{"AWS_ENDPOINT_URL_SQS=http://localhost:1", "AWS_ENDPOINT_URL_STS=http://localhost:1"}, "AKROLE"},
		{"a role at a stand-in, always", Identity{Role: role}, RolesAlways, []string{"AWS_ENDPOINT_URL_SQS=http://localhost:1"}, "AKROLE"},
		{"a role, never", Identity{Role: role}, RolesIgnored, nil, "AKOWN"},
		{"the caller", Identity{Role: role, Caller: caller}, RolesOfAWS, nil, "AKCALLER"},
	} {
		a := NewAWS(AWSConfig{Endpoints: endpoints(t, "", c.env...), Credentials: testKeys, AssumeRoles: c.policy})
		req := &httpmsg.Request{Method: "POST", Path: "/"}
		if _, err := a.Prepare(req, AWSCall{Service: "sqs", Region: "eu-west-1", Identity: c.identity}); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		authorization, _ := req.Header.Get("Authorization")
		if !strings.Contains(authorization, "Credential="+c.want+"/") {
			t.Errorf("%s: %s", c.name, authorization)
		}
		if _, has := req.Header.Get("X-Amz-Security-Token"); has != (c.want == "AKROLE") {
			t.Errorf("%s: session token %v", c.name, has)
		}
	}
}

// TestSignaturesVerify: what a service receives is what was signed.
func TestSignaturesVerify(t *testing.T) {
	seen := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		signed := &sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery, Host: r.Host, Header: r.Header.Values, Body: body}
		claim, err := sigv4.Parse(signed)
		if err == nil {
			err = claim.Verify(signed, "own", sigv4.Service{Name: "sqs"}, time.Now())
		}
		seen <- err
	}))
	defer s.Close()
	a := NewAWS(AWSConfig{Endpoints: endpoints(t, s.URL), Credentials: testKeys})
	req := &httpmsg.Request{Method: "POST", Path: "/123/queue%20name", RawQuery: "Action=SendMessage&x=a%20b"}
	req.Header.Add("Content-Type", "application/x-www-form-urlencoded")
	req.SetBody([]byte("MessageBody=hello"))
	target, err := a.Prepare(req, AWSCall{Service: "sqs", Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	var resp httpmsg.Response
	if err := a.Do(req, &resp, target); err != nil {
		t.Fatal(err)
	}
	if err := <-seen; err != nil {
		t.Errorf("the service refuses the signature: %v", err)
	}
}

func TestNothingToSignWith(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_CONFIG_FILE", "/nonexistent")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for name, credentials := range map[string]Credentials{"no chain": nil, "an empty chain": NewCredentialChain("eu-west-1", Endpoints{}, nil)} {
		a := NewAWS(AWSConfig{Credentials: credentials})
		_, err := a.Prepare(&httpmsg.Request{Method: "POST", Path: "/"}, AWSCall{Service: "sqs", Region: "eu-west-1"})
		if !errors.Is(err, ErrCredentials) || !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChainThatFoundNothingIsNotAskedAgainAtOnce: a machine without credentials
// refuses each call at once, not after waiting for a metadata service.
func TestChainThatFoundNothingIsNotAskedAgainAtOnce(t *testing.T) {
	asked := 0
	chain := NewCredentialChain("eu-west-1", Endpoints{}, nil)
	chain.load = func(context.Context) (aws.Config, error) {
		asked++
		return aws.Config{}, errors.New("nothing there")
	}
	for range 3 {
		if _, err := chain.Retrieve(context.Background(), ""); err == nil || !strings.Contains(err.Error(), "nothing there") {
			t.Errorf("%v", err)
		}
	}
	if asked != 1 {
		t.Errorf("the chain was asked %d times", asked)
	}
	chain.asked = chain.asked.Add(-askAgain)
	_, _ = chain.Retrieve(context.Background(), "")
	if asked != 2 {
		t.Errorf("the chain was asked %d times after a while", asked)
	}
}

func TestRolesAreAssumedAtSTS(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA-`+
			r.Form.Get("RoleArn")[len("arn:aws:iam::123456789012:role/"):]+`</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}))
	defer s.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKBASE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CONFIG_FILE", "/nonexistent")
	chain := NewCredentialChain("eu-west-1", endpoints(t, "", "AWS_ENDPOINT_URL_STS="+s.URL), nil)
	for role, want := range map[string]string{"": "AKBASE", "arn:aws:iam::123456789012:role/a": "ASIA-a", "arn:aws:iam::123456789012:role/b": "ASIA-b"} {
		if got, err := chain.Retrieve(context.Background(), role); err != nil || got.AccessKey != want {
			t.Errorf("%q: %q, %v; want %q", role, got.AccessKey, err, want)
		}
	}
}

// local is a local function that answers what it says.
type local struct {
	result lambda.Result
	err    error
	events chan string
}

func (l *local) Invoke(_ context.Context, _, _ string, event []byte) (lambda.Result, error) {
	if l.events != nil {
		l.events <- string(event)
	}
	return l.result, l.err
}

func (l *local) InvokeStream(ctx context.Context, id, trace string, event []byte) (lambda.Result, error) {
	return l.Invoke(ctx, id, trace, event)
}

func (l *local) Enqueue(_, _ string, event []byte) error {
	l.events <- string(event)
	return l.err
}

func TestLocalFunctionsAnswerAsLambdaDoes(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      *local
		status int
		failed bool
		body   string
		err    error
	}{
		{"result", &local{result: lambda.Result{Payload: []byte(`{"a":1}`)}}, 200, false, `{"a":1}`, nil},
		{"function error", &local{result: lambda.Result{Payload: []byte(`{"errorMessage":"x"}`), Failed: true}}, 200, true, `{"errorMessage":"x"}`, nil},
		{"throttled", &local{err: lambda.ErrThrottled}, 429, false, "Rate Exceeded.", nil},
		{"too large", &local{err: lambda.ErrTooLarge}, 413, false, "Request must be smaller", nil},
		{"no JSON", &local{err: &lambda.EventError{Reason: "Unexpected \"<\""}}, 400, false, `{"Type":"User","message":"Could not parse request body into json: `, nil},
		{"overtime", &local{err: context.DeadlineExceeded}, 0, false, "", ErrTimeout},
		{"stopped", &local{err: lambda.ErrClosed}, 0, false, "", ErrNetwork},
	} {
		a := NewAWS(AWSConfig{Functions: map[string]Function{"f": c.f}})
		var resp httpmsg.Response
		err := a.InvokeLambda(&LambdaCall{Function: "arn:aws:lambda:eu-west-1:123456789012:function:f:live"}, &httpmsg.Request{}, &resp)
		if !errors.Is(err, c.err) || resp.Status != c.status || resp.Header.Has(FunctionErrorHeader) != c.failed || !strings.Contains(string(resp.Body), c.body) {
			t.Errorf("%s: %d %v %s, %v", c.name, resp.Status, resp.Header.Has(FunctionErrorHeader), resp.Body, err)
		}
	}
}

// A local function that is declared with a qualifier comes first.
func TestQualifiedLocalFunctionsComeFirst(t *testing.T) {
	answers := func(text string) *local { return &local{result: lambda.Result{Payload: []byte(text)}} }
	a := NewAWS(AWSConfig{Functions: map[string]Function{"f": answers("any"), "f:live": answers("live")}})
	for function, want := range map[string]string{
		"f": "any", "f:live": "live", "f:2": "any",
		"arn:aws:lambda:eu-west-1:123456789012:function:f:live": "live",
		"arn:aws:lambda:eu-west-1:123456789012:function:f":      "any",
	} {
		var resp httpmsg.Response
		if err := a.InvokeLambda(&LambdaCall{Function: function}, &httpmsg.Request{}, &resp); err != nil || string(resp.Body) != want {
			t.Errorf("%s: %s, %v; want %s", function, resp.Body, err, want)
		}
	}
}

// The region of the uri is where Lambda is called; the function's is for calls
// that have none.
func TestTheRegionOfAFunctionIsTheURIs(t *testing.T) {
	name := ParseFunction("arn:aws:lambda:us-east-1:123456789012:function:f")
	for given, want := range map[string]string{"eu-west-1": "eu-west-1", "": "us-east-1"} {
		if got := (&LambdaCall{Region: given}).region(&name); got != want {
			t.Errorf("a uri of region %q: %q, want %q", given, got, want)
		}
	}
}

func TestAsynchronousInvocationsAreAnsweredAtOnce(t *testing.T) {
	f := &local{events: make(chan string, 1)}
	a := NewAWS(AWSConfig{Functions: map[string]Function{"f": f}})
	var resp httpmsg.Response
	event := []byte(`{"n":1}`)
	if err := a.InvokeLambda(&LambdaCall{Function: "f", Async: true, Event: event}, &httpmsg.Request{}, &resp); err != nil || resp.Status != 202 || len(resp.Body) > 0 {
		t.Fatalf("%d %s, %v", resp.Status, resp.Body, err)
	}
	copy(event, "xxxxxxx") // the caller's memory is used again
	if got := <-f.events; got != `{"n":1}` {
		t.Errorf("the function got %s", got)
	}
}

func TestParseFunction(t *testing.T) {
	for text, want := range map[string]FunctionName{
		"arn:aws:lambda:eu-west-1:123456789012:function:f":          {"aws", "eu-west-1", "123456789012", "f", ""},
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live": {"aws-cn", "cn-north-1", "123456789012", "f", "live"},
		"123456789012:function:f:2":                                 {"aws", "", "123456789012", "f", "2"},
		"function:f":                                                {"aws", "", "", "f", ""},
		"f:$LATEST":                                                 {"aws", "", "", "f", "$LATEST"},
	} {
		if got := ParseFunction(text); got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}
