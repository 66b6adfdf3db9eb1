package awscli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/sigv4"
)

// A service answers every request alike and keeps what it was sent.
type service struct {
	*httptest.Server
	answers  []string // in order; the last again and again
	status   int
	requests []received
}

type received struct {
	line, body string
	header     http.Header
}

func serve(t *testing.T, status int, answers ...string) *service {
	t.Helper()
	s := &service{status: status, answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.requests = append(s.requests, received{r.Method + " " + r.URL.RequestURI(), string(body), r.Header.Clone()})
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		signed := &sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery, Host: r.Host, Body: body, Header: r.Header.Values}
		claim, err := sigv4.Parse(signed)
		if err == nil {
			err = claim.Verify(signed, "secret", sigv4.Service{Name: "apigateway"}, time.Now())
		}
		if err != nil {
			t.Errorf("%s: %v", r.URL, err)
		}
		w.Header().Set("X-Amzn-Errortype", "NotFoundException")
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.answers[min(len(s.requests), len(s.answers))-1])
	}))
	t.Cleanup(s.Close)
	return s
}

// run runs a command line against s with nothing of the machine's settings.
func run(t *testing.T, s *service, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-west-2", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "none"),
		"AWS_DEFAULT_OUTPUT": "", "AWS_MAX_ATTEMPTS": "1", "TZ": "UTC",
	} {
		t.Setenv(name, value)
	}
	var out, err bytes.Buffer
	args = append([]string{Service}, args...)
	if s != nil {
		args = append([]string{"--endpoint-url", s.URL}, args...)
	}
	code = (&CLI{Out: &out, Err: &err, Version: "poterne/test"}).Run(context.Background(), args)
	return code, out.String(), err.String()
}

