package javatext

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// TestRegexAsJava17 replays what Java 17 answered.
func TestRegexAsJava17(t *testing.T) {
	data, err := os.ReadFile("testdata/java17.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			t.Fatalf("line %d has %d fields", i+1, len(f))
		}
		limit, _ := strconv.Atoi(f[3])
		got := javaReport(unquoted(t, f[0]), unquoted(t, f[1]), unquoted(t, f[2]), limit)
		if got != f[4] {
			t.Errorf("line %d: %s in %s, replacement %s\n got  %s\n Java %s", i+1, f[0], f[1], f[2], got, f[4])
		}
	}
}

func unquoted(t *testing.T, s string) string {
	t.Helper()
	u, err := strconv.Unquote(s)
	if err != nil {
		t.Fatalf("unquote %s: %v", s, err)
	}
	return u
}

// javaReport writes an answer as testdata/java17.tsv does.
func javaReport(pattern, input, replacement string, limit int) string {
	re, err := CompileRegex(pattern)
	var se *SyntaxError
	if errors.As(err, &se) {
		return fmt.Sprintf("E %s @%d", javaQuote(se.Desc), se.Index)
	}
	ok, err := re.Matches(input, nil)
	if err != nil {
		return err.Error()
	}
	found, err := allFinds(re, input)
	if err != nil {
		return err.Error()
	}
	replaced, err := re.ReplaceAll(input, replacement, nil)
	r := javaQuote(replaced)
	if err != nil {
		r = "err:" + javaQuote(err.Error())
	}
	pieces, err := re.Split(input, limit, nil)
	if err != nil {
		return err.Error()
	}
	var s strings.Builder
	for _, p := range pieces {
		s.WriteString(javaQuote(p) + "|")
	}
	return fmt.Sprintf("m=%v f=%s r=%s s=|%s", ok, found, r, s.String())
}

func allFinds(re *Regex, input string) (string, error) {
	var b strings.Builder
	r := re.newRunner(input, nil)
	for {
		ok, err := r.find()
		if !ok || err != nil {
			return b.String(), err
		}
		for g := range re.groups {
			sep := ","
			if g == 0 {
				sep = "["
			}
			from, to := r.m.groups[2*g], r.m.groups[2*g+1]
			if from >= 0 {
				from, to = Length(r.m.s[:from]), Length(r.m.s[:to])
			}
			fmt.Fprintf(&b, "%s%d-%d", sep, from, to)
		}
		b.WriteByte(']')
	}
}

// javaQuote quotes by UTF-16 units.
func javaQuote(s string) string {
	b := []byte{'"'}
	for i := range Length(s) {
		u, _ := CharAt(s, i)
		if u > ' ' && u < 0x7F && u != '\\' && u != '"' {
			b = append(b, byte(u))
			continue
		}
		b = fmt.Appendf(b, "\\u%04x", u)
	}
	return string(append(b, '"'))
}

