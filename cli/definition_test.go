package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/poterne/poterne/server"
)

const linted = `openapi: 3.0.1
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://example.com/pets
      tags: [a]
    delete:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default: {statusCode: "200"}
    post:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: POST
        uri: http://example.com/pets
        requestParameters: {integration.request.header.Content-Length: "'7'"}
        responses: {default: {statusCode: "200"}}
`

// proper is linted without what there is to say of it.
var proper = strings.Replace(linted, `
        requestParameters: {integration.request.header.Content-Length: "'7'"}`, "", 1)

func TestLint(t *testing.T) {
	name := file(t, "pets.yaml", linted)
	code, stdout, stderr := run("", "lint", name)
	want := name + `:19:5: warning: POST /pets: requestParameters integration.request.header.Content-Length: this header is API Gateway's own: `
	if code != exitOK || stderr != "" || !strings.Contains(stdout, want) || !strings.Contains(stdout, "[gateway-broken]") ||
		!strings.Contains(stdout, "0 errors, 1 warnings, ") {
		t.Errorf("exit %d, %s%s\nwant %s", code, stdout, stderr, want)
	}
	code, stdout, _ = run(strings.Replace(linted, "type: mock", "type: nonsense", 1), "lint", "-")
	if code != exitFailed || !strings.Contains(stdout, "-:15:9: error: ") || !strings.Contains(stdout, "[integration]; set type to ") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	code, stdout, _ = run(proper, "lint", "-q", "-")
	if code != exitOK || stdout != "0 errors, 0 warnings, 0 notes\n" {
		t.Errorf("quiet: exit %d, %s", code, stdout)
	}
}

