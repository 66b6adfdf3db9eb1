//go:build !poterne_poison

package http1

// poison does nothing in ordinary builds.
func poison([]byte) {}
