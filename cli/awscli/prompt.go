package awscli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// prompted asks on the terminal for what a command requires and args do not
// give, if the command line or AWS_CLI_AUTO_PROMPT wants that.
func (c *CLI) prompted(found *command, global values, args []string) ([]string, error) {
	on, off := global.on("cli-auto-prompt"), global.on("no-cli-auto-prompt")
	switch {
	case on && off:
		return nil, usage("Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.")
	case off || !on && os.Getenv("AWS_CLI_AUTO_PROMPT") != "on":
		return args, nil
	case !c.Asks:
		return nil, general("--cli-auto-prompt asks on a terminal, and standard input is none")
	}
	lines := bufio.NewReader(c.In)
	for _, o := range found.shown() {
		if !o.required || isGiven(args, o.flag()) {
			continue
		}
		fmt.Fprintf(c.Err, "%s\n%s: ", o.help, o.flag())
		line, err := lines.ReadString('\n')
		if err != nil && (line == "" || err != io.EOF) {
			return nil, general("read the value of %s: %v", o.flag(), err)
		}
		args = append(args, o.flag()+"="+strings.TrimRight(line, "\r\n"))
	}
	return args, nil
}

func isGiven(args []string, flag string) bool {
	for _, arg := range args {
		if arg == flag || strings.HasPrefix(arg, flag+"=") {
			return true
		}
	}
	return false
}
