package main

import "strings"

// Whole templates as people write them: bodies for back ends and clients, made
// of sections, each with its own way of writing the same thing.

func (g *gen) pageTemplate() string {
	nl := g.pick("\n", "\n", "\n", "\r\n", "")
	page := g.join(0, 3, "", g.opening) + g.pick("{\n", "{\n", "{", "[\n", "<r>\n", "") +
		g.join(1, 5, g.pick(",\n", ",", ",\n  ", "\n"), g.section) + g.pick("\n}", "\n}\n", "}", "]", "")
	return strings.ReplaceAll(page, "\n", nl)
}

// opening sets variables before anything is written.
func (g *gen) opening() string {
	return g.pick("#set($inputRoot = $input.path('$'))\n", "#set($root=$input.path('$'))\n", "#set ( $body = $util.parseJson($input.body) )\n", "#set($hdr = $input.params().header)\n", "## comment\n", "#* block\n comment *#\n", "#set($items = $input.path('$.items'))\n", "#set($i = 0)\n",
		"#set($q = '\"')\n", "#set($q='\"')#set($list = [])\n", "#set($map = {})\n", "#set($empty = '')\n", "#set($D = '$')\n", "#set($hash = '#')\n", "#set($total = 0)\n", "#set($result = \"\")\n", "#define($loop)\n{#foreach($k in $map.keySet())\"$k\": \"$map.get($k)\"#if($foreach.hasNext),#end#end}\n#end\n",
		"#set($keys = ['a', 's', 'nope'])\n", "#set($esc = $util.escapeJavaScript($input.json('$')))\n", "#macro(row $x)<$x>#end\n", "#set($bool = $input.path('$.t'))\n", "#set($null = $input.path('$.n'))\n", "#set($params = $input.params())\n", "#set($null = $nope.x)\n", "#if($input.path('$.a') == 1)\n#set($kind = 'one')\n#else\n#set($kind = 'other')\n#end\n",
		"#set($context.responseOverride.status = 201)\n", "#set($now = $context.requestTimeEpoch)\n", "$!map.put('k', 'v')\n", "#set($x = $map.put('k', 'v'))\n", "#set($_ = $list.add('first'))\n", "#set($e = $input.path('$.errorMessage'))\n")
}

// section is a member of the page.
func (g *gen) section() string {
	if g.depth >= maxDepth {
		return g.member()
	}
	g.depth++
	defer func() { g.depth-- }()
	switch g.n(12) {
	case 0, 1:
		return g.pageLoop()
	case 2, 3:
		return g.pageIf()
	case 4:
		return "\"" + g.pick("data", "o", "params") + "\": {" + g.join(1, 3, ", ", g.section) + "}"
	case 5:
		return g.accumulate()
	}
	return g.member()
}

