//go:build !linux

package http1

import "testing"

func eagerBatcher(t *testing.T) *Batcher {
	t.Skip("there is none here")
	return nil
}
