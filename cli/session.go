package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/internal/lazyregexp"
	"github.com/poterne/poterne/template/vtl"
)

// session renders lines one after another. Each is rendered behind all those
// before it, so that they see what those have set, and what those printed is
// left out.
type session struct {
	scope   func() (*mapping.Scope, error)
	source  string // of the lines so far
	output  string // of source
	pending string // lines of a block that has no #end yet
}

// answer renders a line and returns what to show.
func (s *session) answer(line string) string {
	switch strings.TrimSpace(line) {
	case ":help":
		return promptHelp
	case ":reset":
		s.source, s.output, s.pending = "", "", ""
		return ""
	}
	source := s.pending + line + "\n"
	s.pending = ""
	out, err := s.render(source)
	if err != nil {
		if isOpen(err) && line != "" {
			s.pending = source
			return ""
		}
		return s.explain(err) + "\n"
	}
	shown := strings.TrimSuffix(strings.TrimPrefix(out, s.output), "\n")
	class := s.classOf(source)
	s.source, s.output = s.source+source, out
	switch {
	case class != "":
		return shown + "  (" + class + ")\n"
	case shown == "":
		return ""
	}
	return shown + "\n"
}

// render renders more source behind what there is.
func (s *session) render(more string) (string, error) {
	scope, err := s.scope()
	if err != nil {
		return "", err
	}
	out, err := render("line", s.source+more, scope)
	return string(out), err
}

// isOpen reports a block that goes on in the next line.
func isOpen(err error) bool {
	var e *vtl.Error
	return errors.As(err, &e) && e.Kind == vtl.ParseError && strings.HasSuffix(e.Message, "has no #end")
}

// explain counts the lines of an error from the last one that was entered.
func (s *session) explain(err error) string {
	var e *vtl.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	here := *e
	here.Line = max(1, here.Line-strings.Count(s.source, "\n"))
	text, _ := templateError(&here)
	return text
}

// classOf is the Java class of a line that is one reference, "" for others.
func (s *session) classOf(line string) string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "$") || strings.Contains(line, "\n") {
		return ""
	}
	const value = "poterne-value" // no template has a variable of this name
	out, err := s.render("#set($" + value + " = " + line + ")\n$" + value + ".class.name")
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(out, s.output)
}

var (
	// completed is the part of a line before the cursor that can be completed.
	completed = lazyregexp.New(`(?:\$!?\{?([A-Za-z_][\w-]*)?(\.[\w.-]*)?|#\{?[a-z]*)$`)
	// assigned are the variables that a template sets.
	assigned = lazyregexp.New(`#(?:set|foreach|define)\s*\(\s*\$!?\{?([A-Za-z_][\w-]*)`)
)

var directives = []string{"#set(", "#if(", "#elseif(", "#else", "#end", "#foreach(", "#define(", "#break", "#stop"}

// complete completes the name before the cursor as far as it is certain, and
// returns the names that it may be.
func (s *session) complete(line string, at int) (newLine string, newAt int, choices []string) {
	m := completed.FindStringSubmatchIndex(line[:at])
	if m == nil {
		return line, at, nil
	}
	start, list := s.candidates(line[:at], m)
	typed := line[start:at]
	for _, name := range list {
		if strings.HasPrefix(name, typed) {
			choices = append(choices, name)
		}
	}
	if len(choices) == 0 {
		return line, at, nil
	}
	common := commonPrefix(choices)
	return line[:start] + common + line[at:], start + len(common), choices
}

// candidates are the names that may stand where the match m of completed is,
// and where they begin.
func (s *session) candidates(line string, m []int) (start int, names []string) {
	if line[m[0]] == '#' {
		return m[0], directives
	}
	if m[4] >= 0 { // behind the dot
		root := line[m[2]:m[3]]
		names = mapping.Members("$" + root)
		if scope, err := s.scope(); root == "stageVariables" && err == nil {
			for _, p := range scope.StageVariables {
				names = append(names, p.Name)
			}
		}
		return m[4] + 1, names
	}
	start = m[1]
	if m[2] >= 0 {
		start = m[2]
	}
	for _, root := range mapping.Roots() {
		names = append(names, strings.TrimPrefix(root, "$"))
	}
	for _, set := range assigned.FindAllStringSubmatch(s.source+s.pending, -1) {
		names = append(names, set[1])
	}
	slices.Sort(names)
	return start, slices.Compact(names)
}

func commonPrefix(names []string) string {
	prefix := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}
