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

// The methods are those of [regexp.Regexp].

func (r *Regexp) String() string { return r.expr }

func (r *Regexp) MatchString(s string) bool { return r.get().MatchString(s) }

func (r *Regexp) ReplaceAllString(s, by string) string { return r.get().ReplaceAllString(s, by) }

func (r *Regexp) ReplaceAllStringFunc(s string, by func(string) string) string {
	return r.get().ReplaceAllStringFunc(s, by)
}

func (r *Regexp) FindStringIndex(s string) []int { return r.get().FindStringIndex(s) }

func (r *Regexp) FindStringSubmatch(s string) []string { return r.get().FindStringSubmatch(s) }

func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.get().FindStringSubmatchIndex(s) }

func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}
