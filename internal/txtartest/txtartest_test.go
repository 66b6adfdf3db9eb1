package txtartest

import "testing"

func TestParseKeepsEveryByte(t *testing.T) {
	src := "what it shows\n\n-- a --\none\n\ntwo\n-- b c --\n-- d --\n--x --\nend\n"
	c := Parse([]byte(src))
	if got := string(c.format()); got != src {
		t.Errorf("formatted as %q, want %q", got, src)
	}
	if len(c.Sections) != 3 || c.Sections[1].Name != "b c" || c.Sections[2].Text != "--x --\nend\n" {
		t.Errorf("sections %+v", c.Sections)
	}
	if text, ok := c.Get("a"); !ok || text != "one\n\ntwo\n" {
		t.Errorf("section a is %q, %v", text, ok)
	}
}
