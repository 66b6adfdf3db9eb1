package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup copies the state in dir, as of one moment, to file, which must not
// exist and is readable by its owner alone. A server may have the state open,
// and goes on reading and writing. What is copied is damaged where the state
// is: Open finds it.
func Backup(ctx context.Context, dir, file string) (err error) {
	from := filepath.Join(dir, fileName)
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("there is no state in %s: %w", dir, err)
	}
	to, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite fills an empty file
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, to.Close()); err != nil {
			err = errors.Join(err, os.Remove(file))
		}
	}()
	db, err := sql.Open("sqlite", dataSource(from, "deferred"))
	if err != nil {
		return fmt.Errorf("open the state: %w", err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("copy the state: %w", err)
	}
	return to.Sync()
}
