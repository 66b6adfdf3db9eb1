package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long the oracle may take over one case.
const patience = 30 * time.Second

// jars are the oracle's libraries, as Debian names them.
var jars = []string{
	"velocity", "json-path", "json-smart", "accessors-smart", "asm", "slf4j-api", "slf4j-nop",
	"commons-lang", "commons-lang3", "commons-collections3",
}

// oracle is a running Java process.
type oracle struct {
	classes string
	process *exec.Cmd
	in      io.WriteCloser
	out     chan []byte
}

func startOracle(classes string) (*oracle, error) {
	if classes == "" {
		return nil, errors.New("no oracle: build it with java/build.sh FOLDER and give -oracle FOLDER")
	}
	o := &oracle{classes: classes}
	return o, o.start()
}

func (o *oracle) start() error {
	path := []string{o.classes}
	for _, j := range jars {
		path = append(path, filepath.Join("/usr/share/java", j+".jar"))
	}
	o.process = exec.Command("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss8m", "-Xmx512m",
		"-cp", strings.Join(path, ":"), "Oracle")
	o.process.Stderr = os.Stderr
	in, err := o.process.StdinPipe()
	if err != nil {
		return err
	}
	out, err := o.process.StdoutPipe()
	if err != nil {
		return err
	}
	o.in, o.out = in, make(chan []byte, 64)
	go readLines(out, o.out)
	return o.process.Start()
}

func readLines(from io.Reader, to chan<- []byte) {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 1<<16), 64<<20)
	for lines.Scan() {
		to <- append([]byte(nil), lines.Bytes()...)
	}
	close(to)
}

// stop ends the process.
func (o *oracle) stop() {
	_ = o.in.Close() // it is killed next
	_ = o.process.Process.Kill()
	for range o.out {
	}
	_ = o.process.Wait()
}

// ask sends lines and returns an answer for each; nil for one that took too
// long.
func (o *oracle) ask(lines [][]byte) ([]*answer, error) {
	in := o.in
	go func() {
		for _, l := range lines {
			if _, err := in.Write(append(l, '\n')); err != nil {
				return // the reader below sees the end
			}
		}
	}()
	answers := make([]*answer, 0, len(lines))
	for range lines {
		select {
		case text, ok := <-o.out:
			if !ok {
				return nil, errors.New("the oracle ended: is Java there, and are the packages that java/build.sh names?")
			}
			var a answer
			if err := json.Unmarshal(text, &a); err != nil {
				return nil, fmt.Errorf("the oracle said %q: %w", text, err)
			}
			answers = append(answers, &a)
		case <-time.After(patience):
			return o.skip(answers, lines)
		}
	}
	return answers, nil
}

// skip leaves the case that hangs without an answer and goes on with the rest.
func (o *oracle) skip(answers []*answer, lines [][]byte) ([]*answer, error) {
	o.stop()
	if err := o.start(); err != nil {
		return nil, err
	}
	answers = append(answers, nil)
	rest, err := o.ask(lines[len(answers):])
	return append(answers, rest...), err
}
