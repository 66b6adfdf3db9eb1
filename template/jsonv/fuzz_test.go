package jsonv

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// FuzzParse reads a text, prints the value and reads that again. Where the
// strict reader answers the permissive one must agree, and what encoding/json
// takes must be read.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"a": [1, -2.5, 1e3, true, null], "b": {"c": "d\n\u00e9"}}`, `{a: 'b', c: [1,,], }`, `[1, 2`, `{"a": 1, "a": 2}`, `12345678901234567890123`,
		`0.12345678901234567890`, `"\ud83d\ude00"`, `NaN`, `tru`, `01`, `+1`, `-`, `.5`, ` `, `{"a":1}{"b":2}`, `"\x41"`, "[\"a\nb\"]", `1e400`, `-0.0`, `[[[[]]]]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		v, err := Parse(src)
		if err != nil {
			checkRefused(t, src, err)
			return
		}
		out := printed(t, v)
		if _, err := Parse(out); err != nil {
			t.Fatalf("%q reads, but what it prints, %q, does not: %v", src, out, err)
		}
		checkStrict(t, src)
	})
}

func printed(t *testing.T, v Value) string {
	t.Helper()
	out, ok := AppendJSON(nil, v)
	if !ok {
		t.Fatal("a value that was read is too deep to print")
	}
	return string(out)
}

// checkRefused: only what is nested too deeply may be JSON and refused.
func checkRefused(t *testing.T, src string, err error) {
	t.Helper()
	var limit *LimitError
	if !errors.As(err, &limit) && json.Valid([]byte(src)) && !strings.ContainsAny(src, "eE") { // an exponent may be too large for Java
		t.Errorf("%q is JSON: %v", src, err)
	}
}

// checkStrict compares the two readers where both answer.
func checkStrict(t *testing.T, src string) {
	t.Helper()
	var a Arena
	limits := Limits{}.orDefault()
	strict, err := a.parseStrict(src, limits)
	if err != nil {
		return
	}
	permissive, err := new(Arena).parsePermissive(src, limits)
	if err != nil {
		t.Fatalf("%q: the strict reader answers, the permissive one says %v", src, err)
	}
	if x, y := printed(t, strict), printed(t, permissive); x != y {
		t.Errorf("%q: strict %q, permissive %q", src, x, y)
	}
}
