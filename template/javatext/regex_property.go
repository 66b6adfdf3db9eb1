package javatext

import (
	"fmt"
	"strings"
	"unicode"
)

// propertySet returns the code points of \p{name}, or why there is none.
func (p *parser) propertySet(name string) (s runeSet, desc string) {
	if key, value, ok := strings.Cut(name, "="); ok {
		return p.keyedProperty(strings.ToLower(key), value)
	}
	var ok bool
	switch {
	case strings.HasPrefix(name, "In"):
		s, ok = blockSet(name[2:])
	case strings.HasPrefix(name, "Is"):
		s, ok = p.binaryOrScript(name[2:])
	default:
		s, ok = p.plainProperty(name)
	}
	if !ok {
		return nil, unknownProperty(name)
	}
	return s, ""
}

func (p *parser) keyedProperty(key, value string) (s runeSet, desc string) {
	ok := false
	switch key {
	case "sc", "script":
		s, ok = scriptSet(value)
	case "blk", "block":
		s, ok = blockSet(value)
	case "gc", "general_category":
		s, ok = p.categorySet(value)
	}
	if !ok {
		return nil, fmt.Sprintf("Unknown Unicode property {name=<%s>, value=<%s>}", key, value)
	}
	return s, ""
}

func (p *parser) binaryOrScript(name string) (runeSet, bool) {
	if s, ok := p.unicodeProperty(name); ok {
		return s, true
	}
	if s, ok := p.categorySet(name); ok {
		return s, true
	}
	return scriptSet(name)
}

func (p *parser) plainProperty(name string) (runeSet, bool) {
	if p.has(unicodeClass) {
		if s, ok := p.posixUnicode(name); ok {
			return s, true
		}
	}
	return p.categorySet(name)
}

// categorySet knows general categories, the POSIX classes over ASCII and the
// tests of java.lang.Character.
func (p *parser) categorySet(name string) (runeSet, bool) {
	if p.has(caseInsensitive) && cased[name] {
		return p.anyCase(name), true
	}
	if t, ok := unicode.Categories[name]; ok && len(name) <= 2 && name != "Cn" && name != "C" && name != "LC" {
		return ofTables(t), true
	}
	if f, ok := derivedCategories[name]; ok {
		return f(), true
	}
	if s, ok := posixASCII[name]; ok {
		return append(runeSet(nil), s...), true
	}
	return nil, false
}

// cased are the categories that CASE_INSENSITIVE widens to both cases.
var cased = map[string]bool{
	"Lu": true, "Ll": true, "Lt": true, "Lower": true, "Upper": true,
	"javaLowerCase": true, "javaUpperCase": true, "javaTitleCase": true,
}

func (p *parser) anyCase(name string) runeSet {
	switch name {
	case "Lower", "Upper":
		return runeSet{{'A', 'Z'}, {'a', 'z'}}
	case "Lu", "Ll", "Lt":
		return ofTables(unicode.Lu, unicode.Ll, unicode.Lt)
	}
	return lowercaseSet().union(uppercaseSet()).union(ofTables(unicode.Lt))
}

var posixASCII = map[string]runeSet{
	"ASCII":  {{0, 0x7F}},
	"Alnum":  {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}},
	"Alpha":  {{'A', 'Z'}, {'a', 'z'}},
	"Blank":  {{'\t', '\t'}, {' ', ' '}},
	"Cntrl":  {{0, 0x1F}, {0x7F, 0x7F}},
	"Digit":  {{'0', '9'}},
	"Graph":  {{'!', '~'}},
	"L1":     {{0, 0xFF}},
	"Lower":  {{'a', 'z'}},
	"Print":  {{' ', '~'}},
	"Punct":  {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}},
	"Space":  {{'\t', '\r'}, {' ', ' '}},
	"Upper":  {{'A', 'Z'}},
	"XDigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}},
	"all":    {{0, maxRune}},
}

