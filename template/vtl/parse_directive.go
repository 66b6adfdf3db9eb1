package vtl

import "strings"

// isDirective reports the names that Velocity knows in API Gateway's set-up;
// any other #name is text.
func isDirective(name string) bool {
	switch name {
	case "foreach", "define", "macro", "literal", "break", "stop":
		return true
	}
	return false
}

// isBlockDirective reports those that have a body when they have parentheses.
func isBlockDirective(name string) bool {
	return name == "foreach" || name == "define" || name == "literal"
}

// knownDirective reads what follows the arguments of a directive, and answers
// with nil for one that prints nothing.
func (p *parser) knownDirective(name string, start token, args []argument) statement {
	switch name {
	case "foreach":
		return p.foreachDirective(start, args)
	case "define":
		return p.defineDirective(start, args)
	case "macro":
		return p.macroDirective(start, args)
	case "literal":
		return p.literalDirective(start, args)
	case "break":
		if p.atMostOne(start, args) {
			return breakStatement{p.at(start), args[0].expr}
		}
		return breakStatement{at: p.at(start)}
	default:
		p.atMostOne(start, args) // a message for the log
		return stopStatement{p.at(start)}
	}
}

// atMostOne reports whether #break or #stop has its one argument.
func (p *parser) atMostOne(start token, args []argument) bool {
	if len(args) > 1 {
		p.failLater(start.start, "%s takes one argument", p.image(start))
	}
	return len(args) == 1
}

// argument is what stands in the parentheses of a directive: a bare word, or
// an expression.
type argument struct {
	at
	word     string
	expr     *expression
	source   string
	assigned string // the variable that a #define of it sets
}

// directive reads #name, with arguments if a "(" follows.
func (p *parser) directive(list []statement) []statement {
	start := p.next()
	name := unbracket(p.image(start)[1:])
	known := isDirective(name)
	p.lex.mode = modeDirective
	end := start.end
	var args []argument
	text := p.image(start) + p.literal(withoutSpecials, func() {
		if !p.parenthesisFollows() {
			p.lex.pop()
			return
		}
		args, end = p.directiveArguments(name, known)
		if strings.HasPrefix(name, "@") {
			p.statements() // a macro call with a body, which is text here
			p.expectEnd(start)
		}
	})
	if !known {
		return append(list, textStatement{p.at(start), text})
	}
	if isBlockDirective(name) && end == start.end {
		p.failLater(start.start, "#%s needs parentheses", name)
		return list // and it has no body
	}
	if s := p.knownDirective(name, start, args); s != nil {
		return append(list, s)
	}
	return list
}

// unbracket takes the curly brackets off {name}.
func unbracket(name string) string {
	if strings.HasPrefix(name, "{") && strings.HasSuffix(name, "}") {
		return name[1 : len(name)-1]
	}
	return name
}

func (p *parser) parenthesisFollows() bool {
	rest := p.src[p.lex.pos:]
	return strings.HasPrefix(rest[spaces(rest):], "(")
}

// directiveArguments reads ( a b, c ) and returns the end of the token ")",
// which may include a newline.
func (p *parser) directiveArguments(name string, known bool) (args []argument, end int) {
	p.skipSpace()
	p.expect(tParenOpen)
	for p.moreArguments() {
		p.skipSpace()
		if p.is(tComma) {
			p.next()
			p.skipSpace()
		}
		args = append(args, p.directiveArgument())
		if known {
			p.checkWord(name, args)
		}
	}
	p.skipSpace()
	return args, p.expect(tParenClose).end
}

// moreArguments looks at most two tokens ahead, as Velocity's parser does.
func (p *parser) moreArguments() bool {
	t := p.peek(0)
	if t.kind == tSpace {
		t = p.peek(1)
	}
	return t.kind == tComma || beginsDirectiveArgument(t.kind)
}

func beginsDirectiveArgument(k kind) bool {
	switch k {
	case tIdentifier, tRefOpen, tWord, tString, tInteger, tFloat, tBracketOpen, tCurlyOpen, tTrue, tFalse:
		return true
	}
	return false
}

func (p *parser) directiveArgument() argument {
	t := p.peek(0)
	if t.kind == tWord {
		p.next()
		return argument{at: p.at(t), word: p.image(t)}
	}
	e := p.operand()
	return argument{at: p.at(t), expr: e, source: p.src[t.start:p.end], assigned: p.assigned(t)}
}

