package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A line is a command line behind `apigateway`, in the words of a shell.
type line struct {
	keep string // the variable that keeps what it prints; "" for none
	text string
}

var keeping = regexp.MustCompile(`^(\w+) := (.*)$`)

// sessionLines are those of session.txt.
func sessionLines(t *testing.T) (lines []line) {
	t.Helper()
	for text := range strings.Lines(readText(t, "testdata/apigateway/session.txt")) {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		lines = append(lines, parseLine(text))
	}
	return lines
}

func parseLine(text string) line {
	if m := keeping.FindStringSubmatch(text); m != nil {
		return line{keep: m[1], text: m[2]}
	}
	return line{text: text}
}

func readText(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A contract is what the tests need of apigw/contract.json.
type contract struct {
	Operations []contractOperation
	Shapes     []contractShape
	shape      map[string]*contractShape
}

type contractOperation struct {
	Name, Method, URI, Input, Output string
	Status                           int
	Errors                           []string
}

type contractShape struct {
	Name, Type, Pattern, Payload string
	Enum                         []string
	Of                           string
	Members                      []contractMember
	Error                        json.RawMessage
}

type contractMember struct {
	Name, Shape, Wire, In string
	Required              bool
}

func readContract(t *testing.T) *contract {
	t.Helper()
	c := &contract{shape: map[string]*contractShape{}}
	if err := json.Unmarshal([]byte(readText(t, "../apigw/contract.json")), c); err != nil {
		t.Fatal(err)
	}
	for i := range c.Shapes {
		c.shape[c.Shapes[i].Name] = &c.Shapes[i]
	}
	return c
}

var beforeCapital = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// kebab is a name of the contract as the command line spells it.
func kebab(name string) string {
	return strings.ToLower(beforeCapital.ReplaceAllString(strings.ReplaceAll(name, "ARNs", "Arns"), "$1-$2"))
}

// lines are, for each operation: its skeletons, and a call with what it
// requires.
func (c *contract) lines() (lines []line) {
	add := func(words ...string) { lines = append(lines, line{text: strings.Join(words, " ")}) }
	for _, op := range c.Operations {
		name, required := kebab(op.Name), c.required(op)
		if output := c.shape[op.Output]; output == nil || output.Payload == "" {
			add(name, "--generate-cli-skeleton")
			add(name, "--generate-cli-skeleton yaml-input")
			add(name, required, "--generate-cli-skeleton output")
			add(name, required, "--query '@ && keys(@)'")
		} else {
			add(name, required, "saved --query 'keys(@)'")
		}
	}
	return lines
}

func (c *contract) required(op contractOperation) string {
	var words []string
	for _, m := range c.shape[op.Input].Members {
		if m.Required {
			words = append(words, "--"+kebab(m.Name), c.sample(c.shape[m.Shape]))
		}
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func (c *contract) sample(s *contractShape) string {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "structure" && s.Name == "DocumentationPartLocation":
		return "type=API"
	case s.Type == "map":
		return "a=b"
	case s.Type == "blob":
		return "e30="
	case s.Type == "integer":
		return "1"
	case s.Type == "boolean":
		return ""
	case s.Pattern != "":
		return "200"
	}
	return "x"
}

// words are those that a shell makes of l, with what earlier lines kept.
func (l line) words(t *testing.T, dir string, kept map[string]string) []string {
	t.Helper()
	shell := exec.Command("bash", "-c", `printf '%s\0' `+l.text)
	shell.Dir = dir
	shell.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	for name, value := range kept {
		shell.Env = append(shell.Env, name+"="+value)
	}
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("read %s: %v", l.text, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
