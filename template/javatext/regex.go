package javatext

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrBudget says that a call used up its [Budget]: the pattern may or may not
// match. It is never returned by a call that has an answer.
var ErrBudget = errors.New("regular expression takes too many steps")

// ErrTooLarge says that a result would have grown beyond [Budget.Bytes].
var ErrTooLarge = errors.New("regular expression result is too large")

// A Budget is what the calls that share it may still spend. Calls subtract
// from it; one Budget for all calls of a request bounds the request. It is
// for one goroutine at a time.
type Budget struct {
	// Steps of matching; one is about 10 ns.
	Steps int
	// Bytes of new strings that ReplaceAll, ReplaceFirst and Split make.
	Bytes int
}

// NewBudget returns what a call gets when it is given nil: steps for about a
// tenth of a second, 10 MiB of results.
func NewBudget() *Budget { return &Budget{Steps: 10_000_000, Bytes: 10 << 20} }

// A SyntaxError is what java.util.regex.PatternSyntaxException says.
type SyntaxError struct {
	Desc    string // "Dangling meta character '*'"
	Index   int    // of the code point in the pattern, -1 when there is none
	Pattern string
}

// Error returns Java's message: description, index, pattern and a caret.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	b.WriteString(e.Desc)
	if e.Index >= 0 {
		b.WriteString(" near index ")
		b.WriteString(strconv.Itoa(e.Index))
	}
	b.WriteByte('\n')
	b.WriteString(e.Pattern)
	if e.Index >= 0 && e.Index < Length(e.Pattern) {
		b.WriteByte('\n')
		b.WriteString(strings.Repeat(" ", e.Index))
		b.WriteByte('^')
	}
	return b.String()
}

// A Regex is a compiled pattern, safe for concurrent use.
type Regex struct {
	pattern  string
	quick    program
	thorough *program // nil when the pattern has none
	exact    bool     // thorough finds the same groups
	groups   int      // the whole match included
	names    map[string]int
	wide     bool // may match code points above U+FFFF: Java then searches by pairs
	firsts   *[256]bool
}

// CompileRegex compiles a java.util.regex pattern without flags (patterns set
// theirs inside: (?i), (?s:...)). The error is a *[SyntaxError] with the text
// of Java's PatternSyntaxException, also for the little that is refused here
// and not in Java: \X, \N{…}, \b{g}, (?c), blocks such as \p{InGreek}, and
// patterns beyond the size limits.
func CompileRegex(pattern string) (*Regex, error) {
	n, p, err := parseRegex(pattern)
	if err != nil {
		return nil, err
	}
	re := &Regex{
		pattern: pattern,
		quick:   compileProgram(n),
		groups:  p.groups,
		names:   p.names,
		wide:    n.some(isWide),
	}
	re.thorough, re.exact = compileThorough(n)
	if !n.some(leaks) {
		re.firsts = firstBytes(n)
	}
	return re, nil
}

// String returns the pattern.
func (re *Regex) String() string { return re.pattern }

// GroupCount returns the number of capturing groups, as Matcher.groupCount.
func (re *Regex) GroupCount() int { return re.groups - 1 }

// Matches reports whether all of s matches, as String.matches. A nil budget
// means [NewBudget]; the only error is [ErrBudget].
func (re *Regex) Matches(s string, b *Budget) (bool, error) {
	r := re.newRunner(s, b)
	r.yesNo = true
	return r.matches()
}

// Find reports whether a part of s matches, as Matcher.find. A nil budget
// means [NewBudget]; the only error is [ErrBudget].
func (re *Regex) Find(s string, b *Budget) (bool, error) {
	r := re.newRunner(s, b)
	r.yesNo = true
	return r.find()
}

// quickSteps is what the quick program may spend before the thorough one
// takes over.
const quickSteps = 50_000

// A runner applies a Regex to one string: what java.util.regex.Matcher does.
type runner struct {
	re     *Regex
	budget *Budget
	m      machine
	first  int // start of the last match, -1 when there was none
	begun  bool
	yesNo  bool // nobody asks for groups
}

func (re *Regex) newRunner(s string, b *Budget) *runner {
	if b == nil {
		b = NewBudget()
	}
	r := &runner{re: re, budget: b, first: -1}
	r.m.wide = hasPairs(s) || hasHalves(s)
	if r.m.wide {
		s = splitPairs(s)
	}
	r.m.s = s
	r.m.groups = make([]int, 2*re.groups)
	return r
}

func (r *runner) matches() (bool, error) {
	r.m.whole = true
	return r.attempt(0, 0)
}

// find looks for the next match: behind the last one, one unit further when
// that one was empty.
func (r *runner) find() (bool, error) {
	from := 0
	if r.begun {
		from = r.m.groups[1]
		if r.first == from {
			from = r.m.nextUnit(from)
		}
	}
	r.begun = true
	if from > len(r.m.s) {
		return false, nil
	}
	ok, err := r.attempt(from, len(r.m.s))
	if ok {
		r.first = r.m.groups[0]
		r.m.last = r.m.groups[1]
	}
	return ok, err
}

// attempt tries the starts from first to last, with the quick program and, if
// that takes long, the thorough one.
func (r *runner) attempt(first, last int) (bool, error) {
	limit := r.budget.Steps
	thorough := r.re.thorough
	if !r.yesNo && !r.re.exact {
		thorough = nil
	}
	if thorough != nil {
		limit = min(limit, quickSteps+len(r.m.s)/4)
	}
	ok := r.search(&r.re.quick, first, last, limit)
	if r.m.spent && thorough != nil && r.budget.Steps > 0 {
		bits := thorough.choices * (len(r.m.s) + 1)
		if bits > maxMemoBits {
			return false, ErrBudget
		}
		r.m.memo = make([]uint64, bits/64+1)
		ok = r.search(thorough, first, last, r.budget.Steps)
		r.m.memo = nil
	}
	if r.m.spent {
		return false, ErrBudget
	}
	return ok, nil
}

func (r *runner) search(p *program, first, last, limit int) bool {
	m := &r.m
	m.prog, m.steps, m.spent = p, limit, false
	defer func() { r.budget.Steps -= limit - max(m.steps, 0) }()
	if len(m.regs) < p.regs {
		m.regs = make([]int, p.regs)
	}
	for i := range m.groups {
		m.groups[i] = -1
	}
	for start := first; start <= last && !m.spent; start = r.nextStart(start) {
		if f := r.re.firsts; f != nil && (start == len(m.s) || !f[m.s[start]]) {
			m.steps--
			continue
		}
		m.stack = m.stack[:0]
		if end, ok := m.run(0, start); ok {
			m.groups[0], m.groups[1] = start, end
			return true
		}
	}
	return false
}

func (r *runner) nextStart(start int) int {
	m := &r.m
	if start >= len(m.s) {
		return start + 1
	}
	if c := m.s[start]; c < utf8.RuneSelf {
		return start + 1
	}
	if r.re.wide {
		_, n := m.next(start)
		return start + n
	}
	return m.nextUnit(start)
}

// group returns what a group of the last match holds.
func (r *runner) group(n int) string {
	from, to := r.m.groups[2*n], r.m.groups[2*n+1]
	if from < 0 {
		return ""
	}
	return r.m.s[from:to]
}