var derivedCategories = map[string]func() runeSet{
	"C":                          func() runeSet { return ofTables(unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs).union(unassigned()) },
	"Cn":                         unassigned,
	"LC":                         func() runeSet { return ofTables(unicode.Lu, unicode.Ll, unicode.Lt) },
	"LD":                         func() runeSet { return ofTables(unicode.L, unicode.Nd) },
	"javaAlphabetic":             alphabeticSet,
	"javaDefined":                func() runeSet { return unassigned().negate() },
	"javaDigit":                  func() runeSet { return ofTables(unicode.Nd) },
	"javaISOControl":             func() runeSet { return runeSet{{0, 0x1F}, {0x7F, 0x9F}} },
	"javaIdentifierIgnorable":    ignorableSet,
	"javaIdeographic":            func() runeSet { return ofTables(unicode.Ideographic) },
	"javaJavaIdentifierPart":     javaPartSet,
	"javaJavaIdentifierStart":    javaStartSet,
	"javaLetter":                 func() runeSet { return ofTables(unicode.L) },
	"javaLetterOrDigit":          func() runeSet { return ofTables(unicode.L, unicode.Nd) },
	"javaLowerCase":              lowercaseSet,
	"javaSpaceChar":              func() runeSet { return ofTables(unicode.Z) },
	"javaTitleCase":              func() runeSet { return ofTables(unicode.Lt) },
	"javaUnicodeIdentifierPart":  unicodePartSet,
	"javaUnicodeIdentifierStart": unicodeStartSet,
	"javaUpperCase":              uppercaseSet,
	"javaWhitespace":             javaWhitespace,
}

func lowercaseSet() runeSet  { return ofTables(unicode.Ll, unicode.Other_Lowercase) }
func uppercaseSet() runeSet  { return ofTables(unicode.Lu, unicode.Other_Uppercase) }
func alphabeticSet() runeSet { return ofTables(unicode.L, unicode.Nl, unicode.Other_Alphabetic) }

func unassigned() runeSet {
	return ofTables(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z,
		unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs).negate()
}

func ignorableSet() runeSet {
	return ofTables(unicode.Cf).union(runeSet{{0, 8}, {0x0E, 0x1B}, {0x7F, 0x9F}})
}

func javaStartSet() runeSet {
	return ofTables(unicode.L, unicode.Nl, unicode.Sc, unicode.Pc)
}

func javaPartSet() runeSet {
	return javaStartSet().union(ofTables(unicode.Nd, unicode.Mc, unicode.Mn)).union(ignorableSet())
}

