// Package cli is poterne's command line: a file per command, over package
// server and the libraries that a command shows.
//
// Exit codes: 0 success; 1 the command ran and failed (a case differed, a file
// was refused, the server could not start); 2 the command line was wrong.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/poterne/poterne/cli/awscli"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// streams are the standard streams of the process, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errSilent ends a command with exitFailed after it has said why.
var errSilent = errors.New("already reported")

// usageError is a command line that cannot be run.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Main runs the command line args and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if awscli.Is(args) {
		return apigateway(stdin, stdout, stderr).Run(ctx, args)
	}
	root := newRoot(streams{stdin, stdout, stderr})
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	return report(stderr, command, err)
}

func report(stderr io.Writer, command *cobra.Command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSilent):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "poterne: %v\nRun '%s --help' for usage.\n", err, command.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(stderr, "poterne: %v\n", err)
	return exitFailed
}

func newRoot(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "poterne",
		Short: "Amazon API Gateway REST APIs on your own machine",
		Long: `poterne serves Amazon API Gateway REST APIs on your own machine: it speaks the
AWS API, so that the AWS CLI, SDKs, Terraform and CDK work unchanged, and serves
what they define to real traffic.`,
		Example: `  poterne serve openapi.yaml
  poterne serve
  aws --endpoint-url http://localhost:4566 apigateway get-rest-apis`,
		Args:          noUnknownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		Version:                    versionLine(),

		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{flagHint(err)} })
	root.AddCommand(newServe(std), newRender(std), newLint(std), newImport(std), newExport(std), newBackup(std), newInvoke(std), newConfig(std), newVersion(std), newApigateway(), newMan())
	helpKnowsItsTopics(root)
	return root
}

// helpKnowsItsTopics has help refuse what is no command, as the root does.
func helpKnowsItsTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, command := range root.Commands() {
		if command.Name() == "help" {
			command.Args = func(_ *cobra.Command, args []string) error {
				found, rest, err := root.Find(args)
				if err != nil {
					return usageError{err}
				}
				return noUnknownCommand(found, rest)
			}
		}
	}
}

// flagHint says what the flag is called that other servers call --port, and what
// to write in the place of a value that cannot be read.
func flagHint(err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		return fmt.Errorf("invalid argument %q for %q flag: %w", value.GetValue(), "--"+value.GetFlag().Name, wanted(value.GetFlag(), value.Unwrap()))
	}
	if strings.HasSuffix(err.Error(), "unknown flag: --port") {
		return fmt.Errorf("%w; the address to listen on is --listen HOST:PORT", err)
	}
	return err
}

// noUnknownCommand says what was likely meant: a command spelt nearly so, or
// to serve a file.
func noUnknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "; did you mean " + near[0] + "?"
	} else if _, err := os.Stat(args[0]); err == nil {
		hint = "; to serve it: poterne serve " + args[0]
	}
	return usageError{fmt.Errorf("unknown command %q%s", args[0], hint)}
}

// exactly refuses any other number of arguments as a usage error that names
// those that the command's usage line has.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		_, wanted, _ := strings.Cut(c.Use, " ")
		if n == 0 {
			return usageError{fmt.Errorf("%s takes no arguments, but got %q", c.Name(), args[0])}
		}
		return usageError{fmt.Errorf("%s wants %s, but got %d of %d arguments", c.Name(), wanted, len(args), n)}
	}
}
