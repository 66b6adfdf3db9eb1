package server

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
)

var mutations = flag.Int("mutations", 1000, "requests of TestMutatedRequests")

// Requests for operations of the contract with wrong types, absent members, odd
// ids, huge values and pointer tricks: none is answered with a fault of ours,
// every answer is whole, and what is stored can be read, deployed and exported
// afterwards.
func TestMutatedRequests(t *testing.T) {
	s := start(t, Config{Quotas: []string{"regional-apis=100000", "edge-apis=100000"}})
	m := &requests{Rand: rand.New(rand.NewPCG(7, 11)), url: "http://" + s.controlAddr(), ids: map[string]bool{}}
	m.seed(t)
	succeeded := 0
	for range *mutations {
		operation := &apigw.Operations[m.IntN(len(apigw.Operations))]
		r := m.request(t, operation)
		status, body := m.send(t, r)
		switch {
		case status >= 500 && status != http.StatusNotImplemented:
			t.Fatalf("%s %s %.300s: %d %s", operation.Name, r.Method, r.URL, status, body)
		case status < 300:
			succeeded++
			m.learn(body)
		case !json.Valid(body):
			t.Errorf("%s %.300s: %d %.300q is no JSON", r.Method, r.URL, status, body)
		}
	}
	if succeeded < *mutations/40 {
		t.Errorf("%d of %d requests succeeded: too few to have changed anything", succeeded, *mutations)
	}
	m.readEverything(t)
}

// requests makes requests of the contract's shapes, mostly wrong ones.
type requests struct {
	*rand.Rand
	url string
	ids map[string]bool // ids that answers have shown
}

func (m *requests) seed(t *testing.T) {
	for _, call := range []struct{ method, path, body string }{
		{"POST", "/restapis", `{"name":"a"}`},
		{"POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"b","version":"1"},"paths":{"/x/{y}":{"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"mock","responses":{"default":{"statusCode":"200"}}}}}}}`},
		{"POST", "/apikeys", `{"name":"k"}`},
		{"POST", "/usageplans", `{"name":"p"}`},
		{"POST", "/vpclinks", `{"name":"v","targetArns":["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/1"]}`},
		{"POST", "/domainnames", `{"domainName":"a.test","endpointConfiguration":{"types":["REGIONAL"]}}`},
	} {
		r, err := http.NewRequest(call.method, m.url+call.path, strings.NewReader(call.body))
		if err != nil {
			t.Fatal(err)
		}
		status, body := m.send(t, r)
		if status >= 300 {
			t.Fatalf("%s %s: %d %s", call.method, call.path, status, body)
		}
		m.learn(body)
	}
}

func (m *requests) send(t *testing.T, r *http.Request) (int, []byte) {
	t.Helper()
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0")
	if m.IntN(4) > 0 {
		r.Header.Set("Accept", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("x-amzn-RequestId") == "" {
		t.Errorf("%s %.300s: %d without a request id", r.Method, r.URL, resp.StatusCode)
	}
	return resp.StatusCode, body
}

var shownId = regexp.MustCompile(`"(?:id|rootResourceId|parentId|deploymentId|clientCertificateId|name|stageName|domainName)":"([^"\\]{1,40})"`)

func (m *requests) learn(body []byte) {
	for _, match := range shownId.FindAllSubmatch(body, 4) {
		m.ids[string(match[1])] = true
	}
}

// odd are texts for any place.
var odd = []string{"", " ", "/", "~", "~1", "~01", "%2F", "..", "../..", "@", "{", "{}", "{+}", "$", "'", `"`, "\x00", "é\u2028", "\U0001F600", strings.Repeat("x", 1500),
	"0", "-1", "99999999999999999999", "true", "null", "[]", "(((", "#set($", "GET", "ANY", "200", "prod", "(none)", "a.test", "Empty", "DEFAULT_4XX", "THROTTLED",
	"javascript", "oas30", "swagger", "2026-01-01", "arn:aws:apigateway:us-east-1::/restapis/x", "application/json", "NONE", "CUSTOM", "MOCK", "HTTP", "http://x/", "API_KEY", "csv", "merge", "overwrite"}

// pointers are paths of patch operations, documented ones and tricks.
var pointers = []string{"", "/", "//", "/~", "/~2", "/~1", "/name", "/description", "/requestParameters/method.request.header.x", "/requestTemplates/application~1json", "/requestTemplates/~1~0~1",
	"/responseParameters/method.response.header.x", "/responseTemplates/application~1json", "/*/*/throttling/rateLimit", "/*/*/logging/loglevel", "/~1x/GET/caching/enabled", "/variables/a", "/variables/",
	"/canarySettings/percentTraffic", "/canarySettings/stageVariableOverrides/a", "/canarySettings/deploymentId", "/accessLogSettings/format", "/accessLogSettings", "/deploymentId", "/variables",
	"/apiStages", "/apiStages/a:b/throttle", "/quota/limit", "/throttle/burstLimit", "/binaryMediaTypes/-", "/endpointConfiguration/types/0", "/endpointConfiguration/types/REGIONAL", "/parentId", "/pathPart",
	"/cacheKeyParameters/method.request.header.x", "/restApi/../id", "/statusCode", "/uri", "/timeoutInMillis", "/policy", "/minimumCompressionSize", "/mutualTlsAuthentication/truststoreUri", "/authorizerId", "/authorizationType", strings.Repeat("/a", 2000)}

