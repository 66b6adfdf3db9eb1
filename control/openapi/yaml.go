package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/poterne/poterne/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// readYAML reads the first document of a YAML stream. The library makes its
// own tree without following an alias; converting it to ours is where aliases,
// merges and their budgets are.
func readYAML(document []byte, replace func(string) string) (tree, error) {
	if err := scanYAML(document); err != nil {
		return tree{}, err
	}
	top, err := parseYAML(document)
	if err != nil {
		return tree{}, err
	}
	c := &yamlConverter{replace: replace, done: map[*yaml.Node]*node{}}
	if c.tree.root, err = c.convert(top, 0); err != nil {
		return tree{}, err
	}
	return c.tree, nil
}

// maxMarks bounds the bytes of a YAML document that can begin a value. The
// library's nodes are large and it has no budget of its own, so what would
// make too many of them is refused before.
const maxMarks = maxNodes

func scanYAML(document []byte) error {
	marks, at := 0, position{line: 1}
	for i, c := range document {
		switch c {
		case '\n':
			at.line++
			continue
		case ',', '[', '{', '-', ':', '?':
			if i+1 < len(document) && document[i+1] > ' ' && (c == '-' || c == ':' || c == '?') {
				continue
			}
		default:
			continue
		}
		if marks++; marks > maxMarks {
			at.column = 1
			return syntaxErrorf(at, "the YAML document has more than %d values", maxMarks)
		}
	}
	return nil
}

// parseYAML shields the import from a panic of the library: what it was given
// comes from outside.
func parseYAML(document []byte) (top *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			top, err = nil, syntaxErrorf(position{1, 1}, "the YAML cannot be read: %v", p)
		}
	}()
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(document)).Decode(&doc); err != nil {
		return nil, yamlError(err)
	}
	if len(doc.Content) == 0 {
		return nil, syntaxErrorf(position{1, 1}, "the document is empty")
	}
	return doc.Content[0], nil
}

var yamlLine = lazyregexp.New(`^yaml: (?:line (\d+): )?`)

// parserErrors are those texts of the library that count lines from 0, and
// leave line 0 out.
var parserErrors = lazyregexp.New(`^did not find expected (',' or|key|'-' indicator|node content|<)`)

func yamlError(err error) error {
	at := position{1, 1}
	text := err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = text[len(m[0]):]
		if line, err := strconv.ParseInt(m[1], 10, 32); err == nil {
			at.line = int32(line)
		}
		if parserErrors.MatchString(text) {
			at.line++
		}
	}
	return syntaxErrorf(at, "the YAML cannot be read: %s", text)
}

// A yamlConverter makes nodes of the library's.
type yamlConverter struct {
	replace func(string) string
	done    map[*yaml.Node]*node // anchored nodes; nil while one is in the making
	spent   int                  // values made and members merged
	tree    tree
}

func yamlPosition(y *yaml.Node) position { return position{int32(y.Line), int32(y.Column)} }

func (c *yamlConverter) convert(y *yaml.Node, depth int) (*node, error) {
	if y.Kind == yaml.AliasNode {
		return c.alias(y)
	}
	if depth > maxDepth {
		return nil, syntaxErrorf(yamlPosition(y), "the document is nested deeper than %d levels", maxDepth)
	}
	if err := c.spend(y, 1); err != nil {
		return nil, err
	}
	n := &node{position: yamlPosition(y), weight: 1, height: 1}
	if err := c.fill(n, y, depth); err != nil {
		return nil, err
	}
	n.weight += weightOfText(n.text)
	if y.Anchor != "" {
		c.done[y] = n
	}
	return n, nil
}

func (c *yamlConverter) fill(n *node, y *yaml.Node, depth int) error {
	c.noteTag(y)
	switch y.Kind {
	case yaml.MappingNode:
		return c.object(n, y, depth)
	case yaml.SequenceNode:
		return c.list(n, y, depth)
	}
	c.scalar(n, y)
	return nil
}

func (c *yamlConverter) alias(y *yaml.Node) (*node, error) {
	if n := c.done[y.Alias]; n != nil {
		return n, nil
	}
	return nil, syntaxErrorf(yamlPosition(y), "the alias *%s stands inside of what it names", y.Value)
}

func (c *yamlConverter) spend(y *yaml.Node, n int) error {
	if c.spent += n; c.spent > maxNodes {
		return syntaxErrorf(yamlPosition(y), "the document has more than %d values", maxNodes)
	}
	return nil
}

