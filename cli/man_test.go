package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManualPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man1")
	if code, _, stderr := run("", "man", dir); code != 0 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	for page, want := range map[string]string{
		"poterne.1":                       ".TP\n\\fBserve\\fR\n",
		"poterne-serve.1":                 ".TP\n\\fB\\-\\-listen string\\fR\n",
		"poterne-render.1":                ".SH EXAMPLES\n",
		"poterne-version.1":               ".SH NAME\npoterne\\-version \\- Print the version\n",
		"poterne-apigateway.1":            ".SH OPERATIONS\n",
		"poterne-apigateway-put-method.1": ".SH NAME\npoterne\\-apigateway\\-put\\-method",
		"poterne-completion.1":            ".SH COMMANDS\n",
	} {
		text, err := os.ReadFile(filepath.Join(dir, page))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, no %q in\n%.600s", page, err, want, text)
		}
	}
}

// A terminal's answer is completed as far as the choices agree.
func TestCompleteFrom(t *testing.T) {
	choices := []string{"--rest-api-id", "--resource-id", "--type"}
	for line, want := range map[string]struct {
		found  int
		longer string
	}{"--r": {2, "--res"}, "--res": {2, "--res"}, "--resou": {1, "--resource-id"}, "--t": {1, "--type"}, "x": {0, "x"}, "": {3, "--"}} {
		if found, longer := completeFrom(choices, line); len(found) != want.found || longer != want.longer {
			t.Errorf("%q: %q, %q", line, found, longer)
		}
	}
}
