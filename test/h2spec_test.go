package test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// h2specFindings are the cases that fail, as docs/http2.md explains them.
var h2specFindings = []string{
	"Sends multiple values of SETTINGS_INITIAL_WINDOW_SIZE",
	"Sends a HEADERS frame that contains the connection-specific header field",
	`Sends a HEADERS frame that contains the TE header field with any value other than "trailers"`,
}

var h2specFailure = regexp.MustCompile(`(?m)^\s+× (?:\d+: )?(.+)$`)

// TestH2spec runs h2spec against the TLS door ("make h2spec"): the cases that
// fail are those that are explained, no more and no fewer.
func TestH2spec(t *testing.T) {
	if os.Getenv("H2SPEC") == "" {
		t.Skip("set H2SPEC: the tool is built first")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	document := filepath.Join(t.TempDir(), "h2.yaml")
	if err := os.WriteFile(document, []byte(h2specDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "--data-tls", addr, document)
	host, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command("go", "tool", "-modfile=../tools/go.mod", "h2spec", "-t", "-k", "-h", host, "-p", port, "-o", "5")
	out, _ := cmd.CombinedOutput() // it fails where a case does
	t.Logf("%s", out)
	_, failures, _ := strings.Cut(string(out), "Failures:")
	var found []string
	for _, m := range h2specFailure.FindAllStringSubmatch(failures, -1) {
		found = append(found, m[1])
	}
	if !strings.Contains(string(out), " tests, ") || !slices.Equal(found, h2specFindings) {
		t.Errorf("failed: %q; docs/http2.md has %q", found, h2specFindings)
	}
}

const h2specDocument = `openapi: 3.0.1
info: {title: H2, version: "1"}
paths:
  /:
    x-amazon-apigateway-any-method:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        passthroughBehavior: when_no_templates
        responses: {default: {statusCode: "200", responseTemplates: {application/json: "0123456789 0123456789 0123456789"}}}
`
