package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/poterne/poterne/gateway/mapping"
	"github.com/poterne/poterne/template/jsonv"
	"github.com/poterne/poterne/template/vtl"
	"github.com/spf13/cobra"
)

// maxRenderInput bounds a template, an event or a line that is read: API
// Gateway's payload limit, twice for the escapes of a line.
const maxRenderInput = 20 << 20

// renderOptions are the flags of render.
type renderOptions struct {
	template, event, body string
	jsonl                 bool
}

func newRender(std streams) *cobra.Command {
	var o renderOptions
	command := &cobra.Command{
		Use:   "render [-t TEMPLATE] [-e EVENT | -b BODY]",
		Short: "Render a mapping template against a request or a payload",
		Long: `Render a mapping template as API Gateway would and print the result as it is.

An event is a JSON object with any of method, path, pathParameters, query,
headers, body, stageVariables and context. A file named - is standard input.
A template that fails prints its line and column, and the exit code is 1.

On a terminal and without -t, lines are read and rendered one by one: what
earlier lines set stays set, a single reference shows its Java class, Tab
completes names, and :help tells the rest.`,
		Example: `  poterne render -t request.vtl -e event.json
  poterne render -e event.json
  echo '{"name":"Rex"}' | poterne render -t request.vtl -b -
  poterne render --jsonl < cases.jsonl`,
		Args: exactly(0),
	}
	f := command.Flags()
	f.StringVarP(&o.template, "template", "t", "", "file of the template")
	f.StringVarP(&o.event, "event", "e", "", "file of the event")
	f.StringVarP(&o.body, "body", "b", "", "file of the request's body, when there is nothing else to the event")
	f.BoolVar(&o.jsonl, "jsonl", false, "answer lines of JSON (id, template, body, headers, query, path, stageVariables, context) with lines of JSON (id, output or error)")
	command.RunE = func(*cobra.Command, []string) error { return o.run(std) }
	command.AddCommand(newRenderTest(std))
	return command
}

func (o *renderOptions) run(std streams) error {
	switch {
	case o.jsonl:
		return renderLines(std)
	case o.event != "" && o.body != "":
		return usageError{errors.New("an event has the body in it: give -e or -b")}
	case o.template == "" && isTerminal(std.in) && o.event != "-" && o.body != "-":
		return runPrompt(std, &session{scope: func() (*mapping.Scope, error) { return o.scope(std) }})
	case o.template == "":
		return usageError{errors.New("no template: give -t FILE")}
	case o.template == "-" && (o.event == "-" || o.body == "-"):
		return usageError{errors.New("only one file can be standard input")}
	}
	source, err := readInput(std, o.template)
	if err != nil {
		return err
	}
	scope, err := o.scope(std)
	if err != nil {
		return err
	}
	return renderOne(std, o.template, string(source), scope)
}

func (o *renderOptions) scope(std streams) (*mapping.Scope, error) {
	scope := &mapping.Scope{Context: &mapping.Context{}}
	if o.body != "" {
		body, err := readInput(std, o.body)
		scope.SetBody(body)
		return scope, err
	}
	if o.event == "" {
		return scope, nil
	}
	text, err := readInput(std, o.event)
	if err != nil {
		return nil, err
	}
	return scopeOfEvent(o.event, text)
}

// scopeOfEvent reads an event; file stands in errors.
func scopeOfEvent(file string, text []byte) (*mapping.Scope, error) {
	event, err := jsonv.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	scope, err := mapping.ScopeOfEvent(event)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return scope, nil
}

func renderOne(std streams, name, source string, scope *mapping.Scope) error {
	out, err := render(name, source, scope)
	if err != nil {
		return showTemplateError(std, err)
	}
	if isTerminal(std.out) {
		out = append(out, '\n') // for the eye; a file or a pipe gets what the template makes
	}
	_, err = std.out.Write(out)
	return err
}

func render(name, source string, scope *mapping.Scope) ([]byte, error) {
	template, err := mapping.ParseTemplate(name, source)
	if err != nil {
		return nil, err
	}
	return template.Render(nil, scope, vtl.Limits{})
}

// showTemplateError prints the error with the line and a caret under its place.
func showTemplateError(std streams, err error) error {
	text, ok := templateError(err)
	if !ok {
		return err
	}
	fmt.Fprintln(std.err, text)
	return errSilent
}

// templateError is the text of a template's error, with its kind and place.
func templateError(err error) (string, bool) {
	var e *vtl.Error
	if !errors.As(err, &e) {
		return "", false
	}
	return fmt.Sprintf("%s error: %s", e.Kind, e.Detail()), true
}

func renderLines(std streams) error {
	lines := bufio.NewScanner(std.in)
	lines.Buffer(make([]byte, 64<<10), maxRenderInput)
	out := bufio.NewWriter(std.out)
	var answer []byte
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		answer = append(mapping.RenderLine(answer[:0], lines.Bytes(), vtl.Limits{}), '\n')
		if _, err := out.Write(answer); err != nil {
			return err
		}
		if err := out.Flush(); err != nil { // whoever asks may wait for the answer
			return err
		}
	}
	return lines.Err()
}

func readInput(std streams, name string) ([]byte, error) {
	in := std.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxRenderInput+1))
	if err == nil && len(data) > maxRenderInput {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxRenderInput)
	}
	return data, err
}