// A document may leave its account, Region and partition to where it is served.
func TestDocumentsOfAnyAccount(t *testing.T) {
	name := file(t, "any.yaml", `openapi: 3.0.1
info: {title: Any, version: "1"}
paths:
  /a:
    get:
      security: [{pool: []}]
      x-amazon-apigateway-request-validator: all
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f/invocations
x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}
components:
  securitySchemes:
    pool:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ['arn:aws:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/p']}
    function:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authorizer:
        type: token
        authorizerUri: arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:f/invocations
`)
	if code, stdout, stderr := run("", "lint", "-q", name); code != exitOK || stdout != "0 errors, 0 warnings, 0 notes\n" {
		t.Errorf("lint: exit %d, %s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := run("", "import", name, "--endpoint-url", serveAPI(t)); code != exitOK {
		t.Errorf("import: exit %d, %s%s", code, stdout, stderr)
	}
}

func TestLintAFolder(t *testing.T) {
	dir := filepath.Dir(file(t, "a.yaml", linted))
	if err := os.WriteFile(filepath.Join(dir, "b.json"), []byte(`{"openapi": 3`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ := run("", "lint", dir)
	if code != exitFailed || !strings.Contains(stdout, "a.yaml:19:5") || !strings.Contains(stdout, "b.json:1:") {
		t.Errorf("exit %d, %s", code, stdout)
	}
}

func TestLintForMachines(t *testing.T) {
	document := strings.Replace(linted, "type: mock", "type: nonsense", 1)
	code, stdout, _ := run(document, "lint", "--format", "json", "-")
	var listed struct{ Findings []jsonFinding }
	if err := json.Unmarshal([]byte(stdout), &listed); code != exitFailed || err != nil || len(listed.Findings) == 0 {
		t.Fatalf("exit %d, %v: %s", code, err, stdout)
	}
	f := listed.Findings[0]
	if f.File != "-" || f.Line != 15 || f.Column != 9 || f.Severity != "error" || f.Rule != "integration" || f.NextStep == "" {
		t.Errorf("first is %+v", f)
	}
	code, stdout, _ = run("", "lint", "--format", "sarif", file(t, "my pets.yaml", document))
	var log sarifLog
	if err := json.Unmarshal([]byte(stdout), &log); code != exitFailed || err != nil || log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("exit %d, %v: %s", code, err, stdout)
	}
	known := map[string]bool{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		known[rule.ID] = true
	}
	for _, result := range log.Runs[0].Results {
		place := result.Locations[0].Physical
		if !known[result.RuleID] || place.Region.StartLine < 1 || !strings.HasSuffix(place.Artifact.URI, "/my%20pets.yaml") {
			t.Errorf("%+v", result)
		}
	}
}

// serveAPI runs a server and returns its address.
func serveAPI(t *testing.T) string { return serveFile(t) }

// serveFile does so with definition files.
func serveFile(t *testing.T, files ...string) string {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.New(ctx, server.Config{Listen: "localhost:0"})
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.ServeFiles(ctx, files)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	var printed bytes.Buffer
	report.Print(&printed)
	return regexp.MustCompile(`http://[^\s/]+`).FindString(printed.String())
}

func TestImportAndExport(t *testing.T) {
	at := serveAPI(t)
	name := file(t, "pets.yaml", proper)
	code, stdout, stderr := run("", "import", name, "--endpoint-url", at, "--stage", "prod", "--endpoint-type", "REGIONAL")
	id := strings.TrimSpace(stdout)
	if code != exitOK || !regexp.MustCompile(`^[a-z0-9]{10}$`).MatchString(id) {
		t.Fatalf("import: exit %d, %s%s", code, stdout, stderr)
	}
	exported := filepath.Join(t.TempDir(), "out.yaml")
	if code, stdout, stderr = run("", "export", id, "--endpoint-url", at, "--yaml", "-o", exported); code != exitOK || stdout != "" {
		t.Fatalf("export: exit %d, %s%s", code, stdout, stderr)
	}
	code, stdout, stderr = run("", "import", exported, "--endpoint-url", at, "--stage", "prod")
	if code != exitOK {
		t.Fatalf("import of the export: exit %d, %s%s", code, stdout, stderr)
	}
	other := strings.TrimSpace(stdout)
	_, again, _ := run("", "export", other, "--endpoint-url", at, "--yaml")
	again = strings.ReplaceAll(again, other, id)
	if first, err := os.ReadFile(exported); err != nil || again != string(first) || !strings.Contains(again, "x-amazon-apigateway-integration") {
		t.Errorf("%v: an export of the import of an export is another:\n%s\nwas\n%s", err, again, first)
	}
	code, stdout, stderr = run("", "import", name, "--endpoint-url", at, "--overwrite", id)
	if code != exitOK || stdout != id+"\n" {
		t.Errorf("overwrite: exit %d, %s%s", code, stdout, stderr)
	}
	code, stdout, _ = run("", "export", id, "--endpoint-url", at, "--format", "swagger", "--extensions", "")
	if code != exitOK || !strings.Contains(stdout, `"swagger" : "2.0"`) || strings.Contains(stdout, "x-amazon-apigateway-integration") {
		t.Errorf("as Swagger 2 without extensions: exit %d, %s", code, stdout)
	}
}

func TestImportAndExportRefuse(t *testing.T) {
	at := serveAPI(t)
	broken := file(t, "broken.yaml", strings.Replace(linted, "type: mock", "type: nonsense", 1))
	slow := file(t, "slow.yaml", strings.Replace(linted, "type: mock", "timeoutInMillis: 60000\n        type: mock", 1))
	for _, c := range []struct {
		args []string
		code int
		want string // part of standard error
	}{
		{[]string{"import", broken}, exitFailed, "broken.yaml:15:9: error: "},
		{[]string{"import", slow}, exitFailed, "BadRequestException: Errors found during import:\n\tUnable to put integration on 'DELETE' for resource at path '/pets': Timeout should be"}, // the server's word
		{[]string{"import", broken, "--merge", "nope000000"}, exitFailed, "NotFoundException: Invalid API identifier specified"},
		{[]string{"import", broken, "--merge", "a", "--overwrite", "b"}, exitFailed, "none of the others can be"},
		{[]string{"export", "nope000000"}, exitFailed, "NotFoundException: Invalid API identifier specified"},
		{[]string{"export", "nope000000", "--stage", "a"}, exitFailed, "NotFoundException: Invalid stage identifier specified"},
	} {
		code, stdout, stderr := run("", append(c.args, "--endpoint-url", at)...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d, %s%s; want exit %d with %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
	if code, _, stderr := run("", "export", "a", "--endpoint-url", "http://localhost:1"); code != exitFailed || !strings.Contains(stderr, "--endpoint-url says where") {
		t.Errorf("nobody there: exit %d, %s", code, stderr)
	}
}
