package main

import "strings"

// Calls of Java's methods on values of every class.

// parameters of methods by letter: s String, i int, o Object, c Collection, m
// Map, b boolean, d double, l long, I Integer-like receivers' own class, h char.
var methods = map[string]string{
	"String": `length() isEmpty() charAt(i) codePointAt(i) codePointBefore(i) codePointCount(ii)  equals(o) equals(s) contentEquals(s)
 equalsIgnoreCase(s) compareTo(s) compareToIgnoreCase(s) regionMatches(isii) regionMatches(bisii) startsWith(si) startsWith(s) endsWith(s) hashCode()
 indexOf(i) indexOf(ii) indexOf(s) indexOf(si) lastIndexOf(i) lastIndexOf(ii) lastIndexOf(s) lastIndexOf(si) substring(i) substring(ii) subSequence(ii)
 concat(s) replace(ss) replace(hh) matches(s) contains(s) replaceFirst(ss) replaceAll(ss) split(si) split(s) join(ss) join(sss) join(sc) toLowerCase() toUpperCase()
 trim() strip() stripLeading() stripTrailing() isBlank() toString() format(so) formatted(o) valueOf(o) valueOf(i) valueOf(b) valueOf(d) valueOf(l)
 valueOf(h) intern() repeat(i) size() get(i) substring(s) contains(i) split(i) concat(i)`,
	"Integer": `toString(ii) toUnsignedString(ii) toHexString(i) toOctalString(i) toBinaryString(i) toString(i) parseInt(si) parseInt(s) parseUnsignedInt(s) valueOf(si) valueOf(s) valueOf(i)
 byteValue() shortValue() intValue() longValue() doubleValue() toString() hashCode() hashCode(i) equals(o) decode(s) compareTo(i) compareTo(o) compare(ii) compareUnsigned(ii) toUnsignedLong(i)
 divideUnsigned(ii) remainderUnsigned(ii) highestOneBit(i) lowestOneBit(i) numberOfLeadingZeros(i) numberOfTrailingZeros(i) bitCount(i) rotateLeft(ii) rotateRight(ii) reverse(i) signum(i)
 reverseBytes(i) sum(ii) max(ii) min(ii) abs(i) length()`,
	"Long": `toString(li) toHexString(l) toOctalString(l) toBinaryString(l) toString(l) parseLong(si) parseLong(s) valueOf(si) valueOf(s) valueOf(l) decode(s) byteValue() shortValue() intValue() longValue()
 doubleValue() toString() hashCode() hashCode(l) equals(o) compareTo(l) compareTo(o) compare(ll) compareUnsigned(ll) divideUnsigned(ll) remainderUnsigned(ll) highestOneBit(l) lowestOneBit(l)
 numberOfLeadingZeros(l) numberOfTrailingZeros(l) bitCount(l) rotateLeft(li) rotateRight(li) reverse(l) signum(l) reverseBytes(l) sum(ll) max(ll) min(ll) toHexString(i)`,
	"Double": `toString(d) toHexString(d) valueOf(s) valueOf(d) parseDouble(s) isNaN(d) isInfinite(d) isFinite(d) isNaN() isInfinite() toString() byteValue() shortValue() intValue() longValue()
 doubleValue() hashCode() hashCode(d) equals(o) doubleToLongBits(d) doubleToRawLongBits(d) longBitsToDouble(l) compareTo(d) compareTo(o) compare(dd) sum(dd) max(dd) min(dd) toString(i) valueOf(i)`,
	"Boolean": `parseBoolean(s) booleanValue() valueOf(b) valueOf(s) toString(b) toString() hashCode() hashCode(b) equals(o) compareTo(b) compareTo(o) compare(bb) logicalAnd(bb) logicalOr(bb) logicalXor(bb)`,
	"BigInteger": `add(I) subtract(I) multiply(I) divide(I) remainder(I) pow(i) sqrt() gcd(I) abs() negate() signum() mod(I) and(I) or(I) xor(I) not() andNot(I) testBit(i) setBit(i) clearBit(i) flipBit(i)
 getLowestSetBit() bitLength() bitCount() compareTo(I) compareTo(o) equals(o) equals(I) min(I) max(I) hashCode() toString(i) toString() intValue() longValue() doubleValue() shiftLeft(i) shiftRight(i) valueOf(l) valueOf(i) longValueExact() intValueExact() byteValue()`,
	"BigDecimal": `add(D) subtract(D) multiply(D) abs() negate() plus() signum() scale() precision() unscaledValue()   movePointLeft(i) movePointRight(i)
 scaleByPowerOfTen(i) stripTrailingZeros() compareTo(D) compareTo(o) equals(o) min(D) max(D) hashCode() toString()  toPlainString() toBigInteger() longValue() intValue() doubleValue() ulp()   `,
	"List": `trimToSize() size() isEmpty() contains(o) indexOf(o) lastIndexOf(o) clone() toArray() get(i) set(io) add(o) add(io) remove(i) remove(o) remove(s) equals(o) equals(c) hashCode() clear() addAll(c) addAll(ic) removeAll(c)
 retainAll(c) subList(ii) toString() containsAll(c) length() toJSONString() get(s) put(oo) appendElement(o) merge(c) merge(o) toJSONString(c) ensureCapacity(i)`,
	"JSONArray": `size() isEmpty() contains(o) indexOf(o) lastIndexOf(o) clone() toArray() get(i) set(io) add(o) add(io) remove(i) remove(o) equals(o) equals(c) hashCode() clear() addAll(c) addAll(ic) removeAll(c)
 retainAll(c) subList(ii) toString() containsAll(c) toJSONString() merge(c) merge(o) toJSONString(c)`,
	"Map":   `get(o) get(s) getOrDefault(so) put(so) put(oo) putIfAbsent(so) putAll(m) replace(so) replace(soo) remove(s) remove(o) remove(so) containsKey(s) containsKey(o) containsValue(o) keySet() values() entrySet() size() isEmpty() clear() clone() toString() hashCode() equals(o) equals(m) k() length()`,
	"Set":   `size() isEmpty() contains(o) contains(s) toArray() toString() hashCode() equals(o) remove(o) remove(s) containsAll(c) retainAll(c) removeAll(c) clear() get(i) add(o) addAll(c)`,
	"Array": `get(i) size() isEmpty() contains(o) contains(s) set(io) length() containsAll(c) indexOf(o) equals(o) get(s) subList(ii) add(o)`,
	"Char":  `toString() equals(o) compareTo(h) charValue() isDigit(h) isLetter(h) toUpperCase(h) toLowerCase(h) getNumericValue(h) hashCode() valueOf(h) isWhitespace(h) isUpperCase(h) toString(h) length() compare(hh) isLetterOrDigit(h)`,
	"Entry": `getKey() getValue() setValue(o) toString() hashCode() equals(o)`,
}

