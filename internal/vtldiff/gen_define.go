package main

import "strings"

// Blocks of #define, and the classes of values.

// defineTemplate defines blocks and uses them where values stand.
func (g *gen) defineTemplate() string {
	g.vars = []string{"d", "e", "a", "x", "l", "m"}
	t := g.pick("", "#set($a = 1)", "#set($l = [1, 2])#set($m = {'k': 'v'})", "#set($d = 'old')") + g.define("d")
	if g.in(2) {
		t += g.define("e")
	}
	return t + g.join(1, 5, g.pick("", "", " ", "\n", "|"), g.blockUse)
}

func (g *gen) define(name string) string {
	return g.space() + g.pick("#define($", "#define( $", "#define ($", "#define(${") + name + g.pick(")", ")", " )", "})") + g.lineEnd() +
		g.join(0, 3, "", g.blockPart) + g.end()
}

func (g *gen) blockPart() string {
	return g.pick("x", " y ", "\n", "$a", "$d", "$e", "$x", "$foreach.count", "$foreach.hasNext", "$velocityCount", "#set($a = $a + 1)", "#set($n = 5)", "$n", "#if($a == 1)one#{else}more#end",
		"#foreach($y in [1..2])$y#end", "#foreach($x in $l)$x#end", "#break", "#stop", "#define($in)[$a]#end$in", "$input.json('$.o')", "$input.path('$.s')", "${d}", "$!{e}", `\$d`, "#set($d = 'new')", "$d.length()", "\"$e\"",
		"#set($l[0] = 9)", "$m.put('z', 1)", "1", "true", "## c\n", "#* c *#", "#foo($a)", "#end#define($d)q", "$context.stage", "$nope", "$!nope.x")
}

func (g *gen) blockUse() string {
	v := g.pick("d", "d", "e")
	return g.pick("$"+v, "$!"+v, "${"+v+"}", "$!{"+v+"}", "\\$"+v, "\\\\$"+v, "$"+v+".x", "$"+v+"[0]", "$"+v+".length()", "$"+v+".toString()", "$"+v+".toString().length()", "$"+v+".class.name", "$"+v+".equals($d)",
		"\"$"+v+"\"", "#set($s = \"<$"+v+">\")$s", "#set($s = $"+v+")$s", "#set($s = $"+v+")#set($a = 7)$s", "#set($s = $"+v+" + 1)$s", "#set($s = $"+v+" + 'q')$s", "#set($s = 'q' + $"+v+")$s",
		"#if($"+v+")T#{else}F#end", "#if($"+v+" == 'x')T#{else}F#end", "#if($"+v+" == $d)T#{else}F#end", "#if(!$"+v+")T#{else}F#end", "#if($"+v+" && true)T#{else}F#end", "#foreach($x in $"+v+")$x#end", "#foreach($x in [1, 2])$"+v+"#end",
		"#foreach($x in [$"+v+", $"+v+"])$x;#end", "#foreach($x in $l)#define($"+v+")<$x>#end$"+v+"#end$"+v, "#set($m.b = $"+v+")$m.b", "$m.put('b', $"+v+")$m", "#set($l = [$"+v+"])$l", "$l.add($"+v+")$l",
		"#set($m = {$"+v+": 1})$m", "#set($m = {'b': $"+v+"})$m.b$m", "#set($a = $a + 1)$"+v, "$util.escapeJavaScript($"+v+")", "$util.urlEncode($"+v+")", "$util.base64Encode($"+v+")", "$input.params(\"$"+v+"\")",
		"$l.contains($"+v+")", "'a$"+v+"'", "$s.concat($"+v+")", "$a.compareTo($"+v+")", "#set($"+v+" = \"$"+v+"\")$"+v, "#set($"+v+" = $"+v+")$"+v, "#set($"+v+" = 1)$"+v, "#define($"+v+")again#end$"+v, "#if($"+v+".toString() == 'x')T#{else}F#end",
		"#set($context.responseOverride.header.B = $"+v+")", "#set($context.responseOverride.header.B = \"$"+v+"\")", "$"+v+"$"+v, "$"+v+"-$"+v, "#set($r = [1..$"+v+"])$r")
}

// classTemplate asks values for their classes, and classes for what they have.
func (g *gen) classTemplate() string {
	of := g.pick(classNames...)
	t := methodSetup + "#set($v = " + g.pick(receivers[of]...) + ")"
	if g.in(6) {
		t = methodSetup + g.pick("#define($v)x#end", "#foreach($v in $mm.entrySet())#end", "#foreach($v in [1])#set($v = $foreach)", "#set($v = $ll.class)")
		if t[len(t)-1] == ')' && g.in(2) {
			t += "#end"
		}
	}
	return t + g.join(1, 4, ";", func() string { return g.classUse(of) })
}

func (g *gen) classUse(of string) string {
	class := "$v" + g.pick(".class", ".class", ".getClass()")
	static := func() string {
		return class + "." + g.invocation(g.pick(strings.Fields(methods[g.pick(of, of, "Integer", "String", "Double")])...), of)
	}
	return g.call(static, static, func() string {
		return g.pick(class, class+".name", class+".getName()", class+".simpleName", class+".getSimpleName()", class+".toString()", class+".class", class+".class.name", class+".package", class+".superclass", class+".interfaces", class+".array", class+".isArray()", class+".enum",
			class+".forName('java.lang.Runtime')", class+".newInstance()", class+".getMethods()", class+".methods[0]", class+".classLoader", class+".isInstance($v)", class+".cast($v)", class+".hashCode().nope", class+".canonicalName", class+".typeName", class+".modifiers", class+".desiredAssertionStatus()",
			"#if("+class+" == $ll.class)T#{else}F#end", "#if("+class+" == $str.class)T#{else}F#end", "#if("+class+".name == 'java.lang.String')T#{else}F#end", "#if("+class+")T#{else}F#end", "#set($c = "+class+")$c.name", "#set($c = "+class+")$c.valueOf('1')", class+"[0]", class+".empty", class+".length", class+".MAX_VALUE",
			class+".name.length()", class+".name.split('\\.').size()", "#foreach($x in "+class+")$x#end", "\""+class+"\"", "#set($q = 'x' + "+class+")$q", class+".equals("+class+")", class+".equals($str.class)", "$ll.contains("+class+")", "{"+class+".name}", "#set($mm.c = "+class+")$mm.c.name", class+".x = 1", "#set($v.class = 1)$v", "$v.class().name", "$!v.class.nope", "$v.CLASS", "$v.Class", "$v['class']", "$v.get('class')")
	})
}
