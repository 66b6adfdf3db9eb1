//go:build unix

package main

import (
	"bufio"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/poterne/poterne/internal/vtlbench/cases"
)

//go:embed java/Bench.java
var source embed.FS

// jars are Velocity's libraries, as Debian names them.
var jars = []string{
	"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop",
	"commons-lang", "commons-lang3", "commons-collections3",
}

func classPath(classes string) string {
	path := []string{classes}
	for _, j := range jars {
		path = append(path, filepath.Join("/usr/share/java", j+".jar"))
	}
	return strings.Join(path, ":")
}

// velocity is a Java process that renders; see java/Bench.java.
type velocity struct {
	folder  string // of its classes
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// startVelocity compiles Bench.java and gives it the cases.
func startVelocity(list []cases.Case) (*velocity, error) {
	folder, err := os.MkdirTemp("", "vtlbench")
	if err != nil {
		return nil, err
	}
	v := &velocity{folder: folder}
	if err := v.start(list); err != nil {
		v.stop()
		return nil, err
	}
	return v, nil
}

func (v *velocity) start(list []cases.Case) error {
	text, err := source.ReadFile("java/Bench.java")
	if err != nil {
		return err
	}
	file := filepath.Join(v.folder, "Bench.java")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	if said, err := exec.Command("javac", "-nowarn", "-d", v.folder, "-cp", classPath(v.folder), file).CombinedOutput(); err != nil {
		return fmt.Errorf("javac: %w\n%s", err, said)
	}
	v.process = exec.Command("java", "-XX:+UseSerialGC", "-Xmx1g", "-cp", classPath(v.folder), "Bench")
	v.process.Stderr = os.Stderr
	if v.in, err = v.process.StdinPipe(); err != nil {
		return err
	}
	out, err := v.process.StdoutPipe()
	if err != nil {
		return err
	}
	v.out = bufio.NewScanner(out)
	if err := v.process.Start(); err != nil {
		return err
	}
	return v.give(list)
}

// give sends the cases.
func (v *velocity) give(list []cases.Case) error {
	encode := json.NewEncoder(v.in)
	for _, c := range list {
		full := func(pairs []cases.Pair) map[string]any {
			if !c.Full {
				pairs = nil
			}
			return nested(pairs)
		}
		if err := encode.Encode(map[string]any{
			"name": c.Name, "template": c.Template, "body": c.Body,
			"params":         json.RawMessage(ordered(c.Full)),
			"stageVariables": full(cases.Stage), "context": full(cases.Context),
		}); err != nil {
			return err
		}
	}
	_, err := io.WriteString(v.in, "\n")
	return err
}

// ordered are the parameters as JSON, in their order.
func ordered(full bool) string {
	if !full {
		return `{"path":{},"querystring":{},"header":{}}`
	}
	object := func(pairs []cases.Pair) string {
		var members []string
		for _, p := range pairs {
			members = append(members, fmt.Sprintf("%q:%q", p.Name, p.Value))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return fmt.Sprintf(`{"path":%s,"querystring":%s,"header":%s}`, object(cases.Path), object(cases.Query), object(cases.Headers))
}

// nested makes maps of dotted names.
func nested(pairs []cases.Pair) map[string]any {
	top := map[string]any{}
	for _, p := range pairs {
		m, name := top, p.Name
		if head, rest, dotted := strings.Cut(name, "."); dotted {
			inner, _ := top[head].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				top[head] = inner
			}
			m, name = inner, rest
		}
		m[name] = p.Value
	}
	return top
}

func (v *velocity) measure(c *cases.Case, d time.Duration) (sample, error) {
	var s sample
	if _, err := fmt.Fprintln(v.in, c.Name, d.Milliseconds()); err != nil {
		return s, err
	}
	if !v.out.Scan() {
		return s, errors.New("velocity has ended; are its packages there?")
	}
	if _, err := fmt.Sscan(v.out.Text(), &s.renders, &s.wall, &s.cpu, &s.sha256); err != nil {
		return s, fmt.Errorf("velocity said %q", v.out.Text())
	}
	if s.sha256 != c.SHA256 {
		return s, fmt.Errorf("velocity's output has the SHA-256 %s, not %s", s.sha256, c.SHA256)
	}
	return s, nil
}

func (v *velocity) stop() {
	if v.in != nil {
		_ = v.in.Close() // the process ends with its input
		_ = v.process.Wait()
	}
	_ = os.RemoveAll(v.folder)
}