func TestRequests(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "t.json")
	if err := os.WriteFile(file, []byte(`{"application/json":"from a file"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, line, body string }{
		{"get-account", "GET /account", ""},
		{"get-rest-api --rest-api-id a/b", "GET /restapis/a%2Fb", ""},
		{"put-integration --rest-api-id a --resource-id r --http-method GET --type HTTP --integration-http-method POST --uri http://x/", "PUT /restapis/a/resources/r/methods/GET/integration", `{"type": "HTTP", "httpMethod": "POST", "uri": "http://x/"}`},
		{"put-integration --rest-api-id a --resource-id r --http-method GET --type MOCK --request-templates file://" + file, "PUT /restapis/a/resources/r/methods/GET/integration", `{"type": "MOCK", "requestTemplates": {"application/json": "from a file"}}`},
		{"put-integration --rest-api-id a --resource-id r --http-method GET --type MOCK --timeout-in-millis 50 --cache-key-parameters x y", "PUT /restapis/a/resources/r/methods/GET/integration", `{"type": "MOCK", "cacheKeyParameters": ["x", "y"], "timeoutInMillis": 50}`},
		{"update-rest-api --rest-api-id a --patch-operations op=replace,path=/name,value=n op=add,path=/x", "PATCH /restapis/a", `{"patchOperations": [{"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/x"}]}`},
		{"put-method --rest-api-id a --resource-id r --http-method GET --authorization-type NONE --no-api-key-required", "PUT /restapis/a/resources/r/methods/GET", `{"authorizationType": "NONE", "apiKeyRequired": false}`},
		{"create-rest-api --name n --api-version=1 --binary-media-types", "POST /restapis", `{"name": "n", "version": "1", "binaryMediaTypes": []}`},
		{"untag-resource --resource-arn arn:aws:x --tag-keys a b", "DELETE /tags/arn%3Aaws%3Ax?tagKeys=a&tagKeys=b", ""},
		{"import-rest-api --body e30= --fail-on-warnings --parameters basepath=split", "POST /restapis?basepath=split&failonwarnings=true&mode=import", "{}"},
		{"import-rest-api --cli-binary-format raw-in-base64-out --body {}", "POST /restapis?mode=import", "{}"},
		{"create-usage-plan --name n --throttle rateLimit=1.5,burstLimit=2", "POST /usageplans", `{"name": "n", "throttle": {"rateLimit": 1.5, "burstLimit": 2}}`},
		{`create-rest-api --cli-input-json {"name":"j","tags":{"k":"v"}} --description d`, "POST /restapis", `{"description": "d", "name": "j", "tags": {"k": "v"}}`},
	} {
		args := strings.Fields(c.args)
		s := serve(t, 200, "{}")
		code, _, stderr := run(t, s, args...)
		if code != 0 || len(s.requests) != 1 || s.requests[0].line != c.line || s.requests[0].body != c.body {
			t.Errorf("%s: exit %d %s\n got %+v\nwant %s %s", c.args, code, stderr, s.requests, c.line, c.body)
		}
	}
}

// A request is signed for the region, with Signature Version 4.
func TestSignature(t *testing.T) {
	s := serve(t, 200, "{}")
	if code, _, stderr := run(t, s, "create-rest-api", "--name", "n", "--region", "eu-west-1"); code != 0 {
		t.Fatal(stderr)
	}
	got := s.requests[0]
	if scope := got.header.Get("Authorization"); !strings.Contains(scope, "Credential=AKIDEXAMPLE/") || !strings.Contains(scope, "/eu-west-1/apigateway/aws4_request") {
		t.Errorf("Authorization: %s", scope)
	}
	if code, _, _ := run(t, serveUnsigned(t), "get-account", "--no-sign-request"); code != 0 {
		t.Errorf("unsigned: exit %d", code)
	}
}

// Certificates are read where an endpoint has some, and no sooner.
func TestCertificatesWhereThereAreSome(t *testing.T) {
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(t.TempDir(), "none.pem"))
	if code, _, stderr := run(t, serve(t, 200, `{}`), "get-account"); code != exitOK {
		t.Errorf("over HTTP: exit %d, %s", code, stderr)
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	code, _, stderr := run(t, nil, "get-account", "--endpoint-url", secure.URL)
	if code != exitGeneral || !strings.Contains(stderr, "Could not find a suitable TLS CA certificate bundle, invalid path: ") {
		t.Errorf("over HTTPS: exit %d, %s", code, stderr)
	}
	if os.Getenv("AWS_CA_BUNDLE") == "" {
		t.Error("AWS_CA_BUNDLE is gone")
	}
}

func serveUnsigned(t *testing.T) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("an unsigned request is signed")
		}
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return s
}

func TestPages(t *testing.T) {
	pages := []string{
		`{"item":[{"id":"a"},{"id":"b"}],"position":"p1"}`,
		`{"item":[{"id":"c"}],"position":"p2"}`,
		`{"item":[{"id":"d"}]}`,
	}
	for _, c := range []struct{ args, want, requests string }{
		{"--query items[].id --output text", "a\tb\nc\nd\n", "/restapis /restapis?position=p1 /restapis?position=p2"},
		{"--query items[].id --output yaml", "- a\n- b\n- c\n- d\n", "/restapis /restapis?position=p1 /restapis?position=p2"},
		{"--no-paginate --query items[].id --output yaml", "- a\n- b\n", "/restapis"},
		{"--max-items 1 --query NextToken", "\"eyJwb3NpdGlvbiI6IG51bGwsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9\"\n", "/restapis"},
		{"--max-items 2 --query NextToken", "\"eyJwb3NpdGlvbiI6ICJwMSJ9\"\n", "/restapis"},
		{"--starting-token eyJwb3NpdGlvbiI6IG51bGwsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9 --max-items 1 --query items[].id --output yaml", "- b\n", "/restapis"},
		{"--starting-token p9 --page-size 5 --max-items 2 --query items[].id --output yaml", "- a\n- b\n", "/restapis?limit=5&position=p9"},
		{"--limit 7 --query items[].id --output yaml", "- a\n- b\n", "/restapis?limit=7"},
	} {
		s := serve(t, 200, pages...)
		code, stdout, stderr := run(t, s, append([]string{"get-rest-apis"}, strings.Fields(c.args)...)...)
		var lines []string
		for _, r := range s.requests {
			lines = append(lines, strings.TrimPrefix(r.line, "GET "))
		}
		if code != 0 || stdout != c.want || strings.Join(lines, " ") != c.requests {
			t.Errorf("%s: exit %d %s\n got %q %s\nwant %q %s", c.args, code, stderr, stdout, lines, c.want, c.requests)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 252, "the following arguments are required: operation"},
		{"put-integraton", 252, "maybe you meant:\n\n  * put-integration"},
		{"get-rest-api", 252, "the following arguments are required: --rest-api-id"},
		{"get-rest-api --rest-api-id", 252, "argument --rest-api-id: expected one argument"},
		{"get-rest-api --rest-api-id a --nonsense b", 252, "Unknown options: --nonsense, b"},
		{"get-rest-apis --output xml", 252, "argument --output: Invalid choice"},
		{"get-rest-apis --query a.", 252, "Bad value for --query a.:"},
		{"get-rest-apis --max-items many", 252, "argument --max-items: invalid int value: 'many'"},
		{"get-rest-apis --no-paginate --max-items 1", 252, "Cannot specify --no-paginate along with pagination arguments: --max-items"},
		{"get-rest-apis --endpoint-url localhost", 252, "scheme is missing"},
		{"update-rest-api --rest-api-id a --patch-operations op", 252, "Error parsing parameter '--patch-operations': Expected: '=', received: 'EOF'"},
		{"update-rest-api --rest-api-id a --patch-operations nonsense=1", 252, `Unknown parameter in patchOperations[0]: "nonsense", must be one of: op, path, value, from`},
		{`create-rest-api --cli-input-json {"name":3}`, 252, "Invalid type for parameter name, value: 3, type: <class 'int'>, valid types: <class 'str'>"},
		{"create-rest-api --cli-input-json {}", 252, `Missing required parameter in input: "name"`},
		{"put-integration --rest-api-id a --resource-id r --http-method GET --type MOCK --timeout-in-millis x", 255, "invalid literal for int() with base 10: 'x'"},
		{"import-rest-api --body abcde", 255, `Invalid base64: "abcde"`},
		{"import-rest-api --body file:///no/such/file", 252, "Unable to load paramfile file:///no/such/file: [Errno 2] No such file or directory: '/no/such/file'"},
		{"get-account --profile nonsense", 255, "The config profile (nonsense) could not be found"},
		{"get-account --endpoint-url http://127.0.0.1:1", 255, `Could not connect to the endpoint URL: "http://127.0.0.1:1/account"`},
	} {
		code, stdout, stderr := run(t, nil, strings.Fields(c.args)...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d %q %s\nwant %d with %s", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
	s := serve(t, 404, `{"message":"Invalid API identifier specified"}`)
	code, _, stderr := run(t, s, "get-rest-api", "--rest-api-id", "x")
	if want := "\nAn error occurred (NotFoundException) when calling the GetRestApi operation (reached max retries: 0): Invalid API identifier specified\n"; code != 254 || stderr != want {
		t.Errorf("an error of the service: exit %d %q, want %q", code, stderr, want)
	}
}

// No operation lacks a command, and no command an option for a member.
func TestEveryOperationIsACommand(t *testing.T) {
	for i := range apigw.Operations {
		op := &apigw.Operations[i]
		c := find(kebab(op.Name))
		if c == nil {
			t.Errorf("%s has no command", op.Name)
			continue
		}
		bound := map[string]bool{}
		for _, o := range c.options {
			if o.member != nil {
				bound[o.member.Name] = true
			}
		}
		for _, m := range op.Input.Members {
			if !bound[m.Name] {
				t.Errorf("%s has no option for %s", c.name, m.Name)
			}
		}
	}
}

func TestIs(t *testing.T) {
	for line, want := range map[string]bool{
		"apigateway get-account": true, "--region x apigateway get-account": true, "--debug apigateway": true,
		"serve apigateway": false, "--config apigateway": false, "": false, "version": false,
	} {
		if got := Is(strings.Fields(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// answers is a Prompt that gives them in order, and notes what it is asked.
func answers(asked *[]string, lines ...string) Prompt {
	return func(label string, choices []string) (string, error) {
		*asked = append(*asked, label+strings.Join(choices, " "))
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

// A terminal is asked for what is required and not given, then for what else
// there is.
func TestPrompt(t *testing.T) {
	s := serve(t, 200, "{}")
	run(t, s, "get-account") // sets the environment
	for _, c := range []struct {
		args, lines []string
		want        string // the request
		asked       string // one of the questions
	}{
		{[]string{"get-resource"}, []string{"a1", "r2", ""}, "GET /restapis/a1/resources/r2", "--rest-api-id: "},
		{[]string{"get-resource", "--resource-id", "x"}, []string{"a1", ""}, "GET /restapis/a1/resources/x", "option (Tab lists them, Enter goes on): --embed --cli-input-json"},
		{[]string{"get-usage-plans"}, []string{"--key-id", "k", "nonsense", "page-size", "3", ""}, "GET /usageplans?keyId=k&limit=3", "--key-id: "},
		{[]string{"get-api-keys"}, []string{"include-values", ""}, "GET /apikeys?includeValues=true", "--no-include-values"},
		{[]string{"put-method", "--rest-api-id=a", "--resource-id=r"}, []string{"GET", "NONE", ""}, "PUT /restapis/a/resources/r/methods/GET", "--authorization-type: "},
	} {
		var asked []string
		var out, said bytes.Buffer
		cli := &CLI{Out: &out, Err: &said, Prompt: answers(&asked, c.lines...)}
		before := len(s.requests)
		code := cli.Run(context.Background(), append(append([]string{Service, "--endpoint-url", s.URL}, c.args...), "--cli-auto-prompt"))
		if code != 0 || len(s.requests) == before || s.requests[before].line != c.want || !strings.Contains(strings.Join(asked, "\n"), c.asked) {
			t.Errorf("%v: exit %d, asked %q, said %s", c.args, code, asked, said.String())
		}
	}
	code, _, said := run(t, s, "get-resource", "--cli-auto-prompt")
	if code != exitGeneral || !strings.Contains(said, "terminal") {
		t.Errorf("without a terminal: exit %d %s", code, said)
	}
	if code, _, _ := run(t, s, "get-resource", "--cli-auto-prompt", "--no-cli-auto-prompt"); code != exitUsage {
		t.Errorf("both: exit %d", code)
	}
}
