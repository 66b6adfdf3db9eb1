package javatext

// An inst is one step of a compiled pattern. Where nothing else is said the
// next one follows.
type inst struct {
	op       opcode
	mode     loopMode
	fold     caseFold
	assert   assertion
	negative bool
	pairs    bool // opLookBehind counts code points, not units
	set      *class
	text     string
	x, y     int // targets; for sub-programs x is the start and y what follows
	min, max int
	group    int // capturing group, 0 for none
	reg      int // where a group or repetition began; the count is in reg+1
	memo     int // number among the choices that remember failures, -1 for none
}

type opcode uint8

const (
	opMatch     opcode = iota // the end of the pattern
	opDone                    // the end of a sub-program
	opDoneAt                  // the end of a look-behind, which must end where it was asked
	opChar                    // one code point of set
	opText                    // the bytes of text
	opSplit                   // x, and if that fails y
	opJump                    // x
	opOpen                    // remember where a group begins
	opClose                   // the group ends
	opAssert                  // a condition on the place
	opBackref                 // what group matched, again
	opCharLoop                // set min to max times
	opAtomLoop                // the sub-program min to max times, each time as one
	opLoopStart               // begin of a counted repetition of x
	opLoopNext                // behind the body of a counted repetition
	opStar                    // behind the body of a repetition without end
	opLook                    // the sub-program matches here, or before here
	opLookBehind
	opAtomic // the first way in which the sub-program matches
)

// A program is a pattern in steps. Its sub-programs (look-around, atomic
// groups) are inside and end with opDone.
type program struct {
	code    []inst
	regs    int
	choices int // number of insts that remember failures
}

// maxThorough bounds how far counted repetitions are written out in the
// program that remembers failures.
const maxThorough = 4000

// A compiler turns a tree into a program. The quick one keeps repetitions of
// a single character or of a group with one way to match as single steps. The
// thorough one writes them out, so that every choice can remember where it
// failed: slower, but linear.
type compiler struct {
	program
	thorough bool
	work     int  // nodes compiled
	inside   int  // sub-programs around the current one
	unfit    bool // the thorough program cannot be had
	inexact  bool // it may find other groups than Java, though not other matches
}

func compileProgram(n *node) program {
	c := &compiler{}
	c.node(n)
	c.emit(inst{op: opMatch})
	return c.program
}

// compileThorough returns a program that remembers failures, nil when the
// pattern does not allow it: what a back-reference or a counter does depends
// on more than the place, and a group inside look-around or an atomic group
// keeps in Java what it matched even when the attempt fails later. A program
// that is not exact is right about whether there is a match only.
func compileThorough(n *node) (p *program, exact bool) {
	c := &compiler{thorough: true}
	c.node(n)
	c.emit(inst{op: opMatch})
	if c.unfit {
		return nil, false
	}
	return &c.program, !c.inexact
}

func (c *compiler) emit(in inst) int {
	in.memo = -1
	if c.thorough && c.inside == 0 && (in.op == opSplit || in.op == opStar) {
		in.memo = c.choices
		c.choices++
	}
	c.code = append(c.code, in)
	return len(c.code) - 1
}

func (c *compiler) here() int { return len(c.code) }

func (c *compiler) register(n int) int {
	c.regs += n
	return c.regs - n
}

func (c *compiler) node(n *node) {
	if c.work++; c.thorough && (c.unfit || c.work > maxThorough) {
		c.unfit = true
		return
	}
	switch n.kind {
	case nodeChar:
		c.emit(inst{op: opChar, set: newClass(n.set)})
	case nodeSeq:
		c.sequence(n.subs)
	case nodeAlt:
		c.alternatives(n.subs)
	case nodeGroup:
		c.group(n)
	case nodeLoop:
		c.loop(n)
	case nodeLook:
		c.look(n)
	case nodeAtomic:
		at := c.emit(inst{op: opAtomic})
		c.sub(at, n.subs[0], opDone)
	case nodeAssert:
		c.assertion(n.assert)
	case nodeBackref:
		c.unfit = true
		c.emit(inst{op: opBackref, group: n.group, fold: n.fold})
	case nodeLinebreak:
		c.node(linebreak())
	}
}

