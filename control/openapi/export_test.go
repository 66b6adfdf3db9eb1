package openapi

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/control/rule"
)

// What is exported with all extensions imports as what it was, less models that
// no method uses and the order of members in schemas. A Swagger
// document has one list of media types for all responses, so there the second
// round is the one that changes nothing.
func TestExportThenImportKeepsTheDefinition(t *testing.T) {
	for seed := range uint64(40) {
		def := generator{rand.New(rand.NewPCG(seed, 1))}.definition()
		for _, format := range []Format{OpenAPI30, Swagger20} {
			for _, accept := range []string{"application/json", "application/yaml"} {
				opts := ExportOptions{Format: format, Accept: accept, Extensions: "apigateway", RestApiId: "a1", Region: "eu-west-1", StageName: "v1"}
				once := exportThenImport(t, &def, opts)
				if d := firstDifference(indented(t, asExported(def)), indented(t, asExported(once))); format == OpenAPI30 && d != "" {
					t.Fatalf("seed %d, %s %s: after one round %s", seed, format, accept, d)
				}
				twice := exportThenImport(t, &once, opts)
				if d := firstDifference(indented(t, asExported(once)), indented(t, asExported(twice))); d != "" {
					t.Fatalf("seed %d, %s %s: after two rounds %s", seed, format, accept, d)
				}
			}
		}
	}
}

// asExported has the models that are exported, as they are.
func asExported(def apigw.Definition) apigw.Definition {
	schemas := (&exporter{def: &def}).schemas(schemas3)
	def.Models = slices.Clone(def.Models)
	def.Models = slices.DeleteFunc(def.Models, func(m apigw.Model) bool { return schemas.get(*m.Name) == nil })
	for i, m := range def.Models {
		def.Models[i].Schema = new(string(appendJSON(nil, schemas.get(*m.Name))))
	}
	return def
}

func exportThenImport(t *testing.T, def *apigw.Definition, opts ExportOptions) apigw.Definition {
	t.Helper()
	exported, err := Export(def, opts)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Import(exported.Body, Options{RestApiId: opts.RestApiId, FailOnWarnings: true})
	if err != nil {
		t.Fatalf("%v\nof\n%s", err, exported.Body)
	}
	return doc.Definition
}

// A generator makes definitions in the form in which Import makes them.
type generator struct{ *rand.Rand }

var oddTexts = []string{"", "true", "null", "~", "1.10", "0x1F", "a: b", "- x", "#c", "'*'", "line\nline\n", "tab\there", "é😀", `\"quoted\"`, " lead", "trail ", "%", "[", "2001-01-01", "<<", "\u2028", "no"}

func (g generator) text() string { return oddTexts[g.IntN(len(oddTexts))] }

func (g generator) oneOf(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g generator) chance() bool { return g.IntN(2) == 0 }

