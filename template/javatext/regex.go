package javatext

import "errors"

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
	Index   int    // in UTF-16 units, -1 when unknown
	Pattern string
}

// Error returns Java's message: description, index, pattern and a caret.
func (e *SyntaxError) Error() string { return e.Desc }

// A Regex is a compiled pattern, safe for concurrent use.
type Regex struct {
	pattern string
}

// CompileRegex compiles a java.util.regex pattern without flags (patterns set
// theirs inside: (?i), (?s:...)). The error is a *[SyntaxError] with the text
// of Java's PatternSyntaxException, also for the little that is refused here
// and not in Java (\X, \N{…}, \b{g}, patterns beyond the size limits).
func CompileRegex(pattern string) (*Regex, error) {
	return nil, &SyntaxError{Desc: "not yet", Index: -1, Pattern: pattern}
}

// String returns the pattern.
func (re *Regex) String() string { return re.pattern }

// GroupCount returns the number of capturing groups, as Matcher.groupCount.
func (re *Regex) GroupCount() int { return 0 }

// Matches reports whether all of s matches, as String.matches. A nil budget
// means [NewBudget]; the only error is [ErrBudget].
func (re *Regex) Matches(s string, b *Budget) (bool, error) { return false, ErrBudget }

// Find reports whether a part of s matches, as Matcher.find.
func (re *Regex) Find(s string, b *Budget) (bool, error) { return false, ErrBudget }

// FindIndex returns the byte offsets of the first match and its groups, as
// pairs (-1, -1 for a group that took no part), nil when there is none.
func (re *Regex) FindIndex(s string, b *Budget) ([]int, error) { return nil, ErrBudget }

// ReplaceAll is String.replaceAll: $1, ${name} and \ in the replacement mean
// what they mean in Java, and its errors are Java's texts.
func (re *Regex) ReplaceAll(s, replacement string, b *Budget) (string, error) {
	return "", ErrBudget
}

// ReplaceFirst is String.replaceFirst.
func (re *Regex) ReplaceFirst(s, replacement string, b *Budget) (string, error) {
	return "", ErrBudget
}

// Split is String.split(regex, limit): 0 drops trailing empty strings, a
// negative limit keeps them, a positive one bounds the number of pieces.
func (re *Regex) Split(s string, limit int, b *Budget) ([]string, error) { return nil, ErrBudget }
