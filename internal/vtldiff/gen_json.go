package main

import (
	"fmt"
	"strings"
)

// Payloads, JSONPath expressions over them, and bodies as json-smart takes
// them.

// payload is a body with members that the other generators know.
func (g *gen) payload() string {
	items := g.join(0, 3, ",", func() string { return g.object(2) })
	return fmt.Sprintf(`{"a":%s,"s":%s,"t":%s,"n":null,"d":%s,"long":%s,"big":12345678901234567890,"dec":1.234567890123456789012,"items":[%s],"o":%s,"arr":%s,"x y":1,"e":"","k":"v"}`,
		g.pick("1", "0", "-5", "42"), g.jsonString(), g.pick("true", "false"), g.pick("1.50", "1e3", "-0.0", "0.1", "100.0", "1E-7"), g.pick("3000000000", "9223372036854775807"),
		items, g.object(2), g.array(2))
}

var keys = []string{"id", "name", "k", "b", "c", "price", "a", "tags", "x y", "length", "j"}

func (g *gen) object(depth int) string {
	return "{" + g.join(0, 4, ",", func() string { return `"` + g.pick(keys...) + `":` + g.jsonValue(depth-1) }) + "}"
}

func (g *gen) array(depth int) string {
	return "[" + g.join(0, 4, ",", func() string { return g.jsonValue(depth - 1) }) + "]"
}

func (g *gen) jsonValue(depth int) string {
	switch n := g.n(12); {
	case n < 3:
		return g.pick("1", "2", "3", "10", "-1", "0", "5")
	case n < 5:
		return g.jsonString()
	case n < 6:
		return g.pick("true", "false", "null")
	case n < 7:
		return g.pick("1.5", "2.50", "1e2", "8.95", "1.0")
	case n < 10 && depth > 0:
		return g.object(depth)
	case depth > 0:
		return g.array(depth)
	}
	return g.jsonString()
}

func (g *gen) jsonString() string {
	return g.pick(`"x"`, `"y"`, `"a/b"`, `"it's"`, `"q\"q"`, `""`, `"é"`, `"\u00e9\u2028"`, `"line\nline"`, `"😀"`, `"1"`, `"true"`, `"a,b,c"`, `"\\"`, `"foo"`, `"<&>"`, `"\u007f\u0001"`, `"$a"`, `"#if"`, `"A"`)
}

func (g *gen) pathTemplate() string {
	g.c.Body = g.pathBody()
	return g.join(1, 2, "|", func() string {
		p := g.jsonPath()
		q := single(p)
		if !strings.ContainsAny(p, `"$#\`) || g.in(4) {
			q = double(p)
		}
		switch g.n(6) {
		case 0, 1:
			return "$input.path(" + q + ")"
		case 2:
			return "#foreach($x in $input.path(" + q + "))$x;#end"
		case 3:
			return "#set($p = " + q + ")$input.json($p)"
		}
		return "$input.json(" + q + ")"
	})
}

// pathBody is a document rich in what paths look for.
func (g *gen) pathBody() string {
	if g.in(4) {
		return g.jsonValue(4)
	}
	return fmt.Sprintf(`{"a":%s,"o":%s,"arr":%s,"items":[%s],"store":{"book":[%s],"k":%s},"s":"str","n":null,"x y":{"k":1},"a.b":2}`,
		g.jsonValue(2), g.object(3), g.array(3), g.join(0, 4, ",", func() string { return g.object(2) }), g.join(0, 3, ",", func() string {
			return fmt.Sprintf(`{"id":%d,"name":%s,"price":%s,"tags":%s}`, g.n(4), g.jsonString(), g.pick("8.95", "12", "5.0", "null", `"10"`), g.array(1))
		}), g.jsonValue(1))
}

// jsonPath is well-formed: on malformed paths the oracle's Jayway 2.0.0 and
// the current one, which poterne follows, are too far apart to compare.
func (g *gen) jsonPath() string {
	root := g.pick("$", "$", "$", "$", "$", "$..", "")
	first := g.pick("o", "arr", "items", "store", "store.book", "a", "s", "n", "store.book[*]", "items[*]")
	switch {
	case g.in(8):
		return "$" + g.pick("", "..*", ".*", "[*]", "..id", "..name", "..tags", "..k")
	case root == "$":
		root += g.pick("."+first, "."+first, "."+first, "['"+g.pick("o", "arr", "items", "x y", "a.b")+"']")
	default:
		root += first
	}
	return root + g.join(0, 3, "", g.pathStep)
}

func (g *gen) pathStep() string {
	switch g.n(18) {
	case 0, 1, 2, 3, 4:
		return "." + g.pick("k", "b", "id", "name", "price", "tags", "a", "c", "j", "nope")
	case 5, 6:
		return "['" + g.pick(keys...) + "']"
	case 7, 8:
		return g.pick("[0]", "[1]", "[9]", "[0,1]", "[0, 1]", "[1,0]", "[0,9]")
	case 9:
		return "[" + g.pick("0:1", "1:", ":2", "0:9", "1:3", "-2:", ":-1", "-1:", "0:0") + "]"
	case 10, 11:
		return g.pick("[*]", ".*")
	case 12:
		return ".." + g.pick("id", "k", "*", "name", "price", "nope", "j")
	case 13:
		return "['" + g.pick(keys...) + "','" + g.pick(keys...) + "']"
	}
	return "[?(" + g.filter(1) + ")]"
}

func (g *gen) filter(depth int) string {
	if depth > 0 && g.in(5) {
		return g.filter(depth-1) + g.pick(" && ", " || ") + g.filter(depth-1)
	}
	left := "@" + g.pick(".id", ".price", ".name", ".k", ".b", "['id']", ".tags[0]", ".nope", ".c", ".a")
	if g.in(4) {
		return left
	}
	if g.in(8) {
		return left + " =~ " + g.pick("/x/", "/.*o.*/", "/[a-z]+/i", "/X/i", "/.+/")
	}
	return left + g.pick(" == ", " == ", " < ", " > ", " <= ", " >= ") + g.pick("1", "2", "'x'", "'foo'", "10", "8.95", "true", "'a/b'", "''", "1.5", "-1", "3")
}

func (g *gen) bodyTemplate() string {
	b := g.smart(3)
	for g.in(3) {
		b = g.mutate(b)
	}
	t := g.pick("$input.json('$')", "$input.path('$')", "$input.path('$').class.name", "$input.json('$.a')", "$input.body|$input.json('$')", "#foreach($x in $input.path('$'))$x,#end", "$input.path('$').a.class.name|$input.path('$')")
	if g.in(4) {
		return "#set($v = $util.parseJson(" + single(b) + "))$v|$v.class.name"
	}
	g.c.Body = b
	return t
}

// smart is a text that json-smart may take for JSON.
func (g *gen) smart(depth int) string {
	gap := func() string { return g.pick("", "", "", " ", "\n", "\t", "\r", "\f", "\u00a0", "\x1a", "\x00", "\v") }
	switch n := g.n(11); {
	case n < 3 && depth > 0:
		return gap() + "{" + gap() + g.join(0, 3, g.pick(",", ",", ", ", ",,", " "), func() string {
			return gap() + g.smartKey() + gap() + g.pick(":", ":", ":", "=", "::", " ") + g.smart(depth-1)
		}) + g.pick("", "", ",", ",,") + gap() + "}" + gap()
	case n < 6 && depth > 0:
		return gap() + "[" + g.join(0, 4, g.pick(",", ",", ", ", ",,", " ", ";"), func() string { return g.smart(depth - 1) }) + g.pick("", "", ",") + gap() + "]" + gap()
	}
	return gap() + g.smartScalar() + gap()
}

func (g *gen) smartKey() string {
	return g.pick(`"a"`, `"b"`, `'a'`, `a`, `b c`, `"a`, `1`, `""`, `$x`, `true`, `a"b`, `"\u0061"`, `'it\'s'`, `null`, "é", "a-b", "[", "{")
}

func (g *gen) smartScalar() string {
	return g.pick("1", "-1", "0", "01", "-0", "1.5", "1.", ".5", "1e3", "1E+2", "1e", "1e+", "-", "+1", "1.10", "1.0", "-1.5e-3", "123456789", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
		"12345678901234567890123", "1.2345678901234567890", "0.1234567890123456", "0.12345678901234567", "12345678.123456789", "1.23456789012345678901E5", "1e400", "1x", "12 34", "1.2.3", "true", "false", "null", "tru", "True", "truex", "NaN", "nan", "Infinity", "nul", "nulll", "undefined",
		`"str"`, `'str'`, `"a\nb"`, `"a\x41"`, `"\u0041"`, `"\u00"`, `"\u00zz"`, `"\q"`, `"\/"`, `'a"b'`, `"a'b"`, `'a\'b'`, "\"raw\nnewline\"", "\"tab\t\"", `"unterminated`, `'`, `"`, "abc", "a b c", "a:b", "a,b", "a}b", "a]b", "a\\nb", "é", "/* c */1", "//c", "0x1F", "1d", "1f", "1L", "--1", "- 1", "1-", "1e5.5", "00", "0.0", "-0.0", "0e0", "\"\x7f\"", "\"\x00\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "{}", "[]", "a'b", "1 ", "*", "#", "$", "(1)", "true ", "false,", "null]", "\x1a", "1\x1a", "\\")
}

// mutate damages a text at one place.
func (g *gen) mutate(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return g.smartScalar()
	}
	i := g.n(len(r))
	switch g.n(4) {
	case 0:
		return string(r[:i]) + string(r[i+1:])
	case 1:
		return string(r[:i]) + g.pick("{", "}", "[", "]", ",", ":", "\"", "'", "\\", " ", "a", "1", "\x00", "\x1a", "-", ".", "e", "\n", "=", "null") + string(r[i:])
	case 2:
		return string(r[:i])
	}
	return s + g.pick("x", " x", ",", "}", "]", "1", "\"", "{}", "\x1a", "\n")
}