func unicodeStartSet() runeSet {
	return ofTables(unicode.L, unicode.Nl, unicode.Other_ID_Start).without(ofTables(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
}

func unicodePartSet() runeSet {
	part := ofTables(unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn, unicode.Other_ID_Continue)
	return unicodeStartSet().union(part).union(ignorableSet())
}

// javaWhitespace leaves out the blanks that do not break a line.
func javaWhitespace() runeSet {
	return ofTables(unicode.Z).without(ofRunes("\u00A0\u2007\u202F")).union(runeSet{{'\t', '\r'}, {0x1C, 0x1F}})
}

// unicodeProperty knows the binary properties, by \p{IsAlphabetic}.
func (p *parser) unicodeProperty(name string) (runeSet, bool) {
	name = strings.ToUpper(name)
	if p.has(caseInsensitive) {
		switch name {
		case "LOWERCASE", "UPPERCASE", "TITLECASE":
			return lowercaseSet().union(uppercaseSet()).union(ofTables(unicode.Lt)), true
		}
	}
	f, ok := unicodeProperties[strings.ReplaceAll(name, "_", "")]
	if !ok || strings.Contains(name, "_") && !underscored[name] {
		return nil, false
	}
	return f(), true
}

var underscored = map[string]bool{
	"HEX_DIGIT": true, "JOIN_CONTROL": true, "NONCHARACTER_CODE_POINT": true, "WHITE_SPACE": true,
}

var unicodeProperties = map[string]func() runeSet{
	"ALPHABETIC":            alphabeticSet,
	"ASSIGNED":              func() runeSet { return unassigned().negate() },
	"CONTROL":               func() runeSet { return ofTables(unicode.Cc) },
	"DIGIT":                 func() runeSet { return ofTables(unicode.Nd) },
	"HEXDIGIT":              hexDigitSet,
	"IDEOGRAPHIC":           func() runeSet { return ofTables(unicode.Ideographic) },
	"JOINCONTROL":           func() runeSet { return between(0x200C, 0x200D) },
	"LETTER":                func() runeSet { return ofTables(unicode.L) },
	"LOWERCASE":             lowercaseSet,
	"NONCHARACTERCODEPOINT": nonCharacterSet,
	"PUNCTUATION":           func() runeSet { return ofTables(unicode.P) },
	"TITLECASE":             func() runeSet { return ofTables(unicode.Lt) },
	"UPPERCASE":             uppercaseSet,
	"WHITESPACE":            whiteSpaceSet,
	"WORD":                  wordSet,
	"ALNUM":                 func() runeSet { return alphabeticSet().union(ofTables(unicode.Nd)) },
	"BLANK":                 blankSet,
	"GRAPH":                 graphSet,
	"PRINT":                 func() runeSet { return graphSet().union(blankSet()).without(ofTables(unicode.Cc)) },
}

// posixUnicode is what (?U) makes of the POSIX names.
func (p *parser) posixUnicode(name string) (runeSet, bool) {
	name = strings.ToUpper(name)
	long, ok := map[string]string{
		"ALPHA": "ALPHABETIC", "LOWER": "LOWERCASE", "UPPER": "UPPERCASE", "SPACE": "WHITE_SPACE",
		"PUNCT": "PUNCTUATION", "XDIGIT": "HEX_DIGIT", "CNTRL": "CONTROL", "ALNUM": "ALNUM",
		"DIGIT": "DIGIT", "BLANK": "BLANK", "GRAPH": "GRAPH", "PRINT": "PRINT",
	}[name]
	if !ok {
		return nil, false
	}
	return p.unicodeProperty(long)
}

func hexDigitSet() runeSet {
	return ofTables(unicode.Nd).union(runeSet{{'A', 'F'}, {'a', 'f'}, {0xFF21, 0xFF26}, {0xFF41, 0xFF46}})
}

func nonCharacterSet() runeSet {
	s := runeSet{{0xFDD0, 0xFDEF}}
	for plane := rune(0); plane <= 16; plane++ {
		s = append(s, runeRange{plane<<16 | 0xFFFE, plane<<16 | 0xFFFF})
	}
	return normalize(s)
}

func whiteSpaceSet() runeSet {
	return ofTables(unicode.Z).union(runeSet{{'\t', '\r'}, {0x85, 0x85}})
}

func blankSet() runeSet { return ofTables(unicode.Zs).union(singleton('\t')) }

func graphSet() runeSet {
	return ofTables(unicode.Z, unicode.Cc, unicode.Cs).union(unassigned()).negate()
}

func wordSet() runeSet {
	return alphabeticSet().union(ofTables(unicode.M, unicode.Nd, unicode.Pc)).union(between(0x200C, 0x200D))
}

func unicodeEscapeSets(r rune) runeSet {
	switch r {
	case 'd':
		return ofTables(unicode.Nd)
	case 's':
		return whiteSpaceSet()
	}
	return wordSet()
}

// scriptSet takes a script's name in any case, with underscores.
func scriptSet(name string) (runeSet, bool) {
	for known, t := range unicode.Scripts {
		if strings.EqualFold(known, name) {
			return ofTables(t), true
		}
	}
	if strings.EqualFold(name, "Unknown") {
		return unassigned().union(ofTables(unicode.Co, unicode.Cs)), true
	}
	return nil, false
}

// blockSet would take a block's name. Go's tables have no blocks.
func blockSet(string) (runeSet, bool) { return nil, false }
