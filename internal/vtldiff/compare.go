package main

import (
	"regexp"
	"strconv"
	"strings"
)

// difference says how two answers differ; "" when they do not. Of errors the
// kinds must be the same, and the texts of json-smart, which AWS shows.
func difference(theirs, mine *answer) string {
	switch {
	case theirs.Output == nil && mine.Output == nil:
		return errorDifference(theirs, mine)
	case theirs.Output == nil:
		cause, _, _ := strings.Cut(theirs.Cause, "\n")
		return "the oracle fails: " + cause
	case mine.Output == nil:
		return "poterne fails"
	case plainUTF8(*theirs.Output) != plainUTF8(*mine.Output):
		return "other output"
	case string(theirs.Overrides) != string(mine.Overrides):
		return "other overrides"
	}
	return ""
}

func errorDifference(theirs, mine *answer) string {
	kind := func(a *answer) string { k, _, _ := strings.Cut(a.Error, ":"); return k }
	if kind(theirs) != kind(mine) {
		return "another kind of error"
	}
	if text, ok := strings.CutPrefix(theirs.Cause, "net.minidev.json.parser.ParseException: "); ok && !strings.Contains(mine.Error, text) {
		return "another text of json-smart"
	}
	return ""
}

// plainUTF8 replaces lone surrogates as Java does when it writes.
func plainUTF8(s string) string { return strings.ReplaceAll(s, "\uFFFD", "?") }

// rule is a difference that is explained.
type rule struct {
	name  string
	holds func(c *request, theirs, mine *answer) bool
}

// rules are explained in docs/divergences.md, by these names.
var rules = []rule{
	{"json-smart 2.2 refuses more than 400 arrays and objects", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "Malicious payload")
	}},
	{"JDK 17 prints some doubles with more digits than needed", func(_ *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && sameNumbers(*theirs.Output, *mine.Output)
	}},
	{"Java prints the address of an object", func(_ *request, theirs, _ *answer) bool {
		return theirs.Output != nil && address.MatchString(*theirs.Output)
	}},
	{"identity hash codes", func(c *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && strings.Contains(c.Template, "hashCode()") && identities.MatchString(c.Template)
	}},
	{"Java overflows its stack on what contains itself", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "StackOverflowError")
	}},
	{"a sub list is a copy", func(c *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && *theirs.Output != *mine.Output && strings.Contains(c.Template, "subList")
	}},
	{"there are no Byte, Short and Float", func(_ *request, theirs, mine *answer) bool {
		narrow := strings.NewReplacer("lang.Byte", "lang.Integer", "lang.Short", "lang.Integer", "lang.Float", "lang.Double")
		return theirs.Output != nil && mine.Output != nil && *theirs.Output != *mine.Output && narrow.Replace(*theirs.Output) == *mine.Output
	}},
	{"Jayway 2.0.0 fails where the current one finds nothing", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "can only be applied to arrays") ||
			strings.Contains(theirs.Cause, "can not be applied to primitives") || strings.Contains(theirs.Cause, "Multi properties can only be used as path leafs")
	}},
	{"Jayway 2.0.0 tells missing from an empty list otherwise", func(c *request, theirs, mine *answer) bool {
		return strings.Contains(c.ID, "(jsonpath)") && theirs.Output != nil && mine.Output != nil &&
			sameButMissing(*theirs.Output, *mine.Output)
	}},
	{"Jayway 2.0.0 filters otherwise: classes, null members", func(c *request, theirs, _ *answer) bool {
		return strings.Contains(c.ID, "(jsonpath)") && strings.Contains(c.Template, "[?(") && theirs.Output != nil
	}},
	{"Jayway 2.0.0 compares a number with a text as numbers", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "NumberFormatException: Character ") || strings.Contains(theirs.Cause, "ArrayIndexOutOfBounds")
	}},
	{"a regular expression that poterne refuses", func(_ *request, _, mine *answer) bool {
		return strings.Contains(mine.Error, "is not supported") || strings.Contains(mine.Error, "Nothing on the right side of &&") ||
			strings.Contains(mine.Error, "property name {In")
	}},
	{"a limit of poterne", func(_ *request, _, mine *answer) bool {
		return strings.HasPrefix(mine.Error, "limit:")
	}},
}

var identities = regexp.MustCompile(`split\(|toArray\(|values\(\)|iterator\(\)|\.class|#define|Iterator`)

var address = regexp.MustCompile(`[A-Za-z;$]@[0-9a-f]{5,8}`)

// sameButMissing compares the parts of an output of the topic jsonpath, where
// the oracle may have found nothing.
func sameButMissing(theirs, mine string) bool {
	none := strings.NewReplacer("[]", "", `""`, "")
	a, b := strings.Split(theirs, "|"), strings.Split(mine, "|")
	for i := range a {
		if len(a) != len(b) || none.Replace(a[i]) != "" && a[i] != b[i] {
			return false
		}
	}
	return true
}

// explain returns the name of the rule that explains a difference, or "".
func explain(c *request, theirs, mine *answer) string {
	for _, r := range rules {
		if r.holds(c, theirs, mine) {
			return r.name
		}
	}
	return ""
}

var doubles = regexp.MustCompile(`\d\.\d{15,}(E-?\d+)?|\d\.\d+E-3[012]\d`)

// sameNumbers reports whether texts differ in the digits of long or subnormal
// doubles only, and these stand for the same numbers.
func sameNumbers(a, b string) bool {
	if doubles.ReplaceAllString(a, "#") == a {
		return false
	}
	wide := regexp.MustCompile(`\d\.\d+(E-?\d+)?`)
	if wide.ReplaceAllString(a, "#") != wide.ReplaceAllString(b, "#") {
		return false
	}
	x, y := wide.FindAllString(a, -1), wide.FindAllString(b, -1)
	for i := range x {
		m, err := strconv.ParseFloat(x[i], 64)
		n, err2 := strconv.ParseFloat(y[i], 64)
		if err != nil || err2 != nil || m != n {
			return false
		}
	}
	return true
}
