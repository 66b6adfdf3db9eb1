package main

import "strings"

// Templates around $input, $util, $context, String.format and loops.

func (g *gen) formatTemplate() string {
	spec := func() string {
		flags := ""
		if g.in(3) {
			flags = g.join(1, 2, "", func() string { return g.pick("-", "0", "+", " ", ",", "(", "#") })
		}
		return "%" + g.pick("", "", "", "", "", "1$", "2$", "<") + flags + g.pick("", "", "5", "10", "1", "8") + g.pick("", "", "", "", ".2", ".0", ".5") + g.pick("s", "s", "s", "d", "d", "x", "X", "o", "f", "f", "e", "E", "g", "b", "B", "c", "h", "n", "%", "S", "G", "i")
	}
	f := g.join(1, 3, g.pick("", " ", "|"), func() string { return g.pick("x", "", "é") + spec() })
	arg := func() string {
		return g.pick("1", "-42", "255", "3.14159", "-0.5", "'str'", "true", "$nope", "123456789012", "1e10", "[1]", "0", "1234567", "$input.path('$.big')", "$input.path('$.dec')", "0.001", "100.0", "65", "$f.charAt(0)", "123456789.125", "0.5", "2.5", "1e-7", "null")
	}
	return "#set($f = " + single(f) + ")$f.format($f" + g.join(0, 3, "", func() string { return ", " + arg() }) + ")" + g.pick("", "|$f.formatted(5)", "|$f.format('%s', ["+arg()+"])")
}

func (g *gen) utilTemplate() string {
	s := single(g.pick(g.words(), "a=b&c=d", "%41%zz", "%E9", "%C3%A9", "a+b%20c", "YWJj", "YQ==", "YQ", "Y Q==", "!!!", "w6k=", "8J+YgA==", "{\"a\":1}", "[1,2", "'x'", "é€😀", "%", "%4", "~*-._", "</script>", "\u2028\x01\x7f", "=", "YWJ\n", "gICA", "Y", "YQ===", "YQ=", "=YQ", "Y===", "YWI=", "YWI==", "YWJj=", "é===", "YQ==YQ==", "-_-_", "%-1", "%2", "%C3", "%c3%a9%", "+ +", "%00", "a%F0%9F%98%80b", "%E9%41", "%+1", "%_1"))
	if g.in(3) {
		s = single(g.mutate(g.pick("YWJjZA==", "eyJhIjoxfQ==", "YWI=", "a%20b%C3%A9", "%F0%9F%98%80+x", "{\"a\":[1,{\"b\":\"c\"}]}", "it's \"q\" </b>")))
	}
	if g.in(6) {
		s = g.pick("1", "true", "[1, 'a']", "$nope", "{'k': 'v/w'}", "1.5", "$input.path('$.o')", "$input.path('$.arr')", "null")
	}
	f := g.pick("escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode", "escapeJavaScript", "toJson", "qr")
	return "#set($s = " + g.pick("'x'", "'a/b'") + ")$util." + f + "(" + s + ")" + g.pick("", "|$util.base64Decode($util.base64Encode("+s+"))", "|$util.urlDecode($util.urlEncode("+s+"))", "|$util.escapeJavaScript($util.escapeJavaScript("+s+"))", ".size()", ".length()", "|$util.escapeJavaScript($input.json('$')).replaceAll(\"\\\\'\",\"'\")")
}

