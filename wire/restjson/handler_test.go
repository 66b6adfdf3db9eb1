package restjson_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/restjson"
)

// serve runs one request against a Handler whose operations are do.
func serve(do func(context.Context, *restjson.Call) (any, error), r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	restjson.New(restjson.Config{Do: do}).ServeHTTP(w, r)
	return w
}

func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Accept", "application/json")
	return r
}

func refuse(err error) func(context.Context, *restjson.Call) (any, error) {
	return func(context.Context, *restjson.Call) (any, error) { return nil, err }
}

// Every row of the table is reachable at its own verb and path, and nowhere
// else.
func TestEveryOperationHasItsRoute(t *testing.T) {
	h := restjson.New(restjson.Config{})
	label := regexp.MustCompile(`\{[^}]*\}`)
	for _, op := range apigw.Operations {
		path := label.ReplaceAllString(op.Path, "x%2Fy")
		for _, at := range []string{path, path + "/"} {
			got, ok := h.Match(op.Method, at, op.Query)
			if !ok || got.Name != op.Name {
				t.Errorf("%s %s?%s is %v, want %s", op.Method, at, op.Query, got, op.Name)
			}
		}
	}
	if len(apigw.Operations) != 124 {
		t.Errorf("%d operations, the contract has 124", len(apigw.Operations))
	}
}

func TestUnknownRoutes(t *testing.T) {
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/", 403, "MissingAuthenticationTokenException"},
		{"GET", "/restapi", 403, "MissingAuthenticationTokenException"},
		{"TRACE", "/restapis", 403, "MissingAuthenticationTokenException"},
		{"GET", "/restapis//resources", 403, "MissingAuthenticationTokenException"},
		{"GET", "/restapis/a1//", 403, "MissingAuthenticationTokenException"},
		{"GET", "//restapis", 403, "MissingAuthenticationTokenException"},
		{"GET", "/v2/apis", 501, "NotImplementedException"},
		{"POST", "/v2", 501, "NotImplementedException"},
	} {
		w := serve(refuse(errors.New("reached")), request(c.method, c.path, ""))
		if w.Code != c.status || w.Header().Get("x-amzn-ErrorType") != c.code {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Header().Get("x-amzn-ErrorType"), c.status, c.code)
		}
	}
}

// Control plane §1.6, AF-003.
func TestErrorsOnTheWire(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		status int
		code   string
		body   string
		retry  string
	}{
		{"modelled", apigw.NotFound("Invalid Resource identifier specified"), 404, "NotFoundException", `{"message":"Invalid Resource identifier specified"}`, ""},
		{"text is not escaped for HTML", apigw.BadRequest("<a> & 'b'"), 400, "BadRequestException", `{"message":"<a> & 'b'"}`, ""},
		{"throttled", &apigw.Error{Code: apigw.TooManyRequestsException, Message: "Too Many Requests", RetryAfter: 2}, 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`, "2"},
		{"not implemented", &apigw.Error{Code: apigw.NotImplementedException, Message: "GetAccount is not implemented"}, 501, "NotImplementedException", `{"message":"GetAccount is not implemented"}`, ""},
		{"foreign text stays inside", errors.New("open /var/lib/secret: no such file"), 500, "InternalFailure", `{"message":"The request could not be completed because of an internal failure."}`, ""},
		{"time is up", context.DeadlineExceeded, 503, "ServiceUnavailableException", `{"message":"The request was not completed in time."}`, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(refuse(c.err), request("GET", "/account", ""))
			h := w.Header()
			if w.Code != c.status || h.Get("x-amzn-ErrorType") != c.code || w.Body.String() != c.body || h.Get("Retry-After") != c.retry {
				t.Errorf("%d %s %s retry %q", w.Code, h.Get("x-amzn-ErrorType"), w.Body, h.Get("Retry-After"))
			}
		})
	}
}

func TestEveryAnswerBearsIds(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	apigwId := regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)
	for _, path := range []string{"/account", "/nothing", "/restapis/a1/stages"} {
		h := serve(refuse(apigw.NotFound("no")), request("GET", path, "")).Header()
		if !uuid.MatchString(h.Get("x-amzn-RequestId")) || !apigwId.MatchString(h.Get("x-amz-apigw-id")) {
			t.Errorf("%s: ids %q and %q", path, h.Get("x-amzn-RequestId"), h.Get("x-amz-apigw-id"))
		}
	}
}

func TestPanicsAreInternalFailures(t *testing.T) {
	w := serve(func(context.Context, *restjson.Call) (any, error) { panic("at the disco") }, request("GET", "/account", ""))
	if w.Code != 500 || strings.Contains(w.Body.String(), "disco") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// An unauthenticated caller learns nothing of what its body lacks (control
// plane §1.12).
func TestAuthenticationComesBeforeTheInput(t *testing.T) {
	h := restjson.New(restjson.Config{
		Authenticate: func(_ context.Context, c *restjson.Call) error {
			if string(c.Body) != "{" || c.Operation.Name != "CreateRestApi" {
				t.Errorf("authenticates %s with body %q", c.Operation.Name, c.Body)
			}
			return &apigw.Error{Code: apigw.UnrecognizedClientException, Message: "who?"}
		},
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request("POST", "/restapis", "{"))
	if w.Code != 403 || w.Header().Get("x-amzn-ErrorType") != "UnrecognizedClientException" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	do := func(context.Context, *restjson.Call) (any, error) { return &apigw.RestApi{}, nil }
	for _, c := range []struct {
		method, path string
		size, status int
	}{
		{"POST", "/restapis?mode=import", restjson.MaxImportBody, 201},
		{"POST", "/restapis?mode=import", restjson.MaxImportBody + 1, 413},
		{"POST", "/restapis", restjson.MaxJSONBody + 1, 413},
	} {
		r := request(c.method, c.path, strings.Repeat(" ", c.size))
		for _, announced := range []int64{r.ContentLength, -1} {
			r := request(c.method, c.path, strings.Repeat(" ", c.size))
			r.ContentLength = announced
			if w := serve(do, r); w.Code != c.status {
				t.Errorf("%d bytes to %s, announced %d: %d %s", c.size, c.path, announced, w.Code, w.Body)
			}
		}
	}
}

// No client of this service compresses what it sends; what is done about it
// says so.
func TestEncodedBodiesAreRefused(t *testing.T) {
	for coding, status := range map[string]int{"gzip": 400, "br": 400, "identity": 201} {
		r := request("POST", "/restapis", `{"name":"a"}`)
		r.Header.Set("Content-Encoding", coding)
		w := serve(func(context.Context, *restjson.Call) (any, error) { return &apigw.RestApi{}, nil }, r)
		if w.Code != status || status == 400 && !strings.Contains(w.Body.String(), "Content-Encoding: "+coding) {
			t.Errorf("%s: %d %s", coding, w.Code, w.Body)
		}
	}
}
