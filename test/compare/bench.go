//go:build linux

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A bench is all processes of a comparison.
type bench struct {
	options
	dir string

	mu      sync.Mutex
	running map[string]*exec.Cmd
}

func newBench(dir string, o options) *bench {
	return &bench{options: o, dir: dir, running: map[string]*exec.Cmd{}}
}

func (b *bench) start() error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := b.spawn("backend", "1", self+" -role backend "+backendAddr); err != nil {
		return err
	}
	for _, t := range targets {
		if _, err := exec.LookPath(t.needs); t.needs != "" && err != nil {
			fmt.Fprintf(os.Stderr, "compare: %s is left out: %v\n", t.name, err)
			continue
		}
		command := strings.NewReplacer("{DIR}", b.dir, "{SELF}", self, "{POTERNE}", b.binary).Replace(t.command)
		if err := b.spawn(t.name, "0", command); err != nil {
			return err
		}
	}
	return b.ready()
}

// spawn runs a command on one core.
func (b *bench) spawn(name, core, command string) error {
	cmd := exec.Command("taskset", append([]string{"-c", core}, strings.Fields(command)...)...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running[name] = cmd
	return nil
}

// ready waits until every target answers every workload.
func (b *bench) ready() error {
	for _, w := range workloads {
		for _, p := range w.paths {
			if b.running[p.target] == nil {
				continue
			}
			if err := waitFor(w, p.url()); err != nil {
				return fmt.Errorf("%s: %s: %w", p.target, p.url(), err)
			}
		}
	}
	return nil
}

func waitFor(w workload, url string) error {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ok := ask(w, url); ok {
			return nil
		}
	}
	return errNoAnswer
}

func ask(w workload, url string) bool {
	method, body := http.MethodGet, ""
	if w.body > 0 {
		method, body = http.MethodPost, order(w.body)
	}
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func (p path) url() string {
	i := slices.IndexFunc(targets, func(t target) bool { return t.name == p.target })
	return "http://127.0.0.1:" + targets[i].port + p.path
}

// stop ends every process, with those that it started.
func (b *bench) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, cmd := range b.running {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
		delete(b.running, name)
	}
}
