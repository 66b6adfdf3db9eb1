package awscli

import "fmt"

func (c *CLI) help(found *command) error {
	if found == nil {
		for _, name := range names() {
			fmt.Fprintln(c.Out, name)
		}
	}
	return nil
}
