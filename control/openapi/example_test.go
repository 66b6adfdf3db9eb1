package openapi

import (
	"os"
	"path/filepath"
	"testing"
)

// The examples are what a newcomer serves first: they import without a word.
func TestExamplesAreClean(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Import(document, Options{File: file, FailOnWarnings: true})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if findings := Lint(document, Options{File: file}); len(doc.Notes)+len(findings) > 0 {
			t.Errorf("%s", lines(findings))
		}
	}
}
