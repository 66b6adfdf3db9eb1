package jsonpath

import (
	"errors"
	"fmt"
	"strings"

	"github.com/poterne/poterne/template/javatext"
	"github.com/poterne/poterne/template/jsonv"
)

// A filterParser parses the inside of [?…], parentheses included:
//
//	or      = and { "||" and }
//	and     = operand { "&&" operand }
//	operand = value [ operator value ] | "(" or ")" | "!" operand
type filterParser struct {
	cursor
	parens int
}

func (f *filterParser) parse() expression {
	e := f.or()
	f.skipBlanks()
	if f.more() {
		f.fail("Expected end of filter expression instead of: " + f.text[f.pos:f.end])
	}
	return e
}

func (f *filterParser) or() expression {
	e := f.and()
	if !f.takes("||") {
		return e
	}
	either := anyOf{e}
	for ok := true; ok; ok = f.takes("||") {
		either = append(either, f.and())
	}
	return either
}

func (f *filterParser) and() expression {
	e := f.operand()
	if !f.takes("&&") {
		return e
	}
	all := allOf{e}
	for ok := true; ok; ok = f.takes("&&") {
		all = append(all, f.operand())
	}
	return all
}

// takes moves over text, if that is what follows.
func (f *filterParser) takes(text string) bool {
	f.skipBlanks()
	if !strings.HasPrefix(f.text[f.pos:f.end], text) {
		return false
	}
	f.pos += len(text)
	return true
}

func (f *filterParser) operand() expression {
	if f.parens++; f.parens > maxParens {
		f.broken(fmt.Sprintf("Filter nests deeper than %d", maxParens))
	}
	defer func() { f.parens-- }()
	f.skipBlanks()
	start := f.pos
	if f.takes("!") {
		f.skipBlanks()
		if b := f.current(); b != '@' && b != '$' {
			return negation{f.operand()}
		}
		f.pos = start
	}
	if f.takes("(") {
		e := f.or()
		if !f.takes(")") {
			f.fail("Expected character: )")
		}
		return e
	}
	return f.relation()
}

// relation parses a comparison. What does not go on as one is the test
// whether a path leads somewhere.
func (f *filterParser) relation() expression {
	left := f.value()
	start := f.pos
	if r, ok := f.comparison(left); ok {
		return r
	}
	f.pos = start
	if left.kind != operandPath {
		f.fail("Expected path node")
	}
	return existence{left.path, left.negated}
}

// comparison parses operator and right side. It reports false where Jayway
// takes the left side alone for a test of existence.
func (f *filterParser) comparison(left operand) (e expression, ok bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case invalid:
			if r.fatal {
				panic(r)
			}
			ok = false
		default:
			panic(r)
		}
	}()
	op := f.operator()
	return comparison{left, op, f.value()}, true
}

func isOperatorByte(b byte) bool {
	return b == '<' || b == '>' || b == '=' || b == '~' || b == '!'
}

func (f *filterParser) operator() operator {
	f.skipBlanks()
	start := f.pos
	if isOperatorByte(f.current()) {
		for f.more() && isOperatorByte(f.current()) {
			f.pos++
		}
	} else {
		for f.more() && f.current() != ' ' {
			f.pos++
		}
	}
	name := f.text[start:f.pos]
	op := operatorNamed(strings.ToUpper(name))
	if op == nil {
		f.failAt(start, fmt.Sprintf("Filter operator %s is not supported!", name))
	}
	return op
}

func (f *filterParser) value() operand {
	f.skipBlanks()
	switch b := f.current(); b {
	case '$', '@':
		return f.pathValue(false)
	case '!':
		f.pos++
		f.skipBlanks()
		if b := f.current(); b != '$' && b != '@' {
			f.fail("Unexpected character: !")
		}
		return f.pathValue(true)
	case '\'', '"':
		return f.stringValue(b)
	case 't', 'f':
		return f.boolValue()
	case 'n':
		if !f.takes("null") {
			f.fail("Expected <null> value")
		}
		return operand{kind: operandNull}
	case '{':
		return f.jsonValue('}')
	case '[':
		return f.jsonValue(']')
	case '/':
		return f.patternValue()
	}
	return f.numberValue()
}

