// Command poterne serves Amazon API Gateway REST APIs on your own machine.
package main

import (
	"os"

	"github.com/poterne/poterne/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