// checkWord refuses bare words but where a directive wants one: the name of a
// #macro, the "in" of a #foreach.
func (p *parser) checkWord(name string, args []argument) {
	i := len(args) - 1
	isWord := args[i].word != ""
	switch {
	case name == "macro" && i == 0:
		if !isWord {
			p.fail(args[i].offset()-p.base, "the first argument of #macro must be a word")
		}
	case isWord && (name != "foreach" || i != 1):
		p.fail(args[i].offset()-p.base, "argument %d of #%s must not be a bare word", i+1, name)
	}
}

// foreachDirective reads the body of a #foreach. Velocity counts on three
// arguments and the body: fewer fail when the loop runs, a fourth one is taken
// for the body.
func (p *parser) foreachDirective(start token, args []argument) statement {
	body := p.statements()
	p.expectEnd(start)
	switch len(args) {
	case 0, 1:
		return failStatement{p.at(start), "#foreach needs ($variable in list)"}
	case 2:
		return nil // the body is the list
	case 3:
	default:
		body = fourthArgument(args[3])
	}
	if args[2].expr == nil || args[0].expr == nil {
		return nil
	}
	variable := args[0].assigned
	if ref := args[0].expr.ref; ref != nil {
		variable = ref.root
	}
	return foreachStatement{p.at(start), variable, args[2].expr, body}
}

func fourthArgument(a argument) []statement {
	if a.expr != nil && a.expr.kind == exReference {
		return []statement{printStatement{a.at, a.expr.ref}}
	}
	return nil
}

func (p *parser) defineDirective(start token, args []argument) statement {
	body := p.statements()
	p.expectEnd(start)
	if len(args) != 1 {
		p.failLater(start.start, "#define needs ($variable)")
		return nil
	}
	return defineStatement{p.at(start), args[0].assigned, body}
}

// macroDirective swallows the definition: API Gateway registers none.
func (p *parser) macroDirective(start token, args []argument) statement {
	if len(args) == 0 {
		p.fail(start.start, "#macro needs a name")
	}
	p.statements()
	p.expectEnd(start)
	return nil
}

// literalDirective prints its body as it is written.
func (p *parser) literalDirective(start token, args []argument) statement {
	from := p.peek(0).start
	text := p.literal(withSpecials, func() { p.statements() })
	if p.peek(0).start == from && len(args) == 0 {
		p.failLater(start.start, "#literal has no body")
	}
	p.expectEnd(start)
	if len(args) > 0 {
		text = args[0].source
	}
	return textStatement{p.at(start), text}
}

// specials says whether a "$" or "#" before a token, which led nowhere, prints.
type specials bool

const (
	withSpecials    specials = true  // in the body of a #literal
	withoutSpecials specials = false // in what is no directive
)

// literal returns what read reads as Velocity prints it back: the images of the
// tokens.
func (p *parser) literal(with specials, read func()) string {
	outer, wasTaking := p.taken, p.taking
	p.taken, p.taking = nil, true
	read()
	var text strings.Builder
	for _, t := range p.taken {
		if with == withSpecials {
			text.WriteString(t.special)
		}
		text.WriteString(p.literalImage(t))
	}
	p.taken, p.taking = append(outer, p.taken...), wasTaking
	return text.String()
}

// literalImage is the image of a token without what a reference takes off it:
// backslashes, and what stands before the last "$".
func (p *parser) literalImage(t token) string {
	image := p.image(t)
	if t.kind == tEscapedDirective {
		return escapedDirective(image)
	}
	dollar := strings.LastIndexByte(image, '$')
	if t.kind != tIdentifier && t.kind != tRefOpen || dollar < 0 || strings.Contains(image, `\!`) {
		return image
	}
	return image[dollar:]
}

// escapedDirective is what \#name prints: before a directive that exists half
// of the backslashes go, else none.
func escapedDirective(image string) string {
	last := strings.LastIndexByte(image, '\\')
	name := unbracket(image[last+2:])
	switch name {
	case "if", "end", "set", "else", "elseif", "stop":
	default:
		if !isDirective(name) {
			return image
		}
	}
	return image[:last/2] + image[last+1:]
}