func TestSyntaxErrorMessage(t *testing.T) {
	_, err := CompileRegex("ab(c")
	want := "Unclosed group near index 4\nab(c"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	_, err = CompileRegex("a**b")
	want = "Dangling meta character '*' near index 2\na**b\n  ^"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

// TestRegexRefused holds what Java takes and this engine refuses; it must not
// be answered in another way.
func TestRegexRefused(t *testing.T) {
	deep := strings.Repeat("(", 2000) + strings.Repeat(")", 2000)
	for _, p := range []string{`\X`, `\N{DIGIT ONE}`, `\b{g}`, `(?c)a`, deep, strings.Repeat("a", 70_000)} {
		if _, err := CompileRegex(p); err == nil {
			t.Errorf("%.20q was accepted", p)
		}
	}
}

// TestRegexBombs throws patterns and inputs at the engine that take others
// exponential time: an answer or ErrBudget within the default budget and 64 MiB.
func TestRegexBombs(t *testing.T) {
	a5000, rep := strings.Repeat("a", 5000)+"!", strings.Repeat
	bombs := []struct {
		name, pattern, input string
		want                 bool
		answer               bool // an answer is due, not a budget error
	}{
		{"nested plus", `^(a+)+$`, a5000, false, true},
		{"same alternatives", `^(a|a)*$`, a5000, false, true},
		{"nested star", `^(a*)*b`, a5000, false, true},
		{"three stars", `^.*.*.*=.*x$`, rep("=", 20_000), false, true},
		{"blanks before the end", `\s+$`, rep(" ", 200_000) + "x", false, true},
		{"fifty optional", "^" + rep("a?", 50) + rep("a", 50) + "$", rep("a", 50), true, true},
		{"back-reference", `^(a*)\1*b$`, a5000, false, false},
		{"atomic", `^(?>a+)+$`, a5000, false, true},
		{"ten megabytes", `5\d{2}.*`, rep("x", 10_000_000) + "502 bad", false, true},
		{"ten megabytes, found by idiom", `(.|\n)+`, rep("x\n", 5_000_000), true, true},
		{"look-ahead inside a loop", `(?:(?=(a+)+b)a)*c`, a5000, false, false},
		{"counted loops", `^((a{1,50}){1,50}){1,50}$`, a5000, false, false},
		{"deep look-behind", `(?<=a{1,1000000}b)c`, rep("a", 100_000) + rep("c", 100_000), false, false},
		{"marks before a word end", `\b.\b`, rep("\u0301", 20_000), false, false},
	}
	for _, bomb := range bombs {
		t.Run(bomb.name, func(t *testing.T) {
			re, err := CompileRegex(bomb.pattern)
			if err != nil {
				t.Fatal(err)
			}
			got, err := withinBar(t, func() (bool, error) { return re.Matches(bomb.input, nil) })
			if err == nil && got != bomb.want || err != nil && (bomb.answer || !errors.Is(err, ErrBudget)) {
				t.Errorf("matches: %v, %v", got, err)
			}
			if _, err := withinBar(t, func() (bool, error) { return re.Find(bomb.input, nil) }); err != nil && !errors.Is(err, ErrBudget) {
				t.Errorf("find: %v", err)
			}
		})
	}
}

// withinBar runs f and fails when it takes more than 64 MiB. Time is bounded by
// the budget's steps: an engine that does not count them does not end here.
func withinBar(t *testing.T, f func() (bool, error)) (bool, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ok, err := f()
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("allocated %d MiB", grown>>20)
	}
	return ok, err
}

func TestBudgetIsShared(t *testing.T) {
	re, err := CompileRegex(`(x+)\1y`)
	if err != nil {
		t.Fatal(err)
	}
	b := &Budget{Steps: 20_000, Bytes: 100}
	input := strings.Repeat("x", 40)
	for range 1000 {
		if _, err = re.Find(input, b); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrBudget) {
		t.Errorf("a thousand calls were paid from %d steps: %v", 20_000, err)
	}
	all, _ := CompileRegex("x")
	if _, err := all.ReplaceAll(input, "0123456789", &Budget{Steps: 1e6, Bytes: 100}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("400 bytes were paid from 100: %v", err)
	}
	if _, err := all.Split(input, -1, &Budget{Steps: 1e6, Bytes: 100}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("41 pieces were paid from 100 bytes: %v", err)
	}
}

// toRE2 writes n in Go's syntax, where it means the same there.
func toRE2(n *node) (string, bool) {
	switch n.kind {
	case nodeChar:
		var b strings.Builder
		for _, x := range n.set {
			fmt.Fprintf(&b, `\x{%X}-\x{%X}`, x.lo, x.hi)
		}
		return "[" + b.String() + "]", len(n.set) > 0
	case nodeSeq, nodeAlt:
		parts := make([]string, len(n.subs))
		for i, sub := range n.subs {
			var ok bool
			if parts[i], ok = toRE2(sub); !ok {
				return "", false
			}
		}
		return strings.Join(parts, map[nodeKind]string{nodeAlt: "|"}[n.kind]), true
	case nodeGroup:
		s, ok := toRE2(n.subs[0])
		return "(" + s + ")", ok
	case nodeLoop:
		return loopToRE2(n)
	case nodeAssert:
		s, ok := map[assertion]string{assertBegin: `\A`, assertEnd: `\z`}[n.assert]
		return s, ok
	}
	return "", false
}