// receivers make a value of a class in $v.
var receivers = map[string][]string{
	"String":     {"'Hello World'", "'a,b,,c,,'", "''", "'  padded\t'", "'1,2;3'", "\"it's\"", "'aéß😀z'", "'42'", "$input.path('$.s')", "$input.params('q')", "'aXbXc'", "'İI'", "'line\nline2\r\n  line3'", "\"\\u00df\\ud83d\""},
	"Integer":    {"5", "-7", "0", "2147483647", "-2147483648", "$input.path('$.a')", "255", "65"},
	"Long":       {"3000000000", "-9223372036854775808", "9223372036854775807", "$input.path('$.long')"},
	"Double":     {"1.5", "-0.0", "1e10", "2.5e-7", "100.0", "$input.path('$.d')", "123456.789", "1e300"},
	"Boolean":    {"true", "false", "$input.path('$.t')"},
	"BigInteger": {"123456789012345678901234567890", "-98765432109876543210", "$input.path('$.big')", "9223372036854775808"},
	"BigDecimal": {"$input.path('$.dec')", "$util.parseJson('1234567890.12345678901234567890')", "$util.parseJson('-0.00000000000000000000120')", "$util.parseJson('100000000000000000000.50')"},
	"List":       {"[1, 2, 3]", "['a', 'b', 'a']", "[]", "[1.5, 'x', [2], {'k': 1}]", "[$nope, 1]", "[1..4]", "[true, 5, '5', 5.0]"},
	"JSONArray":  {"$input.path('$.items')", "$util.parseJson('[1,\"a/b\",null,{\"k\":[1]},2.50,\"\u2028\"]')", "$util.parseJson('[]')", "$input.path('$..id')"},
	"Map":        {"{'k': 'v', 'b': 2}", "{}", "$input.path('$.o')", "{1: 'one', 'n': [1], 'm': {'z': 1}}", "$input.params().header", "{'k': $nope}", "$util.parseJson('{\"k\":null,\"b\":\"x/y\",\"j\":[1,\"/\"]}')"},
	"Set":        {"$input.path('$.o').keySet()", "{'k': 1, 'b': 'x', 'c': 1}.keySet()", "$input.path('$.o').values()", "$mm.keySet()", "$mm.values()", "$mm.entrySet()"},
	"Array":      {"$str.split(',')", "$ll.toArray()", "$str.split('')"},
	"Char":       {"$str.charAt(0)", "$str.charAt(2)", "'é'.charAt(0)"},
	"Entry":      {"$mm.entrySet().iterator().next()"},
}

