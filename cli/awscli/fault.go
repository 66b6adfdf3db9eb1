package awscli

import "fmt"

// Exit codes, as the AWS CLI has them.
const (
	exitOK            = 0
	exitInterrupted   = 130
	exitUsage         = 252 // the command line or a parameter is wrong
	exitConfiguration = 253 // no region, no credentials
	exitService       = 254 // the service answered with an error
	exitGeneral       = 255
)

// A fault ends a command with an exit code and a text on standard error.
type fault struct {
	exit int
	text string
}

// Error is the text, which may have several lines.
func (f *fault) Error() string { return f.text }

func usage(format string, args ...any) error {
	return &fault{exitUsage, fmt.Sprintf(format, args...)}
}

func configuration(format string, args ...any) error {
	return &fault{exitConfiguration, fmt.Sprintf(format, args...)}
}

func general(format string, args ...any) error {
	return &fault{exitGeneral, fmt.Sprintf(format, args...)}
}

// usageText begins every refusal of a command line.
const usageText = `usage: poterne apigateway <operation> [parameters] [options]
To see help text, you can run:

  poterne apigateway help
  poterne apigateway <operation> help
`

func misused(format string, args ...any) error {
	return usage("%s\npoterne: error: %s\n", usageText, fmt.Sprintf(format, args...))
}

// parameter is a fault in the value of a parameter.
func parameter(name, format string, args ...any) error {
	return usage("Error parsing parameter '%s': %s", name, fmt.Sprintf(format, args...))
}
