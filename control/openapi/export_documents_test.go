package openapi

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/poterne/poterne/apigw"
)

// Whatever document is imported, what is exported of it with all extensions
// imports as the same again: the first round may put it into API Gateway's own
// form, the second changes nothing. An example is in that form as it is.
func TestExportThenImportOfDocumentsIsStable(t *testing.T) {
	for file, def := range importableDocuments(t) {
		for _, format := range []Format{OpenAPI30, Swagger20} {
			for _, accept := range []string{"application/json", "application/yaml"} {
				opts := ExportOptions{Format: format, Accept: accept, Extensions: "apigateway", RestApiId: "abcdef1234", Region: "us-east-1", StageName: "v1"}
				once := exportThenImport(t, &def, opts)
				twice := exportThenImport(t, &once, opts)
				if d := firstDifference(indented(t, once), indented(t, twice)); d != "" {
					t.Errorf("%s, %s %s: after two rounds %s", file, format, accept, d)
				}
				if !strings.Contains(file, "examples") || format != OpenAPI30 {
					continue
				}
				if d := firstDifference(indented(t, asExported(def)), indented(t, asExported(once))); d != "" {
					t.Errorf("%s, %s %s: after one round %s", file, format, accept, d)
				}
			}
		}
	}
}

// importableDocuments are the examples and the documents of the import cases
// that are not refused, by file.
func importableDocuments(t *testing.T) map[string]apigw.Definition {
	definitions := map[string]apigw.Definition{}
	add := func(file string, document []byte, opts Options) {
		opts.RestApiId = "abcdef1234"
		if doc, err := Import(document, opts); err == nil {
			definitions[file] = doc.Definition
		}
	}
	examples, err := filepath.Glob("../../examples/*/*.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range examples {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		add(file, document, Options{File: file})
	}
	cases, err := filepath.Glob("testdata/import/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		c := readCase(t, file)
		for _, s := range c.sections {
			if strings.HasPrefix(s.name, "document.") {
				add(file, []byte(s.text), caseOptions(t, c.section("options")))
			}
		}
	}
	return definitions
}
