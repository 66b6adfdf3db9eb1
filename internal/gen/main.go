// Command gen keeps the generated part of package apigw.
//
//	gen [DIR]                       DIR/contract.json -> DIR/shapes_gen.go, DIR/operations_gen.go (DIR: the working directory)
//	gen refresh MODEL CONTRACT      a service model (botocore's service-2.json form) -> a facts-only contract.json
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 3 && args[0] == "refresh" {
		return refresh(args[1], args[2])
	}
	dir := "."
	if len(args) == 1 {
		dir = args[0]
	}
	return generate(dir)
}
