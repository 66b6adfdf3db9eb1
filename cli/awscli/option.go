package awscli

import (
	"strings"

	"github.com/poterne/poterne/apigw"
)

// An arity is how many words an option takes.
type arity uint8

const (
	takesOne      arity = iota
	takesNone           // sets its destination to sets
	takesOptional       // one, or the value that sets has
	takesMany           // any number, up to the next option
)

// An option is a --name of a command, or a positional if it is so marked.
type option struct {
	name        string
	destination string // options with one destination exclude each other by order: the last counts
	member      *apigw.Member
	takes       arity
	sets        any
	choices     []string
	integer     bool // refused while the command line is read, not when its value is used
	real        bool // the same for a number with a fraction
	required    bool
	file        bool // the value names a file
	hidden      bool // not in help: the paging parameters that --page-size and its like stand for
	help        string
}

func (o *option) flag() string { return "--" + o.name }

// kebab is the name of an operation or member as the command line has it:
// PutRestApi is put-rest-api, providerARNs is provider-arns.
func kebab(name string) string {
	var b strings.Builder
	last := len(name)
	if word := strings.TrimSuffix(name, "s"); len(word) < len(name) && len(capitalsAt(word)) > 1 {
		last -= 1 + len(capitalsAt(word)) // a plural of capitals is one word
	}
	for i := range len(name) {
		if i > 0 && (i == last || i < last && isCapital(name[i]) && (!isCapital(name[i-1]) || i+1 < len(name) && isSmall(name[i+1]))) {
			b.WriteByte('-')
		}
		b.WriteByte(lower(name[i]))
	}
	return b.String()
}

