// Package awscli is the AWS CLI's `aws apigateway`: a command for each
// operation of the contract, an option for each member, with the AWS CLI's
// options, values, output formats, texts and exit codes (version 2).
//
// A command line becomes parameters (argv.go, unpack.go, shorthand.go), which
// are held against the contract (validate.go), written as a request
// (request.go), signed and sent (session.go, send.go), and whose answer is read
// (response.go) and printed (format.go, table.go, yaml.go). Everything about an
// operation is in the table of package apigw; nothing here knows one by name
// but for the few that the AWS CLI itself treats otherwise.
package awscli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/poterne/poterne/cli/awscli/document"
	"github.com/poterne/poterne/cli/awscli/jmespath"
)

// Service is the first word of a command line that is for this package.
const Service = "apigateway"

// A CLI is where commands read and print.
type CLI struct {
	Out, Err io.Writer
	Prompt   Prompt // nil if there is no terminal to ask on
	Version  string // what --version prints
	Terminal bool   // Out is a terminal
	Columns  int    // its width; 0 means 80
}

// Is reports whether a command line, of which options of the AWS CLI may come
// first, is for Run.
func Is(args []string) bool {
	at := slices.Index(args, Service)
	if at < 0 {
		return false
	}
	r := mainReading(args[:at+1])
	return r.run() == nil && r.left == nil && r.values.text("command") == Service
}

func mainReading(args []string) *reading {
	return &reading{args: args, options: globalOptions(), positionals: []*option{{name: "command", destination: "command"}}}
}

// Run runs a command line whose command is apigateway and returns the exit
// code.
func (c *CLI) Run(ctx context.Context, args []string) int {
	err := c.run(ctx, args)
	var f *fault
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(c.Out)
		return exitInterrupted
	case errors.As(err, &f):
		fmt.Fprintf(c.Err, "\n%s\n", f.text)
		return f.exit
	}
	fmt.Fprintf(c.Err, "\n%v\n", err)
	return exitGeneral
}

func (c *CLI) run(ctx context.Context, args []string) error {
	r := mainReading(args)
	if err := r.run(); err != nil {
		return err
	}
	if r.values.on("version") {
		fmt.Fprintln(c.Out, c.Version)
		return nil
	}
	name, rest, err := commandOf(r.left)
	if err != nil {
		return err
	}
	if name == "help" {
		return c.help(nil)
	}
	found := find(name)
	if found == nil {
		return misused("argument operation: %s", invalidChoice(name, names()))
	}
	if len(rest) == 1 && (rest[0] == "help" || rest[0] == "--help" || rest[0] == "-h") {
		return c.help(found)
	}
	i, err := c.invocation(found, r.values, rest)
	if err != nil {
		return err
	}
	return i.run(ctx)
}

// commandOf takes the name of the operation out of what is left of a command
// line.
func commandOf(args []string) (name string, rest []string, err error) {
	for i, arg := range args {
		if arg == "--help" || arg == "-h" {
			return "help", nil, nil
		}
		if !strings.HasPrefix(arg, "-") {
			return arg, append(args[:i:i], args[i+1:]...), nil
		}
	}
	return "", nil, misused("the following arguments are required: operation")
}

func names() []string {
	all := commands()
	list := make([]string, len(all), len(all)+1)
	for i, c := range all {
		list[i] = c.name
	}
	return append(list, "help")
}

// An invocation is one operation to be called.
type invocation struct {
	*command
	cli      *CLI
	global   values
	given    values
	profile  profile
	params   *document.Object
	manual   bool // the pages are the caller's
	skeleton string
	printer  *printer
	log      io.Writer
}

func (c *CLI) invocation(found *command, global values, args []string) (*invocation, error) {
	i := &invocation{command: found, cli: c, global: global, profile: readProfile(global), log: io.Discard}
	if global.on("debug") {
		i.log = c.Err
	}
	if err := checkEndpoint(global.text("endpoint-url")); err != nil {
		return nil, err
	}
	args, err := c.prompted(found, global, args)
	if err != nil {
		return nil, err
	}
	if err := i.read(args); err != nil {
		return nil, err
	}
	if err := i.choosePages(); err != nil {
		return nil, err
	}
	if i.params, err = found.parametersOf(i.given); err != nil {
		return nil, err
	}
	if err := i.addInput(); err != nil {
		return nil, err
	}
	return i, i.choosePrinter()
}

func checkEndpoint(url string) error {
	if url != "" && !strings.Contains(url, "://") {
		return usage("Bad value for --endpoint-url \"%s\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/", url)
	}
	return nil
}

// read reads the options of the operation. With --cli-input-… and for a
// skeleton of the input none is required.
func (i *invocation) read(args []string) error {
	r := &reading{args: args, options: i.options}
	if i.saves != nil {
		r.positionals = append(r.positionals, i.saves)
	}
	if relaxes(args) {
		for _, o := range i.options {
			o.required = false
		}
	}
	if err := r.run(); err != nil {
		return err
	}
	if len(r.left) > 0 {
		return usage("%s\nUnknown options: %s", usageText, strings.Join(r.left, ", "))
	}
	i.given = r.values
	i.skeleton = r.values.text("generate-cli-skeleton")
	return nil
}

