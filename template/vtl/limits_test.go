package vtl

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/poterne/poterne/template/jsonv"
)

// plainEnv has nothing but an arena.
type plainEnv struct{ arena jsonv.Arena }

func (e *plainEnv) Root(int) Value      { return jsonv.Null }
func (e *plainEnv) Arena() *jsonv.Arena { return &e.arena }

func renderWithin(t *testing.T, src string, limits Limits) (string, error) {
	t.Helper()
	tmpl, err := Parse("t", src, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tmpl.Render(nil, &plainEnv{}, limits)
	return string(out), err
}

// isLimitError checks that err is the LimitError that says text, with a place.
func isLimitError(t *testing.T, err error, text string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != LimitError || !strings.Contains(e.Message, text) {
		t.Fatalf("got %v, want a limit error with %q", err, text)
	}
	checkPlace(t, e)
}

// TestLimits renders each template exactly at a limit, and one below what it
// needs.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, src string
		exact     int // what the template needs
		set       func(*Limits, int)
		says      string
	}{
		{"steps", `$a$a$a`, 3, func(l *Limits, n int) { l.Steps = n }, "more than 2 steps"},
		{"steps of a loop", `#foreach($i in [1..5])$i#end`, 8, func(l *Limits, n int) { l.Steps = n }, "more than 7 steps"},
		{"steps of properties", `#set($m = {"a": {"b": 1}})$m.a.b`, 6, func(l *Limits, n int) { l.Steps = n }, "more than 5 steps"},
		{"output of a constant", `0123456789`, 10, func(l *Limits, n int) { l.Output = n }, "more than 9 bytes of output"},
		{"output of values", `#set($s = "01234")$s$s`, 10, func(l *Limits, n int) { l.Output = n }, "more than 9 bytes of output"},
		{"output of a list", `#set($l = [1, 2])$l`, 6, func(l *Limits, n int) { l.Output = n }, "more than 5 bytes of output"},
		{"built by a string", `#set($a = "0123456789")#set($b = "$a$a")`, 20, func(l *Limits, n int) { l.Built = n }, "more than 19 bytes of strings and lists"},
		{"built by +", `#set($a = "0123456789")#set($b = $a + $a)`, 20, func(l *Limits, n int) { l.Built = n }, "more than 19 bytes of strings and lists"},
		{"built by a range", `#set($l = [1..100])`, 2400, func(l *Limits, n int) { l.Built = n }, "more than 2399 bytes of strings and lists"},
		{"turns", `#foreach($i in [1..5])#end`, 5, func(l *Limits, n int) { l.LoopTurns, l.FailLongLoop = n, true }, "more than 4 turns of a #foreach"},
		{"blocks", `#define($a)x#end#define($b)$a#end#define($c)$b#end$c`, 3, func(l *Limits, n int) { l.Define = n }, "more than 2 #define blocks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var limits Limits
			c.set(&limits, c.exact)
			if _, err := renderWithin(t, c.src, limits); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			c.set(&limits, c.exact-1)
			_, err := renderWithin(t, c.src, limits)
			isLimitError(t, err, c.says)
		})
	}
}

// TestRegexLimit finds the least work that is enough: one less is an error.
func TestRegexLimit(t *testing.T) {
	const src = `#set($s = "aaaaaaaaaaaaaaaaaaaab")$s.matches("(a|aa)+c")`
	enough := sort.Search(1_000_000, func(n int) bool {
		_, err := renderWithin(t, src, Limits{RegexSteps: n + 1})
		return err == nil
	})
	if enough < 10 || enough == 1_000_000 {
		t.Fatalf("%d steps are enough", enough+1)
	}
	_, err := renderWithin(t, src, Limits{RegexSteps: enough})
	isLimitError(t, err, "regular expression takes too many steps")
}

// TestLongLoopEndsSilently is Velocity's own way (templates §1).
func TestLongLoopEndsSilently(t *testing.T) {
	out, err := renderWithin(t, `#foreach($i in [1..1001])#if($i > 998)$i #end#end.`, Limits{})
	if out != "999 1000 ." || err != nil {
		t.Errorf("%q, %v", out, err)
	}
}

func TestDeadline(t *testing.T) {
	start := time.Unix(1000, 0)
	late := Limits{Deadline: start, Now: func() time.Time { return start.Add(time.Nanosecond) }}
	_, err := renderWithin(t, `#foreach($i in [1..1000])$i#end`, late)
	isLimitError(t, err, "the time is up")
	inTime := Limits{Deadline: start, Now: func() time.Time { return start }}
	if _, err := renderWithin(t, `#foreach($i in [1..1000])$i#end`, inTime); err != nil {
		t.Errorf("at the deadline: %v", err)
	}
}

// TestTemplateLimits are those of Parse.
func TestTemplateLimits(t *testing.T) {
	nest := func(open, end string) func(int) string {
		return func(n int) string { return strings.Repeat(open, n) + "x" + strings.Repeat(end, n) }
	}
	for _, c := range []struct {
		name  string
		src   func(n int) string
		exact int
		says  string
	}{
		{"bytes", func(n int) string { return strings.Repeat("x", n) }, MaxTemplate, "more than 307200"},
		// The template itself is one.
		{"directives", nest("#if(true)", "#end"), maxNesting - 1, "more than 200"},
		{"parentheses", func(n int) string {
			return "#if(" + nest("(", ")")(n - 1)[:n-1] + "true" + strings.Repeat(")", n-1) + ")#end"
		}, 0, "more than 200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			exact := c.exact
			if exact == 0 {
				exact = sort.Search(1000, func(n int) bool { _, err := Parse("t", c.src(n+1), nil); return err != nil })
				if exact < maxNesting/2 || exact > maxNesting {
					t.Fatalf("%d are accepted", exact)
				}
			}
			if _, err := Parse("t", c.src(exact), nil); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			_, err := Parse("t", c.src(exact+1), nil)
			isLimitError(t, err, c.says)
		})
	}
}

func ExampleTemplate_Render() {
	t, err := Parse("greeting", `#set($names = ["Ada", "Alan"])#foreach($n in $names)Hello $n#if($foreach.hasNext), #end#end!`, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := t.Render(nil, &plainEnv{}, Limits{Steps: 10_000})
	fmt.Println(string(out), err)
	// Output: Hello Ada, Hello Alan! <nil>
}

func ExampleError() {
	_, err := Parse("greeting", "Hello\n#if($polite)dear #end$name[", nil)
	var e *Error
	if errors.As(err, &e) {
		fmt.Println(e.Kind)
		fmt.Println(e.Detail())
	}
	// Output:
	// parse
	// greeting:2:28: found the end of the template, want an index
	//  | #if($polite)dear #end$name[
	//  | ...........................^
}
