package restjson_test

import (
	"context"
	"encoding/json"
	"math/rand"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/wire/restjson"
)

func answerWith(out any) func(context.Context, *restjson.Call) (any, error) {
	return func(context.Context, *restjson.Call) (any, error) { return out, nil }
}

// Control plane §1.4.
func TestPlainJSON(t *testing.T) {
	at := apigw.NewTimestamp(time.Unix(1700000000, 999e6))
	for _, c := range []struct {
		name, method, path string
		out                any
		want               string
	}{
		{"absent members are left out (AF-005), times are whole seconds", "GET", "/restapis/a1",
			&apigw.RestApi{Id: new("a1"), CreatedDate: at}, `{"id":"a1","createdDate":1700000000}`},
		{"empty maps and lists that are there stay (AF-006)", "GET", "/apikeys/k",
			&apigw.ApiKey{StageKeys: []string{}, Tags: map[string]string{}}, `{"stageKeys":[],"tags":{}}`},
		{"doubles keep a fraction", "GET", "/account",
			&apigw.Account{ThrottleSettings: &apigw.ThrottleSettings{BurstLimit: new(5000), RateLimit: new(apigw.Double(10000))}},
			`{"throttleSettings":{"burstLimit":5000,"rateLimit":10000.0}}`},
		{"lists are under item", "GET", "/restapis/a1/models",
			&apigw.Models{Items: []apigw.Model{}}, `{"item":[]}`},
		{"a null template stays null (AF-080)", "GET", "/restapis/a1/resources/r/methods/GET/integration/responses/200",
			&apigw.IntegrationResponse{StatusCode: new("200"), ResponseTemplates: apigw.Templates{"application/json": nil}},
			`{"statusCode":"200","responseTemplates":{"application/json":null}}`},
		{"markup is not escaped", "GET", "/restapis/a1/models/m/default_template",
			&apigw.Template{Value: new("<a>&'\u2028")}, `{"value":"<a>&'\u2028"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(answerWith(c.out), request(c.method, c.path, ""))
			if w.Body.String() != c.want || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("%s %s\nwant %s", w.Header().Get("Content-Type"), w.Body, c.want)
			}
		})
	}
}

// The statuses of the table, which the method alone does not tell (AF-001,
// AF-002, AF-061, control plane §1.2).
func TestStatusesAndEmptyAnswers(t *testing.T) {
	for _, c := range []struct {
		method, path string
		out          any
		status       int
		length       string
	}{
		{"PATCH", "/restapis/a1/resources/r/methods/GET/responses/200", &apigw.MethodResponse{}, 201, "2"},
		{"PUT", "/restapis/a1?mode=merge", &apigw.RestApi{}, 200, "2"},
		{"POST", "/restapis?mode=import", &apigw.RestApi{}, 201, "2"},
		{"DELETE", "/restapis/a1", nil, 202, "0"},
		{"DELETE", "/restapis/a1/resources/r/methods/GET", nil, 204, ""},
		{"DELETE", "/restapis/a1/stages/s/cache/data", nil, 202, "0"},
	} {
		w := serve(answerWith(c.out), request(c.method, c.path, ""))
		h := w.Header()
		if w.Code != c.status || h.Get("Content-Length") != c.length || (c.out == nil) != (h.Get("Content-Type") == "") {
			t.Errorf("%s %s: %d, length %q, type %q", c.method, c.path, w.Code, h.Get("Content-Length"), h.Get("Content-Type"))
		}
	}
}

func TestRawPayload(t *testing.T) {
	out := &apigw.ExportResponse{
		Body:               []byte("openapi: 3.0.1\n"),
		ContentType:        new("application/octet-stream"),
		ContentDisposition: new(`attachment; filename="oas30_1.0.json"`),
	}
	r := request("GET", "/restapis/a1/stages/dev/exports/oas30", "")
	r.Header.Set("Accept", "application/yaml")
	w := serve(answerWith(out), r)
	if w.Body.String() != "openapi: 3.0.1\n" || w.Header().Get("Content-Type") != *out.ContentType || w.Header().Get("Content-Disposition") != *out.ContentDisposition {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}

// An implementation that answers with another shape is a fault of ours, and
// the client sees nothing of it.
func TestWrongOutputIsAnInternalFailure(t *testing.T) {
	for _, out := range []any{nil, &apigw.Model{}, (*apigw.Account)(nil), apigw.Account{}} {
		if w := serve(answerWith(out), request("GET", "/account", "")); w.Code != http.StatusInternalServerError {
			t.Errorf("%T: %d %s", out, w.Code, w.Body)
		}
	}
}

// Any output of any operation is the same after plain JSON and back, and has
// a link to itself in HAL.
func TestOutputsRoundTrip(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	label := regexp.MustCompile(`\{[^}]*\}`)
	for _, op := range apigw.Operations {
		if op.Output == nil || strings.HasPrefix(op.Name, "GetExport") || op.Name == "GetSdk" {
			continue
		}
		for range 20 {
			out := reflect.New(op.Output.Type())
			fillRandom(random, out.Elem(), 0)
			target := label.ReplaceAllString(op.Path, "x") + "?" + op.Query + required[op.Name]
			r := request(op.Method, strings.ReplaceAll(target, "responses/x", "responses/200"), bodies[op.Name])
			r.URL.Path = strings.ReplaceAll(r.URL.Path, "gatewayresponses/200", "gatewayresponses/THROTTLED")
			w := serve(answerWith(out.Interface()), r)
			back := reflect.New(op.Output.Type())
			if err := json.Unmarshal(w.Body.Bytes(), back.Interface()); err != nil || !reflect.DeepEqual(out.Interface(), back.Interface()) {
				t.Fatalf("%s: %d %s (%v)", op.Name, w.Code, w.Body, err)
			}
			checkSelf(t, op.Name, out.Interface(), r)
		}
	}
}

func checkSelf(t *testing.T, operation string, out any, r *http.Request) {
	t.Helper()
	again := request(r.Method, r.URL.String(), bodies[operation])
	again.URL = r.URL
	again.Header.Del("Accept")
	w := serve(answerWith(out), again)
	var doc struct {
		Links struct {
			Self struct{ Href string }
		} `json:"_links"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || !strings.HasPrefix(doc.Links.Self.Href, "/") || strings.Contains(doc.Links.Self.Href, "{") {
		t.Fatalf("%s: %s (%v)", operation, w.Body, err)
	}
}

// What the contract requires of requests beside their labels.
var required = map[string]string{
	"GetUsage":      "&startDate=2026-01-01&endDate=2026-01-02",
	"ImportApiKeys": "&format=csv",
}

var bodies = map[string]string{
	"CreateAuthorizer":                  `{"name":"a","type":"TOKEN"}`,
	"CreateDeployment":                  `{}`,
	"CreateBasePathMapping":             `{"restApiId":"a1"}`,
	"CreateDocumentationPart":           `{"location":{"type":"API"},"properties":"{}"}`,
	"CreateDocumentationVersion":        `{"documentationVersion":"1"}`,
	"CreateDomainName":                  `{"domainName":"a.example"}`,
	"CreateDomainNameAccessAssociation": `{"domainNameArn":"a","accessAssociationSourceType":"VPCE","accessAssociationSource":"v"}`,
	"CreateModel":                       `{"name":"a","contentType":"application/json"}`,
	"CreateResource":                    `{"pathPart":"a"}`,
	"CreateRestApi":                     `{"name":"a"}`,
	"CreateStage":                       `{"stageName":"a","deploymentId":"d"}`,
	"CreateUsagePlan":                   `{"name":"a"}`,
	"CreateUsagePlanKey":                `{"keyId":"k","keyType":"API_KEY"}`,
	"CreateVpcLink":                     `{"name":"a","targetArns":[]}`,
	"PutIntegration":                    `{"type":"MOCK"}`,
	"PutMethod":                         `{"authorizationType":"NONE"}`,
}

// fillRandom sets a value's fields, leaving some absent and some empty.
func fillRandom(random *rand.Rand, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[apigw.Timestamp]() {
		v.Set(reflect.ValueOf(*apigw.NewTimestamp(time.Unix(random.Int63n(2e9), 0))))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if random.Intn(3) > 0 && depth < 6 {
			v.Set(reflect.New(v.Type().Elem()))
			fillRandom(random, v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillRandom(random, v.Field(i), depth+1)
		}
	case reflect.Slice:
		if random.Intn(3) > 0 {
			v.Set(reflect.MakeSlice(v.Type(), random.Intn(3), 3))
			for i := range v.Len() {
				fillRandom(random, v.Index(i), depth+1)
			}
		}
	case reflect.Map:
		fillMap(random, v, depth)
	case reflect.String:
		v.SetString([]string{"", "a", "a/b?c", "<ü>\"\\\n"}[random.Intn(4)])
	case reflect.Bool:
		v.SetBool(random.Intn(2) > 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(random.Intn(1000) - 500))
	case reflect.Float64:
		v.SetFloat(float64(random.Intn(1000)) / 8)
	}
}

func fillMap(random *rand.Rand, v reflect.Value, depth int) {
	if random.Intn(3) == 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for range random.Intn(3) {
		value := reflect.New(v.Type().Elem()).Elem()
		fillRandom(random, value, depth+1)
		v.SetMapIndex(reflect.ValueOf([]string{"a", "b/c", "*/*"}[random.Intn(3)]), value)
	}
}