func relaxes(args []string) bool {
	for at, arg := range args {
		switch arg {
		case "--cli-input-json", "--cli-input-yaml":
			return true
		case "--generate-cli-skeleton":
			return at+1 >= len(args) || args[at+1] != "output"
		}
	}
	return false
}

// choosePages: who gives the paging parameters of the service gets one page.
func (i *invocation) choosePages() error {
	i.manual = !i.paged || i.global.on("no-paginate")
	for _, o := range i.options {
		if _, given := i.given[o.destinationName()]; o.hidden && given {
			i.manual = true
		}
	}
	if !i.manual || !i.paged {
		return nil
	}
	var used []string
	for _, o := range []string{"StartingToken", "PageSize", "MaxItems"} {
		if i.given.text(o) != "" {
			used = append(used, "--"+kebab(o))
		}
	}
	if used == nil {
		return nil
	}
	return usage("Cannot specify --no-paginate along with pagination arguments: %s", strings.Join(used, ", "))
}

func (i *invocation) choosePrinter() error {
	p := &printer{out: i.cli.Out, title: i.operation.Name, columns: i.cli.Columns}
	if p.columns == 0 {
		p.columns = 80
	}
	p.colour = i.cli.Terminal
	if colour := i.global.text("color"); colour == "on" || colour == "off" {
		p.colour = colour == "on"
	}
	p.format = i.global.text("output")
	for _, configured := range []string{os.Getenv("AWS_DEFAULT_OUTPUT"), i.profile["output"], "json"} {
		if p.format == "" {
			p.format = configured
		}
	}
	if text := i.global.text("query"); text != "" {
		var err error
		if p.query, err = jmespath.Compile(text); err != nil {
			return usage("Bad value for --query %s: %v", text, err)
		}
	}
	i.printer = p
	if !slices.Contains(formats, p.format) {
		return general("Unknown output type: %s", p.format)
	}
	return nil
}

func (i *invocation) run(ctx context.Context) error {
	switch i.skeleton {
	case "input":
		_, err := io.WriteString(i.cli.Out, document.JSON((&skeleton{}).of(i.operation.Input, ""))+"\n")
		return err
	case "yaml-input":
		return i.yamlSkeleton()
	case "output":
		return i.sample()
	}
	if err := i.check(); err != nil {
		return err
	}
	s, err := newSession(ctx, i.global, i.profile)
	if err != nil {
		return err
	}
	if s.local {
		fmt.Fprintf(i.cli.Err, "poterne: no AWS account is configured, so this is asked of %s\n", s.endpoint)
	}
	return i.call(ctx, s)
}

// check holds the parameters against the contract.
func (i *invocation) check() error {
	if i.blobsAreBase64() {
		if err := decodeBlobs(i.operation.Input, i.params); err != nil {
			return err
		}
	}
	return validate(i.operation.Input, i.params)
}

func (i *invocation) blobsAreBase64() bool {
	format := i.global.text("cli-binary-format")
	if format == "" {
		format = i.profile["cli_binary_format"]
	}
	return format != "raw-in-base64-out"
}

func (i *invocation) call(ctx context.Context, s *session) error {
	ask := func(params *document.Object) (*document.Object, error) { return i.ask(ctx, s, params) }
	if i.manual {
		answer, err := ask(i.params)
		if err != nil {
			return err
		}
		if i.saves != nil {
			if err := i.save(answer); err != nil {
				return err
			}
		}
		return i.printer.print(answer)
	}
	pages := newPages(i.given, func(position, limit any) (*document.Object, error) {
		params := &document.Object{}
		for name, value := range i.params.All() {
			params.Set(name, value)
		}
		if position != nil {
			params.Set(pagePosition, position)
		}
		if limit != nil {
			params.Set(pageLimit, limit)
		}
		return ask(params)
	})
	return i.printer.printPages(pages)
}

// ask calls the operation once and reads the answer.
func (i *invocation) ask(ctx context.Context, s *session, params *document.Object) (*document.Object, error) {
	a, retries, err := s.send(ctx, newCall(i.operation, params), i.log)
	if err != nil {
		return nil, err
	}
	if a.status >= 300 {
		code, message := a.fault()
		note := ""
		if retries == s.attempts-1 {
			note = fmt.Sprintf(" (reached max retries: %d)", retries)
		}
		return nil, &fault{exitService, fmt.Sprintf("An error occurred (%s) when calling the %s operation%s: %s", code, i.operation.Name, note, message)}
	}
	return a.parse(i.operation.Output, i.moment())
}

func (i *invocation) moment() func(any) any {
	if i.profile["cli_timestamp_format"] == "wire" {
		return asReceived
	}
	return asISO8601
}

// save writes the body of an answer to the file that the command line names.
func (i *invocation) save(answer *document.Object) error {
	payload := payloadOf(i.operation.Output)
	body, _ := answer.Get(payload.Name).([]byte)
	if err := os.WriteFile(i.given.text(i.saves.destination), body, 0o666); err != nil { //nolint:gosec // as any file that a command makes; the umask decides
		return general("%s", pythonError(err, i.given.text(i.saves.destination)))
	}
	rest := &document.Object{}
	for name, value := range answer.All() {
		if name != payload.Name {
			rest.Set(name, value)
		}
	}
	*answer = *rest
	return nil
}
