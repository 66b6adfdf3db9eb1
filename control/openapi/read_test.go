package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// What encoding/json reads, the reader reads to the same value; what one
// refuses, the other refuses.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1,"b":[true,false,null],"c":{"d":"é\u00e9\ud83d\ude00\n\/"}}`, `{"a":-0.5e+10}`, "{\"a\":\t1\r\n}", `{"a":01}`, `{"a":1.}`, `{"a":.5}`,
		`{"a":"\x"}`, `{"a":"` + "\x01" + `"}`, `{"a":1,}`, `{"a" 1}`, `{"a":tru}`, `{"a":nul`, `{"a":"`, `{"a":[1,2`, `{"a":1}x`, `{1:2}`, `{"a":+1}`, `{"a":"\ud83d"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("a document is UTF-8 before it is read")
		}
		tree, err := readJSON([]byte(s), func(s string) string { return s })
		want, wantErr := unmarshalled([]byte(s))
		if (err == nil) != (wantErr == nil) && !strings.Contains(errorText(err), "deeper than") {
			t.Fatalf("%q: %v, encoding/json says %v", s, err, wantErr)
		}
		if err != nil {
			return
		}
		got, err := unmarshalled(appendJSON(nil, tree.root))
		if err != nil {
			t.Fatalf("%q became %s: %v", s, appendJSON(nil, tree.root), err)
		}
		if len(tree.duplicates) == 0 && marshalled(t, got) != marshalled(t, want) {
			t.Fatalf("%q became %v, want %v", s, got, want)
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func unmarshalled(b []byte) (v any, err error) {
	if !json.Valid(b) {
		return nil, errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func marshalled(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPositions(t *testing.T) {
	for _, c := range []struct {
		name, document string
		path           []string
		line, column   int32
	}{
		{"JSON", "{\n  \"a\": {\"é\": \"ü\", \"b\":  true}\n}", []string{"a", "b"}, 2, 25},
		{"JSON on one line", `{"a":[1],"b":2}`, []string{"b"}, 1, 14},
		{"JSON after a byte order mark", "\xef\xbb\xbf{\"b\":2}", []string{"b"}, 1, 6},
		{"YAML", "a:\n  é: ü\n  b:  true\n", []string{"a", "b"}, 3, 7},
		{"YAML in one line", "a: {é: ü, b: true}\n", []string{"a", "b"}, 1, 14},
		{"an alias is where it was defined", "x: &x {y: 1}\nb: *x\n", []string{"b", "y"}, 1, 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree, err := read([]byte(c.document), maxBytes, Variables{}.replacer())
			if err != nil {
				t.Fatal(err)
			}
			if got := tree.root.at(c.path...).where(); got != (position{c.line, c.column}) {
				t.Errorf("%v is at %v", c.path, got)
			}
		})
	}
}

func TestYAMLScalars(t *testing.T) {
	for in, want := range map[string]string{
		"1": "1", "1.10": "1.10", "0x1F": "31", "0o17": "15", "1_000": "1000", "+1": "1", ".5": "0.5", "1e3": "1e3", "-0": "-0", ".inf": `".inf"`, ".NaN": `".NaN"`,
		"true": "true", "True": "true", "yes": `"yes"`, "on": `"on"`, "null": "null", "~": "null", "": "null", "2001-01-01": `"2001-01-01"`, "0777": "511",
		"'1'": `"1"`, "!!str 1": `"1"`, "190:20:30": `"190:20:30"`, "99999999999999999999999": "99999999999999999999999", "|\n  a\n  b\n": `"a\nb\n"`,
	} {
		tree, err := read([]byte("a: "+in+"\n"), maxBytes, Variables{}.replacer())
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := string(appendJSON(nil, tree.root.get("a"))); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

// Whatever is imported: no panic, findings have a place, and what is accepted
// can be exported and read again.
func FuzzImport(f *testing.F) {
	g := generator{rand.New(rand.NewPCG(7, 7))}
	for range 4 {
		def := g.definition()
		for _, format := range []Format{OpenAPI30, Swagger20} {
			exported, err := Export(&def, ExportOptions{Format: format, Accept: g.oneOf("application/json", "application/yaml"), Extensions: "apigateway"})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(exported.Body)
		}
	}
	for _, c := range []string{"", "{", "a: *b", "paths: {/a: {get: {$ref: '#/paths/~1a/get'}}}", openapiHead + "paths: {/a: {get: {parameters: [null], security: [null], responses: {200: null}}}}"} {
		f.Add([]byte(c))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		for _, finding := range Lint(document, Options{}) {
			if finding.Position.Line < 1 || finding.Position.Column < 1 || finding.Message == "" {
				t.Fatalf("%+v", finding)
			}
		}
		doc, err := Import(document, Options{BasePath: BasePathPrepend})
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || len(refused.Errors) == 0 {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		exported, err := Export(&doc.Definition, ExportOptions{Format: doc.Format, Extensions: "apigateway"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Import(exported.Body, Options{}); err != nil {
			t.Fatalf("%v\nof what was exported:\n%s", err, exported.Body)
		}
	})
}

// A document may be as large as AWS takes it, unless the caller says otherwise.
func TestLargeDocuments(t *testing.T) {
	document := []byte(`{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{},"x-long":"` + strings.Repeat("x", maxBytes) + `"}`)
	var refused *Error
	if _, err := Import(document, Options{}); !errors.As(err, &refused) || !refused.Unreadable {
		t.Errorf("%d bytes: %v", len(document), err)
	}
	if _, err := Import(document, Options{MaxBytes: len(document)}); err != nil {
		t.Errorf("%d bytes where they may be: %v", len(document), err)
	}
	if _, err := Import(document, Options{MaxBytes: len(document) - 1}); err == nil {
		t.Error("one byte more than there may be is taken")
	}
}
