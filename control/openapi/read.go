package openapi

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Budgets of a document, so that none costs more than about a second and 64 MiB
// (a definition with 300 resources and all their extensions has some 60,000
// nodes).
const (
	maxNodes  = 250_000 // values of the document
	maxDepth  = 300
	maxWeight = 2 * maxNodes // see node.weigh: what is behind an alias counts each time that it is used
	maxNoted  = 200          // members twice, and tags, that are told of
)

// A syntaxError is a document that is neither JSON nor YAML, or beyond a budget.
type syntaxError struct {
	position
	message string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.line, e.column, e.message)
}

func syntaxErrorf(at position, format string, args ...any) *syntaxError {
	return &syntaxError{at, fmt.Sprintf(format, args...)}
}

// A tree is a document as read.
type tree struct {
	root       *node
	duplicates []field // members that replaced an earlier one of the same name, at most maxNoted
	tags       []field // YAML tags that are not YAML's own; name is the tag
}

// read makes a tree of a document of at most so many bytes: JSON if it begins
// with a brace, else YAML, as the parser behind AWS decides. Texts that are
// values are what replace makes of them. The error is a *syntaxError.
func read(document []byte, limit int, replace func(string) string) (tree, error) {
	if len(document) > limit {
		return tree{}, syntaxErrorf(position{1, 1}, "the document has %d bytes; at most %d are accepted", len(document), limit)
	}
	document = bytes.TrimPrefix(document, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(document) {
		return tree{}, syntaxErrorf(invalidUTF8(document), "the document is not UTF-8")
	}
	text := bytes.TrimLeft(document, " \t\r\n")
	if len(text) == 0 {
		return tree{}, syntaxErrorf(position{1, 1}, "the document is empty")
	}
	if text[0] == '{' {
		return readJSON(document, replace)
	}
	return readYAML(document, replace)
}

func invalidUTF8(document []byte) position {
	at := position{1, 1}
	for len(document) > 0 {
		r, size := utf8.DecodeRune(document)
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at.column++
		if r == '\n' {
			at.line, at.column = at.line+1, 1
		}
		document = document[size:]
	}
	return at
}
