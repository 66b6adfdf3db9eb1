package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/spf13/cobra"
)

func newRenderTest(std streams) *cobra.Command {
	var update bool
	command := &cobra.Command{
		Use:   "test DIR",
		Short: "Render the golden cases of a folder and compare",
		Long: `Render every case of a folder, and of the folders in it, and compare.

A case is three files: NAME.vtl is the template, NAME.event.json the event that
it sees (an empty one if there is no such file) and NAME.out what it makes, to
the byte. A template that is to fail has NAME.err, the error's text, in place of
NAME.out. The exit code is 1 if a case differs.`,
		Example: `  poterne render test templates
  poterne render test templates --update`,
		Args: exactly(1),
	}
	command.Flags().BoolVar(&update, "update", false, "write what the templates make into the files, instead of comparing")
	command.RunE = func(_ *cobra.Command, args []string) error { return renderCases(std, args[0], update) }
	return command
}

func renderCases(std streams, folder string, update bool) error {
	cases, err := findCases(folder)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return fmt.Errorf("%s has no case: a case is NAME.vtl with NAME.event.json and NAME.out", folder)
	}
	failed := 0
	for _, c := range cases {
		got, err := c.render()
		if err != nil {
			return err
		}
		if update {
			if err := c.write(got); err != nil {
				return err
			}
			continue
		}
		if diff := c.compare(got); diff != "" {
			failed++
			fmt.Fprintf(std.out, "FAIL %s\n%s", c, diff)
		}
	}
	switch {
	case update:
		fmt.Fprintf(std.out, "%d cases written\n", len(cases))
	case failed > 0:
		fmt.Fprintf(std.out, "%d of %d cases differ\n", failed, len(cases))
		return errSilent
	default:
		fmt.Fprintf(std.out, "%d cases agree\n", len(cases))
	}
	return nil
}

// goldenCase is the path of a case without ".vtl".
type goldenCase string

func findCases(folder string) (cases []goldenCase, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(path, ".vtl"); ok && err == nil && !entry.IsDir() {
			cases = append(cases, goldenCase(name))
		}
		return err
	})
	return cases, err
}

// outcome is what a template makes, or its error.
type outcome struct {
	text   string
	failed bool
}

// render renders the case. The error is one of its files.
func (c goldenCase) render() (outcome, error) {
	name := string(c)
	source, err := os.ReadFile(name + ".vtl")
	if err != nil {
		return outcome{}, err
	}
	scope, err := c.scope()
	if err != nil {
		return outcome{}, err
	}
	out, err := render(filepath.Base(name)+".vtl", string(source), scope)
	if err != nil {
		text, ok := templateError(err)
		if !ok {
			return outcome{}, err
		}
		return outcome{text + "\n", true}, nil
	}
	return outcome{string(out), false}, nil
}

func (c goldenCase) scope() (*mapping.Scope, error) {
	file := string(c) + ".event.json"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &mapping.Scope{Context: &mapping.Context{}}, nil
	}
	if err != nil {
		return nil, err
	}
	return scopeOfEvent(file, text)
}

// files are where an outcome belongs, and where the other kind would be.
func (c goldenCase) files(o outcome) (right, wrong string) {
	if o.failed {
		return string(c) + ".err", string(c) + ".out"
	}
	return string(c) + ".out", string(c) + ".err"
}

func (c goldenCase) write(got outcome) error {
	right, wrong := c.files(got)
	if err := os.Remove(wrong); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(right, []byte(got.text), 0o644) //nolint:gosec // a file of the user's sources
}

// compare returns how got differs from what is expected, "" if it does not.
func (c goldenCase) compare(got outcome) string {
	right, wrong := c.files(got)
	want, err := os.ReadFile(right)
	switch other, otherErr := os.ReadFile(wrong); {
	case err == nil:
		return lineDiff(string(want), got.text)
	case otherErr == nil:
		return lineDiff(string(other), got.text)
	}
	return fmt.Sprintf("  no %s; --update writes it\n", filepath.Base(right))
}

// lineDiff shows the lines from the first that differs to the last, those that
// are wanted with "-", those that came with "+"; "" if there are none.
func lineDiff(want, got string) string {
	if want == got {
		return ""
	}
	a, b := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	a, b = a[same:], b[same:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out strings.Builder
	fmt.Fprintf(&out, "  line %d\n", same+1)
	for _, side := range []struct {
		mark  byte
		lines []string
	}{{'-', a}, {'+', b}} {
		for _, line := range side.lines {
			writeDiffLine(&out, side.mark, line)
		}
	}
	return out.String()
}

// writeDiffLine shows what the eye does not see at the end of a line.
func writeDiffLine(out *strings.Builder, mark byte, line string) {
	text, ended := strings.CutSuffix(line, "\n")
	if trimmed := strings.TrimRight(text, " \t\r"); trimmed != text {
		text = trimmed + strings.NewReplacer(" ", "·", "\t", "→", "\r", "␍").Replace(text[len(trimmed):])
	}
	if !ended {
		text += " (no line end)"
	}
	fmt.Fprintf(out, "  %c %s\n", mark, text)
}
