package javatext

import "math"

// A node is a piece of a parsed pattern.
type node struct {
	kind  nodeKind
	set   runeSet // nodeChar
	subs  []*node // nodeSeq, nodeAlt: the parts; others: the one inside
	group int     // nodeGroup: its number, 0 when it does not capture; nodeBackref
	fold  caseFold
	// nodeLoop
	min, max int
	mode     loopMode
	assert   assertion
	// nodeLook: behind has the bounds of its length, in UTF-16 units
	behind, negative bool
	minLen, maxLen   int
	pairs            bool // they count code points

	known *extent // what extent found out
}

type nodeKind uint8

const (
	nodeChar nodeKind = iota
	nodeSeq
	nodeAlt
	nodeGroup
	nodeLoop
	nodeLook
	nodeAtomic
	nodeAssert
	nodeBackref
	nodeLinebreak
)

type loopMode uint8

const (
	greedy loopMode = iota
	lazy
	possessive
)

type caseFold uint8

const (
	foldNone caseFold = iota
	foldLatin
	foldAll
)

// unbounded is the upper end of *, + and {n,}.
const unbounded = math.MaxInt32

type assertion uint8

const (
	assertBegin     assertion = iota // \A, ^
	assertEnd                        // \z
	assertFinal                      // \Z, $: before a last line end, too
	assertFinalUnix                  // the same under (?d)
	assertLine                       // (?m)^
	assertLineUnix
	assertLineEnd // (?m)$
	assertLineEndUnix
	assertWord // \b
	assertNotWord
	assertWordU // under (?U)
	assertNotWordU
	assertContinue // \G
)

// An extent is what Java's compiler finds out about a piece of a pattern:
// how long its matches are in UTF-16 units, and whether there is one way only
// to match. It decides which look-behinds are legal and how groups repeat.
// Java adds the lengths up in 32 bits; that shows in look-behinds with *, so
// the overflow is kept.
type extent struct {
	min, max      int32
	bounded       bool // max is valid
	deterministic bool
}

// extent returns the extent of n alone.
func (n *node) extent() extent {
	if n.known == nil {
		e := extent{bounded: true, deterministic: true}
		measure([]*node{n}, &e)
		n.known = &e
	}
	return *n.known
}

// A chain is the rest of a pattern from some place, inside out.
type chain struct {
	seq  []*node
	next *chain
}

// measure adds the nodes of a sequence to e.
func measure(seq []*node, e *extent) { measureChain(&chain{seq: seq}, e) }

func measureChain(c *chain, e *extent) {
	for c != nil {
		if len(c.seq) == 0 {
			c = c.next
			continue
		}
		n := c.seq[0]
		c = &chain{c.seq[1:], c.next}
		switch {
		case n.kind == nodeSeq || n.kind == nodeGroup:
			c = &chain{n.subs, c}
		case n.branches():
			n.measureAlt(e)
			rest := extent{bounded: true}
			measureChain(c, &rest) // Java starts anew behind a choice, which changes where it overflows
			e.min, e.max = e.min+rest.min, e.max+rest.max
			e.bounded = e.bounded && rest.bounded
			return
		default:
			n.measureOne(e)
		}
	}
}

func (n *node) measureOne(e *extent) {
	switch n.kind {
	case nodeChar:
		e.min, e.max = e.min+1, e.max+1
	case nodeLinebreak:
		e.min, e.max = e.min+1, e.max+2
	case nodeBackref:
		e.bounded = false
	case nodeAtomic:
		measure(n.subs, e)
	case nodeLoop:
		n.measureLoop(e)
	}
}

// branches reports whether n is a choice, which (…)? is for Java, too.
func (n *node) branches() bool {
	return n.kind == nodeAlt || n.isOptional() && n.mode != possessive && n.subs[0].kind == nodeGroup
}

func (n *node) measureAlt(e *extent) {
	low, high := int32(math.MaxInt32), int32(-1)
	if n.kind == nodeLoop {
		low, high = 0, 0
	}
	for _, sub := range n.subs {
		s := sub.extent()
		low, high = min(low, s.min), max(high, s.max)
		e.bounded = e.bounded && s.bounded
	}
	e.min, e.max = e.min+low, e.max+high
	e.deterministic = false
}

func (n *node) measureLoop(e *extent) {
	body := n.subs[0]
	if n.isOptional() {
		low := e.min
		measure(n.subs, e)
		e.min, e.deterministic = low, false
		return
	}
	s := body.extent()
	e.deterministic = e.deterministic && s.deterministic && n.min == n.max
	switch {
	case n.treeLoop():
		e.bounded = false
	case body.kind == nodeChar && n.mode == greedy && n.max == unbounded:
		e.min += int32(n.min)
		e.max += math.MaxInt32
	default:
		e.min += s.min * int32(n.min)
		before := e.max
		e.max += s.max * int32(n.max)
		e.bounded = e.bounded && s.bounded && e.max >= before
	}
}

// isOptional reports whether n was written with ?, which Java treats unlike
// {0,1}.
func (n *node) isOptional() bool { return n.kind == nodeLoop && n.max == optional }

// optional marks the upper end of ?.
const optional = -1

// treeLoop reports whether n repeats a group that can match in several ways
// from one place, so that going back means going into an earlier repetition.
func (n *node) treeLoop() bool {
	return n.mode != possessive && n.subs[0].kind == nodeGroup && !n.subs[0].subs[0].extent().deterministic
}

// some reports whether n or a node inside satisfies is.
func (n *node) some(is func(*node) bool) bool {
	if is(n) {
		return true
	}
	for _, sub := range n.subs {
		if sub.some(is) {
			return true
		}
	}
	return false
}

func isLinebreak(n *node) bool { return n.kind == nodeLinebreak }
func isCapture(n *node) bool   { return n.kind == nodeGroup && n.group > 0 }
func isWide(n *node) bool      { return n.kind == nodeChar && n.set.wide() }

// leaks reports whether a group inside n can keep what it matched though no
// character of the match around it was found: in a look-around, or in what
// Java does not go back into.
func leaks(n *node) bool {
	switch {
	case n.kind == nodeLook || n.kind == nodeAtomic || n.kind == nodeLoop && n.mode == possessive:
		return n.subs[0].some(isCapture)
	case n.kind == nodeLoop && !n.isOptional() && n.subs[0].kind == nodeGroup:
		return n.subs[0].extent().min == 0 && n.subs[0].subs[0].some(isCapture)
	}
	return false
}
