package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

const promptHelp = `A line is rendered as a template. What earlier lines set stays set, and a block
(#if, #foreach, #define) may go over several lines. Tab completes names.
  :reset  forget what was set
  :quit   leave, as Ctrl-D does
`

const (
	newLinePrompt  = "vtl> "
	moreLinePrompt = "...> "
)

// runPrompt reads lines from the terminal that std.in is and renders them.
func runPrompt(std streams, s *session) error {
	in := std.in.(*os.File)
	if _, err := s.scope(); err != nil { // before the first line is typed
		return err
	}
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("use the terminal: %w", err)
	}
	defer func() { _ = term.Restore(int(in.Fd()), state) }() // the shell would do it too
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, std.out}, newLinePrompt)
	if width, height, err := term.GetSize(int(in.Fd())); err == nil && width > 0 {
		_ = terminal.SetSize(width, height) // 80 by 24 otherwise
	}
	past := readHistory()
	terminal.History = past
	err = prompt(terminal, s)
	if saveErr := past.save(); saveErr != nil && err == nil {
		fmt.Fprintf(std.err, "the history was not kept: %v\r\n", saveErr)
	}
	return err
}

// prompt is the loop of runPrompt: it ends with the input.
func prompt(t *term.Terminal, s *session) error {
	t.AutoCompleteCallback = func(line string, at int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		line, at, choices := s.complete(line, at)
		if len(choices) > 1 {
			fmt.Fprintln(t, strings.Join(choices, "  "))
		}
		return line, at, true
	}
	for {
		t.SetPrompt(newLinePrompt)
		if s.pending != "" {
			t.SetPrompt(moreLinePrompt)
		}
		line, err := t.ReadLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, term.ErrPasteIndicator):
			return err
		}
		if strings.TrimSpace(line) == ":quit" {
			return nil
		}
		if _, err := io.WriteString(t, s.answer(line)); err != nil {
			return err
		}
	}
}

// history are the lines of this and earlier sessions, the oldest first.
type history struct {
	file  string
	lines []string
}

const maxHistory = 500

// readHistory reads what is kept; without a file there is none.
func readHistory() *history {
	dir, err := stateDir()
	if err != nil {
		return &history{}
	}
	h := &history{file: filepath.Join(dir, "render_history")}
	if text, err := os.ReadFile(h.file); err == nil {
		h.lines = strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	}
	return h
}

func (h *history) save() error {
	if h.file == "" || len(h.lines) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(h.file, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600)
}

// Add takes a new line, unless it is empty or the last one again.
func (h *history) Add(line string) {
	if strings.TrimSpace(line) == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(0, len(h.lines)-maxHistory):]
}

// Len returns the number of lines.
func (h *history) Len() int { return len(h.lines) }

// At returns a line, 0 being the latest.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }
