package vtl

import (
	"slices"
	"strings"

	"github.com/poterne/poterne/template/jsonv"
)

// compiler lowers the tree to a program.
type compiler struct {
	lib      *Library
	slots    map[string]int32
	names    []string
	assigned map[string]bool // variables that the template sets itself
	code     []instruction
	strings  []*exprNode // whose bodies are still to be compiled
	bodies   [][]statement
	keep     bool
	hints    int32
}

func compile(body []statement, lib *Library) *program {
	c := &compiler{lib: lib, slots: map[string]int32{}, assigned: map[string]bool{}}
	for _, name := range lib.Roots {
		c.slot(name)
	}
	c.findAssigned(body)
	c.block(body)
	p := &program{main: int32(len(c.code))}
	for i := 0; i < len(c.strings); i++ { //nolint:intrange // compiling a string may add more
		c.strings[i].from = int32(len(c.code))
		c.block(c.bodies[i])
		c.strings[i].to = int32(len(c.code))
	}
	p.code, p.slots, p.keepScopes, p.hints = c.code, c.names, c.keep, c.hints
	p.blocks = slices.ContainsFunc(c.code, func(in instruction) bool { return in.op == opDefine })
	for i, name := range lib.Roots {
		if c.assigned[name] {
			p.assignedRoots = append(p.assignedRoots, int32(i))
		}
	}
	p.foreach, p.count, p.hasNext = c.known("foreach"), c.known("velocityCount"), c.known("velocityHasNext")
	return p
}

// slot returns the place of a variable.
func (c *compiler) slot(name string) int32 {
	i, ok := c.slots[name]
	if !ok {
		i = int32(len(c.names))
		c.slots[name] = i
		c.names = append(c.names, name)
	}
	return i
}

// known is slot for a variable that nothing need mention: then -1.
func (c *compiler) known(name string) int32 {
	if i, ok := c.slots[name]; ok {
		return i
	}
	return -1
}

// findAssigned collects the variables that statements set: a root among them
// must not be bound.
func (c *compiler) findAssigned(body []statement) {
	for _, s := range body {
		switch s := s.(type) {
		case setStatement:
			if len(s.target.steps) == 0 {
				c.assigned[s.target.root] = true
			}
			c.assignedIn(s.value)
		case ifStatement:
			for _, b := range s.branches {
				c.assignedIn(b.cond)
				c.findAssigned(b.body)
			}
			c.findAssigned(s.otherwise)
		case foreachStatement:
			c.assigned[s.variable] = true
			c.assignedIn(s.list)
			c.findAssigned(s.body)
		case defineStatement:
			c.assigned[s.variable] = true
			c.findAssigned(s.body)
		case printStatement:
			c.assignedInSteps(s.ref)
		}
	}
}

// assignedIn looks into strings, which can hold directives.
func (c *compiler) assignedIn(e *expression) {
	c.findAssigned(e.body)
	for _, a := range e.args {
		c.assignedIn(a)
	}
	if e.ref != nil {
		c.assignedInSteps(e.ref)
	}
}

func (c *compiler) assignedInSteps(ref *reference) {
	for _, s := range ref.steps {
		for _, a := range s.args {
			c.assignedIn(a)
		}
	}
}

func (c *compiler) emit(in instruction) int {
	c.code = append(c.code, in)
	return len(c.code) - 1
}

func (c *compiler) here() int32 { return int32(len(c.code)) }

func (c *compiler) block(body []statement) {
	for len(body) > 0 {
		text, n := leadingText(body)
		off := offset(body)
		body = body[n:]
		ref, isPrint := printed(body)
		switch {
		case isPrint && !ref.printsText():
			c.emit(instruction{op: opPrint, off: int32(ref.at), text: text, ref: c.ref(ref, ref.steps)})
			body = body[1:]
			continue
		case text != "":
			c.emit(instruction{op: opText, off: off, text: text})
		}
		if len(body) > 0 {
			c.statement(body[0])
			body = body[1:]
		}
	}
}

// leadingText joins the texts that body begins with and returns their number.
// A reference that prints as text is one.
func leadingText(body []statement) (text string, n int) {
	var b strings.Builder
	for ; n < len(body); n++ {
		if t, ok := body[n].(textStatement); ok {
			b.WriteString(t.text)
			continue
		}
		ref, ok := printed(body[n:])
		if !ok || !ref.printsText() {
			break
		}
		b.WriteString(ref.prefix)
		b.WriteString(ref.literal)
	}
	return b.String(), n
}

// offset is where a body that begins with text begins.
func offset(body []statement) int32 {
	if t, ok := body[0].(textStatement); ok {
		return int32(t.at)
	}
	ref, ok := printed(body)
	if !ok {
		return 0
	}
	return int32(ref.at)
}

// printed returns the reference that body begins with.
func printed(body []statement) (*reference, bool) {
	if len(body) == 0 {
		return nil, false
	}
	p, ok := body[0].(printStatement)
	if !ok {
		return nil, false
	}
	return p.ref, true
}

