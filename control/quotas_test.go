package control

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/poterne/poterne/control/openapi"
	"github.com/poterne/poterne/control/rule"
)

func TestQuotasAreAWSsUnlessSet(t *testing.T) {
	if got, want := New(Deps{}).deps.Quotas.ResourcesPerApi, 300; got != want {
		t.Errorf("resources per API: %d, want %d", got, want)
	}
	set := New(Deps{Quotas: Quotas{ResourcesPerApi: 3}}).deps.Quotas
	if set.ResourcesPerApi != 3 || set.StagesPerApi != 10 || set.EdgeApis != 120 {
		t.Errorf("quotas: %+v", set)
	}
}

// TestQuotas: what is one too many is a LimitExceededException that says when
// to come again, in an import too.
func TestQuotas(t *testing.T) {
	s := newSession(t, "integration")
	s.service.deps.Quotas = Quotas{
		EdgeApis:        2,
		RegionalApis:    1,
		ResourcesPerApi: 3,
		TemplateBytes:   10,
		PolicyBytes:     20,
		DocumentBytes:   450,

		DocumentationPartsPerApi: 2,
	}.orDefault()
	s.documents = map[string]string{
		"deep": "openapi: 3.0.1\ninfo: {title: x, version: v}\npaths: {/a/b/c/d: {}}",
		"parts": "openapi: 3.0.1\ninfo: {title: x, version: v}\npaths: {}\nx-amazon-apigateway-documentation: {documentationParts: [{location: {type: API}, properties: {}}," +
			" {location: {type: RESOURCE, path: /a}, properties: {}}, {location: {type: RESOURCE, path: /b}, properties: {}}]}",
		"large": "{openapi: 3.0.1, info: {title: x, version: v}, paths: {}}" + strings.Repeat(" ", 450),
	}
	for _, step := range []struct{ call, want string }{
		{`CreateResource {"restApiId":"api1","parentId":"root1","pathPart":"a"}`, "{"},
		{`CreateResource {"restApiId":"api1","parentId":"root1","pathPart":"b"}`, "LimitExceededException: Maximum number of Resources for this API has been reached. Please contact AWS if you need additional Resources."},
		{`PutRestApi {"restApiId":"api1","body":"@deep"}`, "LimitExceededException: Maximum number of Resources"},
		{`ImportRestApi {"body":"@large"}`, "BadRequestException: The document has"},
		{`CreateDocumentationPart {"restApiId":"api1","location":{"type":"API"},"properties":"{}"}`, "{"},
		{`CreateDocumentationPart {"restApiId":"api1","location":{"type":"RESOURCE","path":"/"},"properties":"{}"}`, "{"},
		{`CreateDocumentationPart {"restApiId":"api1","location":{"type":"RESOURCE","path":"/a"},"properties":"{}"}`, "LimitExceededException: Maximum number of documentation parts for this API"},
		{`ImportDocumentationParts {"restApiId":"api1","mode":"overwrite","body":"@parts"}`, "LimitExceededException: Maximum number of documentation parts for this API"},
		{`PutRestApi {"restApiId":"api1","mode":"merge","body":"@parts"}`, "LimitExceededException: Maximum number of documentation parts for this API"},
		{`CreateRestApi {"name":"two"}`, "{"},
		{`CreateRestApi {"name":"three"}`, "LimitExceededException: Maximum number of APIs"},
		{`CreateRestApi {"name":"three","endpointConfiguration":{"types":["REGIONAL"]}}`, "{"},
		{`PutIntegration {$m,"type":"MOCK","requestTemplates":{"a/b":"0123456789"}}`, "{"},
		{`PutIntegration {$m,"type":"MOCK","requestTemplates":{"a/b":"0123456789x"}}`, "LimitExceededException: The mapping template for content type a/b exceeds"},
		{`PutIntegrationResponse {$m,"statusCode":"200","responseTemplates":{"a/b":"0123456789x"}}`, "LimitExceededException: The mapping template for content type a/b exceeds"},
		{`UpdateRestApi {"restApiId":"api1","patchOperations":[{"op":"replace","path":"/policy","value":"{\"Statement\":[]            }"}]}`, "LimitExceededException: The resource policy exceeds"},
	} {
		if got := s.call("> " + step.call); !strings.HasPrefix(got, step.want) {
			t.Errorf("%s\n got %s\nwant %s…", step.call, got, step.want)
		}
	}
}

