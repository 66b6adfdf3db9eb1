package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

func newRender(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "render",
		Short: "Render a mapping template against a request or a payload",
		RunE:  func(*cobra.Command, []string) error { return errors.New("render is being built") },
	}
}
