package jsonv

import (
	"errors"
	"strings"
	"testing"
)

// TestBorders: what is exactly at a limit parses, one more is a *LimitError, in
// bodies that are strict JSON and in those that are not (own limits).
func TestBorders(t *testing.T) {
	nested := func(open, leaf, shut string) func(n int) string {
		return func(n int) string { return strings.Repeat(open, n) + leaf + strings.Repeat(shut, n) }
	}
	list := func(item string) func(n int) string {
		// A list weighs 1 and arrayWeight, each item 1.
		return func(n int) string {
			return "[" + strings.TrimSuffix(strings.Repeat(item+",", n-1-arrayWeight), ",") + "]"
		}
	}
	object := func(member string) func(n int) string {
		// A map weighs 1 and objectWeight, each member its value and memberWeight.
		return func(n int) string {
			return "{" + strings.TrimSuffix(strings.Repeat(member+",", (n-1-objectWeight)/(1+memberWeight)), ",") + "}"
		}
	}
	for _, c := range []struct {
		name  string
		limit LimitError
		step  int // by which the text of the next size is over the limit
		of    func(n int) string
	}{
		{"lists", LimitError{"depth", 400}, 1, nested("[", "", "]")},
		{"maps", LimitError{"depth", 400}, 1, nested(`{"a":`, "1", "}")},
		{"permissive lists", LimitError{"depth", 400}, 1, nested("[", "x", "]")},
		{"permissive maps", LimitError{"depth", 400}, 1, nested("{a:", "1", "}")},
		{"items", LimitError{"values", 2_000_000}, 1, list("1")},
		{"permissive items", LimitError{"values", 2_000_000}, 1, list("x")},
		{"members", LimitError{"values", 2_000_000}, 2, object(`"a":1`)},
		{"permissive members", LimitError{"values", 2_000_000}, 2, object("a:1")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Parse(c.of(c.limit.Max)); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			var over *LimitError
			if _, err := Parse(c.of(c.limit.Max + c.step)); !errors.As(err, &over) || *over != c.limit {
				t.Errorf("beyond it: %v, want %v", err, &c.limit)
			}
		})
	}
}

// TestOwnLimits: the limits that a caller sets have the same borders.
func TestOwnLimits(t *testing.T) {
	for _, c := range []struct {
		text   string
		limits Limits
		fits   bool
	}{
		{"[[1]]", Limits{Depth: 2}, true},
		{"[[1]]", Limits{Depth: 1}, false},
		{"1", Limits{Values: 1}, true},
		{"[1,2,3]", Limits{Values: 4 + arrayWeight}, true},
		{"[1,2,3]", Limits{Values: 3 + arrayWeight}, false},
		{`{"a":1,"b":2}`, Limits{Values: 3 + objectWeight + 2*memberWeight}, true},
		{`{"a":1,"b":2}`, Limits{Values: 3 + objectWeight + 2*memberWeight - 1}, false},
		{`{a:1,b:2}`, Limits{Values: 3 + objectWeight + 2*memberWeight}, true},
		{`{a:1,b:2}`, Limits{Values: 3 + objectWeight + 2*memberWeight - 1}, false},
	} {
		_, err := new(Arena).Parse(c.text, c.limits)
		var over *LimitError
		if c.fits != (err == nil) || err != nil && !errors.As(err, &over) {
			t.Errorf("%s with %+v: %v", c.text, c.limits, err)
		}
	}
}
