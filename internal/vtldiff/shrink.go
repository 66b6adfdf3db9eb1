package main

import "unicode/utf8"

// rounds bounds the work of shrinking.
const rounds = 150

func both(java *oracle, c *request) (theirs, mine *answer) {
	line := c.line()
	list, err := java.ask([][]byte{line})
	if err != nil || list[0] == nil {
		return &answer{Error: "no answer"}, &answer{Error: "no answer"}
	}
	mine, err = ours(line)
	if err != nil {
		return list[0], &answer{Error: err.Error()}
	}
	return list[0], mine
}

// class tells differences apart, so that shrinking stays with the one that was
// found.
func class(theirs, mine *answer) string {
	if difference(theirs, mine) == "" {
		return ""
	}
	side := func(a *answer) string {
		if a.Output == nil {
			return a.Error[:min(5, len(a.Error))]
		}
		return "text"
	}
	return side(theirs) + "/" + side(mine)
}

// shrink cuts pieces off the template and the body as long as the answers
// differ in the same way.
func shrink(java *oracle, c *request) *request {
	best := *c
	theirs, mine := both(java, &best)
	want := class(theirs, mine)
	left := rounds
	differs := func(try request) bool {
		if left--; left < 0 {
			return false
		}
		theirs, mine := both(java, &try)
		return class(theirs, mine) == want && explain(&try, theirs, mine) == ""
	}
	best.Template = cut(best.Template, func(s string) bool {
		try := best
		try.Template = s
		return differs(try)
	})
	best.Body = cut(best.Body, func(s string) bool {
		try := best
		try.Body = s
		return differs(try)
	})
	return &best
}

// cut removes ever smaller pieces of s while still holds.
func cut(s string, still func(string) bool) string {
	for size := len(s) / 2; size > 0; size /= 2 {
		for i := 0; i+size <= len(s); {
			if t := s[:i] + s[i+size:]; utf8.ValidString(t) && still(t) {
				s = t
				continue
			}
			i += size
		}
	}
	return s
}