const methodSetup = `#set($str = '7,b,é,c')#set($ll = [1, 'a', 2.5])#set($mm = {'k': 'v', 'b': [1], 'n': 3})`

var classNames = []string{"String", "String", "String", "Integer", "Long", "Double", "Boolean", "BigInteger", "BigDecimal", "List", "List", "JSONArray", "Map", "Map", "Set", "Array", "Char", "Entry"}

func (g *gen) methodTemplate() string {
	class := g.pick(classNames...)
	t := methodSetup + "#set($v = " + g.pick(receivers[class]...) + ")"
	for range 1 + g.n(3) {
		t += g.methodCall("v", class)
	}
	return t + g.pick("", "|$v", "|$v|$mm|$ll")
}

// methodCall calls a method in one of the places where calls stand.
func (g *gen) methodCall(v, class string) string {
	list := strings.Fields(methods[class])
	call := "$" + v + "." + g.invocation(g.pick(list...), class)
	switch g.n(8) {
	case 0:
		return "#set($r = " + call + ")$r;"
	case 1:
		return "#if(" + call + ")T#{else}F#end;"
	case 2:
		return "#foreach($y in " + call + ")$y,#end;"
	case 3:
		return "#set($r = " + call + ")$r $r.class.name;"
	case 4:
		return "#set($r = " + call + g.pick(" + ", " * ", " - ", " == ", " % ") + g.pick("1", "'x'", "2.5", "$v", "-7") + ")$r;"
	case 5:
		return call + g.pick(".size()", ".length()", "[0]", ".toString()", ".get(0)", ".k", ".isEmpty()", ".hashCode()", ".equals($v)", ".contains('a')", ".class.name") + ";"
	}
	return call + ";"
}

// invocation fills in arguments: now and then of another class than the
// parameter's.
func (g *gen) invocation(method, class string) string {
	name, params, _ := strings.Cut(strings.TrimSuffix(method, ")"), "(")
	args := make([]string, len(params))
	for i := range params {
		args[i] = g.argument(params[i], class)
	}
	if g.in(25) {
		args = append(args, g.argument('o', class))
	}
	return name + "(" + strings.Join(args, g.pick(", ", ",")) + ")"
}

func (g *gen) argument(kind byte, class string) string {
	if g.in(14) {
		kind = "siocmbdlh"[g.n(9)]
	}
	switch kind {
	case 's':
		return g.pick("'a'", "'k'", "','", "''", "'l'", "'b'", "'o'", "'World'", "'42'", "'-7'", "'0x1F'", "'1.5'", "' 3 '", "'[a-c]'", "$str", "'true'", "'%s'", "'x$1'", "'c'", "'HELLO WORLD'", "'ff'", "'2147483648'", "'1e3'", "'é'", "\"$v\"", "'X'", "'n'", "'+5'", "''''")
	case 'i':
		return g.pick("0", "1", "2", "3", "-1", "5", "10", "16", "97", "100", "36", "4", "128512", "7")
	case 'l':
		return g.pick("3000000000", "5", "-9223372036854775808", "9223372036854775807")
	case 'd':
		return g.pick("1.5", "0.0", "-2.5", "1e10", "100.0", "1.0E-5")
	case 'b':
		return g.pick("true", "false")
	case 'c':
		return g.pick("[1, 'a']", "[]", "$ll", "['k', 'b']", "$input.path('$.items')", "$mm.keySet()", "$mm.values()", "[2]", "[1, 2, 3]")
	case 'm':
		return g.pick("{'k': 2}", "{}", "$mm", "$input.path('$.o')")
	case 'h':
		return g.pick("$str.charAt(0)", "$str.charAt(2)", "$str.charAt(4)")
	case 'I':
		return g.pick("$v", "12345678901234567890", "-99999999999999999999", "$input.path('$.big')", "5")
	case 'D':
		return g.pick("$v", "$input.path('$.dec')", "$util.parseJson('3.00000000000000000001')", "1.5")
	}
	return g.pick("1", "'a'", "'k'", "1.5", "true", "null", "$nope", "[1]", "{'k': 1}", "$v", "$ll", "$mm", "2", "'b'", "3000000000", "$str.charAt(0)")
}
