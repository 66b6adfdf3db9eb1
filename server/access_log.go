package server

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Access logs are buffered: a kill loses no more than accessLogEvery of them,
// and a reader that does not keep up loses what is beyond accessLogBytes.
const (
	accessLogEvery = 50 * time.Millisecond
	accessLogBytes = 8 << 20
)

// An accessLog writes lines where --access-log says.
type accessLog struct {
	to  io.WriteCloser
	log *slog.Logger

	mu      sync.Mutex
	pending []byte
	dropped int

	stop chan struct{}
	done chan struct{}
}

// openAccessLog opens what setting names: "stdout", "off" or a file that is
// appended to. The log is nil where there is none.
func openAccessLog(setting string, stdout io.Writer, log *slog.Logger) (*accessLog, error) {
	a := &accessLog{log: log, stop: make(chan struct{}), done: make(chan struct{})}
	switch setting {
	case "off":
		return nil, nil
	case "", "stdout":
		a.to = keptOpen{stdout}
	default:
		file, err := os.OpenFile(setting, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("--access-log: %w", err)
		}
		a.to = file
	}
	go a.run()
	return a, nil
}

// keptOpen is a writer that another closes.
type keptOpen struct{ io.Writer }

func (keptOpen) Close() error { return nil }

// WriteLine is gateway.AccessLog's.
func (a *accessLog) WriteLine(line []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.pending)+len(line) > accessLogBytes {
		a.dropped++
		return
	}
	a.pending = append(a.pending, line...)
}

func (a *accessLog) run() {
	defer close(a.done)
	tick := time.NewTicker(accessLogEvery)
	defer tick.Stop()
	var spare []byte
	for {
		select {
		case <-tick.C:
			spare = a.flush(spare)
		case <-a.stop:
			a.flush(spare)
			return
		}
	}
}

// flush writes what is pending, and takes its memory; spare is what is written
// to meanwhile.
func (a *accessLog) flush(spare []byte) []byte {
	a.mu.Lock()
	lines, dropped := a.pending, a.dropped
	a.pending, a.dropped = spare[:0], 0
	a.mu.Unlock()
	if dropped > 0 {
		a.log.Error("access log lines were dropped: they are not read as fast as they come", "lines", dropped)
	}
	if len(lines) == 0 {
		return lines
	}
	if _, err := a.to.Write(lines); err != nil {
		a.log.Error("access log lines could not be written", "bytes", len(lines), "error", err)
	}
	return lines
}

// Close writes what is pending.
func (a *accessLog) Close() error {
	close(a.stop)
	<-a.done
	return a.to.Close()
}
