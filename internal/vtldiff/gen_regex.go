package main

import "strings"

// Regular expressions in java.util.regex's dialect.

func (g *gen) regexTemplate() string {
	p := g.pattern(3)
	s := g.subject()
	t := "#set($s = " + single(s) + ")#set($p = " + single(p) + ")"
	return t + g.join(1, 2, "|", func() string {
		switch g.n(6) {
		case 0:
			return "$s.matches($p)"
		case 1, 2:
			return "$s.replaceAll($p, " + single(g.replacement()) + ")"
		case 3:
			return "$s.replaceFirst($p, " + single(g.replacement()) + ")"
		case 4:
			return "#foreach($x in $s.split($p))<$x>#end"
		}
		return "#set($r = $s.split($p, " + g.pick("0", "1", "2", "-1", "3") + "))$r.size():#foreach($x in $r)<$x>#end"
	})
}

func (g *gen) subject() string {
	return g.join(0, 6, "", func() string {
		return g.pick("a", "b", "c", "A", "B", "1", "2", "-", "_", " ", "\t", "\n", "\r\n", ".", "é", "É", "😀", "ab", "foo", "\\", "/", "\"", "'", "$", "{", "}", "x", "aaa", "\u0085", "\u2028", "k", "K", "\u212a", "ſ", "٣", "(", ")", "[", "]", "^", "\u00a0", "\u3000", "Σ", "ς", "E", "Q", "\x0b")
	})
}

func (g *gen) replacement() string {
	return g.join(0, 2, "", func() string {
		return g.pick("X", "$0", "$1", "[$0]", "\\$", "\\\\", "<$1>", "-", "$2", "${n}", "$10", "\\", "$", "é", "\\x", "$1a", "${1}", "$ ")
	})
}

func (g *gen) pattern(depth int) string {
	s := g.join(1, 3, "", func() string { return g.atom(depth) + g.quantifier() })
	if g.in(6) {
		s += "|" + g.join(0, 2, "", func() string { return g.atom(depth-1) + g.quantifier() })
	}
	if g.in(10) {
		s = g.pick("(?i)", "(?s)", "(?m)", "(?x)", "(?u)", "(?iu)", "(?d)", "(?U)", "(?im)", "(?-i)", "(?dm)", "(?sm)") + s
	}
	return s
}

func (g *gen) quantifier() string {
	if !g.in(3) {
		return ""
	}
	return g.pick("*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?", "??", "*+", "++", "?+", "{1,3}?", "{1,2}+", "{,2}", "{2", "{0}", "**", "+*")
}

func (g *gen) atom(depth int) string {
	if depth <= 0 {
		return g.leaf()
	}
	switch g.n(12) {
	case 0:
		return "(" + g.pattern(depth-1) + ")"
	case 1:
		return g.pick("(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?<n>", "(?-i:", "(?s-i:") + g.pattern(depth-2) + ")"
	case 2, 3, 4:
		return g.class(2)
	}
	return g.leaf()
}

func (g *gen) leaf() string {
	return g.pick("a", "b", "c", "x", "1", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G", "\\h", "\\H", "\\v", "\\V", "\\R", "\\X", "\\n", "\\t", "\\r", "\\\\", "\\.", "/", "-", "é", "😀",
		"\\Q.a\\E", "\\Qa", "\\E", "\\p{Alpha}", "\\p{L}", "\\P{L}", "\\p{Lu}", "\\pL", "\\p{IsAlphabetic}", "\\p{javaLowerCase}", "\\p{Punct}", "\\p{ASCII}", "\\p{InGreek}", "\\p{IsLatin}", "\\p{Upper}", "\\p{Lower}", "\\p{Space}", "\\p{XDigit}", "\\p{Sc}", "\\p{IsL}", "\\p{script=Greek}", "\\p{general_category=Lu}", "\\p{Foo}",
		"\\1", "\\2", "\\k<n>", "\\x41", "\\x{1F600}", "\\u0061", "\\u00e9", "\\0101", "\\cA", "\\e", "\\a", "\\f", "\\N{LATIN SMALL LETTER A}", "\\y", "\\'", "\\\"", "\\$", "\\{", "{", "}", "]", "[", "\\-", "'", "\"", "_", " ", "#", "\\/", "k", "K", "foo", "ab", "(?i)b", "()", "\\07", "\\8", "\\<", "&&", "~", "İ", "ß", "\\b{g}")
}

// class is a character class with ranges, negation, union and intersection.
func (g *gen) class(depth int) string {
	s := "[" + g.pick("", "", "^")
	s += g.join(1, 3, "", func() string {
		if depth > 0 && g.in(6) {
			return g.class(depth - 1)
		}
		return g.pick("a", "b", "a-c", "0-9", "A-Z", "\\d", "\\w", "\\s", "-", "_", ".", "\\]", "\\[", "^", "é", "\\p{L}", "\\P{Lu}", "x", "\\\\", "/", "\\-", "$", " ", "\"", "'", "\\Qab\\E", "\\x41-\\x43", "\\h", "😀", "[:alpha:]", "&", "c-a", "\\D", "\\W", "\\R", "#", "\\n", "\\t", "a-\\d", "à-ü", "\\u0041", "k", "(", ")", "*", "|", "{", "}", "]", "\\v", "\\b", "\\p{Punct}", "a-", "-c")
	})
	if depth > 0 && g.in(5) {
		s += "&&" + g.pick(g.class(depth-1), "a-m", "^b", "[^b]", "", "\\w", "b-d", "[a-z&&[^c]]")
	}
	return s + "]" + strings.Repeat("]", 0)
}
