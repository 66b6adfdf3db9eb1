package server

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// logged is hello with an access log on its stage, set as clients set it.
func logged(t *testing.T, config Config) (stdout *bytes.Buffer, stop func()) {
	stdout = &bytes.Buffer{}
	config.Stdout = stdout
	s := start(t, config, document(t, "hello.yaml", hello))
	o := operator{t, "http://" + s.dataAddr()}
	o.call("PATCH", "/restapis/hello-world/stages/v1", `{"patchOperations":[
		{"op":"replace","path":"/accessLogSettings/destinationArn","value":"arn:aws:logs:us-east-1:000000000000:log-group:access"},
		{"op":"replace","path":"/accessLogSettings/format","value":"$context.requestId $context.status $context.path $context.responseLength"}]}`)
	for range 3 {
		request(t, "GET", o.base+"/hello", "")
	}
	return stdout, s.stop
}

func TestAccessLog(t *testing.T) {
	const want = " 200 /v1/hello 62\n"
	file := filepath.Join(t.TempDir(), "access.log")
	stdout, stop := logged(t, Config{AccessLog: file})
	stop()
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), want) != 3 || strings.Count(string(text), "\n") != 3 || stdout.Len() != 0 {
		t.Errorf("%v: the file has %s", err, text)
	}
	stdout, stop = logged(t, Config{})
	stop()
	if strings.Count(stdout.String(), want) != 3 {
		t.Errorf("standard output has %s", stdout)
	}
	stdout, stop = logged(t, Config{AccessLog: "off"})
	stop()
	if stdout.Len() != 0 {
		t.Errorf("off, and standard output has %s", stdout)
	}
	if _, err := New(t.Context(), Config{Listen: "localhost:0", AccessLog: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "--access-log") {
		t.Errorf("a folder: %v", err)
	}
}

// A reader that hangs costs lines, neither memory nor time.
func TestAccessLogDropsWhatIsNotRead(t *testing.T) {
	var said bytes.Buffer
	a := &accessLog{log: slog.New(slog.NewTextHandler(&said, nil)), to: keptOpen{&bytes.Buffer{}}}
	line := bytes.Repeat([]byte("x"), 1<<20)
	for range 20 {
		a.WriteLine(line)
	}
	if len(a.pending) > accessLogBytes {
		t.Errorf("%d bytes are kept", len(a.pending))
	}
	a.flush(nil)
	if !strings.Contains(said.String(), "lines=12") {
		t.Errorf("said %s", said.String())
	}
}
