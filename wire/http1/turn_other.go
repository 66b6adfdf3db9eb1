//go:build !linux

package http1

// turns are ordinary here: see turn_linux.go for what can be saved.
type turns struct{}

func (*turns) init(*conn) {}

func (c *conn) turn() bool { return c.next() }
