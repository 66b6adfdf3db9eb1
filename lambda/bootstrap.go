package lambda

import (
	_ "embed" // the bootstraps
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed bootstrap.py
var pythonBootstrap []byte

//go:embed bootstrap.mjs
var nodeBootstrap []byte

// A runtime runs files of one language under a bootstrap of ours.
type runtime struct {
	suffix    string
	code      []string // suffixes of files that its own may load
	program   string
	bootstrap string // name of the file that the bootstrap is written to
	source    *[]byte
}

var runtimes = []runtime{
	{".py", pythonCode, "python3", "bootstrap.py", &pythonBootstrap},
	{".mjs", nodeCode, "node", "bootstrap.mjs", &nodeBootstrap},
	{".js", nodeCode, "node", "bootstrap.mjs", &nodeBootstrap},
	{".cjs", nodeCode, "node", "bootstrap.mjs", &nodeBootstrap},
}

var (
	pythonCode = []string{".py"}
	nodeCode   = []string{".js", ".mjs", ".cjs"}
)

// Command reads what --function NAME=COMMAND names: FILE.py:HANDLER and
// FILE.js:HANDLER run under a bootstrap that is written to dir; anything else
// is a command with arguments that speaks the Runtime API itself. watch is what
// changes with the code.
func Command(text, dir string) (command []string, watch Watch, err error) {
	if file, handler, ok := cutLast(text, ":"); ok && handler != "" {
		for _, r := range runtimes {
			if strings.HasSuffix(file, r.suffix) {
				return r.command(file, handler, dir)
			}
		}
	}
	command = strings.Fields(text)
	if len(command) == 0 {
		return nil, Watch{}, fmt.Errorf("no command")
	}
	for _, r := range runtimes {
		if _, err := exec.LookPath(command[0]); err != nil && strings.HasSuffix(command[0], r.suffix) {
			return nil, Watch{}, fmt.Errorf("the function in %s is missing: write %s:handler", command[0], command[0])
		}
	}
	if _, err := os.Stat(command[0]); err == nil {
		watch.File = command[0]
	}
	return command, watch, nil
}

func (r runtime) command(file, handler, dir string) ([]string, Watch, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, Watch{}, err
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, Watch{}, err
	}
	bootstrap := filepath.Join(dir, r.bootstrap)
	if err := os.WriteFile(bootstrap, *r.source, 0o600); err != nil {
		return nil, Watch{}, fmt.Errorf("write the runtime: %w", err)
	}
	return []string{r.program, bootstrap, file + ":" + handler}, Watch{File: file, Suffixes: r.code}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
