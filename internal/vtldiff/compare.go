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

// rule is a difference that is explained: row is a piece of the row of
// docs/divergences.md that does it.
type rule struct {
	row   string
	holds func(c *request, theirs, mine *answer) bool
}

var rules = []rule{
	{"json-smart 2.2 refuses bodies of more than 400 arrays and objects", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "Malicious payload")
	}},
	{"JDK 17 prints some doubles with a digit more than needed", func(_ *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && sameNumbers(*theirs.Output, *mine.Output)
	}},
	{"objects without a text of their own print a class and an address", func(_ *request, theirs, _ *answer) bool {
		return theirs.Output != nil && address.MatchString(*theirs.Output)
	}},
	{"is an identity hash code", func(c *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && strings.Contains(c.Template, "hashCode()") && identities.MatchString(c.Template)
	}},
	{"a list or map that contains itself", func(_ *request, theirs, mine *answer) bool {
		return strings.Contains(theirs.Cause, "StackOverflowError") || strings.Contains(mine.Error, "StackOverflowError")
	}},
	{"`subList` shows the list that it was taken from", func(c *request, theirs, mine *answer) bool {
		return theirs.Output != nil && mine.Output != nil && *theirs.Output != *mine.Output && strings.Contains(c.Template, "subList")
	}},
	{"methods that answer with a Byte, Short, Float", func(_ *request, theirs, mine *answer) bool {
		narrow := strings.NewReplacer("lang.Byte", "lang.Integer", "lang.Short", "lang.Integer", "lang.Float", "lang.Double")
		return theirs.Output != nil && mine.Output != nil && *theirs.Output != *mine.Output && narrow.Replace(*theirs.Output) == *mine.Output
	}},
	{"an index on what is no array finds nothing", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "can only be applied to arrays") ||
			strings.Contains(theirs.Cause, "can not be applied to primitives") || strings.Contains(theirs.Cause, "Multi properties can only be used as path leafs")
	}},
	{"an indefinite path behind a missing member is missing", func(c *request, theirs, mine *answer) bool {
		return strings.Contains(c.ID, "(jsonpath)") && theirs.Output != nil && mine.Output != nil &&
			sameButMissing(*theirs.Output, *mine.Output)
	}},
	{"filters of Jayway 2.0.0 compare values of different classes", func(c *request, theirs, _ *answer) bool {
		return strings.Contains(c.ID, "(jsonpath)") && strings.Contains(c.Template, "[?(") && theirs.Output != nil
	}},
	{"a wildcard passes over scalars", func(c *request, theirs, mine *answer) bool {
		return strings.Contains(c.ID, "(jsonpath)") && strings.Contains(c.Template, "*") && theirs.Output != nil && mine.Output != nil &&
			isPartOf(*theirs.Output, *mine.Output)
	}},
	{"in a turn of `#foreach` whose item is null", func(c *request, theirs, mine *answer) bool {
		return strings.Contains(c.ID, "(loop)") && reassigned.MatchString(c.Template) && strings.Contains(c.Body, "null") && theirs.Output != nil && mine.Output != nil &&
			isPartOf(*theirs.Output, *mine.Output)
	}},
	{"a NumberFormatException on a number beside a text", func(_ *request, theirs, _ *answer) bool {
		return strings.Contains(theirs.Cause, "NumberFormatException: Character ") || strings.Contains(theirs.Cause, "ArrayIndexOutOfBounds")
	}},
	{"regular expressions that cannot be answered exactly are refused", func(_ *request, _, mine *answer) bool {
		return strings.Contains(mine.Error, "is not supported") || strings.Contains(mine.Error, "Nothing on the right side of &&") ||
			strings.Contains(mine.Error, "property name {In")
	}},
	{"a limit error beyond 1,000,000 steps", func(_ *request, _, mine *answer) bool {
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

// reassigned is a loop that gives its variable another value.
var reassigned = regexp.MustCompile(`(?s)#foreach *\( *\$x .*#(foreach|set) *\( *\$x `)

// isPartOf reports whether all that is in part is in whole, in that order.
func isPartOf(part, whole string) bool {
	for _, r := range part {
		_, rest, found := strings.Cut(whole, string(r))
		if !found {
			return false
		}
		whole = rest
	}
	return true
}

// explain returns the row of the rule that explains a difference, or "".
func explain(c *request, theirs, mine *answer) string {
	for _, r := range rules {
		if r.holds(c, theirs, mine) {
			return r.row
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
