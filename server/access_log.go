package server

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/poterne/poterne/gateway/egress"
)

// Access logs are buffered: a kill loses no more than accessLogEvery of them, or
// sinkEvery of those that go to an address, and a reader that does not keep up
// loses what is beyond accessLogBytes.
const (
	accessLogEvery = 50 * time.Millisecond
	sinkEvery      = 500 * time.Millisecond
	accessLogBytes = 8 << 20
)

// An accessLog writes lines where --access-log says.
type accessLog struct {
	lines *outbox
	file  io.Closer // nil: there is nothing to close
}

// openAccessLog opens what setting names: "stdout", "off", an http or https
// address that lines are posted to, or a file that is appended to. The log is
// nil where there is none.
func openAccessLog(setting string, stdout io.Writer, client *egress.Client, log *slog.Logger) (*accessLog, error) {
	a := &accessLog{lines: &outbox{pieces: "access log lines", every: accessLogEvery, most: accessLogBytes, log: log}}
	switch {
	case setting == "off":
		return nil, nil
	case setting == "" || setting == "stdout":
		a.lines.write = writeTo(stdout)
	case strings.HasPrefix(setting, "http://") || strings.HasPrefix(setting, "https://"):
		sink, err := newPoster(a.lines.pieces, setting, client, log)
		if err != nil {
			return nil, fmt.Errorf("--access-log: %w", err)
		}
		sink.request.Header.Add("Content-Type", "text/plain; charset=utf-8")
		a.lines.every, a.lines.write = sinkEvery, sink.postLines(func(lines []byte) []byte { return lines })
	default:
		file, err := os.OpenFile(setting, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("--access-log: %w", err)
		}
		a.file, a.lines.write = file, writeTo(file)
	}
	a.lines.open()
	return a, nil
}

func writeTo(w io.Writer) func([]byte, int, <-chan struct{}) (int, error) {
	return func(lines []byte, count int, _ <-chan struct{}) (int, error) {
		_, err := w.Write(lines)
		return count, err
	}
}

// WriteLine is gateway.AccessLog's.
func (a *accessLog) WriteLine(line []byte) {
	a.lines.add(func(dst []byte) []byte { return append(dst, line...) })
}

// Close writes what is pending.
func (a *accessLog) Close() error {
	a.lines.close()
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}
