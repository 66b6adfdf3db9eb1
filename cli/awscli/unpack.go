package awscli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/poterne/poterne/apigw"
	"github.com/poterne/poterne/cli/awscli/document"
	"github.com/poterne/poterne/internal/lazyregexp"
)

// parametersOf makes the parameters of an operation from its options.
func (c *command) parametersOf(given values) (*document.Object, error) {
	params := &document.Object{}
	seen := map[string]bool{}
	for _, o := range c.options {
		raw, ok := given[o.destinationName()]
		if !ok || o.member == nil || seen[o.member.Name] {
			continue
		}
		seen[o.member.Name] = true
		value, err := o.unpack(raw)
		if err != nil {
			return nil, err
		}
		params.Set(o.member.Name, value)
	}
	return params, nil
}

// unpack makes a value of the words of an option: a file's contents, JSON,
// shorthand or the text itself.
func (o *option) unpack(raw any) (any, error) {
	raw, err := loaded(raw, o.flag())
	if err != nil {
		return nil, err
	}
	if o.isShorthand(raw) {
		value, err := o.unpackShorthand(raw)
		var bad *shorthandError
		if errors.As(err, &bad) {
			return nil, parameter(o.flag(), "%s", bad.text)
		}
		return value, err
	}
	return unpackAs(o.member.Shape, raw, o.flag())
}

// isShorthand: structures, maps and lists of those may come in shorthand,
// unless they look like JSON.
func (o *option) isShorthand(raw any) bool {
	shape := o.member.Shape
	if shape.Kind == apigw.KindList {
		shape = shape.Of
	}
	if shape.Kind != apigw.KindStructure && shape.Kind != apigw.KindMap && shape.Kind != apigw.KindList {
		return false
	}
	text, ok := raw.(string)
	if words, many := raw.([]string); many && len(words) > 0 {
		text, ok = words[0], true
	}
	text = strings.TrimSpace(text)
	return !ok || !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{")
}

func (o *option) unpackShorthand(raw any) (any, error) {
	words, many := raw.([]string)
	if !many {
		text, _ := raw.(string)
		parsed, err := parseShorthand(text)
		if err != nil {
			return nil, err
		}
		return fit(parsed, o.member.Shape)
	}
	list := make([]any, len(words))
	for i, word := range words {
		parsed, err := parseShorthand(word)
		if err != nil {
			return nil, err
		}
		list[i] = parsed
	}
	return fit(list, o.member.Shape)
}

func unpackAs(shape *apigw.Shape, raw any, flag string) (any, error) {
	text, _ := raw.(string)
	switch shape.Kind {
	case apigw.KindStructure, apigw.KindMap:
		if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
			return nil, parameter(flag, "Invalid JSON:\n%s", text)
		}
		return unpackJSON(text, flag)
	case apigw.KindList:
		return unpackList(shape, raw, flag)
	case apigw.KindInteger, apigw.KindLong:
		return integer(text)
	case apigw.KindDouble:
		return float(text)
	}
	return raw, nil
}

func unpackJSON(text, flag string) (any, error) {
	v, err := document.Parse([]byte(text))
	if err != nil {
		return nil, parameter(flag, "Invalid JSON: %v\nJSON received: %s", err, text)
	}
	return v, nil
}

func unpackList(shape *apigw.Shape, raw any, flag string) (any, error) {
	words, many := raw.([]string)
	if !many {
		text, _ := raw.(string)
		words = []string{text}
	}
	if len(words) == 1 && strings.HasPrefix(strings.TrimSpace(words[0]), "[") {
		return unpackJSON(words[0], flag)
	}
	list := make([]any, len(words))
	for i, word := range words {
		var err error
		if list[i], err = unpackAs(shape.Of, word, flag); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// loaded replaces file:// and fileb:// by what the file holds.
func loaded(raw any, flag string) (any, error) {
	text, ok := raw.(string)
	if words, many := raw.([]string); many && len(words) == 1 {
		text, ok = words[0], true
	}
	if !ok {
		return raw, nil
	}
	data, found, err := paramFile(text)
	if err != nil {
		return nil, parameter(flag, "%v", err)
	}
	if found {
		return data, nil
	}
	return raw, nil
}

// paramFile is the text of file://NAME or the bytes of fileb://NAME.
func paramFile(value string) (data any, found bool, err error) {
	name, binary := strings.CutPrefix(value, "fileb://")
	if !binary {
		if name, found = strings.CutPrefix(value, "file://"); !found {
			return nil, false, nil
		}
	}
	name = expand(name)
	bytes, err := os.ReadFile(name)
	if err != nil {
		return nil, false, general("Unable to load paramfile %s: %s", value, pythonError(err, name))
	}
	if binary {
		return bytes, true, nil
	}
	if !utf8.Valid(bytes) {
		return nil, false, general("Unable to load paramfile (%s), text contents could not be decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.", name)
	}
	return strings.ReplaceAll(string(bytes), "\r\n", "\n"), true, nil
}

var variable = lazyregexp.New(`\$(\w+|\{[^}]*\})`)

// expand resolves ~ and variables of the environment in a file's name; those
// that are not set stay as they are.
func expand(name string) string {
	if rest, ok := strings.CutPrefix(name, "~"); ok && (rest == "" || rest[0] == '/') {
		if home, err := os.UserHomeDir(); err == nil {
			name = filepath.Join(home, rest)
		}
	}
	return variable.ReplaceAllStringFunc(name, func(match string) string {
		if value, ok := os.LookupEnv(strings.Trim(match, "${}")); ok {
			return value
		}
		return match
	})
}

// pythonError is an error of the file system in the words that the AWS CLI
// shows.
func pythonError(err error, name string) string {
	for target, text := range map[error]string{
		os.ErrNotExist:   "[Errno 2] No such file or directory",
		os.ErrPermission: "[Errno 13] Permission denied",
	} {
		if errors.Is(err, target) {
			return text + ": " + repr(name)
		}
	}
	return err.Error()
}
