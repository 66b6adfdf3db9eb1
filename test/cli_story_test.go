package test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// The AWS CLI tells the same stories, twice to one server: what the first
// telling left behind changes nothing, and what the SDK reads the CLI reads.
func TestStoriesByTheAWSCLI(t *testing.T) {
	needAWS(t)
	files, err := filepath.Glob("testdata/*.story")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	cli := startCLI(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".story"), func(t *testing.T) {
			s := start(t, "--data-dir", t.TempDir())
			for _, telling := range []string{"first", "second"} {
				teller := &cliTeller{cli: cli, url: s.url, dir: t.TempDir()}
				t.Run(telling, func(t *testing.T) {
					(&story{t: t, file: file, teller: teller, called: map[string]bool{}, notYet: notImplemented(t), same: saysAsMuch}).run()
				})
			}
		})
	}
}

// saysAsMuch: the CLI prints members that the SDK leaves out because they are
// zero; TIME, PEM and ID stand for any text.
func saysAsMuch(got, want string) bool {
	if strings.HasPrefix(want, "! ") || strings.HasPrefix(got, "! ") {
		return got == want
	}
	var g, w map[string]any
	if json.Unmarshal([]byte(got), &g) != nil || json.Unmarshal([]byte(want), &w) != nil {
		return false
	}
	return covers(anyText(g, w), w)
}

// anyText is got with the texts of want that stand for any.
func anyText(got, want any) any {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for name := range g {
			g[name] = anyText(g[name], w[name])
		}
	case []any:
		g, _ := got.([]any)
		for i := range min(len(g), len(w)) {
			g[i] = anyText(g[i], w[i])
		}
	case string:
		if (w == "TIME" || w == "PEM" || w == "ID") && got != nil {
			return w
		}
	}
	return got
}

// A cli is the AWS CLI, many calls in one process of its Python.
type cli struct {
	in  io.Writer
	out *bufio.Reader
}

type cliAnswer struct {
	Status   int
	Out, Err string
}

func startCLI(t *testing.T) *cli {
	t.Helper()
	python := pythonOf(t, "aws")
	cmd := exec.Command(python, "testdata/aws_driver.py")
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_PAGER=", "AWS_DEFAULT_OUTPUT=json", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1")
	cmd.Stderr = testWriter{t}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the AWS CLI: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &cli{in: in, out: bufio.NewReader(out)}
}

// pythonOf is the interpreter that a command's first line names.
func pythonOf(t *testing.T, command string) string {
	t.Helper()
	if out, err := exec.Command("pyenv", "which", command).Output(); err == nil {
		command = strings.TrimSpace(string(out))
	}
	file, err := exec.LookPath(command)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	interpreter, ok := strings.CutPrefix(string(line), "#!")
	if fields := strings.Fields(interpreter); ok && len(fields) > 0 && strings.Contains(interpreter, "python") {
		return fields[len(fields)-1]
	}
	t.Skip("this AWS CLI is no Python script: apt-get install awscli")
	return ""
}

func (c *cli) run(args ...string) (cliAnswer, error) {
	line, err := json.Marshal(args)
	if err != nil {
		return cliAnswer{}, err
	}
	if _, err := fmt.Fprintf(c.in, "%s\n", line); err != nil {
		return cliAnswer{}, err
	}
	said, err := c.out.ReadBytes('\n')
	if err != nil {
		return cliAnswer{}, err
	}
	var answer cliAnswer
	return answer, json.Unmarshal(said, &answer)
}

// A cliTeller tells stories by the AWS CLI.
type cliTeller struct {
	cli   *cli
	url   string
	dir   string // for what a command reads from or writes to a file
	files int
}

// streams are the operations whose answer is a file.
var streams = map[string]bool{"GetExport": true, "GetSdk": true}

var cliRefusal = regexp.MustCompile(`(?s)An error occurred \((\w+)\) when calling the \w+ operation(?: \([^)]*\))?: (.*)`)

