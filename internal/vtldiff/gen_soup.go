package main

// Token soup: the lexer's modes in any order.

func (g *gen) soup() string {
	return g.join(1, 9, "", func() string {
		return g.pick("$", "$!", "${", "$!{", "}", "{", "#", "##", "#*", "*#", "#[[", "]]#", "\\", "\\\\", " ", "  ", "\n", "\t", "\r\n", "\r",
			"#if", "#if(", "(", ")", "#end", "#else", "#elseif(", "#set(", "#set($a=1)", "#foreach($i in [1..2])", "#define($d)", "#stop", "#break", "#macro(m)", "#foo",
			"a", "$a", "${a}", "$!a", ".b", ".b()", "[0]", "[$a]", "\"", "'", "\"\"", "''", "-", "1", "-1", "1.5", ",", "..", ".", "true", "false", " in ", "==", "=", "!", "&&", "||", "+", "*", "/", "%", "<", ">", "$m.k", "x", "\"x\"", "'x'", "#{", "#{if}", "#{end}", "#{else}", "|", ":", "[", "]", "[]", "{}", "@", "#@m", "_", "$_", "$a-b", "é", "#end\n", "#if(true)", "#if($a)", "(1)", "$a.b(1)", "$a.b('x')", "null", "not", "and", "or", "lt", "eq", "\\#", "\\$", "$a.", "$a[", "#set( $a = ", " )", "\\$a", "\\#if(", "#evaluate(", "#parse(", "\"$a\"", "$$", "##\n", "#literal()")
	})
}