// member is a name and one of the many ways to a value.
func (g *gen) member() string {
	path := g.pick("$.a", "$.s", "$.items", "$.o", "$.arr", "$.items[0]", "$.items[0].id", "$.nope", "$..id", "$.n", "$.t", "$.d", "$.big", "$.dec", "$.items[*].name", "$['x y']", "$.items[-1:]", "$.e", "$", "$.o.*", "$.long")
	name := g.pick("a", "s", "items", "o", "arr", "nope", "n", "t", "d", "big", "dec", "e", "items.size()", "items[0].id", "items.get(0).name", "o.k", "o.keySet()", "s.length()", "s.toUpperCase()", "nope.deeper", "items[0].nope", "arr[0]", "arr.get(9)", "o.get('id')", "o.size()", "o['k']", "a.x", "t.booleanValue()", "s.replaceAll('a','b')", "s.substring(0,1)")
	value := g.pick("$input.json('"+path+"')", "\"$input.path('"+path+"')\"", "$input.path('"+path+"')", "$input.json(\""+path+"\")", "\"$util.escapeJavaScript($input.path('"+path+"'))\"", "\"$util.escapeJavaScript($input.json('"+path+"'))\"", "\"$util.base64Encode($input.json('"+path+"'))\"", "\"$util.urlEncode($input.path('"+path+"'))\"",
		"\"$inputRoot."+name+"\"", "$inputRoot."+name, "\"$!inputRoot."+name+"\"", "\"$!{inputRoot."+name+"}\"", "${root."+name+"}", "\"$body."+name+"\"", "\"$input.params('"+g.pick("q", "page", "id", "nope", "p", "Accept", "H")+"')\"", "\"$input.params().header.get('X-Y')\"", "\"$hdr.H\"", "\"$hdr.get('nope')\"", "$q$kind$q", "\"$stageVariables.env\"", "\"${stageVariables.table}-x\"",
		"\"$context.identity.sourceIp\"", "\"$context.requestId\"", "$context.authorizer.n", "\"$context.authorizer.claims.sub\"", "${q}x${q}", "\"#if($bool)yes#{else}no#end\"", "#if($null)1#{else}null#end", "$loop", "#row('x')", "$list", "$map", "$total", "\"$result\"", "$esc", "\"$D{HOME} ${hash}1\"", "\"$keys.get(1)\"", "[$keys[0], $keys[1]]", "\"$!e\"", "$items.size()", "\"$items\"", "\"$input.body\"", "$input.body", "\"$params.querystring.q\"", "$params.path", "$i", "\"cost: $5.00 100% #1 \\$x\"", "\"$now\"", "$util.parseJson('{\"a\":[1,{\"b\":2}]}').a[1].b", "\"$empty\"", "\"${empty}$!{nope}\"",
		"$input.path('"+path+"').size()", "\"$input.path('"+path+"').toString()\"", "$input.path('"+path+"').replace('a', \"b\")", "$input.path('"+path+"').isEmpty()", "#if($input.path('"+path+"').contains('a'))true#{else}false#end")
	return g.pick("  ", "", " ", "\t") + "\"" + g.pick("id", "v", "name", "a b", "$kind") + "\"" + g.pick(": ", ":", " : ") + value
}

func (g *gen) pageLoop() string {
	in := g.pick("$items", "$inputRoot.items", "$input.path('$.items')", "$input.path('$.arr')", "$inputRoot", "$input.path('$.o').keySet()", "$input.path('$.o').entrySet()", "$hdr.keySet()", "$params.keySet()", "$keys", "[1..3]", "$list", "$map.entrySet()", "$input.path('$.s').split(',')", "$input.params().querystring.entrySet()", "$stageVariables.keySet()", "$nope", "$input.path('$.o').values()", "$input.path('$.items[*].id')")
	item := g.pick("{\"id\": $x.id}", "\"$x\"", "$x", "{\"k\": \"$x.key\", \"v\": \"$x.value\"}", "\"$x\": \"$params.get($x)\"", "$foreach.count: $x.name", "\"$util.escapeJavaScript($x)\"", "#set($i = $i + 1)$i", "#set($total = $total + $x.price)", "#if($x.id == 1)first#elseif($x.id)other#{else}none#end", "#if($foreach.index > 0), #end$x", "#set($_ = $list.add($x))", "$list.add($x.id)", "$velocityCount", "#set($result = \"$result$x,\")", "#if($foreach.count == 2)#break#end$x", "#if(!$x.id)#set($x.id = 0)#end$x.id", "<$x.tags.size()>", "#foreach($y in $x.tags)$y#if($foreach.hasNext)|#end#end", "$x.get('k').get('b')", "{$x}", "$!x.nope", "${x}s", "#set($map[$x] = $foreach.index)", "#row($x)", "$foreach.parent.count/$foreach.count", "\n        $x\n    ", g.member())
	comma := g.pick("#if($foreach.hasNext),#end", "#if( $foreach.hasNext ), #end", "#if($velocityCount < $items.size()),#end", "#if($foreach.count != $items.size()),#end", "", "#if($velocityHasNext),#end", "#if(!$foreach.last),#end", "#if($foreach.hasNext)\n,\n#end", "${q},")
	return g.pick("\"list\": ", "", "  \"l\":") + g.pick("[", "[\n", "{", "") + g.pick("#foreach($x in ", "#foreach( $x in ", "    #foreach ($x in ") + in + g.pick(")", ")\n", " )\n  ", ") ") + item + comma + g.pick("#end", "\n#end", "\n    #end\n", "#{end}") + g.pick("]", "\n]", "}", "")
}

