package openapi

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Budgets of a document. AWS's limit is 6 MB; the others are ours, so that no
// document costs more than about a second and 64 MiB (a definition with 300
// resources and all their extensions has some 60,000 nodes).
const (
	maxBytes = 6 << 20
	maxNodes = 250_000 // values of the document
	maxDepth = 300

	// Weights (see node.weigh) that a document has at most: as a whole, what is
	// behind an alias counted each time that it is used, and of what references
	// lead to, counted each time that one is followed.
	maxWeight   = 2 * maxNodes
	maxFollowed = maxNodes
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
	duplicates []field // members that replaced an earlier one of the same name, at most maxFindings
	tags       []field // YAML tags that are not YAML's own; name is the tag
}

// read makes a tree of a document: JSON if it begins with a brace, else YAML,
// as the parser behind AWS decides.
func read(document []byte, vars Variables) (tree, error) {
	if len(document) > maxBytes {
		return tree{}, syntaxErrorf(position{1, 1}, "the document has %d bytes; at most %d are accepted", len(document), maxBytes)
	}
	document = bytes.TrimPrefix(document, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(document) {
		return tree{}, syntaxErrorf(invalidUTF8(document), "the document is not UTF-8")
	}
	replace := vars.replacer()
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

// replacer puts values for ${AWS::…} in a text (§4.3).
func (v Variables) replacer() func(string) string {
	var pairs []string
	for _, p := range [][2]string{{"AccountId", v.AccountId}, {"Region", v.Region}, {"Partition", v.Partition}} {
		if p[1] != "" {
			pairs = append(pairs, "${AWS::"+p[0]+"}", p[1])
		}
	}
	r := strings.NewReplacer(pairs...)
	return func(s string) string {
		if !strings.Contains(s, "${AWS::") {
			return s
		}
		return r.Replace(s)
	}
}
