package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/poterne/poterne/cli/awscli"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the manual pages of all commands",
		Example: "  poterne man /usr/local/share/man/man1",
		Args:    exactly(1),
		RunE:    func(c *cobra.Command, args []string) error { return writeManual(c.Root(), args[0]) },
	}
}

func writeManual(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // for every user to read
		return fmt.Errorf("write manual pages: %w", err)
	}
	for _, c := range append(root.Commands(), root) {
		if c.Name() == awscli.Service || !c.IsAvailableCommand() && c != root {
			continue
		}
		page := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		if err := os.WriteFile(filepath.Join(dir, page), []byte(manualPage(c)), 0o644); err != nil { //nolint:gosec // for every user to read
			return fmt.Errorf("write manual pages: %w", err)
		}
	}
	return awscli.Manual(func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(dir, name)) })
}

var roff = strings.NewReplacer(`\`, `\e`, "-", `\-`)

// manualPage is the help of a command as a manual page.
func manualPage(c *cobra.Command) string {
	var b strings.Builder
	name := strings.ReplaceAll(c.CommandPath(), " ", "-")
	fmt.Fprintf(&b, ".TH %s 1\n.SH NAME\n%s \\- %s\n", strings.ToUpper(roff.Replace(name)), roff.Replace(name), roff.Replace(c.Short))
	manualText(&b, "SYNOPSIS", c.UseLine())
	if c.Long != "" {
		manualText(&b, "DESCRIPTION", c.Long)
	}
	if c.HasAvailableSubCommands() {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				manualItem(&b, sub.Name(), sub.Short)
			}
		}
	}
	if c.HasAvailableFlags() {
		b.WriteString(".SH OPTIONS\n")
		c.Flags().VisitAll(func(f *pflag.Flag) { manualItem(&b, flagTerm(f), f.Usage) })
	}
	if c.HasExample() {
		manualText(&b, "EXAMPLES", c.Example)
	}
	return b.String()
}

// manualText is a section whose lines stay as they are.
func manualText(b *strings.Builder, title, text string) {
	fmt.Fprintf(b, ".SH %s\n.nf\n", title)
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(b, "\\&%s\n", roff.Replace(line))
	}
	b.WriteString(".fi\n")
}

func manualItem(b *strings.Builder, term, text string) {
	fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n\\&%s\n", roff.Replace(term), roff.Replace(text))
}

// flagTerm is a flag with the kind of its value.
func flagTerm(f *pflag.Flag) string {
	term := "--" + f.Name
	if f.Shorthand != "" {
		term = "-" + f.Shorthand + ", " + term
	}
	if kind := f.Value.Type(); kind != "bool" {
		term += " " + kind
	}
	return term
}
