package jsonpath

import (
	"testing"

	"github.com/poterne/poterne/template/jsonv"
)

// FuzzEval evaluates a path twice on a document: the answers must be the same,
// and paid for.
func FuzzEval(f *testing.F) {
	const doc = `{"a": [1, 2.5, {"b": "x", "c": null}], "d": {"e": true}, "s": "text"}`
	for _, path := range []string{
		"$", "a", "$.a[0]", "$.a[-1].b", "$..b", "$.a[*]", "$.a[1:]", "$['a','d']", "$.a[?(@.b == 'x')]", "$..[?(@.c)]",
		"$.a.length()", "$..a.sum()", "$.a[?(@ > 1 && !(@ < 2))]", "$.a[?(@.b =~ /x/i)]", "$.a[?(@.b in ['x'])]", "$..*", "$[", "$.", "$.a[?(", "$['\\u0061']",
	} {
		f.Add(path, doc)
	}
	f.Fuzz(func(t *testing.T, path, doc string) {
		p, err := Compile(path)
		if err != nil {
			if !IsSyntaxError(err) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		v, err := jsonv.Parse(doc)
		if err != nil {
			return
		}
		first, firstOK := fuzzEval(t, p, v)
		second, secondOK := fuzzEval(t, p, v)
		if first != second || firstOK != secondOK {
			t.Errorf("first %q %v, then %q %v", first, firstOK, second, secondOK)
		}
	})
}

func fuzzEval(t *testing.T, p *Path, doc jsonv.Value) (string, bool) {
	t.Helper()
	s := &Session{Visits: 10_000}
	v, found, err := p.Eval(doc, s)
	if err != nil {
		return err.Error(), found
	}
	if !found && !v.IsNull() {
		t.Errorf("nothing was found, and it is %v", jsonv.ToString(v))
	}
	out, err := jsonv.Append(nil, v, jsonv.JSON, 1<<20)
	if err != nil {
		return err.Error(), found
	}
	return string(out), found
}
