//go:build !linux

package http1

import (
	"net"

	"github.com/poterne/poterne/wire/uring"
)

// A Batcher is not to be had here: see batcher_linux.go for what it saves.
type Batcher struct{}

// NewBatcher returns uring.ErrUnsupported.
func NewBatcher() (*Batcher, error) { return nil, uring.ErrUnsupported }

// Close does nothing.
func (*Batcher) Close() {}

// Counts reports that nothing was batched.
func (*Batcher) Counts() (ops, batches uint64) { return 0, 0 }

// A posted is always empty here.
type posted struct{}

func (*posted) init(net.Conn, *Batcher) {}
func (*posted) settle() error           { return nil }

// Kinds of operations, none of which is ever posted.
const (
	opSend = iota
	opAsk
)

func (*link) post(kind int, head, body []byte) bool { return false }