func (m *requests) text() string {
	if len(m.ids) > 0 && m.IntN(2) == 0 {
		known := slices.Sorted(maps.Keys(m.ids))
		return known[m.IntN(len(known))]
	}
	return odd[m.IntN(len(odd))]
}

var label = regexp.MustCompile(`\{[^}]*\}`)

// request is one of operation, with a body that is more or less of its shape.
func (m *requests) request(t *testing.T, operation *apigw.Operation) *http.Request {
	path := label.ReplaceAllStringFunc(operation.Path, func(string) string { return url.PathEscape(m.text()) }) //nolint:gocritic // each label gets a text of its own
	query := url.Values{}
	body := map[string]any{}
	var payload string
	for _, member := range operation.Input.Members {
		if !member.Required && m.IntN(2) == 0 || m.IntN(20) == 0 {
			continue
		}
		switch member.In {
		case apigw.InQuerystring:
			if member.Shape.Kind != apigw.KindMap {
				query.Add(member.Wire, m.text())
			}
		case apigw.InBody:
			body[member.Wire] = m.value(member.Shape, member.Name, 0)
		case apigw.InPayload:
			payload = m.document()
		}
	}
	if payload == "" && operation.Method != http.MethodGet && operation.Method != http.MethodDelete {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		payload = string(text)
		if m.IntN(20) == 0 {
			payload = payload[:m.IntN(len(payload))]
		}
	}
	target := m.url + path + "?" + operation.Query + "&" + query.Encode()
	r, err := http.NewRequest(operation.Method, target, strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// value is of the shape, or now and then of another.
func (m *requests) value(shape *apigw.Shape, name string, depth int) any {
	if depth > 4 || m.IntN(12) == 0 {
		return []any{nil, true, 1.5, -1, 1e300, "x", []any{}, map[string]any{}, []any{[]any{nil}}, map[string]any{"a": map[string]any{}}}[m.IntN(10)]
	}
	switch shape.Kind {
	case apigw.KindStructure:
		members := map[string]any{}
		for _, member := range shape.Members {
			if member.Required || m.IntN(3) > 0 {
				members[member.Wire] = m.value(member.Shape, member.Name, depth+1)
			}
		}
		return members
	case apigw.KindList:
		list := []any{}
		for range m.IntN(4) {
			list = append(list, m.value(shape.Of, name, depth+1))
		}
		return list
	case apigw.KindMap:
		entries := map[string]any{}
		for range m.IntN(3) {
			entries[m.text()] = m.value(shape.Of, name, depth+1)
		}
		return entries
	case apigw.KindBoolean:
		return m.IntN(2) == 0
	case apigw.KindInteger, apigw.KindLong:
		return []int{-1, 0, 1, 50, 29000, 1 << 31, 1 << 53}[m.IntN(7)]
	case apigw.KindDouble:
		return []float64{-1, 0, 0.5, 100, 1e300}[m.IntN(5)]
	}
	switch {
	case len(shape.Enum) > 0 && m.IntN(8) > 0:
		return shape.Enum[m.IntN(len(shape.Enum))]
	case name == "path" || name == "from":
		return pointers[m.IntN(len(pointers))]
	case m.IntN(100) == 0:
		return strings.Repeat("huge ", 70_000)
	}
	return m.text()
}

// document is one to import.
func (m *requests) document() string {
	return []string{
		"", "x", "{", `{"openapi":"3.0.1"}`, "swagger: '2.0'\ninfo: {title: x}\npaths: {}\n", "Name,key\na,0123456789012345678901234567890123456789\n", "key\n\"", "\x00\xff",
		`{"openapi":"3.0.1","info":{"title":"` + "m" + `","version":"1"},"paths":{"/p":{"get":{"responses":{"200":{"description":"x"}},"x-amazon-apigateway-integration":{"type":"mock"}}}}}`,
		`{"openapi":"3.0.1","info":[],"paths":{"/{a}/{b}":null,"/{c}":{"get":[]}},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}`,
		"a: &a [*a]\n", strings.Repeat("[", 50_000),
	}[m.IntN(12)]
}

// readEverything reads all that is left, and deploys and exports what it can.
func (m *requests) readEverything(t *testing.T) {
	get := func(path string) map[string]any {
		r, err := http.NewRequest(http.MethodGet, m.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/json")
		status, body := m.send(t, r)
		var answer map[string]any
		if err := json.Unmarshal(body, &answer); status != 200 || err != nil && !strings.Contains(path, "/exports/") {
			t.Errorf("GET %s: %d %s", path, status, body)
		}
		return answer
	}
	items := func(path string) []any {
		list, _ := get(path)["item"].([]any)
		return list
	}
	for _, list := range []string{"/apikeys", "/usageplans", "/vpclinks", "/domainnames", "/clientcertificates", "/account", "/domainnameaccessassociations"} {
		get(list + "?limit=500")
	}
	for _, api := range items("/restapis?limit=500") {
		path := "/restapis/" + url.PathEscape(fmt.Sprint(api.(map[string]any)["id"]))
		get(path + "/resources?limit=500&embed=methods")
		for _, list := range []string{"authorizers", "deployments", "documentation/parts", "documentation/versions", "gatewayresponses", "models", "requestvalidators"} {
			get(path + "/" + list)
		}
		for _, stage := range items(path + "/stages") {
			get(path + "/stages/" + url.PathEscape(fmt.Sprint(stage.(map[string]any)["stageName"])) + "/exports/oas30?extensions=apigateway")
		}
	}
}
