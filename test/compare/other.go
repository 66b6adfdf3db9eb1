//go:build !linux

// Command compare measures poterne beside other gateways; it reads Linux's
// books of who used which CPU, and does nothing elsewhere.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "compare: it needs Linux")
	os.Exit(1)
}
