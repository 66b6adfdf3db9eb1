package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/poterne/poterne/cli/awscli"
	"golang.org/x/term"
)

// askOn reads answers from the terminal that in is; there is no prompt if it is
// none.
func askOn(in io.Reader, out io.Writer) awscli.Prompt {
	if !isTerminal(in) {
		return nil
	}
	file := in.(*os.File)
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "")
	return func(label string, choices []string) (string, error) {
		state, err := term.MakeRaw(int(file.Fd()))
		if err != nil {
			return "", fmt.Errorf("use the terminal: %w", err)
		}
		defer func() { _ = term.Restore(int(file.Fd()), state) }() // the shell would do it too
		return ask(t, label, choices)
	}
}

// ask reads a line; Tab completes it from choices, and lists them.
func ask(t *term.Terminal, label string, choices []string) (string, error) {
	t.SetPrompt(label)
	t.AutoCompleteCallback = func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' || at != len(line) {
			return "", 0, false
		}
		found, line := completeFrom(choices, line)
		if len(found) > 1 {
			fmt.Fprintln(t, strings.Join(found, "  "))
		}
		return line, len(line), true
	}
	line, err := t.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	return line, err
}

// completeFrom returns the choices that begin as line does, and line as far as
// they agree.
func completeFrom(choices []string, line string) (found []string, longer string) {
	for _, choice := range choices {
		if !strings.HasPrefix(choice, line) {
			continue
		}
		if found = append(found, choice); len(found) == 1 {
			longer = choice
		}
		for !strings.HasPrefix(choice, longer) {
			longer = longer[:len(longer)-1]
		}
	}
	if len(found) == 0 {
		return nil, line
	}
	return found, longer
}