func (c *compiler) assertion(a assertion) {
	in := inst{op: opAssert, assert: a}
	if a == assertWordU || a == assertNotWordU {
		in.set = newClass(wordSet())
	}
	c.emit(in)
}

// linebreak spells out \R.
func linebreak() *node {
	crlf := &node{kind: nodeSeq, subs: []*node{
		{kind: nodeChar, set: singleton('\r')}, {kind: nodeChar, set: singleton('\n')},
	}}
	single := &node{kind: nodeChar, set: between('\n', '\r').union(ofRunes("\u0085\u2028\u2029"))}
	return &node{kind: nodeAlt, subs: []*node{crlf, single}}
}

// sequence joins single characters that stand together.
func (c *compiler) sequence(subs []*node) {
	var text []byte
	flush := func() {
		if len(text) > 0 {
			c.emit(inst{op: opText, text: string(text)})
			text = nil
		}
	}
	for _, sub := range subs {
		if sub.kind == nodeChar && len(sub.set) == 1 && sub.set[0].lo == sub.set[0].hi && !sub.set.wide() {
			text = AppendRune(text, sub.set[0].lo)
			continue
		}
		flush()
		c.node(sub)
	}
	flush()
}

func (c *compiler) alternatives(subs []*node) {
	if set, ok := oneOf(subs); ok {
		c.emit(inst{op: opChar, set: newClass(set)})
		return
	}
	var ends []int
	for _, sub := range subs[:len(subs)-1] {
		split := c.emit(inst{op: opSplit, x: c.here() + 1})
		c.node(sub)
		ends = append(ends, c.emit(inst{op: opJump}))
		c.code[split].y = c.here()
	}
	c.node(subs[len(subs)-1])
	for _, end := range ends {
		c.code[end].x = c.here()
	}
}

// oneOf returns the union of alternatives that are one character each.
func oneOf(subs []*node) (runeSet, bool) {
	var all runeSet
	for _, sub := range subs {
		set, ok := oneChar(sub)
		if !ok {
			return nil, false
		}
		all = append(all, set...)
	}
	return normalize(all), len(subs) > 0
}

// oneChar returns the set of what n matches when that is always one character.
func oneChar(n *node) (runeSet, bool) {
	switch {
	case n.kind == nodeChar:
		return n.set, true
	case n.kind == nodeAlt:
		return oneOf(n.subs)
	case n.kind == nodeSeq && len(n.subs) == 1, n.kind == nodeGroup && n.group == 0:
		return oneChar(n.subs[0])
	}
	return nil, false
}

func (c *compiler) group(n *node) {
	if n.group == 0 {
		c.node(n.subs[0])
		return
	}
	if c.inside > 0 {
		c.unfit = true
	}
	reg := c.register(1)
	c.emit(inst{op: opOpen, reg: reg})
	c.node(n.subs[0])
	c.emit(inst{op: opClose, reg: reg, group: n.group})
}

// sub compiles n as the sub-program of the inst at.
func (c *compiler) sub(at int, n *node, end opcode) {
	c.inside++
	c.code[at].x = c.here()
	c.node(n)
	c.emit(inst{op: end})
	c.code[at].y = c.here()
	c.inside--
}

func (c *compiler) look(n *node) {
	in, end := inst{op: opLook, negative: n.negative}, opDone
	if n.behind {
		in.op, in.min, in.max, end = opLookBehind, n.minLen, n.maxLen, opDoneAt
		in.pairs = n.pairs
	}
	c.sub(c.emit(in), n.subs[0], end)
}

func (c *compiler) loop(n *node) {
	body, low, high := n.subs[0], n.min, n.max
	optional := n.isOptional()
	if optional {
		high = 1
	}
	group := 0
	if body.kind == nodeGroup && !optional {
		group = body.group
	}
	set, single := oneChar(body)
	if group > 0 {
		set, single = oneChar(body.subs[0])
	}
	switch {
	case c.thorough && c.inside == 0 && n.mode != possessive:
		c.writtenOut(n, low, high)
	case single && (body.group == 0 || n.mode != possessive):
		c.inThoroughSub(group)
		c.emit(inst{op: opCharLoop, set: newClass(set), min: low, max: high, mode: n.mode, group: group})
	case optional && body.kind == nodeGroup && n.mode != possessive:
		c.optional(n)
	case n.mode != possessive && n.treeLoop():
		c.treeLoop(n)
	default:
		c.atomLoop(n, low, high)
	}
}