func (c *compiler) statement(s statement) {
	switch s := s.(type) {
	case setStatement:
		c.set(s)
	case ifStatement:
		c.conditional(s)
	case foreachStatement:
		in := c.emit(instruction{op: opForeach, off: int32(s.at), slot: c.slot(s.variable), expr: c.expr(s.list)})
		c.block(s.body)
		c.code[in].to = c.here()
	case defineStatement:
		in := c.emit(instruction{op: opDefine, off: int32(s.at), slot: c.slot(s.variable)})
		c.block(s.body)
		c.code[in].to = c.here()
	case breakStatement:
		in := instruction{op: opBreak, off: int32(s.at)}
		if s.scope != nil {
			in.expr = c.expr(s.scope)
			c.keep = true // a loop that has ended must not be taken for another
		}
		c.emit(in)
	case failStatement:
		c.emit(instruction{op: opFail, off: int32(s.at), text: s.message})
	case stopStatement:
		c.emit(instruction{op: opStop})
	}
}

func (c *compiler) set(s setStatement) {
	in := instruction{op: opSet, off: int32(s.at), expr: c.expr(s.value), slot: c.slot(s.target.root)}
	if n := len(s.target.steps); n > 0 {
		in.ref = c.ref(s.target, s.target.steps[:n-1])
		last := c.step(s.target.steps[n-1])
		in.last = &last
	}
	c.emit(in)
}

func (c *compiler) conditional(s ifStatement) {
	var ends []int
	for i, b := range s.branches {
		test := c.emit(instruction{op: opUnless, off: int32(b.cond.at), expr: c.expr(b.cond)})
		c.block(b.body)
		if i < len(s.branches)-1 || len(s.otherwise) > 0 {
			ends = append(ends, c.emit(instruction{op: opJump}))
		}
		c.code[test].to = c.here()
	}
	c.block(s.otherwise)
	for _, end := range ends {
		c.code[end].to = c.here()
	}
}

// ref compiles a reference as far as steps go.
func (c *compiler) ref(r *reference, steps []step) *refNode {
	n := &refNode{
		off: int32(r.at), slot: c.slot(r.root), root: -1,
		prefix: r.prefix, literal: r.literal, nullText: r.nullText, isText: r.isText, isEscaped: r.isEscaped, isRunt: r.isRunt,
	}
	if int(n.slot) < len(c.lib.Roots) {
		n.root = n.slot
		if c.lib.Bind != nil && !c.assigned[r.root] && len(steps) > 0 {
			steps = steps[c.bind(n, steps):]
		}
	}
	if r.root == "foreach" && !r.readsLoop() {
		c.keep = true
	}
	if id, ok := c.loopProperty(r.root, steps); ok {
		n.loop, steps = id, steps[1:]
	}
	for _, s := range steps {
		n.steps = append(n.steps, c.step(s))
	}
	return n
}

// loopProperty reports the property of $foreach that a reference begins with,
// where $foreach can be nothing but the running loop.
func (c *compiler) loopProperty(root string, steps []step) (nameID, bool) {
	if root != "foreach" || c.assigned[root] || len(steps) == 0 || steps[0].kind != stepProperty {
		return nameNone, false
	}
	id := idOf(steps[0])
	return id, id >= nameHasNext && id <= nameTopmost
}

func (c *compiler) step(s step) stepNode {
	get, is := gettersOf(s)
	c.hints++
	return stepNode{
		kind: s.kind, id: idOf(s), get: get, is: is, off: int32(s.at), hint: c.hints - 1, name: s.name, args: c.exprs(s.args),
	}
}

// bind asks the library for the first steps and returns how many it took.
func (c *compiler) bind(n *refNode, steps []step) int {
	var path []Step
	for _, s := range steps {
		if s.kind == stepIndex {
			break
		}
		path = append(path, Step{Name: s.name, Call: s.kind == stepMethod, Args: literals(s.args)})
	}
	taken, fn := c.lib.Bind(int(n.root), path)
	if fn == nil || taken == 0 || taken > len(path) {
		return 0
	}
	n.bound = fn
	n.boundArgs = c.exprs(steps[taken-1].args)
	return taken
}

func literals(args []*expression) []Literal {
	list := make([]Literal, len(args))
	for i, a := range args {
		list[i] = Literal{Value: a.value, Known: a.kind == exConstant}
	}
	return list
}

func (c *compiler) exprs(list []*expression) []*exprNode {
	if len(list) == 0 {
		return nil
	}
	nodes := make([]*exprNode, len(list))
	for i, e := range list {
		nodes[i] = c.expr(e)
	}
	return nodes
}

func (c *compiler) expr(e *expression) *exprNode {
	n := &exprNode{kind: e.kind, keep: e.keep, off: int32(e.at), value: e.value, ops: e.ops, source: e.source, raw: e.raw}
	switch {
	case e.kind == exReference:
		n.ref = c.ref(e.ref, e.ref.steps)
	case e.kind == exString && onlyText(e):
		n.kind, n.value = exConstant, jsonv.String(constantText(e))
	case e.kind == exString:
		c.strings = append(c.strings, n)
		c.bodies = append(c.bodies, e.body)
	}
	n.args = c.exprs(e.args)
	return n
}

// onlyText reports whether a string with "$" or "#" in it holds text alone.
func onlyText(e *expression) bool {
	for _, s := range e.body {
		if _, ok := s.(textStatement); !ok {
			return false
		}
	}
	return true
}

func constantText(e *expression) string {
	text, _ := leadingText(e.body)
	if !e.keep && text != "" {
		text = text[:len(text)-1]
	}
	return text
}
