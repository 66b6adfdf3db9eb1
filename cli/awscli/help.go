package awscli

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/internal/lazyregexp"
)

//go:embed descriptions.txt
var descriptionText string

//go:embed examples.txt
var exampleText string

// A page is the help of a command, or of all, before it has a form.
type page struct {
	title, summary string
	sections       []helpSection
}

// A helpSection has plain lines, or items of a term with its lines.
type helpSection struct {
	title string
	lines []string
	items []helpItem
}

type helpItem struct {
	term  string
	lines []string
}

func (c *CLI) help(found *command) error {
	p := overview()
	if found != nil {
		p = found.manual()
	}
	return p.text(c.Out)
}

// overview is the help of the service.
func overview() page {
	var items []helpItem
	for _, c := range commands() {
		items = append(items, helpItem{term: c.name, lines: []string{c.route()}})
	}
	return page{title: Service, summary: "The operations of Amazon API Gateway's REST APIs, against poterne or AWS.", sections: []helpSection{
		{title: "Synopsis", lines: []string{"poterne apigateway <operation> [parameters] [options]"}},
		{title: "Operations", items: items},
		{title: "Global options", items: optionItems(globalOptions())},
	}}
}

func (c *command) route() string {
	route := c.operation.Method + " " + c.operation.Path
	if c.operation.Query != "" {
		route += "?" + c.operation.Query
	}
	return route
}

// manual is the help of one command.
func (c *command) manual() page {
	p := page{title: c.name, summary: c.route()}
	p.add(helpSection{title: "Synopsis", lines: c.synopsis()})
	if c.paged {
		p.add(helpSection{title: "Paging", lines: []string{
			"This is a paginated operation: as many calls are made as it takes to show all items. --no-paginate makes one.",
			"With --output text, --query must take what it shows from items."}})
	}
	options := optionItems(c.shown())
	if c.saves != nil {
		options = append(options, helpItem{term: c.saves.name + " (string)", lines: []string{c.saves.help}})
	}
	p.add(helpSection{title: "Options", items: options})
	p.add(helpSection{title: "Global options", items: optionItems(globalOptions())})
	p.add(helpSection{title: "Examples", lines: examplesOf(c.name)})
	p.add(helpSection{title: "Output", lines: outputLines(c.operation.Output, "", nil)})
	return p
}

func (p *page) add(s helpSection) {
	if len(s.lines)+len(s.items) > 0 {
		p.sections = append(p.sections, s)
	}
}

func (c *command) shown() (shown []*option) {
	for _, o := range c.options {
		if !o.hidden {
			o.describe(c.name)
			shown = append(shown, o)
		}
	}
	return shown
}

func (c *command) synopsis() []string {
	lines := []string{c.name}
	options := append(c.shown(), globalOptions()...)
	for i, o := range options {
		switch {
		case o.takes == takesNone && o.sets == false: // told with the option that it turns
		case i+1 < len(options) && options[i+1].destination == o.destination && o.takes == takesNone && o.destination != "":
			lines = append(lines, "["+o.flag()+" | "+options[i+1].flag()+"]")
		case o.takes == takesNone:
			lines = append(lines, "["+o.flag()+"]")
		case o.required:
			lines = append(lines, o.flag()+" <value>")
		default:
			lines = append(lines, "["+o.flag()+" <value>]")
		}
	}
	if c.saves != nil {
		lines = append(lines, c.saves.name)
	}
	return lines
}

// describe gives an option of a member the line of descriptions.txt.
func (o *option) describe(command string) {
	if o.member == nil {
		return
	}
	all := descriptions()
	if o.help = all[command+" "+o.member.Name]; o.help == "" {
		o.help = all[o.member.Name]
	}
}

func descriptions() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(descriptionText) {
		if name, text, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && name[0] != '#' {
			all[name] = text
		}
	}
	return all
}

func optionItems(options []*option) (items []helpItem) {
	for _, o := range options {
		if o.takes == takesNone && o.sets == false {
			items[len(items)-1].term = strings.Replace(items[len(items)-1].term, " (", " | "+o.flag()+" (", 1)
			continue
		}
		item := helpItem{term: o.flag() + " (" + o.kindName() + ")", lines: []string{o.help}}
		if o.required {
			item.term += " [required]"
		}
		choices := o.choices
		if o.member != nil {
			choices = o.member.Shape.Enum
			item.lines = append(item.lines, syntax(o.member.Shape)...)
		}
		if len(choices) > 0 {
			item.lines = append(item.lines, "Possible values: "+strings.Join(choices, ", "))
		}
		items = append(items, item)
	}
	return items
}

func (o *option) kindName() string {
	switch {
	case o.member != nil:
		return kindNames[o.member.Shape.Kind]
	case o.takes == takesNone:
		return "boolean"
	case o.integer || strings.HasSuffix(o.name, "-timeout"):
		return "integer"
	}
	return "string"
}

var kindNames = map[apigw.Kind]string{
	apigw.KindStructure: "structure", apigw.KindList: "list", apigw.KindMap: "map", apigw.KindString: "string",
	apigw.KindBoolean: "boolean", apigw.KindInteger: "integer", apigw.KindLong: "long", apigw.KindDouble: "double",
	apigw.KindTimestamp: "timestamp", apigw.KindBlob: "blob",
}

// syntax says how a value that is no scalar is written.
func syntax(s *apigw.Shape) []string {
	switch s.Kind {
	case apigw.KindStructure, apigw.KindMap:
		return []string{"Shorthand: " + shorthandOf(s, 0), "JSON: " + jsonOf(s)}
	case apigw.KindList:
		if s.Of.Kind == apigw.KindStructure {
			return []string{"Shorthand: " + shorthandOf(s.Of, 0) + " ...", "JSON: " + jsonOf(s)}
		}
		return []string{`Syntax: "` + kindNames[s.Of.Kind] + `" "` + kindNames[s.Of.Kind] + `" ...`}
	}
	return nil
}

