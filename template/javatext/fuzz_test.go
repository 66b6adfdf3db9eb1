package javatext

import (
	"errors"
	"testing"
)

// FuzzRegex compiles a pattern and runs it: what the whole input matches is
// found in it too, and an error is a syntax error or a budget's.
func FuzzRegex(f *testing.F) {
	for _, p := range []string{
		`5\d{2}.*`, `(a+)+$`, `(?i)[a-z&&[^aeiou]]++`, `(?<n>a|b)\k<n>`, `(?=a)(?!b)(?<=c)(?<!d)`, `\Qa.b\E`, `\p{Alpha}\P{Lu}\h\R`, `(?>a*)a`,
		`[^\s\S]`, `^\b$`, `\x{1F600}\u0041\cA`, `a{2,3}?b{1,}+`, `(?s-i:x)`, `[[`, `(`, `*`, `\`, `a|`, `[a-`, `(?`,
	} {
		f.Add(p, "aaab 503 error\n")
	}
	f.Fuzz(func(t *testing.T, pattern, input string) {
		re, err := CompileRegex(pattern)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		budget := func() *Budget { return &Budget{Steps: 200_000, Bytes: 1 << 20} }
		whole, err := re.Matches(input, budget())
		found, findErr := re.Find(input, budget())
		if err == nil && findErr == nil && whole && !found {
			t.Errorf("%q matches %q and is not found in it", pattern, input)
		}
		for _, err := range []error{err, findErr} {
			if err != nil && !errors.Is(err, ErrBudget) {
				t.Errorf("%v", err)
			}
		}
	})
}
