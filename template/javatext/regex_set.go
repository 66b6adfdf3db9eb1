package javatext

import (
	"slices"
	"unicode"
)

const maxRune = unicode.MaxRune

// A runeSet is a set of code points, surrogate halves included: sorted
// ranges, first and last, that neither overlap nor touch.
type runeSet []runeRange

type runeRange struct{ lo, hi rune }

func singleton(r rune) runeSet              { return runeSet{{r, r}} }
func between(lo, hi rune) runeSet           { return runeSet{{lo, hi}} }
func ofRunes(rs string) runeSet             { return normalize(eachRune(rs)) }
func everything() runeSet                   { return between(0, maxRune) }
func (s runeSet) has(r rune) bool           { _, ok := slices.BinarySearchFunc(s, r, compareRange); return ok }
func (s runeSet) without(t runeSet) runeSet { return s.intersect(t.negate()) }

func compareRange(x runeRange, r rune) int {
	switch {
	case x.hi < r:
		return -1
	case x.lo > r:
		return 1
	}
	return 0
}

func eachRune(s string) runeSet {
	var out runeSet
	for _, r := range s {
		out = append(out, runeRange{r, r})
	}
	return out
}

// ofTables returns the union of Unicode tables.
func ofTables(tables ...*unicode.RangeTable) runeSet {
	var out runeSet
	for _, t := range tables {
		for _, x := range t.R16 {
			out = appendStride(out, rune(x.Lo), rune(x.Hi), rune(x.Stride))
		}
		for _, x := range t.R32 {
			out = appendStride(out, rune(x.Lo), rune(x.Hi), rune(x.Stride))
		}
	}
	return normalize(out)
}

func appendStride(out runeSet, lo, hi, stride rune) runeSet {
	if stride == 1 {
		return append(out, runeRange{lo, hi})
	}
	for r := lo; r <= hi; r += stride {
		out = append(out, runeRange{r, r})
	}
	return out
}

// normalize sorts the ranges of s in place and joins those that meet.
func normalize(s runeSet) runeSet {
	slices.SortFunc(s, func(a, b runeRange) int { return int(a.lo - b.lo) })
	out := s[:0]
	for _, x := range s {
		if n := len(out); n > 0 && x.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, x.hi)
			continue
		}
		out = append(out, x)
	}
	return out
}

func (s runeSet) union(t runeSet) runeSet {
	return normalize(slices.Concat(s, t))
}

func (s runeSet) negate() runeSet {
	out := make(runeSet, 0, len(s)+1)
	next := rune(0)
	for _, x := range s {
		if x.lo > next {
			out = append(out, runeRange{next, x.lo - 1})
		}
		next = x.hi + 1
	}
	if next <= maxRune {
		out = append(out, runeRange{next, maxRune})
	}
	return out
}

func (s runeSet) intersect(t runeSet) runeSet {
	var out runeSet
	for i, j := 0, 0; i < len(s) && j < len(t); {
		lo, hi := max(s[i].lo, t[j].lo), min(s[i].hi, t[j].hi)
		if lo <= hi {
			out = append(out, runeRange{lo, hi})
		}
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// wide reports whether s holds what takes two UTF-16 units, or a half of it.
// Java looks at whole pairs only then.
func (s runeSet) wide() bool {
	for _, x := range s {
		if x.hi > 0xFFFF || x.lo <= 0xDFFF && x.hi >= 0xD800 {
			return true
		}
	}
	return false
}

// foldASCII adds the other case of the ASCII letters of s.
func (s runeSet) foldASCII() runeSet {
	out := slices.Clone(s)
	for c := 'a'; c <= 'z'; c++ {
		upper := c - 'a' + 'A'
		if s.has(c) != s.has(upper) {
			out = append(out, runeRange{c, c}, runeRange{upper, upper})
		}
	}
	return normalize(out)
}

// foldUnicode adds every code point whose upper case, or the lower case of
// that, is in s: Java's reading of CASE_INSENSITIVE with UNICODE_CASE.
func (s runeSet) foldUnicode() runeSet {
	out := slices.Clone(s)
	for _, x := range unicode.CaseRanges {
		for r := rune(x.Lo); r <= rune(x.Hi); r++ {
			up := unicode.ToUpper(r)
			if s.has(up) || s.has(unicode.ToLower(up)) {
				out = append(out, runeRange{r, r})
			}
		}
	}
	return normalize(out)
}

// A class is a runeSet made ready for matching.
type class struct {
	ascii  [2]uint64
	ranges runeSet
}

func newClass(s runeSet) *class {
	c := &class{ranges: s}
	for _, x := range s {
		for r := x.lo; r <= min(x.hi, 127); r++ {
			c.ascii[r>>6] |= 1 << (r & 63)
		}
	}
	return c
}

func (c *class) has(r rune) bool {
	if r < 128 {
		return c.ascii[r>>6]>>(r&63)&1 != 0
	}
	return c.ranges.has(r)
}
