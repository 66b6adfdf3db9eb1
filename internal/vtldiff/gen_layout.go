package main

import "strings"

// Templates of statements, with the white space around directives that
// Velocity 1.7 eats or keeps.

const maxDepth = 3

func (g *gen) layoutTemplate() string { return g.block(1, 7) }

func (g *gen) block(least, most int) string { return g.join(least, most, "", g.statement) }

func (g *gen) statement() string {
	if g.depth >= maxDepth {
		return g.call(g.text, g.printed, g.setDirective)
	}
	g.depth++
	defer func() { g.depth-- }()
	switch n := g.n(30); {
	case n < 8:
		return g.text()
	case n < 13:
		return g.printed()
	case n < 18:
		return g.space() + g.setDirective() + g.lineEnd()
	case n < 22:
		return g.ifDirective()
	case n < 25:
		return g.foreachDirective()
	case n < 26:
		return g.space() + g.pick("#define($a)", "#define( $b )", "#define ($x)") + g.lineEnd() + g.block(0, 2) + g.end()
	case n < 27:
		return g.pick("#break", "#stop", "#{break}", "#break\n", "#stop ", "#break($a)", "#stop()")
	case n < 29:
		return g.comment()
	}
	return g.oddity()
}

func (g *gen) text() string {
	return g.pick("x", "y z", " ", "\n", "  ", "\n  ", "{", "}", "\"k\": ", ",", "[", "]", "\t", "\r\n", "é", "a.b", ": ", "-", ".", "1", "()", "'", "|", "&", "@", "x\\", "!", "=", "/", "<b>", "😀", "\u00a0", "€$", "user@x.com", "100%", "c:\\d")
}

// space stands before a directive, lineEnd behind it.
func (g *gen) space() string {
	return g.pick("", "", "", "  ", "\n", "\n  ", "\t", "x ", "x", " \n", "\r\n ", "$a  ", "\n\n  ")
}

func (g *gen) lineEnd() string {
	return g.pick("", "", "\n", "\n", " \n", "  ", "\t\n", "\r\n", " x", "\r", "\n\n", "\n  ", " \t \n\t")
}

func (g *gen) end() string {
	return g.pick("#end", "#end", "#end", "#{end}", "\n#end", "  #end") + g.lineEnd()
}

func (g *gen) ifDirective() string {
	var b strings.Builder
	b.WriteString(g.space() + g.pick("#if(", "#if(", "#if (", "#if( ", "#{if}(") + g.condition() + g.pick(")", ")", " )") + g.lineEnd())
	b.WriteString(g.block(0, 2))
	for g.in(4) {
		b.WriteString(g.space() + g.pick("#elseif(", "#elseif (", "#{elseif}(") + g.condition() + ")" + g.lineEnd() + g.block(0, 2))
	}
	if g.in(3) {
		b.WriteString(g.pick("#else", "#else", "#{else}", "\n#else", " #else ") + g.lineEnd() + g.block(0, 2))
	}
	return b.String() + g.end()
}

func (g *gen) foreachDirective() string {
	return g.space() + g.pick("#foreach(", "#foreach(", "#foreach (", "#foreach( ") + g.pick("$x", "$i", "$a", "${b}", "$foreach") +
		g.pick(" in ", " in ", "  in  ", "\nin ") + g.sequence() + g.pick(")", ")", " )") + g.lineEnd() +
		g.block(0, 3) + g.pick("", "$foreach.count", "$velocityCount", "#if($foreach.hasNext),#end") + g.end()
}

func (g *gen) setDirective() string {
	return g.pick("#set($", "#set($", "#set( $", "#set ($", "#set(  $", "#{set}($") +
		g.pick("a", "b", "x", "s", "i", "m.k", "l[0]", `m["k"]`, "m.k.j", "{a}", "!a", "m[$s]", "l[-1]", "a.b.c", "m.get('k').z") +
		g.pick(" = ", " = ", "=", "  =  ", "= ", " =\n") + g.expr(2) + g.pick(")", ")", " )", "  )", "\n)")
}

func (g *gen) printed() string {
	return g.pick("", "", "", "", "\\", "\\\\", "$", "!", "\\\\\\", "#", "\\!") + g.reference(2) + g.pick("", "", "", " ", ".", "-", "x", "\n", "[", "(", ".(", "..", ".1", "\\", "$", "!", "}", "{", "#end", "##", "[0", "-1", ".-")
}

func (g *gen) comment() string {
	return g.pick("## c", "##", "## $a #if(", "#* c *#", "#**#", "#** d *#", "#*\n*#", "##\n", "## x\r\n", "#***#", "#* #* *#", "x## y\n", "  ## z\n  ", "$a## q\n", "#*#", "#**", "###\n", "#set($a = 1)## c\n") +
		g.pick("", "\n", "x", "  ")
}

// oddity is what looks like a directive, or an escape of one.
func (g *gen) oddity() string {
	return g.pick(`\#if`, `\#set($a = 1)`, `\\#if(true)x#end`, `\#end`, "#foo", "#foo(1)", "#foo($a)", "#macro(m $a)x$a#end", "#m(1)", "#m($a 'x')",
		"#parse('x')", "#include('x')", "#evaluate($a)", "#return($a)", "#[[ $a #if ]]#", "#[[]]#", "#[[\n]]#x", "#{foo}", "#IF(true)", "#endif", "# if",
		"#1", "#@m()x#end", "#literal()$a#end", "#literal() #if(true)y#end #end", `\#foo`, `\\#foo`, `\\\#if(true)`, "#set$a", "#set", "#if", "#(", "#else", "$$", "$", "$!", "$ ", "${", "$!{",
		"$5", "$-", "$.", "$[", "$![", "$!.", `\$`, `\$!a`, `$\!a`, `$\!{a}`, `\\$a`, `\${a}`, `\$foo.bar`, `$!!a`, "$a$b", "$a.b$", "$a.", "${a}.b", "${a.b}c", "${a", "$a[", "$a[0", "$a.b(", "#define($q)z#end$q",
		"#set($a = 'x')#{a}", "##$", "#*", "#[[ x", "#break", "#foreach($y in [1..3])$y#break#end", "#literal()\\$a#end", "#evaluate('$a')\n", "#m()\n  z", "#foo \n", "#foo() \n x")
}