// pathValue parses a path up to a blank, an operator or a parenthesis that
// is not its own.
func (f *filterParser) pathValue(negated bool) operand {
	start := f.pos
	f.pos++
	for f.more() {
		if f.current() == '[' {
			closing := f.matching(f.pos, ']', false)
			if closing < 0 {
				f.fail("Square brackets does not match in filter " + f.text)
			}
			f.pos = closing + 1
			continue
		}
		b := f.current()
		if b == ' ' || isOperatorByte(b) || b == ')' && !f.closesCall(start) {
			break
		}
		f.pos++
	}
	p := compile(f.text[start:f.pos], f.base+start, f.nest)
	return operand{kind: operandPath, path: p, negated: negated}
}

// closesCall reports whether the parenthesis at the cursor ends a function
// without parameters in the path from start.
func (f *filterParser) closesCall(start int) bool {
	i := f.pos - 1
	for i > start && f.text[i] == ' ' {
		i--
	}
	return i > start && f.text[i] == '(' && strings.Contains(f.text[start+1:i], ".")
}

func (f *filterParser) stringValue(quote byte) operand {
	start := f.pos
	closing := f.unescaped(start, quote)
	if closing < 0 {
		f.fail(fmt.Sprintf("String literal does not have matching quotes. Expected %c in %s", quote, f.text))
	}
	f.pos = closing + 1
	return operand{kind: operandString, text: unescape(f.text[start+1 : closing])}
}

func (f *filterParser) boolValue() operand {
	switch {
	case f.takes("true"):
		return operand{kind: operandBool, yes: true}
	case f.takes("false"):
		return operand{kind: operandBool}
	}
	f.fail("Expected boolean literal")
	return operand{}
}

// jsonValue parses a JSON text. It is read at each comparison in Jayway; that
// it cannot be read is an error of the evaluation.
func (f *filterParser) jsonValue(closing byte) operand {
	start := f.pos
	end := f.matching(start, closing, false)
	if end < 0 {
		f.fail("String not closed. Expected ' in " + f.text)
	}
	f.pos = end + 1
	text := f.text[start:f.pos]
	v, err := jsonv.Parse(text)
	if err != nil {
		return operand{kind: operandJSON, text: text, literal: true, bad: &EvalError{err.Error()}}
	}
	return operand{kind: operandJSON, text: text, literal: true, value: v}
}

// patternValue parses /…/ and flags.
func (f *filterParser) patternValue() operand {
	start := f.pos
	closing := f.unescaped(start, '/')
	if closing < 0 {
		f.fail("Pattern not closed. Expected / in " + f.text)
	}
	f.pos = closing + 1
	flags := ""
	for f.more() && strings.IndexByte("dixmsuU", f.current()) >= 0 {
		flags += string(f.current())
		f.pos++
	}
	pattern := f.text[start+1 : closing]
	if flags != "" {
		pattern = "(?" + flags + ")" + pattern
	}
	re, err := javatext.CompileRegex(pattern)
	if err != nil {
		var se *javatext.SyntaxError
		if errors.As(err, &se) {
			f.pos = start
			f.broken(se.Error())
		}
	}
	return operand{kind: operandPattern, pattern: re}
}

func (f *filterParser) numberValue() operand {
	start := f.pos
	for f.more() && strings.IndexByte("0123456789-.eE", f.current()) >= 0 {
		f.pos++
	}
	n, ok := parseNumber(f.text[start:f.pos])
	if !ok {
		f.pos = start
		f.broken(fmt.Sprintf("Failed to parse filter: %s, error on position: %d, char: %c", f.text, f.base+start, f.text[start]))
	}
	return operand{kind: operandNumber, number: n}
}
