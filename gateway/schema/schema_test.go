package schema

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/poterne/poterne/internal/txtartest"
)

const modelURL = "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/"

// A case file holds Models that can be referred to ("model NAME"), and then
// schemas, each with bodies and what is found in them, or with why it is broken.
func TestCases(t *testing.T) {
	txtartest.Run(t, "testdata/*.txtar", runCase)
}

func runCase(t *testing.T, c *txtartest.Case) {
	models := func(url string) (string, bool) {
		name, ok := strings.CutPrefix(url, modelURL)
		if !ok {
			return "", false
		}
		return c.Get("model " + name)
	}
	var s *Schema
	var broken error
	for i, section := range c.Sections {
		switch section.Name {
		case "schema":
			s, broken = Compile(section.Text, models)
		case "broken":
			if broken == nil {
				t.Fatalf("section %d: the schema is compiled", i)
			}
			c.Expect(t, i, broken.Error())
		case "findings":
			if broken != nil {
				t.Fatalf("section %d: %v", i, broken)
			}
			c.Expect(t, i, outcome(s, strings.TrimSuffix(c.Sections[i-1].Text, "\n")))
		}
	}
}

func outcome(s *Schema, body string) string {
	findings, err := s.Validate([]byte(body))
	if err != nil {
		return "error: " + strings.ReplaceAll(err.Error(), "\n", ": ")
	}
	if findings == nil {
		return "fits"
	}
	return strings.Join(findings, "\n")
}

// What would take for ever, or a lot of memory, ends (security: V).
func TestBounds(t *testing.T) {
	nested := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	doubling := `{"definitions":{`
	for i := range 60 {
		ref := fmt.Sprintf(`{"$ref":"#/definitions/a%d"}`, i+1)
		doubling += fmt.Sprintf(`"a%d":{"KEYWORD":[%s,%s]},`, i, ref, ref)
	}
	doubling += `"a60":{"type":"string"}},"$ref":"#/definitions/a0"}`
	cases := []struct {
		name, schema, body string
		want               error // nil: any outcome without one
	}{
		{"2^60 anyOf", strings.ReplaceAll(doubling, "KEYWORD", "anyOf"), `1`, nil},
		{"2^60 allOf", strings.ReplaceAll(doubling, "KEYWORD", "allOf"), `"x"`, nil},
		{"2^60 oneOf", strings.ReplaceAll(doubling, "KEYWORD", "oneOf"), `"x"`, nil},
		{"loop on one value", `{"anyOf":[{"$ref":"#"}]}`, `1`, ErrLoop},
		{"loop through not", `{"not":{"$ref":"#"}}`, `1`, ErrLoop},
		{"deep body", `{"items":{"$ref":"#"}}`, nested("[", "", "]", 50_000), ErrNotJSON},
		{"body as deep as allowed", `{"items":{"$ref":"#"}}`, nested("[", "", "]", maxDepth), nil},
		{"overlapping patterns", `{"patternProperties":{"a":{"$ref":"#"},"^a":{"$ref":"#"},".":{"$ref":"#"}}}`, nested(`{"a":`, "1", "}", 500), nil},
		{"catastrophic pattern", `{"pattern":"^(a+)+$"}`, `"` + strings.Repeat("a", 5000) + `!"`, nil},
		{"back-references", `{"pattern":"^(.*)(.*)(.*)(.*)\\1\\2x$"}`, `"` + strings.Repeat("a", 5000) + `!"`, ErrBudget},
		{"many equal but for the last", `{"uniqueItems":true}`, "[" + strings.Repeat(`[1,{"a":2}],`, 1) + strings.Repeat("1,", 100_000) + "2]", nil},
		{"many that differ", `{"uniqueItems":true}`, manyNumbers(200_000), nil},
		{"large enum", `{"enum":[` + strings.Repeat(`{"a":[1,2]},`, 50_000) + `1]}`, `{"a":[1,3]}`, nil},
		{"long digits", `{"multipleOf":3}`, strings.Repeat("9", 1_000_000), ErrNotJSON},
		{"large exponents", `{"multipleOf":3e-999999}`, `1e999999999`, nil},
		{"more values than are read", `{}`, "[" + strings.Repeat("0,", maxValues) + "0]", ErrNotJSON},
		{"more steps than allowed", `{"items":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"object"},{"minimum":0}]}}`, "[" + strings.Repeat("0,", maxValues/2) + "0]", ErrBudget},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Compile(c.schema, nil)
			if err != nil {
				t.Fatal(err)
			}
			findings, err := s.Validate([]byte(c.body))
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if n := len(Text(findings)); n > maxFindings+1024 {
				t.Errorf("findings of %d bytes", n)
			}
		})
	}
}

func manyNumbers(n int) string {
	var b strings.Builder
	b.WriteString("[0")
	for i := range n {
		b.WriteString(",1" + strings.Repeat("0", i%3) + string(rune('0'+i%10)) + strings.Repeat("7", i%5))
	}
	return b.String() + "]"
}

// Patterns are ECMA's, found anywhere (data plane §8.3), on Java's engine.
func TestPatterns(t *testing.T) {
	cases := []struct {
		pattern, text string
		want          bool
	}{
		{"b", "abc", true},
		{"^b", "abc", false},
		{"a$", "a\n", false}, // Java's $ would match
		{"[^]", "\n", true},
		{"a[]", "a", false},
		{"[a[]", "[", true},
		{"[a&&b]", "&", true},
		{`\Ab`, "Ab", true},
		{`[\b]`, "\b", true},
		{`^\/x$`, "/x", true},
		{`^\u0041$`, "A", true},
		{`\d{3}(?!x)`, "123y", true},
		{`^(a|b)\1$`, "aa", true},
	}
	for _, c := range cases {
		re, err := compilePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got, err := re.Find(c.text, nil); err != nil || got != c.want {
			t.Errorf("%s on %q: %v, %v", c.pattern, c.text, got, err)
		}
	}
}

// FuzzValidate: no schema and no body makes it panic, and a body has one
// outcome.
func FuzzValidate(f *testing.F) {
	f.Add(`{"type":"object","properties":{"a":{"enum":[1]}},"required":["a"]}`, `{"a":1}`)
	f.Add(`{"anyOf":[{"$ref":"#/definitions/x"},{"items":[{}],"additionalItems":false}],"definitions":{"x":{"uniqueItems":true}}}`, `[1,[2],1e1]`)
	f.Add(`{"dependencies":{"a":["b"],"b":{"not":{}}},"multipleOf":0.1}`, `{"a":0.3,"b":"\ud800"}`)
	f.Fuzz(func(t *testing.T, schema, body string) {
		s, err := Compile(schema, nil)
		if err != nil {
			return
		}
		findings, err := s.Validate([]byte(body))
		if err != nil {
			return
		}
		doc, err := parse(body)
		if err != nil {
			t.Fatalf("read once and not again: %v", err)
		}
		r := &run{document: doc, steps: Steps}
		if fit := r.fits(s.root, 0); r.err == nil && fit != (findings == nil) {
			t.Fatalf("fits %v, findings %q", fit, findings)
		}
	})
}