func (g generator) definition() apigw.Definition {
	d := apigw.Definition{RestApi: apigw.RestApi{Name: new("n" + g.text()), Version: new("1" + g.text()), Description: optional(g.text())}}
	if g.chance() {
		d.RestApi.BinaryMediaTypes = []string{"image/png", "*/*"}
		d.RestApi.MinimumCompressionSize = new(g.IntN(1000))
		d.RestApi.ApiKeySource = new("AUTHORIZER")
		d.RestApi.Policy = new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"execute-api:/*"}]}`)
	}
	for _, name := range []string{"Alpha", "Beta", "Gamma"} {
		d.Models = append(d.Models, apigw.Model{Name: new(name), ContentType: new("application/json"), Schema: new(g.schema())})
	}
	d.RequestValidators = []apigw.RequestValidator{{Name: new("body only"), ValidateRequestBody: new(g.chance()), ValidateRequestParameters: new(g.chance())}}
	d.Authorizers = g.authorizers()
	d.GatewayResponses = []apigw.GatewayResponse{{
		ResponseType: new("THROTTLED"), StatusCode: new("430"), DefaultResponse: new(false),
		ResponseParameters: map[string]string{"gatewayresponse.header.X": "'" + g.text() + "'"}, ResponseTemplates: g.templates(),
	}}
	var tree resourceTree
	for _, path := range []string{"/", "/a", "/a/{id}", "/b-c/{x}/d", "/files/{proxy+}", "/z:y"} {
		r, _, _ := tree.add(path)
		g.methods(r)
	}
	d.Resources = tree.list()
	return d
}

func (g generator) schema() string {
	return fmt.Sprintf(`{"type":"object","properties":{"example":{"type":"string"},"next":{"$ref":"%sa1/models/%s"},"n":{"enum":[1,1.50,null,%q]}},"maxProperties":%d}`,
		modelURL, g.oneOf("Alpha", "Beta", "Gamma"), "x", g.IntN(9))
}

func (g generator) templates() apigw.Templates {
	return apigw.Templates{"application/json": optional(g.text()), "text/plain": optional(g.text())}
}

const functionURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations"

func (g generator) authorizers() []apigw.Authorizer {
	return []apigw.Authorizer{
		{Name: new("tok"), Type: new("TOKEN"), AuthType: new("custom"), AuthorizerUri: new(functionURI), IdentitySource: new("method.request.header.Auth")},
		{Name: new("req"), Type: new("REQUEST"), AuthType: new("mine"), AuthorizerUri: new(functionURI),
			IdentitySource: new("method.request.header.A, context.path"), AuthorizerResultTtlInSeconds: new(g.IntN(3600))},
		{Name: new("pool"), Type: new("COGNITO_USER_POOLS"), AuthType: new("cognito_user_pools"),
			ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x"}, IdentitySource: new("method.request.header.Authorization")},
	}
}

func (g generator) methods(r *apigw.Resource) {
	for _, verb := range exportedVerbs {
		if g.IntN(3) > 0 && (verb != "GET" || *r.Path == "/") { // a path without methods is not exported
			continue
		}
		if r.ResourceMethods == nil {
			r.ResourceMethods = map[string]*apigw.Method{}
		}
		r.ResourceMethods[verb] = g.method(*r.Path, verb)
	}
}

func (g generator) method(path, verb string) *apigw.Method {
	m := &apigw.Method{HttpMethod: &verb, ApiKeyRequired: new(g.chance()), AuthorizationType: new("NONE"), OperationName: optional(g.oneOf("", "op", "true"))}
	switch g.IntN(4) {
	case 0:
		m.AuthorizationType = new("AWS_IAM")
	case 1:
		m.AuthorizationType, m.AuthorizerId = new("CUSTOM"), new(g.oneOf("tok", "req"))
	case 2:
		m.AuthorizationType, m.AuthorizerId, m.AuthorizationScopes = new("COGNITO_USER_POOLS"), new("pool"), []string{"a/b", "c"}
	}
	parameters := map[string]bool{}
	for _, name := range rule.PathVariables(path) {
		parameters["method.request.path."+name] = true
	}
	if g.chance() {
		parameters["method.request.querystring.q"] = g.chance()
		parameters["method.request.header.H-1"] = g.chance()
	}
	if len(parameters) > 0 {
		m.RequestParameters = parameters
	}
	if g.chance() {
		m.RequestModels = map[string]string{"application/json": g.oneOf("Alpha", "Beta"), "application/xml": "Gamma"}
		m.RequestValidatorId = new("body only")
	}
	g.responses(m)
	m.MethodIntegration = g.integration(m)
	return m
}

func (g generator) responses(m *apigw.Method) {
	m.MethodResponses = map[string]*apigw.MethodResponse{}
	for _, code := range []string{"200", "404", "503"} {
		r := &apigw.MethodResponse{StatusCode: new(code)}
		if g.chance() {
			r.ResponseParameters = map[string]bool{"method.response.header.X": false}
		}
		if g.chance() {
			r.ResponseModels = map[string]string{g.oneOf("application/json", "text/csv"): "Beta"}
		}
		m.MethodResponses[code] = r
	}
}

func (g generator) integration(m *apigw.Method) *apigw.Integration {
	in := &apigw.Integration{Type: new(g.oneOf([]string{"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"}...)), RequestTemplates: g.templates(), CacheNamespace: optional(g.oneOf("", "shared"))}
	switch *in.Type {
	case "AWS", "AWS_PROXY":
		in.Uri, in.HttpMethod = new(functionURI), new("POST")
	case "HTTP", "HTTP_PROXY":
		in.Uri, in.HttpMethod = new("https://${stageVariables.h}/x?y=%20"), new("ANY")
		if g.chance() {
			in.TlsConfig = &apigw.TlsConfig{InsecureSkipVerification: new(true)}
			in.ConnectionType, in.ConnectionId = new("VPC_LINK"), new("${stageVariables.link}")
		}
	}
	in.RequestParameters = map[string]string{"integration.request.header.A": "'" + g.text() + "'"}
	if _, ok := m.RequestParameters["method.request.querystring.q"]; ok {
		in.CacheKeyParameters = []string{"method.request.querystring.q"}
	}
	if g.chance() {
		in.TimeoutInMillis = new(50 + g.IntN(28_000))
		in.ContentHandling = new("CONVERT_TO_TEXT")
		in.PassthroughBehavior = new("NEVER")
	}
	in.IntegrationResponses = map[string]*apigw.IntegrationResponse{"200": {StatusCode: new("200")}}
	if g.chance() {
		in.IntegrationResponses["503"] = &apigw.IntegrationResponse{StatusCode: new("503"), SelectionPattern: new(g.oneOf(`5\d{2}`, ".*x: y.*", "503")), ResponseTemplates: g.templates()}
	}
	if m.MethodResponses["200"].ResponseParameters != nil {
		in.IntegrationResponses["200"].ResponseParameters = map[string]string{"method.response.header.X": "'" + g.text() + "'"}
	}
	rule.CompleteIntegration(in)
	return in
}

func TestExportRefuses(t *testing.T) {
	def := generator{rand.New(rand.NewPCG(1, 1))}.definition()
	for _, c := range []struct {
		opts ExportOptions
		want string
	}{
		{ExportOptions{Format: "raml"}, "No API exporter for type 'raml'"}, // moto's test_apigateway_export
		{ExportOptions{Format: OpenAPI30, Accept: "text/html"}, "Invalid Accept header: text/html. Valid values are application/json and application/yaml"},
		{ExportOptions{Format: OpenAPI30, Extensions: "integrations,nonsense"}, "Invalid extension specified: nonsense. Valid values are [integrations, authorizers, apigateway, documentation, postman]"},
	} {
		_, err := Export(&def, c.opts)
		var refused *apigw.Error
		if !errors.As(err, &refused) || refused.Code != apigw.BadRequestException || refused.Message != c.want {
			t.Errorf("Export(%+v): %v, want %s", c.opts, err, c.want)
		}
	}
}

// A case file under testdata/export has a document that is imported and, named
// "format extensions encoding", what is exported of it.
func TestExportCases(t *testing.T) {
	files, err := filepath.Glob("testdata/export/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runExportCase(t, file) })
	}
}

func runExportCase(t *testing.T, file string) {
	c := readCase(t, file)
	doc, err := Import([]byte(c.section("document.yaml")), Options{RestApiId: "abcdef1234"})
	if err != nil {
		t.Fatal(err)
	}
	got, names := map[string]string{}, []string{}
	for line := range strings.Lines(c.section("exports")) {
		name := strings.TrimSpace(line)
		words := strings.Fields(name)
		exported, err := Export(&doc.Definition, ExportOptions{
			Format: Format(words[0]), Extensions: words[1], Accept: "application/" + words[2],
			RestApiId: "abcdef1234", Region: "eu-west-1", StageName: "v1", Parts: doc.DocumentationParts, DocumentationVersion: doc.DocumentationVersion,
			DocumentationCreatedDate: documentedAt(doc.DocumentationVersion),
		})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		got[name] = exported.ContentType + "\n" + exported.ContentDisposition + "\n" + strings.TrimSuffix(string(exported.Body), "\n") + "\n"
	}
	c.compare(t, file, got, names)
}

// documentedAt is when a version of a document is said to be made, if any.
func documentedAt(version string) *apigw.Timestamp {
	if version == "" {
		return nil
	}
	return apigw.NewTimestamp(time.Date(2016, 11, 22, 22, 41, 40, 0, time.UTC))
}

// An API without a version is exported under the time that it was made at, in
// the document and in the file's name (AF-175).
func TestExportWithoutVersion(t *testing.T) {
	def := apigw.Definition{RestApi: apigw.RestApi{Name: new("t"), CreatedDate: apigw.NewTimestamp(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))}}
	exported, err := Export(&def, ExportOptions{Format: Swagger20, RestApiId: "a1", Region: "us-east-1", StageName: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `attachment; filename="swagger_2026-03-04T05:06:07Z.json"`; exported.ContentDisposition != want {
		t.Errorf("Content-Disposition is %s, want %s", exported.ContentDisposition, want)
	}
	if want := `"version" : "2026-03-04T05:06:07Z"`; !strings.Contains(string(exported.Body), want) {
		t.Errorf("no %s in\n%s", want, exported.Body)
	}
}
