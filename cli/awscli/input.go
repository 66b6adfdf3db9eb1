package awscli

import (
	"fmt"
	"io"
	"strings"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
	"go.yaml.in/yaml/v3"
)

// addInput adds what --cli-input-json or --cli-input-yaml holds to the
// parameters that the command line does not give.
func (i *invocation) addInput() error {
	asJSON, isJSON := i.given["cli-input-json"].(string)
	asYAML, isYAML := i.given["cli-input-yaml"].(string)
	if isJSON && isYAML {
		return usage("Only one --cli-input- parameter may be specified.")
	}
	if !isJSON && !isYAML {
		return nil
	}
	flag, text, read := "cli-input-json", asJSON, document.Parse
	if isYAML {
		flag, text, read = "cli-input-yaml", asYAML, parseYAML
	}
	data, found, err := paramFile(text)
	if err != nil {
		return err
	}
	if found {
		text, _ = data.(string)
		if bytes, ok := data.([]byte); ok {
			text = string(bytes)
		}
	}
	v, err := read([]byte(text))
	if err != nil {
		return parameter(flag, "Invalid %s received.", strings.ToUpper(strings.TrimPrefix(flag, "cli-input-")))
	}
	o, ok := v.(*document.Object)
	if !ok {
		return parameter("--"+flag, "Invalid type: expecting map, received %s", class(v))
	}
	for name, value := range o.All() {
		if !i.params.Has(name) {
			i.params.Set(name, value)
		}
		i.manual = i.manual || name == pagePosition || name == pageLimit
	}
	return nil
}

func parseYAML(data []byte) (any, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	return fromYAML(root.Content[0])
}

func fromYAML(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		o := &document.Object{}
		for at := 0; at+1 < len(n.Content); at += 2 {
			value, err := fromYAML(n.Content[at+1])
			if err != nil {
				return nil, err
			}
			o.Set(n.Content[at].Value, value)
		}
		return o, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for at, element := range n.Content {
			var err error
			if list[at], err = fromYAML(element); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.AliasNode:
		return nil, fmt.Errorf("line %d: aliases are not taken", n.Line)
	}
	return scalarOfYAML(n)
}

func scalarOfYAML(n *yaml.Node) (any, error) {
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case nil, bool, int64, float64, string, []byte:
		return v, nil
	}
	return n.Value, nil
}

// sample prints what the output of a command line would look like, after it
// was validated.
func (i *invocation) sample() error {
	if err := i.check(); err != nil {
		return err
	}
	if i.operation.Output == nil {
		return i.printer.print(&document.Object{})
	}
	return i.printer.print((&skeleton{named: true}).of(i.operation.Output, ""))
}

// yamlSkeleton prints a skeleton of the input in YAML, with what is required and
// the values of enums as comments.
func (i *invocation) yamlSkeleton() error {
	var b strings.Builder
	writeSkeleton(&b, i.operation.Input, 0)
	_, err := io.WriteString(i.cli.Out, b.String())
	return err
}

// writeSkeleton writes the members of an object. A comment stands two blanks
// behind its value, or one if there is a comment before it to go by: of the
// member right before, or of one whose name is less and that no greater name
// stands before.
func writeSkeleton(b *strings.Builder, shape *apigw.Shape, indent int) {
	if len(shape.Members) == 0 {
		b.WriteString("{}\n")
	}
	for at := range shape.Members {
		m := &shape.Members[at]
		if at > 0 {
			b.WriteString(strings.Repeat(" ", indent))
		}
		b.WriteString(m.Name + ":")
		text := comment(m)
		switch {
		case text == "":
		case followsComment(shape.Members, at):
			text = " " + text
		default:
			text = "  " + text
		}
		writeSample(b, m.Shape, text, indent)
	}
}

func followsComment(members []apigw.Member, at int) bool {
	if at > 0 && comment(&members[at-1]) != "" {
		return true
	}
	for i := range members {
		if members[i].Name >= members[at].Name {
			return false
		}
		if comment(&members[i]) != "" {
			return true
		}
	}
	return false
}

func writeSample(b *strings.Builder, shape *apigw.Shape, comment string, indent int) {
	switch shape.Kind {
	case apigw.KindStructure:
		b.WriteString(comment + "\n" + strings.Repeat(" ", indent+2))
		writeSkeleton(b, shape, indent+2)
	case apigw.KindMap:
		b.WriteString(comment + "\n" + strings.Repeat(" ", indent+2) + "KeyName:")
		writeSample(b, shape.Of, "", indent+2)
	case apigw.KindList:
		b.WriteString(comment + "\n" + strings.Repeat(" ", indent) + "- ")
		if shape.Of.Kind == apigw.KindStructure {
			writeSkeleton(b, shape.Of, indent+2)
			return
		}
		b.WriteString(sampleScalar(shape.Of) + "\n")
	default:
		b.WriteString(" " + sampleScalar(shape) + comment + "\n")
	}
}

func sampleScalar(shape *apigw.Shape) string {
	switch v := (&skeleton{}).of(shape, "").(type) {
	case string:
		if v == "" || resolved.MatchString(v) {
			return "'" + v + "'"
		}
		return v
	case nil:
		return "!!binary ''"
	default:
		return document.Scalar(v)
	}
}

func comment(m *apigw.Member) string {
	text := ""
	if m.Required {
		text = "[REQUIRED] "
	}
	if len(m.Shape.Enum) > 0 {
		text += " Valid values are: " + strings.Join(m.Shape.Enum, ", ") + "."
	}
	if text == "" {
		return ""
	}
	return "# " + text
}