func (g *gen) contextTemplate() string {
	g.c.WantContext = true
	return g.join(1, 4, g.pick("", "\n"), func() string {
		return g.pick("$context.stage", "$context.identity.sourceIp", "$context.identity", "$context", "$context.nope", "$context.authorizer.principalId", "$context.authorizer.n", "$context.identity.caller",
			"#foreach($k in $context.keySet())$k=$context.get($k);#end", "#foreach($k in $context.identity.keySet())$k=$context.identity.get($k);#end",
			"#set($context.requestOverride.header.X-Y = 'v')", `#set($context.requestOverride.path["p"] = "$a")`, "#set($context.requestOverride.querystring.q = [1, 2])", "#set($k = 'K')#set($context.requestOverride.header[$k] = 5)",
			"$context.requestOverride.header.put('h', 'w')", "#set($context.responseOverride.status = 201)", "#set($context.responseOverride.header.A = true)", "$context.requestOverride", "$context.requestOverride.header.X-Y",
			"#set($context.stage = 'other')$context.stage", "#set($context.identity.x = 1)$context.identity.x", "$context.requestOverride.header.remove('X-Y')", "#set($h = $context.requestOverride.header)#set($h.Z = 'z')$h.size()", "$context.size()", "$context.containsKey('stage')", "$context['stage']",
			"#set($context.requestOverride = {})$context.requestOverride.header", "$stageVariables", "$stageVariables.env$stageVariables['table']", "#set($stageVariables.env = 'x')$stageVariables.env", "$context.authorizer", "$context.hashCode().nope", "$context.identity.isEmpty()", "$context.values().size()", "$context.identity.toString()|", "#if($context.identity.caller)T#{else}F#end")
	})
}

func (g *gen) loopTemplate() string {
	body := func() string {
		return g.join(1, 3, g.pick("", " ", "\n"), func() string {
			return g.pick("$x", "$foreach.count", "$foreach.index", "$foreach.hasNext", "$foreach.first", "$foreach.last", "$velocityCount", "$velocityHasNext", "$foreach.parent.count", "$foreach.topmost.index", "#set($x = 9)$x", "#set($foreach.y = $x)$foreach.y", "$foreach", "$foreach.parent", "#if($foreach.index == 1)#break#end",
				"#if($x == 2)#stop#end", "$foreach.stop()", "$l.add(1)", "$m.put('z', 1)", "$foreach.getCount()", "$foreach.isFirst()", "$foreach.hasNext()", "#set($keep = $foreach)", "$keep.count", "$x.key=$x.value", "$x.getKey()", "#set($velocityCount = 7)$velocityCount", "#define($d)[$x]#end$d", "$d", "$d.length()", "\"$d\"", "#set($s = \"$d\")$s", "#set($foreach.count = 5)$foreach.count", "$foreach.y", "#set($m.k = $x)", "$foreach.parent.parent", "$foreach.topmost.count", "#if($d == '[1]')E#end", "#define($d)$d$x#end", "#set($q = \"#break\")z", "$!foreach.get('y')", "$foreach.size()", "$foreach.keySet()")
		})
	}
	t := "#set($l = [1, 2, 3])#set($m = {'a': 1, 'b': 2})#set($q = [])"
	t += "#foreach($x in " + g.sequence() + ")" + g.lineEnd() + body()
	if g.in(2) {
		t += "#foreach($" + g.pick("x", "y", "l", "foreach") + " in " + g.sequence() + ")" + body() + g.end()
	}
	return t + g.end() + g.pick("", "$x", "$foreach.count", "$velocityCount", "$keep.count", "$l $m", "$d", "$foreach")
}

// idiom is a template as people write them, with parts exchanged.
func (g *gen) idiom() string {
	t := g.pick(idioms...)
	for strings.Contains(t, "@P@") {
		t = strings.Replace(t, "@P@", g.pick("$.a", "$.s", "$.items", "$.o", "$.arr", "$.items[0].id", "$.nope", "$..id", "$.n", "$.items[*].name", "$.d"), 1)
	}
	for strings.Contains(t, "@N@") {
		t = strings.Replace(t, "@N@", g.pick("a", "s", "items", "o", "arr", "nope", "n", "t", "d", "big"), 1)
	}
	for strings.Contains(t, "@E@") {
		t = strings.Replace(t, "@E@", g.pick("\n", "\n  ", "", " \n", "\r\n"), 1)
	}
	return t
}

