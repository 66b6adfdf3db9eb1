package main

import "fmt"

// Expressions: literals, references, operators.

func (g *gen) exprTemplate() string {
	setup := g.join(0, 3, "", func() string { return "#set($" + g.pick("a", "b", "x") + " = " + g.expr(2) + ")" })
	return setup + g.join(1, 3, "", func() string {
		if g.in(3) {
			return "#if(" + g.condition() + ")T#{else}F#end"
		}
		v := g.pick("r", "a", "b")
		return "#set($" + v + " = " + g.expr(3) + ")[$" + v + "]"
	})
}

func (g *gen) expr(depth int) string {
	if depth <= 0 {
		return g.call(g.literal, func() string { return g.reference(1) })
	}
	switch g.n(14) {
	case 0, 1, 2:
		return g.literal()
	case 3, 4, 5:
		return g.reference(2)
	case 6, 7, 8, 9:
		return g.sum(depth)
	case 10:
		return g.pick("(", "( ") + g.expr(depth-1) + g.pick(")", " )")
	case 11:
		return g.condition()
	case 12:
		return g.listLiteral(depth)
	}
	return g.mapLiteral(depth)
}

func (g *gen) sum(depth int) string {
	op := g.pick("+", "+", "-", "*", "/", "%")
	gap := g.pick(" ", " ", " ", "", "  ", "\n")
	return g.expr(depth-1) + gap + op + g.pick(" ", " ", gap) + g.expr(depth-1)
}

func (g *gen) condition() string {
	switch g.n(10) {
	case 0:
		return g.pick("true", "false")
	case 1:
		return g.pick("!", "not ", "! ", "!!") + g.pick("true", "false", g.reference(1), "("+g.expr(1)+")")
	case 2, 3:
		return g.reference(2)
	case 4:
		return g.expr(1)
	case 5:
		return g.condition() + g.pick(" && ", " || ", " and ", " or ", "&&", "||") + g.condition()
	case 6:
		return "(" + g.condition() + ")"
	}
	return g.expr(1) + g.pick(" == ", " == ", "==", " != ", " eq ", " ne ", " < ", " > ", " <= ", " >= ", " lt ", " le ", " gt ", " ge ") + g.expr(1)
}

func (g *gen) literal() string {
	switch g.n(12) {
	case 0, 1, 2:
		return g.integer()
	case 3, 4:
		return g.float()
	case 5, 6:
		return single(g.words())
	case 7, 8:
		return g.doubleQuoted()
	case 9:
		return g.pick("true", "false", "[]", "{}", "''", `""`)
	case 10:
		return g.rangeLiteral()
	}
	return g.listLiteral(1)
}

func (g *gen) integer() string {
	return g.pick("0", "1", "2", "3", "5", "7", "10", "-1", "-3", "100", "007", "-0", "2147483647", "-2147483648", "2147483648", "9223372036854775807",
		"-9223372036854775808", "9223372036854775808", "123456789012345678901234567890", fmt.Sprint(g.n(1000)), fmt.Sprint(g.r.Int64()), "65", "32768", "46341")
}

func (g *gen) float() string {
	return g.pick("0.5", "1.0", ".5", "5.", "1e3", "1.5e-4", "-2.5", "1E10", "100.0", "0.1", "0.2", "3.14159", "1e-5", "123456789.0", "1e7", "9999999.5", "1e22", "1e308", "-0.0", "0.001", "1e400",
		fmt.Sprintf("%g", g.r.Float64()*1000), fmt.Sprintf("%.3f", g.r.NormFloat64()*100), "4.9e-324", "1.7976931348623157e308")
}

func (g *gen) words() string {
	return g.join(0, 3, g.pick("", " ", ",", "-"), func() string {
		return g.pick("a", "b", "ab", "x", "Hello", "World", "1", "2", "42", "é", "ß", "I", "i", "😀", "it's", "\"q\"", "/", "\\", "$", "$1", "#", "\n", "\t", ",", ".", "{", "}", "=", "true", "null", "A", "Z", "3.5", "-", "İ", "\u0000", "\u2028", "%", "+", "&", "ǆ", "  ")
	})
}

