package javatext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Trim returns String.trim: without the units up to U+0020 at both ends,
// which are not the same as Unicode's blanks.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// EqualsIgnoreCase is String.equalsIgnoreCase: code point by code point, by
// upper case and then lower case, without special cases such as ß and SS.
func EqualsIgnoreCase(a, b string) bool {
	a, b = joinPairs(a), joinPairs(b)
	for a != "" && b != "" {
		ra, na := decode(a)
		rb, nb := decode(b)
		if ra != rb && foldUnicode(ra) != foldUnicode(rb) {
			return false
		}
		a, b = a[na:], b[nb:]
	}
	return a == "" && b == ""
}

// foldUnicode is Java's Character.toLowerCase(Character.toUpperCase(r)).
func foldUnicode(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// ToUpperCase returns String.toUpperCase in the root locale, including the
// letters that become several (ß, ŉ, the ligatures, …).
func ToUpperCase(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	s = joinPairs(s)
	b := make([]byte, 0, len(s)+8)
	for s != "" {
		r, n := decode(s)
		if up, ok := specialUpper(r); ok {
			b = append(b, up...)
		} else {
			b = AppendRune(b, unicode.ToUpper(r))
		}
		s = s[n:]
	}
	return string(b)
}

// ToLowerCase returns String.toLowerCase in the root locale; a capital sigma
// at the end of a word becomes ς.
func ToLowerCase(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = joinPairs(s)
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		r, n := decode(s[i:])
		switch {
		case r == 'İ':
			b = append(b, "i̇"...)
		case r == 'Σ' && finalSigma(s, i, i+n):
			b = append(b, "ς"...)
		default:
			b = AppendRune(b, unicode.ToLower(r))
		}
		i += n
	}
	return string(b)
}

// finalSigma reports whether the sigma at s[from:to] follows a cased letter
// and precedes none (Unicode's Final_Sigma).
func finalSigma(s string, from, to int) bool {
	cased := func(r rune) bool {
		return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
	}
	before, after := false, false
	for head := s[:from]; head != ""; {
		r, n := utf8.DecodeLastRuneInString(head)
		if !caseIgnorable(r) {
			before = cased(r)
			break
		}
		head = head[:len(head)-n]
	}
	for _, r := range s[to:] {
		if !caseIgnorable(r) {
			after = cased(r)
			break
		}
	}
	return before && !after
}

func caseIgnorable(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) ||
		strings.ContainsRune("'.:·’‧․﹕﹒．：", r)
}

// specialUpper holds the unconditional rows of Unicode's SpecialCasing that
// differ from the simple upper case.
func specialUpper(r rune) (string, bool) {
	if r < 0xDF {
		return "", false
	}
	if r >= 0x1F80 && r <= 0x1FAF {
		return greekIota(r), true
	}
	up, ok := specialUppers[r]
	return up, ok
}

// greekIota: an iota below the vowel becomes a capital behind it; the block
// is regular, eight lower and eight title letters for each vowel.
func greekIota(r rune) string {
	base := map[rune]rune{0x1F8: 0x1F08, 0x1F9: 0x1F28, 0x1FA: 0x1F68}[r>>4]
	return string([]rune{base + r&7, 0x399})
}

var specialUppers = map[rune]string{
	0x00DF: "\u0053\u0053", 0x0149: "\u02BC\u004E", 0x01F0: "\u004A\u030C", 0x0390: "\u0399\u0308\u0301",
	0x03B0: "\u03A5\u0308\u0301", 0x0587: "\u0535\u0552", 0x1E96: "\u0048\u0331", 0x1E97: "\u0054\u0308",
	0x1E98: "\u0057\u030A", 0x1E99: "\u0059\u030A", 0x1E9A: "\u0041\u02BE", 0x1F50: "\u03A5\u0313",
	0x1F52: "\u03A5\u0313\u0300", 0x1F54: "\u03A5\u0313\u0301", 0x1F56: "\u03A5\u0313\u0342", 0x1FB2: "\u1FBA\u0399",
	0x1FB3: "\u0391\u0399", 0x1FB4: "\u0386\u0399", 0x1FB6: "\u0391\u0342", 0x1FB7: "\u0391\u0342\u0399",
	0x1FBC: "\u0391\u0399", 0x1FC2: "\u1FCA\u0399", 0x1FC3: "\u0397\u0399", 0x1FC4: "\u0389\u0399",
	0x1FC6: "\u0397\u0342", 0x1FC7: "\u0397\u0342\u0399", 0x1FCC: "\u0397\u0399", 0x1FD2: "\u0399\u0308\u0300",
	0x1FD3: "\u0399\u0308\u0301", 0x1FD6: "\u0399\u0342", 0x1FD7: "\u0399\u0308\u0342", 0x1FE2: "\u03A5\u0308\u0300",
	0x1FE3: "\u03A5\u0308\u0301", 0x1FE4: "\u03A1\u0313", 0x1FE6: "\u03A5\u0342", 0x1FE7: "\u03A5\u0308\u0342",
	0x1FF2: "\u1FFA\u0399", 0x1FF3: "\u03A9\u0399", 0x1FF4: "\u038F\u0399", 0x1FF6: "\u03A9\u0342",
	0x1FF7: "\u03A9\u0342\u0399", 0x1FFC: "\u03A9\u0399", 0xFB00: "\u0046\u0046", 0xFB01: "\u0046\u0049",
	0xFB02: "\u0046\u004C", 0xFB03: "\u0046\u0046\u0049", 0xFB04: "\u0046\u0046\u004C", 0xFB05: "\u0053\u0054",
	0xFB06: "\u0053\u0054", 0xFB13: "\u0544\u0546", 0xFB14: "\u0544\u0535", 0xFB15: "\u0544\u053B",
	0xFB16: "\u054E\u0546", 0xFB17: "\u0544\u053D",
}
