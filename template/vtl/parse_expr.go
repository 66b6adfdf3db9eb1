package vtl

import (
	"errors"
	"math/big"
	"strconv"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// levels are the operators by precedence, loosest first.
var levels = []struct {
	kind expressionKind
	ops  []kind
}{
	{exOr, []kind{tOr}},
	{exAnd, []kind{tAnd}},
	{exEquality, []kind{tEqual, tNotEqual}},
	{exRelation, []kind{tLess, tGreater, tLessEqual, tGreaterEqual}},
	{exSum, []kind{tPlus, tMinus}},
	{exProduct, []kind{tMultiply, tDivide, tModulus}},
}

func (p *parser) expression() *expression { return p.level(0) }

// level reads a chain of operators of one precedence.
func (p *parser) level(i int) *expression {
	if i == len(levels) {
		return p.unary()
	}
	start := p.peek(0)
	first := p.level(i + 1)
	var chain *expression
	for {
		op := p.peek(0).kind
		if !contains(levels[i].ops, op) {
			break
		}
		p.next()
		if chain == nil {
			chain = &expression{at: first.at, kind: levels[i].kind, args: []*expression{first}}
		}
		chain.ops = append(chain.ops, op)
		chain.args = append(chain.args, p.level(i+1))
	}
	if chain == nil {
		return first
	}
	chain.source = chain.args[len(chain.args)-1].raw
	chain.raw = p.src[start.start:p.end]
	return chain
}

func contains(list []kind, k kind) bool {
	for _, x := range list {
		if x == k {
			return true
		}
	}
	return false
}

func (p *parser) unary() *expression {
	first := p.peek(0)
	t := first
	if t.kind == tSpace {
		t = p.peek(1)
	}
	if t.kind != tNot {
		return p.primary()
	}
	p.enter(t.start)
	defer p.leave()
	p.skipSpace()
	p.next()
	e := &expression{at: p.at(t), kind: exNot, args: []*expression{p.unary()}}
	e.source = p.src[first.start:p.end]
	e.raw = e.source
	return e
}

// primary reads an operand or a parenthesis, with the space around it.
func (p *parser) primary() *expression {
	first := p.peek(0)
	p.skipSpace()
	start := p.peek(0)
	var e *expression
	if start.kind == tParenOpen {
		p.enter(start.start)
		p.next()
		e = p.expression()
		e.source = p.src[start.end:p.end]
		p.expect(tParenClose)
		p.leave()
	} else {
		e = p.operand()
		e.source = p.src[start.start:p.end]
	}
	p.skipSpace()
	e.raw = p.src[first.start:p.end]
	return e
}

// operand reads a literal or a reference.
func (p *parser) operand() *expression {
	t := p.peek(0)
	e := &expression{at: p.at(t)}
	switch t.kind {
	case tString:
		p.next()
		p.stringLiteral(e, t)
	case tInteger:
		p.next()
		e.value = p.integerLiteral(t)
	case tFloat:
		p.next()
		e.value = p.floatLiteral(t)
	case tTrue, tFalse:
		p.next()
		e.value = jsonv.Bool(t.kind == tTrue)
	case tIdentifier, tRefOpen:
		e.kind = exReference
		e.ref = p.reference()
	case tBracketOpen:
		p.listOrRange(e)
	case tCurlyOpen:
		p.mapLiteral(e)
	default:
		p.fail(t.start, "found %s, want a value", kindNames[t.kind])
	}
	return e
}

// parameter is an operand with space around it.
func (p *parser) parameter() *expression {
	p.skipSpace()
	e := p.operand()
	p.skipSpace()
	return e
}

func (p *parser) parameters(list []*expression) []*expression {
	list = append(list, p.parameter())
	for p.is(tComma) {
		p.next()
		list = append(list, p.parameter())
	}
	return list
}

// indexArgument is what may stand in $a[ ]: no floats, lists or maps.
func (p *parser) indexArgument() *expression {
	switch t := p.peek(0); t.kind {
	case tString, tInteger, tTrue, tFalse, tIdentifier, tRefOpen:
		p.enter(t.start)
		defer p.leave()
		return p.operand()
	default:
		p.fail(t.start, "found %s, want an index", kindNames[t.kind])
	}
	return nil
}

// listOrRange reads [a, b] or [a..b].
func (p *parser) listOrRange(e *expression) {
	p.enter(e.offset() - p.base)
	defer p.leave()
	p.next()
	if p.is(tBracketClose) {
		p.next()
		e.kind = exList
		return
	}
	e.args = append(e.args, p.parameter())
	if p.is(tDoubleDot) {
		p.rangeEnd(e)
		return
	}
	e.kind = exList
	for p.is(tComma) {
		p.next()
		e.args = append(e.args, p.parameter())
	}
	p.expect(tBracketClose)
}

func (p *parser) rangeEnd(e *expression) {
	p.checkBound(e.args[0])
	p.next()
	to := p.parameter()
	p.checkBound(to)
	p.expect(tBracketClose)
	e.kind = exRange
	e.args = append(e.args, to)
}

// checkBound refuses what Velocity's grammar does not take in a range.
func (p *parser) checkBound(e *expression) {
	if e.kind == exReference || e.kind == exConstant && e.value.IsInteger() {
		return
	}
	p.fail(e.offset()-p.base, "a range goes from and to an integer or a reference")
}

func (p *parser) mapLiteral(e *expression) {
	p.enter(e.offset() - p.base)
	defer p.leave()
	p.next()
	e.kind = exMap
	if p.is(tSpace) && (p.peek(1).kind == tCurlyClose || p.peek(1).kind == tRefClose) {
		p.next()
	} else if !p.is(tCurlyClose) && !p.is(tRefClose) {
		p.mapEntries(e)
	}
	if p.is(tRefClose) {
		p.next()
		return
	}
	p.expect(tCurlyClose)
}

func (p *parser) mapEntries(e *expression) {
	for {
		e.args = append(e.args, p.parameter())
		p.expect(tColon)
		e.args = append(e.args, p.parameter())
		if !p.is(tComma) {
			return
		}
		p.next()
	}
}

// integerLiteral is an Integer, Long or BigInteger by size. Velocity's token
// of a number takes the # of an unfinished directive along, and then is none.
func (p *parser) integerLiteral(t token) Value {
	image := p.image(t)
	if n, err := strconv.ParseInt(image, 10, 64); err == nil {
		return jsonv.Integer(n)
	}
	n, ok := new(big.Int).SetString(image, 10)
	if !ok {
		p.fail(t.start, "%s is no number", image)
	}
	return jsonv.FromBigInt(jsonv.NewBigInt(n))
}

func (p *parser) floatLiteral(t token) Value {
	f, err := strconv.ParseFloat(p.image(t), 64)
	if errors.Is(err, strconv.ErrSyntax) {
		p.fail(t.start, "%s is no number", p.image(t))
	}
	return jsonv.Double(f)
}

// stringLiteral reads 'text' or "text with $references". A double-quoted
// string is a template of its own.
func (p *parser) stringLiteral(e *expression, t token) {
	image := p.image(t)
	quote := image[:1]
	text := image[1 : len(image)-1]
	if quote == `"` {
		text = p.unescapeUnicode(text, t.start)
	}
	text = strings.ReplaceAll(text, quote+quote, quote)
	if quote == "'" || !strings.ContainsAny(text, "$#") {
		e.value = jsonv.String(text)
		return
	}
	p.interpolated(e, t, text)
}

// interpolated parses the text of a string. Velocity adds a blank, so that a
// "$" at the end is none at the end of a template, and takes the last
// character off the output again; with a line comment in it, it does not.
func (p *parser) interpolated(e *expression, t token, text string) {
	p.enter(t.start)
	defer p.leave()
	e.kind = exString
	e.keep = strings.Contains(text, "##")
	if !e.keep {
		text += " "
	}
	body, err := parse(p.name, p.whole, text, p.base+t.start+1, p.depth)
	if err != nil {
		p.postpone(err)
	}
	e.body = body
}

// unescapeUnicode replaces \uXXXX, the one escape that strings know. Anything
// else behind \u is an error, if only when Velocity initialises the template.
func (p *parser) unescapeUnicode(s string, offset int) string {
	i := strings.Index(s, `\u`)
	if i < 0 {
		return s
	}
	var out []byte
	for ; i >= 0; i = strings.Index(s, `\u`) {
		unit, ok := hexUnit(s[i+2:])
		if !ok {
			p.failLater(offset, `four hexadecimal digits must follow \u in a string`)
			return ""
		}
		out = jsonv.AppendUTF16(append(out, s[:i]...), unit)
		s = s[i+6:]
	}
	return string(append(out, s...))
}

// hexUnit is Java's parseInt, which takes a sign.
func hexUnit(s string) (uint16, bool) {
	if len(s) < 4 {
		return 0, false
	}
	n, err := strconv.ParseInt(s[:4], 16, 32)
	return uint16(n), err == nil && !strings.Contains(s[:4], "_")
}
