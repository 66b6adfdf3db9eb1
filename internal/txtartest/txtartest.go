// Package txtartest runs case files: input and expectation together in one
// file of named sections (the txtar format: a comment, then "-- name --" lines
// each followed by the section's text). Run a package's tests with -update to
// rewrite the expectations; read the diff before you commit it.
package txtartest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expectations of the case files")

// A Section is a named part of a case. Names may repeat.
type Section struct{ Name, Text string }

// A Case is a case file. What a test makes of it replaces sections, so that
// Run can compare the whole, or write it.
type Case struct {
	Path     string
	Comment  string // what stands before the first section
	Sections []Section
}

// Run runs f for each file that matches glob as a subtest. f computes what the
// sections should say and puts it in with Set or Expect; Run then reports what
// differs from the file, or rewrites the file under -update.
func Run(t *testing.T, glob string, f func(*testing.T, *Case)) {
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases at %s: %v", glob, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			c := read(t, file)
			f(t, c)
			c.finish(t)
		})
	}
}

func read(t *testing.T, file string) *Case {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := Parse(data)
	c.Path = file
	return c
}

// Parse reads a case.
func Parse(data []byte) *Case {
	c := &Case{}
	text := &c.Comment
	for line := range strings.Lines(string(data)) {
		if name, ok := sectionName(line); ok {
			c.Sections = append(c.Sections, Section{Name: name})
			text = &c.Sections[len(c.Sections)-1].Text
			continue
		}
		*text += line
	}
	return c
}

func sectionName(line string) (string, bool) {
	line = strings.TrimRight(line, "\r\n")
	name, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, " --")
	return strings.TrimSpace(name), ok
}

// Get returns the text of the first section of that name.
func (c *Case) Get(name string) (string, bool) {
	for _, s := range c.Sections {
		if s.Name == name {
			return s.Text, true
		}
	}
	return "", false
}

// Expect says what section i has to be.
func (c *Case) Expect(t *testing.T, i int, got string) {
	t.Helper()
	if got != "" && !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	want := c.Sections[i].Text
	if got == want {
		return
	}
	c.Sections[i].Text = got
	if !*update {
		t.Errorf("%s: section %q:\n--- want\n%s--- got\n%s", c.Path, c.Sections[i].Name, want, got)
	}
}

// Updating reports whether expectations are being rewritten.
func Updating() bool { return *update }

func (c *Case) finish(t *testing.T) {
	if !*update {
		return
	}
	out := c.format()
	old, err := os.ReadFile(c.Path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(old, out) {
		return
	}
	if err := os.WriteFile(c.Path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *Case) format() []byte {
	var b bytes.Buffer
	b.WriteString(c.Comment)
	for _, s := range c.Sections {
		b.WriteString("-- " + s.Name + " --\n" + s.Text)
	}
	return b.Bytes()
}
