package test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every example that help prints succeeds, in the order of examples.txt.
func TestExamplesOfHelp(t *testing.T) {
	t.Parallel()
	s, dir, kept := start(t), workplace(t), map[string]string{}
	for text := range strings.Lines(readText(t, "../cli/awscli/examples.txt")) {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		l := parseLine(text)
		args := append([]string{"--endpoint-url", s.url, "apigateway"}, l.words(t, dir, kept)...)
		exit, stdout, stderr := ours{}.run(t, dir, args)
		if exit != 0 {
			t.Errorf("%s: exit %d %s", l.text, exit, stderr)
		}
		if l.keep != "" {
			kept[l.keep] = strings.TrimSpace(stdout)
		}
	}
}

// Who has no account of AWS configured gets the local poterne, and is told.
func TestLocalDefaultIsTold(t *testing.T) {
	exit, _, stderr := ours{}.runWith(t, []string{"HOME=" + t.TempDir(), "PATH=/usr/bin"}, "apigateway", "get-account")
	if exit == 0 && !strings.Contains(stderr, "this is asked of http://localhost:4566") || exit != 0 && !strings.Contains(stderr, "region") {
		t.Errorf("exit %d %s", exit, stderr)
	}
}

// BenchmarkStart is a whole command line, from start to answer, of poterne and
// of the AWS CLI in turn: "make bench-cli" prints both, with the processor time
// that they take, which a busy machine does not lengthen.
func BenchmarkStart(b *testing.B) {
	s := start(b)
	for _, program := range []string{binary, awsProgram(b)} {
		b.Run(filepath.Base(program), func(b *testing.B) {
			var cpu time.Duration
			for b.Loop() {
				cmd := exec.Command(program, "--endpoint-url", s.url, "apigateway", "get-account")
				cmd.Env = cliEnv()
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			}
			b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}
