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
		return p.literalDirective(start)
	case "break":
		return breakStatement{p.at(start)}
	default:
		return stopStatement{p.at(start)}
	}
}

// argument is what stands in the parentheses of a directive: a bare word, or
// an expression.
type argument struct {
	at
	word string
	expr *expression
}

// directive reads #name, with arguments if a "(" follows.
func (p *parser) directive(list []statement) []statement {
	start := p.next()
	name := unbracket(p.image(start)[1:])
	known := isDirective(name)
	p.lex.mode = modeDirective
	end := start.end
	var args []argument
	if p.parenthesisFollows() {
		args, end = p.directiveArguments(name, known)
	} else {
		p.lex.pop()
	}
	if strings.HasPrefix(name, "@") {
		p.statements() // a macro call with a body, which is text here
		p.expectEnd(start)
		end = p.end
	}
	if !known {
		return append(list, textStatement{p.at(start), start.special + p.src[start.start:end]})
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
	return argument{at: p.at(t), expr: p.operand()}
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

func (p *parser) foreachDirective(start token, args []argument) statement {
	if len(args) < 3 || args[0].expr == nil || args[0].expr.kind != exReference || args[1].word == "" || args[2].expr == nil {
		p.fail(start.start, "#foreach needs ($variable in list)")
	}
	body := p.statements()
	p.expectEnd(start)
	if len(args) > 3 {
		body = fourthArgument(args[3]) // Velocity takes it for the body
	}
	return foreachStatement{p.at(start), args[0].expr.ref.root, args[2].expr, body}
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
	if len(args) != 1 || args[0].expr.kind != exReference {
		p.fail(start.start, "#define needs ($variable)")
	}
	return defineStatement{p.at(start), args[0].expr.ref.root, body}
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
func (p *parser) literalDirective(start token) statement {
	from := p.peek(0).start
	p.statements()
	to := p.peek(0).start
	p.expectEnd(start)
	return textStatement{p.at(start), p.src[from:to]}
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