// capitalsAt are the capitals at the end of a word.
func capitalsAt(word string) string {
	return word[len(strings.TrimRight(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")):]
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' }

func lower(c byte) byte {
	if isCapital(c) {
		return c + 'a' - 'A'
	}
	return c
}

// renamed are options that another name has taken.
var renamed = map[string]string{"create-rest-api.version": "api-version"}

// A command is an operation of the contract as a command of the command line.
type command struct {
	name      string
	operation *apigw.Operation
	paged     bool    // the answer comes in pages
	saves     *option // the positional that names the file for an answer without JSON
	options   []*option
}

// commands are all, by name in the contract's order.
func commands() []*command {
	all := make([]*command, len(apigw.Operations))
	for i := range apigw.Operations {
		all[i] = &command{name: kebab(apigw.Operations[i].Name), operation: &apigw.Operations[i]}
	}
	return all
}

// find is the command name with its options, or nil.
func find(name string) *command {
	for i := range apigw.Operations {
		if op := &apigw.Operations[i]; kebab(op.Name) == name {
			return newCommand(name, op)
		}
	}
	return nil
}

func newCommand(name string, op *apigw.Operation) *command {
	c := &command{name: name, operation: op}
	for i := range op.Input.Members {
		c.options = append(c.options, c.memberOptions(&op.Input.Members[i])...)
	}
	if payload := payloadOf(op.Output); payload != nil {
		c.saves = &option{name: "outfile", destination: "outfile", required: true, help: "Filename where the content will be saved"}
		return c
	}
	c.page()
	c.options = append(c.options, inputOptions()...)
	return c
}

func payloadOf(s *apigw.Shape) *apigw.Member {
	if s == nil {
		return nil
	}
	for i := range s.Members {
		if s.Members[i].In == apigw.InPayload {
			return &s.Members[i]
		}
	}
	return nil
}

func (c *command) memberOptions(m *apigw.Member) []*option {
	name := kebab(m.Name)
	if other, ok := renamed[c.name+"."+name]; ok {
		name = other
	}
	o := &option{name: name, destination: m.Name, member: m, required: m.Required}
	switch m.Shape.Kind {
	case apigw.KindBoolean:
		o.takes, o.sets = takesNone, true
		return []*option{o, {name: "no-" + name, destination: m.Name, member: m, takes: takesNone, sets: false}}
	case apigw.KindList:
		o.takes = takesMany
	case apigw.KindLong:
		o.integer = true
	case apigw.KindDouble:
		o.real = true
	}
	return []*option{o}
}

// The paging of the contract: every listing has position, limit and items.
const (
	pagePosition = "position"
	pageLimit    = "limit"
	pageItems    = "items"
)

// unpaged are listings that the AWS CLI does not page by itself.
var unpaged = map[string]bool{"GetStages": true, "GetTags": true, "GetDomainNameAccessAssociations": true}

// page gives a paged operation the options by which one pages on the command
// line, in the place of its own.
func (c *command) page() {
	own := map[string]*option{}
	for _, o := range c.options {
		own[o.name] = o
	}
	output := c.operation.Output
	if own[pagePosition] == nil || own[pageLimit] == nil || unpaged[c.operation.Name] || output == nil || memberOf(output, pageItems) == nil {
		return
	}
	c.paged = true
	own[pagePosition].hidden, own[pageLimit].hidden = true, true
	c.options = append(c.options,
		&option{name: "starting-token", destination: "StartingToken", help: "A token to specify where to start paginating: the NextToken of a previously truncated answer."},
		&option{name: "page-size", destination: "PageSize", integer: true, help: "The size of each page to get in a call of the service. It does not affect the number of items in the output."},
		&option{name: "max-items", destination: "MaxItems", integer: true, help: "The total number of items in the output. If there are more, a NextToken is in the output, for --starting-token."})
}

func memberOf(s *apigw.Shape, name string) *apigw.Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

func inputOptions() []*option {
	return []*option{
		{name: "cli-input-json", file: true, destination: "cli-input-json", help: "Reads arguments from the JSON string provided, which has the form that --generate-cli-skeleton prints. Options of the command line win."},
		{name: "cli-input-yaml", file: true, destination: "cli-input-yaml", help: "The same in YAML. May not be given along with --cli-input-json."},
		{name: "generate-cli-skeleton", destination: "generate-cli-skeleton", takes: takesOptional, sets: "input",
			choices: []string{"input", "output", "yaml-input"},
			help:    "Prints a skeleton to standard output without sending a request: with no value or input, JSON for --cli-input-json; with yaml-input, YAML for --cli-input-yaml; with output, the command line is validated and a sample of the output is printed."},
	}
}

// globalOptions may stand anywhere on a command line.
func globalOptions() []*option {
	return []*option{
		{name: "debug", takes: takesNone, sets: true, help: "Print each request with its body and each answer with its header and body on standard error. Signatures are not printed."},
		{name: "endpoint-url", help: "Override the command's default URL with the given URL."},
		{name: "no-verify-ssl", takes: takesNone, sets: true, help: "Do not verify TLS certificates."},
		{name: "no-paginate", takes: takesNone, sets: true, help: "Disable automatic pagination: make one call, for the first page."},
		{name: "output", choices: formats, help: "The formatting style for command output."},
		{name: "query", help: "A JMESPath query to use in filtering the response data."},
		{name: "profile", help: "Use a specific profile from your credential file."},
		{name: "region", help: "The region to use. Overrides config/env settings."},
		{name: "version", takes: takesNone, sets: true, help: "Display the version of this tool."},
		{name: "color", choices: []string{"on", "off", "auto"}, help: "Turn on/off color output."},
		{name: "no-sign-request", takes: takesNone, sets: true, help: "Do not sign requests. Credentials will not be loaded."},
		{name: "ca-bundle", file: true, help: "The CA certificate bundle to use when verifying TLS certificates. Overrides config/env settings."},
		{name: "cli-read-timeout", help: "The maximum socket read time in seconds; 0 means no timeout. The default is 60 seconds."},
		{name: "cli-connect-timeout", help: "The maximum socket connect time in seconds; 0 means no timeout. The default is 60 seconds."},
		{name: "cli-binary-format", choices: []string{"base64", "raw-in-base64-out"}, help: "How binary values are given: base64 (the default), or as they are. A fileb:// is always taken as it is."},
		{name: "no-cli-pager", takes: takesNone, sets: true, help: "Taken as the AWS CLI takes it; output is never sent through a pager here."},
		{name: "cli-auto-prompt", takes: takesNone, sets: true, help: "Ask on the terminal for what is required and not given, then for further options; Tab completes."},
		{name: "no-cli-auto-prompt", takes: takesNone, sets: true, help: "Do not ask, whatever AWS_CLI_AUTO_PROMPT says."},
	}
}
