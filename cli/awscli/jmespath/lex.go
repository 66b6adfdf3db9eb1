package jmespath

import (
	"fmt"
	"strings"

	"github.com/poterne/poterne/cli/awscli/document"
)

// A token is a symbol by its own text, or one of the kinds below with a value.
type token struct {
	kind  string
	value any
	at    int
}

const (
	tokenName    = "name"
	tokenQuoted  = "quoted name"
	tokenLiteral = "literal"
	tokenNumber  = "number"
	tokenEnd     = "end"
)

// A SyntaxError says where an expression cannot be read.
type SyntaxError struct {
	Expression string
	At         int
	Text       string
}

// Error is the fault with the expression in quotes and a mark under the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Invalid jmespath expression: %s\n\"%s\"\n%s^", e.Text, e.Expression, strings.Repeat(" ", e.At+1))
}

// symbols, the longest first.
var symbols = []string{"[?", "[]", "||", "&&", "==", "!=", "<=", ">=", ".", "*", "[", "]", "{", "}", "(", ")", ",", ":", "|", "<", ">", "!", "@", "&"}

func lex(text string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(text); {
		if strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
			continue
		}
		t, next, err := lexOne(text, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at = next
	}
	return append(tokens, token{kind: tokenEnd, at: len(text)}), nil
}

func lexOne(text string, at int) (t token, next int, err error) {
	c := text[at]
	switch {
	case c == '_' || isLetter(c):
		next = span(text, at, func(c byte) bool { return c == '_' || isLetter(c) || isDigit(c) })
		return token{tokenName, text[at:next], at}, next, nil
	case isDigit(c) || c == '-':
		return lexNumber(text, at)
	case c == '"' || c == '\'' || c == '`':
		return lexDelimited(text, at)
	}
	for _, symbol := range symbols {
		if strings.HasPrefix(text[at:], symbol) {
			return token{kind: symbol, at: at}, at + len(symbol), nil
		}
	}
	return t, 0, &SyntaxError{text, at, fmt.Sprintf("Unknown token %c:", c)}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

func span(text string, at int, in func(byte) bool) int {
	for at < len(text) && in(text[at]) {
		at++
	}
	return at
}

func lexNumber(text string, at int) (token, int, error) {
	next := span(text, at+1, isDigit)
	var n int
	if _, err := fmt.Sscanf(text[at:next], "%d", &n); err != nil {
		return token{}, 0, &SyntaxError{text, at, fmt.Sprintf("Unknown token '%s'", text[at:next])}
	}
	return token{tokenNumber, n, at}, next, nil
}

// lexDelimited reads "name", 'raw string' and `literal`.
func lexDelimited(text string, at int) (token, int, error) {
	quote := text[at]
	end := at + 1
	for ; end < len(text) && text[end] != quote; end++ {
		if text[end] == '\\' {
			end++
		}
	}
	if end >= len(text) {
		return token{}, 0, &SyntaxError{text, at, fmt.Sprintf("Unclosed %c delimiter:", quote)}
	}
	inner := text[at+1 : end]
	switch quote {
	case '\'':
		return token{tokenLiteral, strings.ReplaceAll(inner, `\'`, `'`), at}, end + 1, nil
	case '`':
		return token{tokenLiteral, literal(inner), at}, end + 1, nil
	}
	name, err := document.Parse([]byte(text[at : end+1]))
	if err != nil {
		return token{}, 0, &SyntaxError{text, at, "" + err.Error() + ":"}
	}
	return token{tokenQuoted, name, at}, end + 1, nil
}

// literal is JSON; anything else is the text of a string.
func literal(inner string) any {
	inner = strings.TrimLeft(strings.ReplaceAll(inner, "\\`", "`"), " \t\r\n")
	if v, err := document.Parse([]byte(inner)); err == nil {
		return v
	}
	if v, err := document.Parse([]byte(`"` + inner + `"`)); err == nil {
		return v
	}
	return inner
}