func (g *gen) pageIf() string {
	test := g.pick("$input.path('$.a') == 1", "$inputRoot.s && $inputRoot.s != ''", "$input.params('q') != ''", "\"$!inputRoot.nope\" == \"\"", "$inputRoot.nope", "!$inputRoot.items.isEmpty()", "$items.size() > 0", "$items.size() >= 1 && $items[0].id > 1", "$inputRoot.t == true", "$inputRoot.t == 'true'", "$inputRoot.n == $null", "!$null", "$null", "$inputRoot.containsKey('a')", "$inputRoot.keySet().contains('s')", "$input.body.contains('a')", "$inputRoot.d > 1", "$inputRoot.d == 1.5", "$inputRoot.a == '1'", "$input.json('$.nope') == '\"\"'", "$input.json('$.o') != '{}'", "$inputRoot.s.length() > 2 || $bool", "$inputRoot.s.matches('[a-z]+')", "$e.contains('x')", "$bool && !$null", "$i == 0", "$total.equals(0)", "$inputRoot.s.equals('x')", "$input.params().header.containsKey('H')", "$context.authorizer.n == 7", "$stageVariables.env == \"dev\"", "$inputRoot.a % 2 == 0", "($inputRoot.a > 0) && ($inputRoot.a < 10)", "$inputRoot.items[0].name == \"x\"", "$list == []", "$map == {}", "$empty == ''", "$empty", "[]", "$list", "0", "''")
	open := g.pick("#if(", "#if( ", "#if (", "    #if(")
	body := func() string { return g.pick("", "\n", "\n    ") + g.section() + g.pick("", "\n", "\n  ") }
	out := open + test + g.pick(")", " )") + body()
	if g.in(3) {
		out += "#elseif(" + g.pick("$inputRoot.a", "$nope", "$i < 5", "'x' == \"x\"") + ")" + body()
	}
	if g.in(2) {
		out += g.pick("#else", "#else\n", "#{else}") + body()
	}
	return out + g.pick("#end", "#end\n", "#{end}")
}

// accumulate builds a value and writes it.
func (g *gen) accumulate() string {
	return g.pick("#foreach($x in $items)#set($total = $total + $x.id)#end$total",
		"#set($out = [])#foreach($x in $items)#set($ok = $out.add(\"$x.name\"))#end$out",
		"#set($out = {})#foreach($k in $input.path('$.o').keySet())#set($ok = $out.put($k.toUpperCase(), $input.path('$.o').get($k)))#end$out",
		"#set($s = '')#foreach($x in $keys)#set($s = $s + $x + ',')#end$s", "#set($s = \"\")\n#foreach($x in [1..3])\n  #set($s = \"${s}$x\")\n#end\n\"$s\"",
		"#set($inputRoot.extra = {'k': [1, 2, 'x']})$input.json('$.extra')", "#set($inputRoot.a = 'changed')$input.json('$.a')", "$inputRoot.remove('o')$input.json('$')", "#set($n = $inputRoot.a + $inputRoot.d)$n", "#set($n = $inputRoot.a / 2)$n #set($n = $inputRoot.d * 3)$n",
		"#set($parts = $inputRoot.s.split('/'))$parts[0] $parts.size() $parts[1]", "#set($str = $inputRoot.s.replaceAll('\"', '\\\\\"'))$str", "#set($n = $Integer.parseInt($inputRoot.a))$n", "#set($z = 0)#set($n = $z.parseInt('12') + 1)$n", "#set($max = 0)#foreach($x in $items)#if($x.id > $max)#set($max = $x.id)#end#end$max",
		"#set($sorted = $input.path('$.items[*].name'))$sorted.size() $sorted.contains('x') $sorted", "#set($p = \"$['x y']\")$input.json($p)", "#set($f = \"$input.params('q')\")$f.trim().isEmpty()", "#foreach($x in $input.path('$.items'))#set($x.n = $foreach.count)#end$input.json('$.items')")
}
