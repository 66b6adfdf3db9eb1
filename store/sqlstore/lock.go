package sqlstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// errLocked: another process holds the lock.
var errLocked = errors.New("locked")

// A fileLock is held until it is released or the process ends, however it
// ends.
type fileLock struct{ file *os.File }

// takeLock locks the file name and writes this process's id into it, for the
// message of the next one that wants it.
func takeLock(name string) (*fileLock, error) {
	f, err := openLocked(name)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("another poterne%s uses this directory: stop it, or choose another --data-dir", holder(name))
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(f, "%d\n", os.Getpid()) // only a hint
	}
	return &fileLock{f}, nil
}

// holder says which process holds the lock, as far as the file tells.
func holder(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	pid, err := io.ReadAll(io.LimitReader(f, 20))
	if err != nil || len(pid) == 0 {
		return ""
	}
	return " (process " + strings.TrimSpace(string(pid)) + ")"
}

func (l *fileLock) release() error { return l.file.Close() }