// TestServersOwnSettings: what a server is told about its surroundings changes
// what it takes.
func TestServersOwnSettings(t *testing.T) {
	const role = `PutIntegration {$m,"type":"AWS","integrationHttpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/q","credentials":"arn:aws:iam::111122223333:role/r"}`
	const link = `PutIntegration {$m,"type":"HTTP","integrationHttpMethod":"GET","uri":"http://x/","connectionType":"VPC_LINK","connectionId":"abc123"}`
	const slow = `PutIntegration {$m,"type":"MOCK","timeoutInMillis":60000}`
	const again = `PutIntegrationResponse {$m,"statusCode":"201"}`
	imported := func(integration string) string {
		return `ImportRestApi {"body":` + text(t, paths(`"/x":{"get":{"x-amazon-apigateway-integration":`+integration+`}}`)) + `}`
	}
	for _, test := range []struct {
		name, call string
		set        func(*Deps)
		without    string
		with       string
	}{
		{"an account of its own", role, func(d *Deps) { d.AccountId = "444455556666" }, "{", "AccessDeniedException: Cross-account pass role is not allowed."},
		{"the role's account", role, func(d *Deps) { d.AccountId = "111122223333" }, "{", "{"},
		{"a declared VPC link", link, func(d *Deps) { d.VpcLinks = []string{"abc123"} }, "BadRequestException: VPC link abc123 not found", "{"},
		{"a raised time-out", slow, func(d *Deps) { d.Quotas.IntegrationTimeoutMillis = 60000 }, "BadRequestException: Timeout should be", "{"},
		{"a raised time-out in a document", imported(`{"type":"MOCK","timeoutInMillis":60000}`), func(d *Deps) { d.Quotas.IntegrationTimeoutMillis = 60000 }, "BadRequestException: Errors found during import", "{"},
		{"shared patterns in a document", imported(`{"type":"MOCK","responses":{"default":{"statusCode":200},"":{"statusCode":201}}}`), func(d *Deps) { d.SharedPatterns = true }, "BadRequestException: Errors found during import", "{"},
		{"shared patterns", again, func(d *Deps) { d.SharedPatterns = true }, "ConflictException: Integration response with selection pattern default already exists", "{"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSession(t, "integration")
			s.call(`> PutIntegrationResponse {$m,"statusCode":"200"}`)
			if got := s.call("> " + test.call); !strings.HasPrefix(got, test.without) {
				t.Errorf("without: %s", got)
			}
			s = newSession(t, "integration")
			s.call(`> PutIntegrationResponse {$m,"statusCode":"200"}`)
			test.set(&s.service.deps)
			if got := s.call("> " + test.call); !strings.HasPrefix(got, test.with) {
				t.Errorf("with: %s", got)
			}
		})
	}
}

func TestQuotaSettings(t *testing.T) {
	var q Quotas
	for _, row := range quotaTable {
		if err := q.Set(row.name, 7); err != nil || *row.of(&q) != 7 {
			t.Errorf("%s: %v, %d", row.name, err, *row.of(&q))
		}
	}
	for name, limit := range map[string]int{"resources": 1, "": 1, "stages-per-api": 0} {
		if err := q.Set(name, limit); err == nil {
			t.Errorf("%q = %d is accepted", name, limit)
		}
	}
}

// An author's own file is served whatever AWS would have to be asked for; what
// AWS never raises bounds it as well.
func TestApplyIsBoundByWhatAWSDoesNotRaise(t *testing.T) {
	s := newSession(t, "")
	document := "openapi: 3.0.1\ninfo: {title: x, version: v}\npaths:\n  /slow: {get: {x-amazon-apigateway-integration: {type: mock, timeoutInMillis: 60000}}}\n"
	for i := range 299 {
		document += fmt.Sprintf("  /r%d: {}\n", i)
	}
	doc, err := openapi.Import([]byte(document), openapi.Options{RestApiId: "big", Server: s.service.ApplyRules()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Apply(t.Context(), testCaller, "big", doc); err != nil {
		t.Fatal(err)
	}
	want := []string{"301 resources, and AWS's quota is 300 unless it is raised", "60000 milliseconds for an integration, and AWS's quota is 29000 unless it is raised"}
	if got := Beyond(&doc.Definition); !slices.Equal(got, want) {
		t.Errorf("beyond: %q, want %q", got, want)
	}
	document = strings.Replace(document, "/r7: {}", "/r7: {get: {responses: {200: {description: ok}}, x-amazon-apigateway-integration: {type: mock, requestTemplates: {a/b: '"+strings.Repeat("x", 301<<10)+"'}}}}", 1)
	doc, err = openapi.Import([]byte(document), openapi.Options{RestApiId: "long", Server: rule.Server{LongestTimeout: 60_000, TemplateBytes: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.service.Apply(t.Context(), testCaller, "long", doc); err == nil || !strings.Contains(err.Error(), "exceeds the maximum size") {
		t.Errorf("a template of 301 KB: %v", err)
	}
}