func shorthandOf(s *apigw.Shape, depth int) string {
	var text string
	switch s.Kind {
	case apigw.KindStructure:
		parts := make([]string, len(s.Members))
		for i, m := range s.Members {
			parts[i] = m.Name + "=" + shorthandOf(m.Shape, depth+1)
		}
		text = strings.Join(parts, ",")
	case apigw.KindMap:
		value := shorthandOf(s.Of, depth+1)
		text = "KeyName1=" + value + ",KeyName2=" + value
	case apigw.KindList:
		value := shorthandOf(s.Of, depth+1)
		if s.Of.Kind == apigw.KindStructure || depth > 1 {
			return "[" + value + "," + value + "]"
		}
		return value + "," + value
	default:
		return kindNames[s.Kind]
	}
	if depth > 0 {
		return "{" + text + "}"
	}
	return text
}

func jsonOf(s *apigw.Shape) string {
	switch s.Kind {
	case apigw.KindStructure:
		parts := make([]string, len(s.Members))
		for i, m := range s.Members {
			parts[i] = `"` + m.Name + `": ` + jsonOf(m.Shape)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case apigw.KindMap:
		return `{"string": ` + jsonOf(s.Of) + " ...}"
	case apigw.KindList:
		return "[" + jsonOf(s.Of) + " ...]"
	case apigw.KindBoolean:
		return "true|false"
	case apigw.KindString:
		if len(s.Enum) > 0 {
			return `"` + strings.Join(s.Enum, `"|"`) + `"`
		}
		return `"string"`
	}
	return kindNames[s.Kind]
}

func outputLines(s *apigw.Shape, indent string, inside []string) (lines []string) {
	if s == nil {
		return []string{"None"}
	}
	for _, outer := range inside {
		if outer == s.Name {
			return nil
		}
	}
	inside = append(inside, s.Name)
	switch s.Kind {
	case apigw.KindStructure:
		for _, m := range s.Members {
			lines = append(lines, indent+m.Name+" -> ("+kindNames[m.Shape.Kind]+")")
			lines = append(lines, outputLines(m.Shape, indent+"  ", inside)...)
		}
	case apigw.KindList, apigw.KindMap:
		lines = append(lines, indent+"("+kindNames[s.Of.Kind]+")")
		lines = append(lines, outputLines(s.Of, indent+"  ", inside)...)
	}
	return lines
}

var (
	keptName = lazyregexp.New(`^\w+ := `)
	ids      = strings.NewReplacer("$api", "1234123412", "$resource", "a1b2c3", "$root", "d4e5f6", "$deployment", "g7h8i9", "$key", "j1k2l3m4n5", "$plan", "o6p7q8")
)

// examplesOf are the examples of a command, with ids in the place of names.
func examplesOf(name string) (lines []string) {
	for line := range strings.Lines(exampleText) {
		line = keptName.ReplaceAllString(strings.TrimSpace(line), "")
		if strings.HasPrefix(line, name+" ") || line == name {
			lines = append(lines, "poterne apigateway "+ids.Replace(line))
		}
	}
	return lines
}

// text prints a page for a terminal.
func (p page) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n    %s\n", p.title, p.summary)
	for _, s := range p.sections {
		fmt.Fprintf(&b, "\n%s\n\n", strings.ToUpper(s.title))
		for _, line := range s.lines {
			fmt.Fprintf(&b, "    %s\n", line)
		}
		for i, item := range s.items {
			if i > 0 && len(item.lines) > 1 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "    %s\n", item.term)
			for _, line := range item.lines {
				fmt.Fprintf(&b, "        %s\n", line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var roff = strings.NewReplacer(`\`, `\e`, "-", `\-`)

// man prints a page as a manual page.
func (p page) man(w io.Writer) error {
	var b strings.Builder
	name := "poterne-" + Service
	if p.title != Service {
		name += "-" + p.title
	}
	fmt.Fprintf(&b, ".TH %s 1\n.SH NAME\n%s \\- %s\n", strings.ToUpper(roff.Replace(name)), roff.Replace(name), roff.Replace(p.summary))
	for _, s := range p.sections {
		fmt.Fprintf(&b, ".SH %s\n.nf\n", strings.ToUpper(s.title))
		for _, line := range s.lines {
			fmt.Fprintf(&b, "\\&%s\n", roff.Replace(line))
		}
		b.WriteString(".fi\n")
		for _, item := range s.items {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n", roff.Replace(item.term))
			for _, line := range item.lines {
				fmt.Fprintf(&b, "\\&%s\n.br\n", roff.Replace(line))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Manual writes the manual pages of the service and of each command: open gets
// the name of each page's file.
func Manual(open func(name string) (io.WriteCloser, error)) error {
	if err := writeMan(open, "poterne-"+Service, overview()); err != nil {
		return err
	}
	for i := range apigw.Operations {
		c := newCommand(kebab(apigw.Operations[i].Name), &apigw.Operations[i])
		if err := writeMan(open, "poterne-"+Service+"-"+c.name, c.manual()); err != nil {
			return err
		}
	}
	return nil
}

func writeMan(open func(name string) (io.WriteCloser, error), name string, p page) error {
	w, err := open(name + ".1")
	if err != nil {
		return err
	}
	if err := p.man(w); err != nil {
		_ = w.Close() // the write failed already
		return err
	}
	return w.Close()
}
