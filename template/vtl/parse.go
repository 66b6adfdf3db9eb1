package vtl

import (
	"fmt"
	"strings"
)

// parser is a recursive-descent parser over the lexer's tokens, after the
// grammar of Velocity 1.7. Errors travel as panics of *Error to parse.
type parser struct {
	name, src string
	base      int // offset of src within the template that errors point into
	whole     string
	lex       lexer
	ahead     []token // tokens read and not consumed
	end       int     // of the last token consumed
	depth     int
	late      *Error  // found behind the parser, by Velocity's order
	taken     []token // by the #literal that is being read
	taking    bool
}

// parse parses a template, or the text of a string literal at base of whole.
func parse(name, whole, src string, base, depth int) (body []statement, err *Error) {
	p := &parser{name: name, src: src, base: base, whole: whole, lex: lexer{src: src}, depth: depth}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			body, err = nil, e
		}
	}()
	body = p.statements()
	p.expect(tEOF)
	return body, p.late
}

func (p *parser) fail(offset int, format string, args ...any) {
	panic(locate(ParseError, p.name, p.whole, p.base+offset, fmt.Sprintf(format, args...)))
}

// failLater is for what Velocity finds out when the whole template is parsed.
func (p *parser) failLater(offset int, format string, args ...any) {
	p.postpone(locate(ExecError, p.name, p.whole, p.base+offset, fmt.Sprintf(format, args...)))
}

func (p *parser) postpone(err *Error) {
	if p.late == nil {
		p.late = err
	}
}

// peek returns token i of those to come.
func (p *parser) peek(i int) token {
	for len(p.ahead) <= i {
		t, ok := p.lex.next()
		if !ok {
			p.fail(t.start, "%s does not fit here", p.shown(t.start))
		}
		p.ahead = append(p.ahead, t)
	}
	return p.ahead[i]
}

// shown is the character at offset, for a message.
func (p *parser) shown(offset int) string {
	if offset >= len(p.src) {
		return "the end of the template"
	}
	for _, r := range p.src[offset:] {
		return fmt.Sprintf("%q", r)
	}
	return ""
}

func (p *parser) next() token {
	t := p.peek(0)
	p.ahead = p.ahead[1:]
	p.end = t.end
	if p.taking {
		p.taken = append(p.taken, t)
	}
	return t
}

// at is the place of a token in the template.
func (p *parser) at(t token) at { return at(p.base + t.start) }

func (p *parser) is(k kind) bool { return p.peek(0).kind == k }

func (p *parser) expect(k kind) token {
	t := p.peek(0)
	if t.kind != k {
		p.fail(t.start, "found %s, want %s", kindNames[t.kind], kindNames[k])
	}
	return p.next()
}

func (p *parser) skipSpace() {
	if p.is(tSpace) {
		p.next()
	}
}

func (p *parser) image(t token) string { return p.src[t.start:t.end] }

// enter counts nesting; leave undoes it.
func (p *parser) enter(offset int) {
	if p.depth++; p.depth > maxNesting {
		panic(locate(LimitError, p.name, p.whole, p.base+offset,
			fmt.Sprintf("more than %d directives and expressions within one another", maxNesting)))
	}
}

func (p *parser) leave() { p.depth-- }

// statements reads until a token that begins none.
func (p *parser) statements() []statement {
	p.enter(p.lex.pos)
	defer p.leave()
	var list []statement
	for {
		t := p.peek(0)
		switch t.kind {
		case tIf:
			list = append(list, p.ifStatement())
		case tIdentifier:
			list = append(list, p.printed())
		case tRefOpen:
			if p.peek(1).kind == tIdentifier {
				list = append(list, p.printed())
				continue
			}
			list = p.text(list)
		case tLineComment, tBlockComment:
			p.next()
			list = append(list, textStatement{p.at(t), t.special})
		case tTextBlock:
			p.next()
			image := p.image(t)
			list = append(list, textStatement{p.at(t), image[len("#[[") : len(image)-len("]]#")]})
		case tSet:
			list = append(list, p.setStatement())
		case tEscapedDirective:
			p.next()
			list = append(list, textStatement{p.at(t), escapedDirective(p.image(t))})
		case tDoubleEscape:
			list = append(list, p.doubleEscapes())
		case tWord, tBracketedWord:
			list = p.directive(list)
		case tText, tDot, tEmptyIndex, tParenClose, tParenOpen, tInteger, tFloat, tString, tEscape, tRefClose:
			list = p.text(list)
		default:
			return list
		}
	}
}

