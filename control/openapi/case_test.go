package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expectations of the case files")

// A case file under testdata/import has a document, the options if there are
// any, and what the import makes of it: definition, parts, warnings and notes,
// or refusal (for the author) and answer (for the caller of ImportRestApi).
func TestImportCases(t *testing.T) {
	files, err := filepath.Glob("testdata/import/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runImportCase(t, file) })
	}
}

func runImportCase(t *testing.T, file string) {
	c := readCase(t, file)
	opts := caseOptions(t, c.section("options"))
	var document []byte
	for _, s := range c.sections {
		if strings.HasPrefix(s.name, "document.") {
			opts.File, document = s.name, []byte(s.text)
		}
	}
	doc, err := Import(document, opts)
	got := map[string]string{}
	if err != nil {
		var refused *Error
		if !errors.As(err, &refused) {
			t.Fatalf("Import: %v is no *Error", err)
		}
		got["refusal"] = refused.Error() + "\n"
		answer := refused.BadRequest()
		got["answer"] = answer.Code + ": " + answer.Message + "\n"
	} else {
		got["definition.json"] = indented(t, doc.Definition)
		got["warnings"] = lines(doc.Warnings)
		got["notes"] = lines(doc.Notes)
		if doc.DocumentationParts != nil {
			got["parts.json"] = indented(t, doc.DocumentationParts)
		}
		if doc.Serve.With != nil || doc.Serve.StageName != "local" {
			got["serve.json"] = indented(t, doc.Serve)
		}
	}
	c.compare(t, file, got, []string{"definition.json", "parts.json", "serve.json", "warnings", "notes", "refusal", "answer"})
}

func lines(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

func indented(t *testing.T, v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func caseOptions(t *testing.T, text string) Options {
	opts := Options{RestApiId: "abcdef1234"}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "basepath":
			opts.BasePath = BasePath(value)
		case "failonwarnings":
			opts.FailOnWarnings = value == "true"
		case "ignore":
			opts.IgnoreDocumentation = value == "documentation"
		case "endpointConfigurationTypes":
			opts.EndpointConfigurationTypes = strings.Split(value, ",")
		case "named":
			opts.Named = value == "true"
		case "newer":
			opts.Newer = value == "true"
		case "region":
			opts.Variables = Variables{AccountId: "000000000000", Region: value, Partition: "aws"}
		default:
			t.Fatalf("unknown option %q", key)
		}
	}
	return opts
}

// A caseFile is a comment and named sections, in the txtar format.
type caseFile struct {
	comment  string
	sections []section
}

type section struct{ name, text string }

func readCase(t *testing.T, file string) *caseFile {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &caseFile{}
	into := &c.comment
	for line := range strings.Lines(string(data)) {
		name, isHeader := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if isHeader && strings.HasSuffix(name, " --") {
			c.sections = append(c.sections, section{name: strings.TrimSuffix(name, " --")})
			into = &c.sections[len(c.sections)-1].text
			continue
		}
		*into += line
	}
	return c
}

func (c *caseFile) section(name string) string {
	for _, s := range c.sections {
		if s.name == name {
			return s.text
		}
	}
	return ""
}

// compare checks each expectation, or with -update rewrites them in order.
func (c *caseFile) compare(t *testing.T, file string, got map[string]string, names []string) {
	t.Helper()
	if *update {
		c.rewrite(t, file, got, names)
		return
	}
	for _, name := range names {
		if d := firstDifference(c.section(name), got[name]); d != "" {
			t.Errorf("%s: %s %s", file, name, d)
		}
	}
}

// firstDifference is the first line in which two texts differ, "" if none.
func firstDifference(want, got string) string {
	wanted, have := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wanted), len(have)) {
		w, h := "(nothing)", "(nothing)"
		if i < len(wanted) {
			w = wanted[i]
		}
		if i < len(have) {
			h = have[i]
		}
		if w != h {
			return fmt.Sprintf("line %d is %s, want %s", i+1, h, w)
		}
	}
	return ""
}

func (c *caseFile) rewrite(t *testing.T, file string, got map[string]string, names []string) {
	expected := map[string]bool{}
	for _, name := range names {
		expected[name] = true
	}
	var b strings.Builder
	b.WriteString(c.comment)
	for _, s := range c.sections {
		if !expected[s.name] {
			fmt.Fprintf(&b, "-- %s --\n%s", s.name, s.text)
		}
	}
	for _, name := range names {
		if got[name] != "" {
			fmt.Fprintf(&b, "-- %s --\n%s", name, got[name])
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
