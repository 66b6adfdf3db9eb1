package jmespath

import (
	"testing"

	"github.com/poterne/poterne/cli/awscli/document"
)

// Expressions of jmespath.org's tutorial and grammar, and what the AWS CLI
// prints for them.
func TestSearch(t *testing.T) {
	const doc = `{"z":1,"a":[1,2,3,4],"o":{"y":{"n":1},"x":{"n":2}},"e":[],"s":"text","items":[
		{"id":"b","n":2,"tags":["x","y"]},{"id":"a","n":1.5,"tags":[]},{"id":"c","n":3,"on":true}]}`
	v, err := document.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]string{
		"z":                          "1",
		"nothing":                    "null",
		"a[0]":                       "1",
		"a[-1]":                      "4",
		"a[9]":                       "null",
		"a[1:3]":                     "[2,3]",
		"a[::-1]":                    "[4,3,2,1]",
		"a[:-5:-2]":                  "[4,2]",
		"o.*.n":                      "[1,2]",
		"*.n":                        "[]",
		"o.keys(@)":                  `["y","x"]`,
		"items[*].id":                `["b","a","c"]`,
		"items[].tags[]":             `["x","y"]`,
		"items[*].tags":              `[["x","y"],[]]`,
		"items[*].tags[0]":           `["x"]`,
		"items[*].tags | [0]":        `["x","y"]`,
		"items[?n > `1.5`].id":       `["b","c"]`,
		"items[?id=='a'] | [0].n":    "1.5",
		"items[?on].id":              `["c"]`,
		"items[?!on].id":             `["b","a"]`,
		"items[?n>`1` && id!=`c`].n": "[2,1.5]",
		"items[0].{n: n, id: id}":    `{"n":2,"id":"b"}`,
		"items[].[id, n]":            `[["b",2],["a",1.5],["c",3]]`,
		"{z: z, s: s}":               `{"z":1,"s":"text"}`,
		"[s, z]":                     `["text",1]`,
		"sort_by(items, &n)[*].id":   `["a","b","c"]`,
		"max_by(items, &n).id":       `"c"`,
		"min_by(items, &n).id":       `"a"`,
		"length(items)":              "3",
		"length(s)":                  "4",
		"sum(a)":                     "10",
		"avg(a)":                     "2.5",
		"join('-', items[].id)":      `"b-a-c"`,
		"map(&n, items)":             "[2,1.5,3]",
		"merge(o.y, `{\"m\":2}`)":    `{"n":1,"m":2}`,
		"to_string(a)":               `"[1,2,3,4]"`,
		"to_number('7')":             "7",
		"to_array(z)":                "[1]",
		"type(e)":                    `"array"`,
		"not_null(nothing, s)":       `"text"`,
		"reverse(a)":                 "[4,3,2,1]",
		"contains(s, 'ex')":          "true",
		"starts_with(s, 'te')":       "true",
		"ends_with(s, 'te')":         "false",
		"ceil(`1.2`)":                "2",
		"floor(`1.8`)":               "1",
		"abs(`-3`)":                  "3",
		"nothing || s":               `"text"`,
		"e || s":                     `"text"`,
		"z && s":                     `"text"`,
		"`bare`":                     `"bare"`,
		"\"s\"":                      `"text"`,
		"s < `1`":                    "null",
		"@.z":                        "1",
		"(z)":                        "1",
		"values(o)[0].n":             "1",
	} {
		compiled, err := Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		got, err := compiled.Search(v)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
		} else if text := document.Compact(got); text != want {
			t.Errorf("%s is %s, want %s", expression, text, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, expression := range []string{"", "a.", "a[", "a]", "a b", "[?a", "{a}", "'open", "`open", "a.(b)", "a[1:2:0]", "a[1:2:3:4]", "$", "(a)(b)", "\"f\"(a)", "a[*", "&&"} {
		if _, err := Compile(expression); err == nil {
			t.Errorf("%q was compiled", expression)
		}
	}
	for _, expression := range []string{"length(`1`)", "nosuch(@)", "length(@, @)", "sort_by(a, &b)", "sum(s)"} {
		compiled, err := Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		if v, err := compiled.Search(document.Make("a", []any{document.Make("b", true)}, "s", "x")); err == nil {
			t.Errorf("%s is %v", expression, v)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("items[?n > `1`].{a: b, c: *.d} | sort_by(@, &a)[::-1]")
	f.Fuzz(func(_ *testing.T, expression string) {
		compiled, err := Compile(expression)
		if err == nil {
			_, _ = compiled.Search(document.Make("a", []any{int64(1), "x", document.Make("b", nil)}))
		}
	})
}
