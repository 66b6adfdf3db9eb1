package gateway

import (
	"fmt"
	"strings"
	"unicode"
)

// A TraceStep is a step of a trace with its lines.
type TraceStep struct {
	Step  string      `json:"step"`
	Lines []TraceLine `json:"lines"`
}

// StepsOf groups the lines of a log by the step that they belong to.
func StepsOf(log []TraceLine) (steps []TraceStep) {
	for _, line := range log {
		if n := len(steps); n == 0 || steps[n-1].Step != line.Step {
			steps = append(steps, TraceStep{Step: line.Step})
		}
		last := &steps[len(steps)-1]
		last.Lines = append(last.Lines, line)
	}
	return steps
}

// TreeOf draws a log as a tree: a branch for each step, ✗ before what failed,
// · before what is no line of AWS's.
func TreeOf(log []TraceLine) string {
	var b strings.Builder
	for _, step := range StepsOf(log) {
		b.WriteString(step.Step + "\n")
		for i, line := range step.Lines {
			branch, below := "├─ ", "│  "
			if i == len(step.Lines)-1 {
				branch, below = "└─ ", "   "
			}
			b.WriteString(branch + line.mark() + strings.ReplaceAll(printable(line.Text), "\n", "\n"+below) + "\n")
		}
	}
	return b.String()
}

func (l *TraceLine) mark() string {
	switch {
	case l.Failed:
		return "✗ "
	case l.Ours:
		return "· "
	}
	return ""
}

// String says why it failed and what to change.
func (f *TraceFailure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "✗ %s", f.Step)
	if f.Place != "" {
		fmt.Fprintf(&b, ": %s", f.Place)
	}
	fmt.Fprintf(&b, "\n  %s\n", strings.ReplaceAll(f.Reason, "\n", "\n  "))
	if f.Change != "" {
		fmt.Fprintf(&b, "  → %s\n", f.Change)
	}
	return printable(b.String())
}

// printable is text without characters that a terminal acts on: what a client
// or a back end sends must not move its cursor.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Text is the trace for people.
func (t *Trace) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d in %d ms (%s, request %s)\n", printable(t.Method), printable(t.Path), t.Status, t.Latency, t.Time.UTC().Format("15:04:05"), t.RequestId)
	b.WriteString(TreeOf(t.Log))
	if t.Failure != nil {
		b.WriteString(t.Failure.String())
	}
	return b.String()
}