func (g *gen) doubleQuoted() string {
	return `"` + g.join(0, 3, g.pick("", " "), func() string {
		return g.pick("a", "x y", "1", "$a", "${b}", "$s.length()", `""`, "'", "\\", "$nope", "#if($a)T#end", "#set($z = 1)$z", "\\$a", "\\\\", "\\u0041", "$m.k", "#", "##", "$", "\n", "#foreach($y in [1..2])$y#end", "é", "\\n", "$!{x}", "#[[x]]#", "\\#if", "$5", "#foo", "\\u00e9x", "\\u12", "#break", "#stop", "##x\n", "#* c *#", "$a.b", "${a}b", "#end", "$m[\"\"k\"\"]", "$m['k']", "\\t")
	}) + `"`
}

func (g *gen) rangeLiteral() string {
	bound := func() string {
		return g.pick("0", "1", "3", "-2", "5", "10", "$a", "$i", "$x", "$s.length()", "$l.size()")
	}
	return "[" + g.pick("", " ") + bound() + g.pick("..", " .. ", "..") + bound() + g.pick("", " ") + "]"
}

func (g *gen) listLiteral(depth int) string {
	return "[" + g.join(0, 3, g.pick(", ", ",", " , "), func() string { return g.operand(depth - 1) }) + "]"
}

func (g *gen) mapLiteral(depth int) string {
	return "{" + g.join(0, 3, g.pick(", ", ","), func() string {
		return g.pick("'k'", `"k"`, "'b'", "$s", "1", "'a b'", "$nope", `"$a"`, "true", "1.5", "[1]", "$l") + g.pick(": ", ":", " : ") + g.operand(depth-1)
	}) + "}"
}

// operand is what may stand in lists, maps and arguments: no operators.
func (g *gen) operand(depth int) string {
	switch n := g.n(8); {
	case n < 3 || depth <= 0:
		return g.call(g.integer, g.float, func() string { return single(g.words()) }, g.doubleQuoted, func() string { return g.reference(1) })
	case n < 5:
		return g.reference(depth)
	case n < 6:
		return g.listLiteral(depth)
	case n < 7:
		return g.mapLiteral(depth)
	}
	return g.pick("true", "false", g.rangeLiteral())
}

func (g *gen) sequence() string {
	return g.pick("[1..3]", "[1, 2]", "['a', 'b']", "$l", "$m", "$m.keySet()", "$m.entrySet()", "$m.values()", "[]", "$nope", "'abc'", "$s.split(',')", "$input.path('$.items')",
		"$input.path('$.o')", "$input.params().querystring.keySet()", "[3..1]", "$l.iterator()", "5", "$a", "$x", "{'p': 1, 'q': 2}", "$input.path('$..id')", "$b", "[$a, $b]", "[0..1001]")
}

// reference is a variable with steps.
func (g *gen) reference(depth int) string {
	open, end := g.pick("$", "$", "$", "$!", "${", "$!{"), ""
	if open[len(open)-1] == '{' {
		end = "}"
	}
	return open + g.chain(depth) + end
}

func (g *gen) chain(depth int) string {
	if g.in(6) {
		return g.pick("input.path('$.a')", "input.path('$.items')", "input.path('$.o')", "input.json('$.o')", "input.params('q')", "input.params().path", "context.stage", "stageVariables.env", "input.body", "util.parseJson('[1,{\"k\":2}]')", "context.identity.sourceIp", "input.path('$.s')", "input.path('$.d')", "input.path('$.big')", "input.path('$.n')", "input.path('$.t')")
	}
	s := g.pick(g.vars...)
	for depth > 0 && g.in(2) {
		depth--
		s += g.step()
	}
	return s
}

func (g *gen) step() string {
	return g.pick(".k", ".b", ".size()", ".length()", "[0]", "[-1]", "['k']", `["b"]`, ".get(0)", ".get('k')", ".toString()", ".isEmpty()", ".keySet()", ".k.j", ".nope", ".nope()", ".empty", ".class", ".hashCode()", ".class.name", "[$i]", "[1]", ".contains('a')", ".equals(1)", ".add(1)", ".put('k', 'v')", ".k-1", ".0", "[9]", "[true]", ".first", ".getClass().getName()")
}
