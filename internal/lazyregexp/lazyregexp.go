// Package lazyregexp has regular expressions that are compiled when they are
// first asked. A command of poterne uses few of those that are in it, and to
// compile them all would take a good part of its time. That each compiles is
// tested here.
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is a regular expression. It may be used from several goroutines.
type Regexp struct {
	expr     string
	once     sync.Once
	compiled *regexp.Regexp
}

// New makes a Regexp; what it is used for panics if expr is not one.
func New(expr string) *Regexp { return &Regexp{expr: expr} }

func (r *Regexp) get() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.expr) })
	return r.compiled
}

// String returns the expression. It and the methods below are those of
// [regexp.Regexp].
func (r *Regexp) String() string { return r.expr }

// MatchString reports whether s has a match.
func (r *Regexp) MatchString(s string) bool { return r.get().MatchString(s) }

// ReplaceAllString replaces all matches, with $1 and its like in by.
func (r *Regexp) ReplaceAllString(s, by string) string { return r.get().ReplaceAllString(s, by) }

// ReplaceAllStringFunc replaces each match by what the function makes of it.
func (r *Regexp) ReplaceAllStringFunc(s string, by func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, by)
}

// FindStringIndex returns where the first match begins and ends, or nil.
func (r *Regexp) FindStringIndex(s string) []int { return r.get().FindStringIndex(s) }

// FindStringSubmatch returns the first match and its groups, or nil.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.get().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns where these begin and end.
func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.get().FindStringSubmatchIndex(s) }

// FindAllStringSubmatch returns the first n matches and their groups; all if n is negative.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex returns where these begin and end.
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}
