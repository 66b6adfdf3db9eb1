package openapi

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each rule has a document among the cases or the bombs that breaks it, and none has a
// name that is not in the table.
func TestEveryRuleHasACase(t *testing.T) {
	files, err := filepath.Glob("testdata/import/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for _, file := range files {
		c := readCase(t, file)
		opts := caseOptions(t, c.section("options"))
		for _, s := range c.sections {
			if !strings.HasPrefix(s.name, "document.") {
				continue
			}
			for _, f := range Lint([]byte(s.text), opts) {
				broken[f.Rule] = true
			}
		}
	}
	broken["template"] = true // TestLintReadsTemplates
	for _, bomb := range bombs {
		for _, f := range Lint([]byte(bomb.document()), Options{}) {
			broken[f.Rule] = true
		}
	}
	for _, r := range Rules() {
		if !broken[r.Name] {
			t.Errorf("no case breaks the rule %s", r.Name)
		}
		if r.NextStep == "" {
			t.Errorf("the rule %s does not say what to do", r.Name)
		}
	}
}

// Lint tells all severities at once, in the order of the document.
func TestLintIsInTheOrderOfTheDocument(t *testing.T) {
	findings := Lint([]byte(openapiHead+`
paths:
  /a: {get: {x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'http://example.com/{id}'}}}
  /b: {GET: {}}
  /c: {get: {x-amazon-apigateway-integration: {type: nonsense}}}
`), Options{File: "api.yaml"})
	var got []string
	for _, f := range findings {
		got = append(got, string(f.Severity)+" "+f.Rule+" "+f.Position.String())
	}
	want := []string{
		"note unmapped-placeholder api.yaml:5:88",
		"warning unexpected api.yaml:6:8",
		"error integration api.yaml:7:47",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Lint found %q, want %q", got, want)
	}
}

// A template that does not parse is no error to an import, but to Lint it is
// worth a note with the place in the template.
func TestLintReadsTemplates(t *testing.T) {
	document := []byte(openapiHead + `
paths:
  /a:
    get:
      responses: {200: {description: x}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses:
          default:
            statusCode: 200
            responseTemplates:
              application/json: |
                {"a": 1
                #if($x) }
`)
	doc, err := Import(document, Options{})
	if err != nil || len(doc.Notes) > 0 {
		t.Fatalf("the import says %v %v", err, doc)
	}
	findings := Lint(document, Options{})
	if len(findings) != 1 || findings[0].Rule != "template" || findings[0].Position.Line != 15 ||
		!strings.HasPrefix(findings[0].Message, "responseTemplates application/json of GET /a does not parse: line ") {
		t.Errorf("Lint found %v", findings)
	}
}
