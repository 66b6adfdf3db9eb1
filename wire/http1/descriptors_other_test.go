//go:build !linux

package http1

import "testing"

// openDescriptors cannot count here; goroutines are counted everywhere.
func openDescriptors(*testing.T) int { return 0 }
