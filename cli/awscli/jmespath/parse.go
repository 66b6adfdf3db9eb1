package jmespath

import "fmt"

// power is how strongly a token binds what is on its left.
var power = map[string]int{
	"|": 1, "||": 2, "&&": 3,
	"==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
	"[]": 9, "*": 20, "[?": 21, ".": 40, "!": 45, "{": 50, "[": 55, "(": 60,
}

// Below projectionStop a token ends the projection on its left.
const projectionStop = 10

type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
}

// maxDepth bounds how deep an expression nests.
const maxDepth = 500

// Compile reads an expression. Its errors are of type *SyntaxError.
func Compile(text string) (*Expression, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	root, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.kind() != tokenEnd {
		return nil, p.unexpected()
	}
	return &Expression{root}, nil
}

func (p *parser) kind() string { return p.tokens[p.at].kind }

func (p *parser) ahead() string { return p.tokens[min(p.at+1, len(p.tokens)-1)].kind }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) accept(kind string) bool {
	if p.kind() != kind {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(kind string) error {
	if !p.accept(kind) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) unexpected() error {
	t := p.tokens[p.at]
	what := fmt.Sprintf("Parse error at column %d, token \"%v\" (%s), for expression:", t.at, t.value, t.kind)
	if t.kind == tokenEnd {
		what = "Incomplete expression:"
	} else if t.value == nil {
		what = fmt.Sprintf("Parse error at column %d, token \"%s\", for expression:", t.at, t.kind)
	}
	return &SyntaxError{p.text, t.at, what}
}

func (p *parser) expression(bind int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return node{}, &SyntaxError{p.text, p.tokens[p.at].at, "it nests too deep:"}
	}
	defer func() { p.depth-- }()
	left, err := p.prefix()
	for err == nil && bind < power[p.kind()] {
		left, err = p.infix(left)
	}
	return left, err
}

// prefix reads what can begin an expression.
func (p *parser) prefix() (node, error) {
	at := p.at
	t := p.next()
	switch t.kind {
	case tokenLiteral:
		return constant(t.value), nil
	case tokenName, tokenQuoted:
		name, _ := t.value.(string)
		if t.kind == tokenQuoted && p.kind() == "(" {
			return node{}, p.unexpected()
		}
		return field(name), nil
	case "@":
		return identity, nil
	case "*":
		return p.wildcard(identity)
	case "[?":
		return p.filter(identity)
	case "[]":
		return p.flattened(identity)
	case "[":
		return p.bracket()
	case "{":
		return p.hash()
	case "(":
		inner, err := p.expression(0)
		if err != nil {
			return node{}, err
		}
		inner.name = ""
		return inner, p.expect(")")
	case "!":
		of, err := p.expression(power["!"])
		return not(of), err
	case "&":
		of, err := p.expression(0)
		return constant(expref(of.eval)), err
	}
	p.at = at
	return node{}, p.unexpected()
}

// infix reads what follows left.
func (p *parser) infix(left node) (node, error) {
	t := p.next()
	switch t.kind {
	case ".":
		return p.dot(left)
	case "|":
		return p.binary(left, t, chain)
	case "||":
		return p.binary(left, t, or)
	case "&&":
		return p.binary(left, t, and)
	case "(":
		return p.call(left)
	case "[?":
		return p.filter(left)
	case "[]":
		return p.flattened(left)
	case "[":
		return p.indexed(left)
	}
	if comparator, ok := comparators[t.kind]; ok {
		return p.binary(left, t, func(l, r node) node { return compare(l, r, comparator) })
	}
	p.at--
	return node{}, p.unexpected()
}

func (p *parser) binary(left node, t token, join func(l, r node) node) (node, error) {
	right, err := p.expression(power[t.kind])
	return join(left, right), err
}

func (p *parser) dot(left node) (node, error) {
	if p.accept("*") {
		right, err := p.projected(power["."])
		return project(left, right, valuesOf), err
	}
	right, err := p.afterDot(power["."])
	return chain(left, right), err
}

func (p *parser) wildcard(left node) (node, error) {
	if p.kind() == "]" {
		return project(left, identity, valuesOf), nil
	}
	right, err := p.projected(power["*"])
	return project(left, right, valuesOf), err
}

func (p *parser) filter(left node) (node, error) {
	condition, err := p.expression(0)
	if err != nil {
		return node{}, err
	}
	if err := p.expect("]"); err != nil {
		return node{}, err
	}
	right := identity
	if p.kind() != "[]" {
		right, err = p.projected(power["[?"])
	}
	return filter(left, condition, right), err
}

func (p *parser) flattened(left node) (node, error) {
	right, err := p.projected(power["[]"])
	return project(flatten(left), right, elementsOf), err
}

// bracket reads [0], [1:2], [*] and [a, b] at the beginning.
func (p *parser) bracket() (node, error) {
	switch {
	case p.kind() == tokenNumber || p.kind() == ":", p.kind() == "*" && p.ahead() == "]":
		return p.indexed(identity)
	}
	return p.list()
}

// indexed reads what follows [ behind left: an index, a slice or a wildcard.
func (p *parser) indexed(left node) (node, error) {
	if p.kind() != tokenNumber && p.kind() != ":" {
		if err := p.expect("*"); err != nil {
			return node{}, err
		}
		if err := p.expect("]"); err != nil {
			return node{}, err
		}
		right, err := p.projected(power["*"])
		return project(left, right, elementsOf), err
	}
	if p.kind() == tokenNumber && p.ahead() == "]" {
		i, _ := p.next().value.(int)
		return chain(left, index(i)), p.expect("]")
	}
	b, err := p.bounds()
	if err != nil {
		return node{}, err
	}
	right, err := p.projected(power["*"])
	return project(chain(left, slice(b)), right, elementsOf), err
}

func (p *parser) bounds() (b bounds, err error) {
	for part := 0; p.kind() != "]"; {
		switch t := p.tokens[p.at]; t.kind {
		case ":":
			if part++; part > 2 {
				return b, p.unexpected()
			}
			p.next()
		case tokenNumber:
			n, _ := t.value.(int)
			if b[part] != nil || part == 2 && n == 0 {
				return b, p.unexpected()
			}
			b[part] = &n
			p.next()
		default:
			return b, p.unexpected()
		}
	}
	return b, p.expect("]")
}

// projected reads what a projection applies to each element.
func (p *parser) projected(bind int) (node, error) {
	switch kind := p.kind(); {
	case power[kind] < projectionStop:
		return identity, nil
	case kind == "[" || kind == "[?":
		return p.expression(bind)
	case p.accept("."):
		return p.afterDot(bind)
	}
	return node{}, p.unexpected()
}

func (p *parser) afterDot(bind int) (node, error) {
	switch p.kind() {
	case tokenName, tokenQuoted, "*":
		return p.expression(bind)
	case "[":
		p.next()
		return p.list()
	case "{":
		p.next()
		return p.hash()
	}
	return node{}, p.unexpected()
}

func (p *parser) list() (node, error) {
	parts, err := p.separated("]", func() (node, error) { return p.expression(0) })
	return selectList(parts), err
}

// separated reads what element reads, with commas between, up to end.
func (p *parser) separated(end string, element func() (node, error)) (parts []node, err error) {
	for {
		part, err := element()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if p.accept(end) {
			return parts, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

func (p *parser) hash() (node, error) {
	var names []string
	parts, err := p.separated("}", func() (node, error) {
		if p.kind() != tokenName && p.kind() != tokenQuoted {
			return node{}, p.unexpected()
		}
		name, _ := p.next().value.(string)
		names = append(names, name)
		if err := p.expect(":"); err != nil {
			return node{}, err
		}
		return p.expression(0)
	})
	return selectHash(names, parts), err
}

// call reads the arguments of the function that left names.
func (p *parser) call(left node) (node, error) {
	if left.name == "" {
		p.at--
		return node{}, p.unexpected()
	}
	if p.accept(")") {
		return invoke(left.name, nil), nil
	}
	args, err := p.separated(")", func() (node, error) { return p.expression(0) })
	return invoke(left.name, args), err
}
