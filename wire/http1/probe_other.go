//go:build !unix

package http1

const canPeek = false

func (p *probe) peekAt(uintptr) {}