var idioms = []string{
	"#set($allParams = $input.params())\n{\n\"body-json\" : $input.json('@P@'),\n\"params\" : {\n#foreach($type in $allParams.keySet())\n    #set($params = $allParams.get($type))\n\"$type\" : {\n    #foreach($paramName in $params.keySet())\n    \"$paramName\" : \"$util.escapeJavaScript($params.get($paramName))\"\n        #if($foreach.hasNext),#end\n    #end\n}\n    #if($foreach.hasNext),#end\n#end\n},\n\"stage-variables\" : {\n#foreach($key in $stageVariables.keySet())\n\"$key\" : \"$util.escapeJavaScript($stageVariables.get($key))\"\n    #if($foreach.hasNext),#end\n#end\n}\n}\n",
	"#set($inputRoot = $input.path('$'))@E@{ \"v\": \"$inputRoot.@N@\", \"w\": $inputRoot.@N@ }",
	"#set($root = $input.path('@P@'))@E@[@E@#foreach($elem in $root)@E@  {\"id\": \"$elem.id\", \"name\": \"$elem.name\"}#if($foreach.hasNext),#end@E@#end@E@]",
	"{\"statusCode\": #if($input.path('@P@') != \"\")200#{else}404#end}",
	"#if($input.params('page') && $input.params('page') != '')@E@{\"page\": $input.params('page')}@E@#else@E@{\"page\": 1}@E@#end",
	"#set($body = $util.parseJson($input.body))@E@$body.@N@@E@#set($body.extra = 'x')@E@$body.extra $input.json('$.extra')",
	"{@E@  \"TableName\": \"$stageVariables.table\",@E@  \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}},@E@  \"v\": {\"S\": \"$util.escapeJavaScript($input.json('@P@'))\"}@E@}",
	"#set($m = {})@E@#foreach($k in $input.path('$.o').keySet())@E@#set($ok = $m.put($k, $input.path('$.o').get($k)))@E@#end@E@$m",
	"#set($l = [])@E@#foreach($e in $input.path('@P@'))@E@#if($e.id > 1)@E@$l.add($e)@E@#end@E@#end@E@$l.size() $l",
	"Action=SendMessage&MessageBody=$util.urlEncode($input.body)&q=$util.urlEncode($input.json('@P@'))",
	"#set($context.requestOverride.header.x-a = \"$input.params('q')\")@E@#set($context.responseOverride.status = 202)@E@{\"ok\": true}",
	"#set($i = 0)@E@#foreach($e in $input.path('@P@'))@E@#set($i = $i + 1)@E@$i: $e@E@#end@E@total $i",
	"#set($q = $input.path('@P@'))@E@#if(!$q || $q == \"\")@E@none@E@#elseif($q.size() > 0)@E@list $q.size()@E@#else@E@$q@E@#end",
	"$input.path('@P@').replaceAll(\"a\", \"b\").toUpperCase()",
	"#define($row){\"i\": $foreach.index}#end@E@[#foreach($e in [1..3])$row#if($foreach.hasNext), #end#end]",
	"#set($tokens = $input.path('$.s').split(','))@E@#foreach($t in $tokens)<$t.trim()>#end $tokens.size()",
	"{#foreach($h in $input.params().header.keySet())@E@\"$h\": \"$util.escapeJavaScript($input.params().header.get($h)).replaceAll(\"\\\\'\",\"'\")\"#if($foreach.hasNext),#end#end@E@}",
	"#set($a = $input.path('$.a'))#set($d = $input.path('$.d'))@E@#set($sum = $a + $d)@E@#set($prod = $a * $d)$sum $prod #if($a == 1.0)one#end#if($d > $a)more#end",
	"{\"entries\": [#foreach($e in $input.path('$.o').entrySet())@E@\"$e.key=$e.value\"#if($velocityHasNext),#end@E@#end]}",
	"$util.base64Encode($input.json('@P@')) $util.base64Decode('eyJhIjoxfQ==')",
	"#set($ts = $context.requestTimeEpoch)#set($id = \"$context.requestId-$input.params('id')\")@E@{\"id\": \"$id\", \"ts\": \"$ts\", \"ip\": \"$context.identity.sourceIp\"}",
	"#set($map = {\"one\": 1, \"two\": [1, 2, {\"k\": \"v\"}], \"three\": {\"x\": $input.path('@P@')}})@E@$map.two[2].k $map.three.x $map.one $map",
	"$input.path('$').put('new', 'v')$input.json('$.new')|$input.path('$').remove('@N@')|$input.json('$.@N@')",
	"#set( $s = \"$input.path('@P@')\" )@E@$s.length() $s.substring(0, 1) $s.indexOf('a')",
}
