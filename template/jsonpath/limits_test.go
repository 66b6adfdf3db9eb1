package jsonpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/poterne/poterne/template/jsonpath"
	"github.com/poterne/poterne/template/jsonv"
)

// TestVisits: an evaluation that visits as many values as its session allows
// answers, with one less it is ErrBudget; and what is left is the session's.
func TestVisits(t *testing.T) {
	doc, err := jsonv.Parse(`{"l":[{"a":1},{"a":2,"b":[3]},null],"m":{"x":{"a":4}}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"$..a", "$.l[*]", "$.l[*].a", "$.l[?(@.a > 1)]", "$..*", "$.l[0,1].a", "$.l[0:2]", "$.l.length()"} {
		p, err := jsonpath.Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		free := &jsonpath.Session{Visits: jsonpath.DefaultVisits}
		if _, _, err := p.Eval(doc, free); err != nil {
			t.Fatal(path, err)
		}
		needs := jsonpath.DefaultVisits - free.Visits
		exact := &jsonpath.Session{Visits: needs}
		if _, found, err := p.Eval(doc, exact); err != nil || !found || exact.Visits != 0 {
			t.Errorf("%s with %d visits: %v, %d left", path, needs, err, exact.Visits)
		}
		if _, _, err := p.Eval(doc, &jsonpath.Session{Visits: needs - 1}); !errors.Is(err, jsonpath.ErrBudget) {
			t.Errorf("%s with %d visits: %v, want ErrBudget", path, needs-1, err)
		}
	}
}

// TestDefaultVisits: without a session $[*] may visit as many items as
// DefaultVisits pay for, and not one more.
func TestDefaultVisits(t *testing.T) {
	p, err := jsonpath.Compile("$[*]")
	if err != nil {
		t.Fatal(err)
	}
	cost := func(items int) int {
		s := &jsonpath.Session{Visits: jsonpath.DefaultVisits}
		if _, _, err := p.Eval(listOf(t, items), s); err != nil {
			t.Fatal(err)
		}
		return jsonpath.DefaultVisits - s.Visits
	}
	each := cost(2) - cost(1)
	n := (jsonpath.DefaultVisits - cost(1) + each) / each
	if _, _, err := p.Eval(listOf(t, n), nil); err != nil {
		t.Errorf("%d items: %v", n, err)
	}
	if _, _, err := p.Eval(listOf(t, n+1), nil); !errors.Is(err, jsonpath.ErrBudget) {
		t.Errorf("%d items: %v, want ErrBudget", n+1, err)
	}
}

func listOf(t *testing.T, n int) jsonv.Value {
	t.Helper()
	v, err := jsonv.Parse("[" + strings.Repeat("1,", n-1) + "1]")
	if err != nil {
		t.Fatal(err)
	}
	return v
}
