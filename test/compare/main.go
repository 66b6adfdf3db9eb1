//go:build linux

// Command compare measures poterne beside nginx, HAProxy and httputil's
// ReverseProxy: CPU per request of each gateway's processes, in rounds that
// drive every target for a moment, forwards and backwards, so that whatever
// else the machine does falls on all of them alike.
//
//	go run ./compare [-rounds 5] [-span 2s] [-only mock,proxy-100] [-out FILE]
//	go run ./compare -profile FILE [-span 8s] [-only …]
//
// The second writes where poterne alone spends its time under the workloads.
// It needs Linux, nginx and wrk on the PATH; HAProxy is left out where it is
// missing. Gateways run on core 0, load and back end on core 1, all on the
// loopback interface.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

type options struct {
	rounds, conns int
	span          time.Duration
	only          []string
	binary, out   string
	profile       string
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "-role" {
		fail(play(os.Args[2], os.Args[3]))
		return
	}
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "rounds for each workload")
	flag.IntVar(&o.conns, "conns", 64, "connections that wrk keeps open")
	flag.DurationVar(&o.span, "span", 2*time.Second, "how long a target is driven in a round, in whole seconds")
	only := flag.String("only", "", "workloads, separated by commas; all without it")
	flag.StringVar(&o.binary, "poterne", "", "the binary to measure; built from this checkout without it")
	flag.StringVar(&o.out, "out", "", "file for the tables, beside standard output")
	flag.StringVar(&o.profile, "profile", "", "file for a profile of poterne under the workloads, in the place of the tables")
	flag.Parse()
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	fail(compare(o))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(o options) error {
	for _, tool := range []string{"nginx", "wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not on the PATH: install it (Debian: apt-get install nginx-light wrk util-linux)", tool)
		}
	}
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.binary == "" {
		if o.binary, err = build(dir); err != nil {
			return err
		}
	}
	to, closeOut, err := output(o.out)
	if err != nil {
		return err
	}
	defer closeOut()

	b := newBench(dir, o)
	defer b.stop()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		b.stop()
		os.Exit(1)
	}()
	if err := b.start(); err != nil {
		return err
	}
	if o.profile != "" {
		return b.writeProfile(o.profile)
	}
	for _, w := range workloads {
		if !b.chosen(w) {
			continue
		}
		table, err := b.run(w)
		if err != nil {
			return err
		}
		fmt.Fprint(to, table)
	}
	return nil
}

// build makes poterne from the checkout that this command stands in.
func build(dir string) (string, error) {
	binary := filepath.Join(dir, "poterne")
	cmd := exec.Command("go", "build", "-o", binary, "github.com/poterne/poterne/cmd/poterne")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build poterne: %w\n%s", err, out)
	}
	return binary, nil
}

func output(path string) (io.Writer, func(), error) {
	if path == "" {
		return os.Stdout, func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	return io.MultiWriter(os.Stdout, f), func() { _ = f.Close() }, nil
}

var errNoAnswer = errors.New("did not answer 200 in time")
