package test

import (
	"strings"
	"testing"
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
// of the AWS CLI in turn: "make bench-cli" prints both.
func BenchmarkStart(b *testing.B) {
	s := start(b)
	args := []string{"--endpoint-url", s.url, "apigateway", "get-account"}
	for _, program := range []string{binary, awsProgram(b)} {
		b.Run(strings.ReplaceAll(program[strings.LastIndexByte(program, '/')+1:], "-", ""), func(b *testing.B) {
			for b.Loop() {
				if exit, _, stderr := runProgram(b, program, b.TempDir(), cliEnv(), args); exit != 0 {
					b.Fatal(stderr)
				}
			}
		})
	}
}