// text adds a token that stands for itself.
func (p *parser) text(list []statement) []statement {
	t := p.next()
	return append(list, textStatement{p.at(t), t.special + p.image(t)})
}

func (p *parser) printed() statement {
	ref := p.reference()
	return printStatement{ref.at, ref}
}

func (p *parser) ifStatement() statement {
	start := p.next()
	s := ifStatement{at: p.at(start)}
	s.branches = append(s.branches, p.branch())
	for p.is(tElseIf) {
		p.next()
		s.branches = append(s.branches, p.branch())
	}
	if p.is(tElse) {
		p.next()
		s.otherwise = p.statements()
	}
	p.expectEnd(start)
	return s
}

func (p *parser) expectEnd(start token) {
	if p.is(tEOF) {
		p.fail(start.start, "%s has no #end", p.image(start))
	}
	p.expect(tEnd)
}

func (p *parser) branch() branch {
	p.skipSpace()
	p.expect(tParenOpen)
	cond := p.expression()
	p.expect(tParenClose)
	return branch{cond, p.statements()}
}

func (p *parser) setStatement() statement {
	start := p.next()
	p.skipSpace()
	first := p.peek(0)
	target := p.reference()
	if len(target.steps) == 0 {
		target.root = p.assigned(first)
	}
	p.skipSpace()
	p.expect(tAssign)
	value := p.expression()
	p.expect(tParenClose)
	p.lex.inSet = false
	return setStatement{p.at(start), target, value}
}

// assigned is the variable that #set and #define set: the first token without
// its "$". So ${a} and $!a, which are names of no variable, set none.
func (p *parser) assigned(first token) string {
	image := p.image(first)
	return image[strings.LastIndexByte(image, '$')+1:]
}

// doubleEscapes reads \\ \\ ..: each pair prints one backslash before a
// directive and two before anything else.
func (p *parser) doubleEscapes() statement {
	start := p.at(p.peek(0))
	count := 0
	for p.is(tDoubleEscape) {
		p.next()
		count++
	}
	one := `\\`
	if p.beginsDirective(p.peek(0)) {
		one = `\`
	}
	text := ""
	for range count {
		text += one
	}
	return textStatement{start, text}
}

func (p *parser) beginsDirective(t token) bool {
	switch t.kind {
	case tIf, tElse, tElseIf, tEnd:
		return true
	case tEOF:
		return false
	}
	image := p.image(t)
	return image != "" && isDirective(unbracket(image[1:]))
}

// reference reads $a.b, ${a.b} or, inside of arguments, a bare a.b.
func (p *parser) reference() *reference {
	first := p.peek(0)
	if first.kind == tRefOpen {
		p.next()
		name := p.expect(tIdentifier)
		ref := p.newReference(first, p.image(name))
		p.steps(ref)
		p.expect(tRefClose)
		ref.finish(p.image(first), p.src[first.end:p.end])
		return ref
	}
	name := p.expect(tIdentifier)
	ref := p.newReference(name, "")
	p.steps(ref)
	ref.finish(p.image(name), p.src[name.end:p.end])
	return ref
}

func (p *parser) newReference(first token, root string) *reference {
	return &reference{at: p.at(first), root: root}
}

// steps reads what follows the name of a reference.
func (p *parser) steps(ref *reference) {
	p.indexes(ref)
	for p.is(tDot) && p.peek(1).kind == tIdentifier {
		p.next()
		ref.steps = append(ref.steps, p.member())
		p.indexes(ref)
	}
}

func (p *parser) indexes(ref *reference) {
	for p.is(tIndexOpen) {
		t := p.next()
		p.skipSpace()
		arg := p.indexArgument()
		p.skipSpace()
		p.expect(tIndexClose)
		ref.steps = append(ref.steps, step{at: p.at(t), kind: stepIndex, args: []*expression{arg}})
	}
}

// member reads a property or a method call.
func (p *parser) member() step {
	name := p.next()
	s := step{at: p.at(name), name: p.image(name)}
	if !p.is(tParenOpen) || !beginsArguments(p.peek(1).kind) {
		return s
	}
	p.next()
	s.kind = stepMethod
	if p.is(tSpace) && p.peek(1).kind == tCallClose {
		p.fail(p.peek(1).start, "an argument is missing") // $a.b( )
	}
	if !p.is(tCallClose) {
		s.args = p.parameters(s.args)
	}
	p.expect(tCallClose)
	return s
}

func beginsArguments(k kind) bool {
	switch k {
	case tSpace, tString, tInteger, tFloat, tBracketOpen, tCurlyOpen, tTrue, tFalse, tIdentifier, tRefOpen, tCallClose:
		return true
	}
	return false
}
