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
type extent struct {
	min, max      int
	bounded       bool // max is valid
	deterministic bool
}

func (n *node) extent() extent {
	if n.known == nil {
		e := n.measure()
		n.known = &e
	}
	return *n.known
}

func (n *node) measure() extent {
	switch n.kind {
	case nodeChar:
		return extent{1, 1, true, true}
	case nodeLinebreak:
		return extent{1, 2, true, true}
	case nodeBackref:
		return extent{0, 0, false, true}
	case nodeSeq:
		return extentOfSeq(n.subs)
	case nodeAlt:
		return extentOfAlt(n.subs)
	case nodeLoop:
		return n.extentOfLoop()
	case nodeGroup, nodeAtomic:
		return n.subs[0].extent()
	default:
		return extent{0, 0, true, true}
	}
}

func extentOfSeq(subs []*node) extent {
	all := extent{bounded: true, deterministic: true}
	for _, sub := range subs {
		e := sub.extent()
		all.min = saturate(all.min + e.min)
		all.max = saturate(all.max + e.max)
		all.bounded = all.bounded && e.bounded
		all.deterministic = all.deterministic && e.deterministic
	}
	return all
}

func extentOfAlt(subs []*node) extent {
	all := extent{min: math.MaxInt32, bounded: true}
	for _, sub := range subs {
		e := sub.extent()
		all.min = min(all.min, e.min)
		all.max = max(all.max, e.max)
		all.bounded = all.bounded && e.bounded
	}
	return all
}

func (n *node) extentOfLoop() extent {
	e := n.subs[0].extent()
	if n.isOptional() {
		return extent{0, e.max, e.bounded, false}
	}
	if n.treeLoop() {
		return extent{saturate(e.min * n.min), 0, false, false}
	}
	return extent{
		min:           saturate(e.min * n.min),
		max:           saturate(e.max * n.max),
		bounded:       e.bounded && n.max != unbounded,
		deterministic: e.deterministic && n.min == n.max,
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

func saturate(n int) int { return min(n, math.MaxInt32) }
