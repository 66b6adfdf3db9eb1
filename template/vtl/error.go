package vtl

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrorKind tells when a template failed.
type ErrorKind uint8

// The kinds of errors.
const (
	ParseError ErrorKind = iota // the template is malformed
	ExecError                   // Velocity would have thrown an exception
	LimitError                  // a budget of Limits is spent
)

func (k ErrorKind) String() string {
	return [...]string{"parse", "exec", "limit"}[k]
}

// Error is every error of this package.
type Error struct {
	Kind     ErrorKind
	Template string // its name
	Line     int    // from 1
	Column   int    // in characters, from 1
	Snippet  string // the line, cut around the column
	Caret    int    // characters of Snippet before the fault
	Message  string
	Cause    error // of a bound function or host, or nil
}

// Error gives one line: name:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Template, e.Line, e.Column, e.Message)
}

// Detail gives the error with the line and a caret under the fault.
func (e *Error) Detail() string {
	return fmt.Sprintf("%s\n | %s\n | %s^", e.Error(), e.Snippet, strings.Repeat(".", e.Caret))
}

// Unwrap returns the error of the embedder's function behind e, if any.
func (e *Error) Unwrap() error { return e.Cause }

const maxSnippet = 100 // characters

// locate builds an Error for the byte offset of src.
func locate(kind ErrorKind, name, src string, offset int, message string) *Error {
	offset = min(max(offset, 0), len(src))
	start := strings.LastIndexByte(src[:offset], '\n') + 1
	end := len(src)
	if i := strings.IndexByte(src[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	e := &Error{
		Kind: kind, Template: name, Message: message,
		Line:   strings.Count(src[:start], "\n") + 1,
		Column: utf8.RuneCountInString(src[start:offset]) + 1,
	}
	e.Snippet, e.Caret = snippet(src[start:end], e.Column-1)
	return e
}

// snippet cuts line around the character at.
func snippet(line string, at int) (string, int) {
	line = strings.TrimRight(line, "\r")
	runes := []rune(line)
	first := max(0, at-maxSnippet/2)
	last := min(len(runes), first+maxSnippet)
	return string(runes[min(first, len(runes)):last]), min(at-first, last-min(first, len(runes)))
}
