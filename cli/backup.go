package cli

import (
	"cmp"
	"fmt"
	"os"

	"github.com/poterne/poterne/store/sqlstore"
	"github.com/spf13/cobra"
)

func newBackup(std streams) *cobra.Command {
	var dir string
	command := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the state of a data directory to a file, whether a server has it or not",
		Long: `Backup copies the state of a data directory, as of one moment, to FILE, which must
not exist. A server that has the directory goes on serving. FILE holds all that
the directory's poterne.db does, API keys and private keys too, and is readable by
its owner alone.

To go back to it: stop the server, and give it a new --data-dir in which FILE is
poterne.db.`,
		Example: "  poterne backup --data-dir /var/lib/poterne copy.db",
		Args:    exactly(1),
	}
	command.Flags().StringVar(&dir, "data-dir", "", "directory that keeps the state; default: POTERNE_DATA_DIR, else the XDG state directory")
	command.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if dir = cmp.Or(dir, os.Getenv(variableName("data-dir"))); dir == "" {
			if dir, err = stateDir(); err != nil {
				return err
			}
		}
		if err := sqlstore.Backup(cmd.Context(), dir, args[0]); err != nil {
			return fmt.Errorf("back up %s: %w", dir, err)
		}
		_, err = fmt.Fprintf(std.out, "the state of %s is in %s\n", dir, args[0])
		return err
	}
	return command
}
