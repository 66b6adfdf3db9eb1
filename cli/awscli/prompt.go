package awscli

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Prompt reads a line from a terminal, where choices may be completed.
type Prompt func(label string, choices []string) (string, error)

// prompted asks on the terminal for what a command requires and args do not
// give, then for what else there is, if the command line or
// AWS_CLI_AUTO_PROMPT wants that.
func (c *CLI) prompted(found *command, global values, args []string) ([]string, error) {
	on, off := global.on("cli-auto-prompt"), global.on("no-cli-auto-prompt")
	switch {
	case on && off:
		return nil, usage("Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.")
	case off || !on && os.Getenv("AWS_CLI_AUTO_PROMPT") != "on":
		return args, nil
	case c.Prompt == nil:
		return nil, general("--cli-auto-prompt asks on a terminal, and standard input is none")
	}
	rest := slices.DeleteFunc(found.shown(), func(o *option) bool { return isGiven(args, o.flag()) })
	for _, o := range rest {
		if !o.required {
			continue
		}
		var err error
		if args, err = c.askValue(o, args); err != nil {
			return nil, err
		}
	}
	return c.askOptions(slices.DeleteFunc(rest, func(o *option) bool { return o.required }), args)
}

// askOptions asks for options until an empty line.
func (c *CLI) askOptions(rest []*option, args []string) ([]string, error) {
	for len(rest) > 0 {
		name, err := c.Prompt("option (Tab lists them, Enter goes on): ", flagsOf(rest))
		if name = strings.TrimSpace(name); err != nil || name == "" {
			return args, err
		}
		at := slices.IndexFunc(rest, func(o *option) bool { return o.flag() == name || o.name == name })
		if at < 0 {
			fmt.Fprintf(c.Err, "there is no option %s\n", name)
			continue
		}
		if args, err = c.askValue(rest[at], args); err != nil {
			return nil, err
		}
		rest = slices.Delete(rest, at, at+1)
	}
	return args, nil
}

// askValue adds an option to args, with the value that is typed if it takes one.
func (c *CLI) askValue(o *option, args []string) ([]string, error) {
	if o.takes == takesNone {
		return append(args, o.flag()), nil
	}
	choices := o.choices
	if o.member != nil {
		choices = o.member.Shape.Enum
	}
	fmt.Fprintln(c.Err, o.help)
	value, err := c.Prompt(o.flag()+": ", choices)
	if err != nil {
		return nil, general("read the value of %s: %v", o.flag(), err)
	}
	return append(args, o.flag()+"="+value), nil
}

func isGiven(args []string, flag string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return arg == flag || strings.HasPrefix(arg, flag+"=") })
}