// hold adds a child's weight and height to n's.
func (n *node) hold(y *yaml.Node, child *node) error {
	n.weight += child.weight
	n.height = max(n.height, child.height+1)
	if n.weight > maxWeight {
		return syntaxErrorf(yamlPosition(y), "aliases make this larger than %d values of 64 bytes", maxWeight)
	}
	if n.height > maxDepth {
		return syntaxErrorf(yamlPosition(y), "aliases nest this deeper than %d levels", maxDepth)
	}
	return nil
}

func (c *yamlConverter) list(n *node, y *yaml.Node, depth int) error {
	n.kind, n.items = kindList, make([]*node, 0, len(y.Content))
	for _, child := range y.Content {
		item, err := c.convert(child, depth+1)
		if err != nil {
			return err
		}
		if err := n.hold(child, item); err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	return nil
}

func (c *yamlConverter) object(n *node, y *yaml.Node, depth int) error {
	n.kind = kindObject
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		value, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if key.ShortTag() == "!!merge" {
			merges = append(merges, value)
			continue
		}
		name, err := c.name(key)
		if err != nil {
			return err
		}
		n.weight += weightOfText(name)
		if err := n.hold(key, value); err != nil {
			return err
		}
		c.tree.put(n, field{name, yamlPosition(key), value})
	}
	return c.merge(n, y, merges)
}

// name is a member's name: a scalar's text, as 200 is "200" (AF-165).
func (c *yamlConverter) name(key *yaml.Node) (string, error) {
	if key.Kind == yaml.AliasNode {
		key = key.Alias
	}
	if key.Kind != yaml.ScalarNode {
		return "", syntaxErrorf(yamlPosition(key), "a member's name must be a text")
	}
	return key.Value, c.spend(key, 1)
}

// merge does what << asks for: members of other objects, where there are none
// of the same name.
func (c *yamlConverter) merge(n *node, y *yaml.Node, merges []*node) error {
	for _, m := range merges {
		sources := []*node{m}
		if m.kind == kindList {
			sources = m.items
		}
		for _, source := range sources {
			if err := c.mergeOne(n, y, source); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *yamlConverter) mergeOne(n *node, y *yaml.Node, source *node) error {
	if source.kind != kindObject {
		return syntaxErrorf(yamlPosition(y), "<< needs an object or a list of objects, not a %s", source.kind)
	}
	if err := c.spend(y, 1+len(source.fields)); err != nil {
		return err
	}
	n.grow(len(source.fields))
	for _, f := range source.fields {
		if n.find(f.name) >= 0 {
			continue
		}
		n.put(f)
		n.weight += weightOfText(f.name)
		if err := n.hold(y, f.value); err != nil {
			return err
		}
	}
	return nil
}

func (c *yamlConverter) scalar(n *node, y *yaml.Node) {
	n.kind, n.text = kindText, y.Value
	switch y.ShortTag() {
	case "!!null":
		n.kind, n.text = kindNull, ""
	case "!!bool":
		n.kind, n.text = kindBoolean, strings.ToLower(y.Value)
	case "!!int", "!!float":
		if text, err := yamlNumber(y); err == nil {
			n.kind, n.text = kindNumber, text
		}
	default:
		n.text = c.replace(y.Value)
	}
}

var errNoNumber = errors.New("not a number that JSON has")

// yamlNumber writes a YAML number as JSON does; one that JSON writes in the
// same way keeps its text, so that 1.10 stays 1.10.
func yamlNumber(y *yaml.Node) (string, error) {
	if isJSONNumber(y.Value) {
		return y.Value, nil
	}
	var v any
	if err := y.Decode(&v); err != nil {
		return "", fmt.Errorf("read number: %w", err)
	}
	text := fmt.Sprint(v)
	if f, ok := v.(float64); ok {
		text = strconv.FormatFloat(f, 'f', -1, 64)
	}
	if !isJSONNumber(text) {
		return "", errNoNumber
	}
	return text, nil
}

// noteTag keeps tags such as !Sub, which mean something to another program.
func (c *yamlConverter) noteTag(y *yaml.Node) {
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") && y.Tag != "!" && len(c.tree.tags) < maxNoted {
		c.tree.tags = append(c.tree.tags, field{name: y.Tag, position: yamlPosition(y)})
	}
}
