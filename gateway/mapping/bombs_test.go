package mapping

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/poterne/poterne/template/vtl"
)

// A bomb is a template, or what it reads, that costs a careless engine
// gigabytes or years: it must end with a value or a clean error, within the
// default limits. limit says that an error of kind LimitError is due.
type bomb struct {
	name, template, body string
	limit                bool
}

var rep = strings.Repeat

// loops are n #foreach of 1,000 turns within one another.
func loops(n int, inner string) string {
	open := ""
	for i := range n {
		open += fmt.Sprintf("#foreach($i%d in [1..1000])", i)
	}
	return open + inner + rep("#end", n)
}

func bombs() []bomb {
	return []bomb{
		// Time.
		{"nested loops", loops(3, "#set($z = $i0 * $i1)"), "", true},
		{"nested loops of nothing", loops(6, ""), "", true},
		{"nested loops of a lookup", "#set($m = {'a': {'b': 1}})" + loops(3, "#if($m.a.b == $i0)#end"), "", true},
		{"comparing large lists", "#set($a = [1..10000])#set($b = [1..10000])" + loops(2, "#if($a == $b)#end"), "", true},
		{"searching a large list", "#set($a = [1..100000])" + loops(2, "$a.contains('x')"), "", true},
		{"removing from the front", "#set($a = [1..100000])" + loops(2, "#set($x = $a.remove(0))#set($x = $a.add(0, 1))"), "", true},
		{"retaining", "#set($a = [1..20000])#set($b = [1..20000])#set($x = $a.retainAll($b))$x", "", true},
		{"hash of shared lists", "#set($l = [1])" + loops(1, "#if($i0 < 900)#set($l = [$l, $l])#end") + "$l.hashCode()", "", true},
		{"equals of shared lists", "#set($l = [1])#set($k = [1])" + loops(1, "#set($l = [$l, $l])#set($k = [$k, $k])") + "#if($l == $k)y#end", "", false},
		{"deep scans in a loop", loops(1, "$input.json('$..*').length()"), "[" + rep(`{"b":{"c":1}},`, 20_000) + "1]", true},
		{"filters over filters", "$input.json('$..[?(@..c[?(@..d)])]')", rep(`{"a":{"b":[{"c":1,"d":[`, 90) + "1" + rep(`]}]}}`, 90), false},
		{"paths compiled in a loop", loops(2, "#set($p = \"$.a[$i0].b[?(@.c == $i1)]\")$input.path($p)"), "{}", true},
		{"texts parsed in a loop", loops(2, "#set($v = $util.parseJson($input.body))"), "[" + rep("1,", 50_000) + "1]", true},
		{"big numbers", "#set($n = 99999999999999999999)" + loops(1, "#set($n = $n * $n)") + "$n", "", true},
		{"big decimals", "#set($n = 1.000000000000000000001)#set($n = $util.parseJson('1.000000000000000000001'))" + loops(1, "#set($n = $n * $n)") + "$n", "", true},
		{"a decimal of a large scale", "#set($n = $util.parseJson('1.000000000000000000001e-2000000000'))#set($n = $n + 1.5)$n", "", true},
		{"catastrophic pattern", "#set($s = $input.body)" + loops(1, "$s.matches('(a|aa)+\\1b')"), rep("a", 5000), true},
		{"pattern of many states", "#set($s = $input.body)$s.matches('((a{1,100}){1,100}){1,100}b')", rep("a", 5000), false},
		{"splitting everywhere", "#set($s = $input.body)" + loops(1, "#set($x = $s.split(''))"), rep("a", 1_000_000), true},
		{"equal texts compared", `#set($b = "$input.body")` + loops(2, "#if($b == $input.body)#end"), rep("a", 1_000_000), true},
		{"a large key", `#set($m = {})` + loops(2, "#set($x = $m.get($input.body))"), rep("a", 1_000_000), true},
		{"a list as a key", "#set($m = {})#set($l = [1..10000])" + loops(2, "#set($x = $m.get($l))"), "", true},
		{"nested members", "#set($m = {})" + loops(2, "#set($m.a = {'b': $m.a})"), "", true},
		// Memory.
		{"doubling by interpolation", `#set($s = "xx")` + loops(1, `#set($s = "$s$s")`), "", true},
		{"doubling by +", `#set($s = "xx")` + loops(1, `#set($s = $s + $s)`), "", true},
		{"doubling by concat", `#set($s = "xx")` + loops(1, `#set($s = $s.concat($s))`), "", true},
		{"doubling by replace", `#set($s = "xx")` + loops(1, `#set($s = $s.replace("x", "xx"))`), "", true},
		{"doubling by replaceAll", `#set($s = "xx")` + loops(1, `#set($s = $s.replaceAll("(.+)", "$1$1"))`), "", true},
		{"squaring by replace", `#set($s = "xx")` + loops(1, `#set($s = $s.replace("x", $s))`), "", true},
		{"doubling by addAll", "#set($l = [1])" + loops(1, "#set($x = $l.addAll($l))"), "", true},
		{"doubling by escapes", `#set($s = "'")` + loops(1, "#set($s = $util.escapeJavaScript($s))"), "", true},
		{"doubling by base64", `#set($s = "x")` + loops(1, "#set($s = $util.base64Encode($s))"), "", true},
		{"doubling by urlEncode", `#set($s = "%")` + loops(1, `#set($s = $util.urlEncode("$s$s"))`), "", true},
		{"doubling by toString", "#set($l = ['xxxxxxxx'])" + loops(1, "#set($l = [$l.toString(), $l.toString()])"), "", true},
		{"doubling by a block", "#define($b)$s$s#end#set($s = 'xx')" + loops(1, `#set($s = "$b")`), "", true},
		{"doubling by format", `#set($s = "xx")` + loops(1, `#set($s = $s.format("%s%s", $s, $s))`), "", true},
		{"doubling by join", `#set($s = "xx")` + loops(1, `#set($s = $s.join($s, [$s, $s]))`), "", true},
		{"width of a format", `#set($s = "")$s.format("%1000000000d", 1)`, "", true},
		{"precision of a format", `#set($s = "")$s.format("%.1000000000f", 1.5)`, "", false},
		{"repeat", `#set($s = "x")$s.repeat(2147483647)`, "", true},
		{"range of 2^32", "#set($r = [-2147483648..2147483647])$r.size()", "", true},
		{"ranges in a loop", loops(2, "#set($r = [1..1000])"), "", true},
		{"keys in a loop", "#set($m = {})" + loops(2, "#set($x = $m.put(\"$i0-$i1-"+rep("k", 200)+"\", 1))"), "", true},
		{"entries in a loop", "#set($m = $input.path('$'))" + loops(2, "#foreach($e in $m.entrySet())#end"), `{"a":1,"b":2}`, true},
		{"iterators in a loop", "#set($l = [1])" + loops(2, "#set($x = $l.iterator())"), "", true},
		{"blocks in a loop", loops(2, "#define($b)x#end"), "", true},
		{"overrides in a loop", loops(2, "#set($context.responseOverride.header[\"x$i0-$i1\"] = 'v')"), "", true},
		{"members of $foreach", loops(2, "#set($foreach.x = \"$i0\")"), "", true},
		// Output.
		{"a body a thousand times", loops(1, "$input.body"), rep("a", 1_000_000), true},
		{"11 MB of text", loops(2, rep("0123456789", 2)), "", true},
		{"shared lists printed", "#set($l = ['xxxxxxxx'])" + loops(1, "#set($l = [$l, $l])") + "$l", "", false},
		{"shared maps printed", "#set($l = {'a': 1})" + loops(1, "#set($l = {'a': $l, 'b': $l})") + "$l", "", false},
		{"a list in itself", "#set($l = [])#set($x = $l.add([$l]))$l", "", false},
		{"maps in one another", "#set($a = {})#set($b = {})#set($x = $a.put('b', $b))#set($x = $b.put('a', $a))$a $b.hashCode() $a.equals($b)", "", false},
		{"a view in its map", "#set($m = {})#set($x = $m.put('k', $m.values()))$m", "", false},
		{"an entry in its map", "#set($m = {'a': 1})#foreach($e in $m.entrySet())#set($x = $m.put('a', $e))#end$m", "", false},
		{"a list as the key of itself", "#set($m = {})#set($l = [$m])#set($x = $m.put($l, 1))#set($x = $m.put($m, 1))$m.size()", "", false},
		{"3^40 without a loop", "#set($a = 'x')" + rep(`#set($a = "${a}${a}${a}")`, 40) + "$a", "", true},
		{"blocks within blocks", "#define($a)$b$b#end#define($b)$a$a#end$a", "", false},
		// The template itself.
		{"#if within #if", rep("#if(true)", 20_000) + "x" + rep("#end", 20_000), "", true},
		{"strings within strings", `#set($a = ` + rep(`"$x.get(`, 5_000) + "1" + rep(`)"`, 5_000) + ")", "", false},
		{"parentheses", "#if(" + rep("(", 50_000) + "true" + rep(")", 50_000) + ")#end", "", true},
		{"lists within lists", "#set($a = " + rep("[", 50_000) + rep("]", 50_000) + ")", "", true},
		{"negations", "#if(" + rep("!", 50_000) + "true)x#end", "", true},
		{"indexes within indexes", rep("$a[", 20_000) + "1" + rep("]", 20_000), "", false},
		{"a long chain", "$input" + rep(".a", 100_000), "", false},
		{"a long chain of $context", "$context" + rep(".a", 100_000), "", false},
		{"a long sum", "#set($x = 1" + rep("+1", 100_000) + ")$x", "", false},
		{"a long condition", "#if(true" + rep(" && true", 30_000) + ")x#end", "", false},
		{"a long sum of strings", `#set($x = "a"` + rep(` + "a"`, 40_000) + ")", "", true},
		{"many #elseif", "#if(false)" + rep("#elseif(false)x", 20_000) + "#end", "", false},
		{"many texts", rep("#a ", 100_000), "", false},
		{"many escapes", rep(`\$a`, 100_000), "", false},
		{"many dollars", rep("$", 300_000) + "a", "", false},
		{"many backslashes", rep(`\`, 300_000) + "$a", "", false},
		{"many comments", rep("##\n", 100_000), "", false},
		{"open comments", rep("#*", 150_000), "", false},
		{"open references", rep("${a", 100_000), "", false},
		{"open calls", rep("$a.b(", 60_000), "", false},
		{"open strings", rep(`#set($a = "`, 20_000), "", false},
		{"many newlines", rep("\n", 300_000) + "#set($x = 1)", "", false},
		{"blanks before #set", rep(" ", 300_000) + "#set($x = 1)", "", false},
		{"blanks and references", rep("$a ", 100_000), "", false},
		{"many variables", manyVariables(20_000), "", false},
		{"a large template", rep("Hello $a.b ", 300_000), "", true},
		// The body.
		{"deep arrays", "$input.json('$')", rep("[", 100_000) + rep("]", 100_000), false},
		{"deep objects", "$input.json('$')", rep(`{"a":`, 100_000) + "1" + rep("}", 100_000), false},
		{"deep arrays, permissive", "$input.json('$')", "[x," + rep("[", 100_000) + rep("]", 100_000), false},
		{"many empty objects", "$input.json('$')", "[" + rep("{},", 2_000_000) + "1]", true},
		{"many keys", "$input.json('$.k')", "{" + rep(`"a":1,`, 500_000) + `"k":1}`, false},
		{"a million digits", "$input.json('$')", rep("9", 1_000_000), false},
		{"many open strings", "$input.json('$')", "[" + rep(`"`, 1_000_001), false},
		{"unquoted texts", "$input.json('$')", "[" + rep("a ", 1_000_000), false},
		{"escapes", "$input.json('$')", `"` + rep(`\u0041`, 500_000) + `"`, false},
		{"half surrogates", "$input.json('$')", `"` + rep(`\ud800`, 500_000) + `"`, false},
	}
}

func manyVariables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "$v%d ", i)
	}
	return b.String()
}

// bombMemory is what a bomb may allocate in all; what is alive at one time is
// less.
const bombMemory = 320 << 20

func TestBombs(t *testing.T) {
	for _, b := range bombs() {
		t.Run(b.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			out, err := b.render()
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > bombMemory {
				t.Errorf("allocated %d MiB", grown>>20)
			}
			if len(out) > 10_000_000+outputSlack {
				t.Errorf("%d bytes of output", len(out))
			}
			var e *vtl.Error
			switch {
			case err != nil && !errors.As(err, &e):
				t.Errorf("%T %v", err, err)
			case b.limit && (e == nil || e.Kind != vtl.LimitError):
				t.Errorf("got %.60q, %v; want a limit error", out, err)
			}
		})
	}
}

// outputSlack is what the last piece of output may be too long by.
const outputSlack = 2_000_000

func (b *bomb) render() ([]byte, error) {
	tmpl, err := ParseTemplate("bomb", b.template)
	if err != nil {
		return nil, err
	}
	s := Scope{Context: &Context{}}
	s.SetBody([]byte(b.body))
	return tmpl.Render(nil, &s, vtl.Limits{})
}
