package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/poterne/poterne/cli/awscli"
	"github.com/spf13/cobra"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the manual pages of poterne apigateway",
		Example: "  poterne man /usr/local/share/man/man1",
		Args:    exactly(1),
		RunE:    func(_ *cobra.Command, args []string) error { return writeManual(args[0]) },
	}
}

func writeManual(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // for every user to read
		return fmt.Errorf("write manual pages: %w", err)
	}
	return awscli.Manual(func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(dir, name)) })
}