// loopToRE2 leaves out repetitions of what may be empty: Java ends those in
// its own way.
func loopToRE2(n *node) (string, bool) {
	s, ok := toRE2(n.subs[0])
	if !ok || n.mode == possessive || n.subs[0].extent().min == 0 {
		return "", false
	}
	high := n.max
	quantifier := fmt.Sprintf("{%d,%d}", n.min, high)
	switch {
	case n.isOptional():
		quantifier = "?"
	case n.max == unbounded && n.min <= 100:
		quantifier = fmt.Sprintf("{%d,}", n.min)
	case n.max > 100:
		return "", false
	}
	if n.mode == lazy {
		quantifier += "?"
	}
	return "(?:" + s + ")" + quantifier, true
}

// FuzzRegexTranslate compares the quick program, the thorough one and, where
// its dialect means the same, Go's regexp.
func FuzzRegexTranslate(f *testing.F) {
	for _, seed := range [][2]string{
		{`(a|ab)(c|bcd)(d*)`, "abcd"}, {`(a*)*b`, "aaab"}, {`[a-z&&[^aeiou]]+`, "xyz"}, {`(?i)x(?<n>y)\k<n>`, "XYy"},
		{`^(?:a?){3}a{3}$`, "aaa"}, {`(?<=a{1,3})b++`, "aabb"}, {`\p{L}+?\b`, "héllo"}, {`(x+x+)+y`, "xxxxxxxxxx"},
		{`\Qa.b\E|[^\]]`, "a.b]"}, {"(.|\n)+?c", "ab\nc"}, {`(a{2,3}|b){1,2}?c`, "aaabc"}, {`\R\x41😀*`, "\r\nA😀"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, input string) {
		re, err := CompileRegex(pattern)
		if err != nil || len(input) > 1000 || hasHalves(input) {
			return
		}
		quick := *re
		quick.thorough = nil
		b := &Budget{Steps: 100_000, Bytes: 1 << 20}
		want, err := quick.Find(input, b)
		if err != nil {
			return
		}
		if re.thorough != nil {
			compareThorough(t, re, input, want)
		}
		compareRE2(t, pattern, input, want)
	})
}

func compareThorough(t *testing.T, re *Regex, input string, want bool) {
	r := re.newRunner(input, nil)
	r.m.memo = make([]uint64, re.thorough.choices*(len(r.m.s)+1)/64+1)
	got := r.search(re.thorough, 0, len(r.m.s), 10_000_000)
	if !r.m.spent && got != want {
		t.Fatalf("%q in %q: thorough %v, quick %v", re.pattern, input, got, want)
	}
}

func compareRE2(t *testing.T, pattern, input string, want bool) {
	n, _, err := parseRegex(pattern)
	if err != nil || strings.ContainsRune(input, '\uFFFD') || hasPairs(input) {
		return
	}
	translated, ok := toRE2(n)
	if !ok {
		return
	}
	theirs, err := regexp.Compile(translated)
	if err != nil {
		return
	}
	if got := theirs.MatchString(input); got != want {
		t.Fatalf("%q in %q: Go's regexp says %v for %s, we %v", pattern, input, got, translated, want)
	}
}

func BenchmarkMatches(b *testing.B) {
	for _, bench := range [][2]string{{`4\d{2}`, "404"}, {`.*Malformed.*`, "the request was Malformed by a client"}, {`(.|\n)*timed out(.|\n)*`, "Task timed out after 3 s"}} {
		re, err := CompileRegex(bench[0])
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if ok, _ := re.Matches(bench[1], nil); !ok {
					b.Fatal("no match")
				}
			}
		})
	}
}