// inThoroughSub notes that a capturing group stands inside a sub-program.
func (c *compiler) inThoroughSub(group int) {
	if group > 0 {
		c.unfit = true
	}
}

func (c *compiler) optional(n *node) {
	split := c.emit(inst{op: opSplit})
	start := c.here()
	c.node(n.subs[0])
	c.code[split].x, c.code[split].y = inOrder(n.mode, start, c.here())
}

func inOrder(mode loopMode, body, out int) (first, second int) {
	if mode == lazy {
		return out, body
	}
	return body, out
}

// atomLoop repeats what matches in one way only; going back drops whole
// repetitions.
func (c *compiler) atomLoop(n *node, low, high int) {
	body, group := n.subs[0], 0
	if body.kind == nodeGroup && n.mode != possessive {
		body, group = body.subs[0], body.group
	}
	c.inThoroughSub(group)
	at := c.emit(inst{op: opAtomLoop, min: low, max: high, mode: n.mode, group: group})
	c.sub(at, body, opDone)
}

// treeLoop repeats a group that can match in several ways.
func (c *compiler) treeLoop(n *node) {
	body := n.subs[0]
	if n.max == unbounded && n.min <= 1 {
		c.star(n, body)
		return
	}
	c.unfit = true
	reg := c.register(2)
	c.emit(inst{op: opLoopStart, reg: reg, min: n.min, max: n.max, mode: n.mode})
	jump := c.emit(inst{op: opJump})
	start := c.here()
	c.emit(inst{op: opOpen, reg: reg})
	c.node(body)
	c.emit(inst{op: opLoopNext, reg: reg, min: n.min, max: n.max, mode: n.mode, x: start})
	c.code[jump].x = c.here()
	c.code[jump-1].x, c.code[jump-1].y = start, c.here()
}

// star repeats body without an upper end. A repetition that matched nothing
// is the last one.
func (c *compiler) star(n *node, body *node) {
	split, reg := -1, -1
	if n.min == 0 {
		split = c.emit(inst{op: opSplit})
	}
	start := c.here()
	if body.extent().min == 0 {
		c.inexact = true // what an empty repetition does depends on where it began
		reg = c.register(1)
		c.emit(inst{op: opOpen, reg: reg})
	}
	c.node(body)
	c.emit(inst{op: opStar, reg: reg, mode: n.mode, x: start})
	if split >= 0 {
		c.code[split].x, c.code[split].y = inOrder(n.mode, start, c.here())
	}
}

// writtenOut compiles a repetition for the thorough program: copies of the
// body up to the lower end, then nested optional ones or a star.
func (c *compiler) writtenOut(n *node, low, high int) {
	body := n.subs[0]
	e := body.extent()
	branches := body.kind == nodeGroup && (n.isOptional() || n.treeLoop())
	if !branches && !repeatsPlainly(body) {
		c.unfit = true
		return
	}
	if low > maxThorough || high != unbounded && high > maxThorough || e.min == 0 && high != unbounded && high > 1 {
		c.unfit = true
		return
	}
	for range low - 1 {
		c.node(body)
	}
	if high == unbounded {
		c.star(&node{mode: n.mode, min: min(low, 1)}, body)
		return
	}
	if low > 0 {
		c.node(body)
	}
	var splits []int
	for range high - low {
		splits = append(splits, c.emit(inst{op: opSplit}))
		c.node(body)
	}
	for _, at := range splits {
		c.code[at].x, c.code[at].y = inOrder(n.mode, at+1, c.here())
	}
}

// repeatsPlainly reports whether repeating body as single steps and as
// written out is the same. It is not where groups inside keep what they
// matched last even after going back, where \R keeps what it took, and where
// the group forgets an empty repetition.
func repeatsPlainly(body *node) bool {
	if isLinebreak(body) {
		return false
	}
	if body.kind != nodeGroup {
		return true
	}
	inner := body.subs[0]
	return !inner.some(isCapture) && !inner.some(isLinebreak) && (body.group == 0 || body.extent().min > 0)
}