func (c *cliTeller) tell(operation string, input []byte) (map[string]any, string, error) {
	var members map[string]any
	if err := json.Unmarshal(input, &members); err != nil {
		return nil, "", err
	}
	answer, err := c.do(operation, members)
	if err != nil {
		return nil, "", err
	}
	if answer.Status != 0 {
		if m := cliRefusal.FindStringSubmatch(answer.Err); m != nil {
			return nil, m[1] + ": " + strings.ReplaceAll(strings.TrimSuffix(m[2], "\n"), "\n", "\\n"), nil
		}
		return nil, "", fmt.Errorf("aws apigateway: %s%s", answer.Out, answer.Err)
	}
	if strings.TrimSpace(answer.Out) == "" {
		return map[string]any{}, "", nil
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(answer.Out), &out); err != nil {
		return nil, "", fmt.Errorf("%s answered no JSON: %w", operation, err)
	}
	if streams[operation] {
		body, err := os.ReadFile(c.lastFile())
		if err != nil {
			return nil, "", err
		}
		out["body"] = string(body)
	}
	return capitalized(out, unicode.ToUpper).(map[string]any), "", nil
}

func (c *cliTeller) do(operation string, members map[string]any) (cliAnswer, error) {
	args := []string{"--endpoint-url", c.url, "--no-paginate", "apigateway", kebab(operation)}
	if body, ok := members["Body"].(string); ok && operation != "TestInvokeMethod" {
		delete(members, "Body")
		file := c.file()
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			return cliAnswer{}, err
		}
		args = append(args, "--body", "fileb://"+file)
	}
	input, err := json.Marshal(capitalized(members, unicode.ToLower))
	if err != nil {
		return cliAnswer{}, err
	}
	if streams[operation] {
		return c.cli.run(append(append(args, options(members)...), c.file())...)
	}
	if len(members) > 0 {
		args = append(args, "--cli-input-json", string(input))
	}
	return c.cli.run(args...)
}

// options are the members as options, which a command that writes its answer to
// a file takes in the place of --cli-input-json.
func options(members map[string]any) []string {
	var args []string
	for name, value := range members {
		switch value := value.(type) {
		case string:
			args = append(args, "--"+kebab(name), value)
		case map[string]any:
			args = append(args, "--"+kebab(name))
			for key, text := range value {
				args = append(args, fmt.Sprintf("%s=%s", key, text))
			}
		}
	}
	return args
}

func (c *cliTeller) file() string {
	c.files++
	return c.lastFile()
}

func (c *cliTeller) lastFile() string { return filepath.Join(c.dir, fmt.Sprint(c.files)) }

// freeKeys are the members whose own entries have names of the user's.
var freeKeys = map[string]bool{
	"tags": true, "variables": true, "stageVariableOverrides": true, "stageVariables": true, "headers": true, "multiValueHeaders": true, "parameters": true,
	"requestParameters": true, "responseParameters": true, "requestTemplates": true, "responseTemplates": true,
	"requestModels": true, "responseModels": true, "resourceMethods": true, "methodSettings": true, "apiSummary": true, "items": true,
}

// capitalized is v with the first letters of its members changed: the CLI
// writes them small and the SDK large.
func capitalized(v any, change func(rune) rune) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[changeFirst(name, change)] = capitalizedMember(name, value, change)
		}
		return out
	case []any:
		for i := range v {
			v[i] = capitalized(v[i], change)
		}
	}
	return v
}

func capitalizedMember(name string, value any, change func(rune) rune) any {
	entries, ok := value.(map[string]any)
	if !ok || !freeKeys[changeFirst(name, unicode.ToLower)] {
		return capitalized(value, change)
	}
	out := make(map[string]any, len(entries))
	for key, entry := range entries {
		if inner, ok := entry.(map[string]any); ok && change('a') == 'A' && strings.HasPrefix(name, "apiSummary") {
			out[key] = capitalizedMember("resourceMethods", inner, change)
			continue
		}
		out[key] = capitalized(entry, change)
	}
	return out
}

func changeFirst(name string, change func(rune) rune) string {
	if name == "" {
		return name
	}
	return string(change(rune(name[0]))) + name[1:]
}
