package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// format is the version of the tables below, kept in the file's user_version.
// A new format comes with a step here that brings the older one up to it.
const format = 1

// checkedBytes bounds the files whose structure is checked at Open; larger
// ones would delay the start, and their documents' checksums are still checked
// as they are read.
const checkedBytes = 64 << 20

const schema = `
CREATE TABLE documents (key TEXT NOT NULL UNIQUE, value BLOB NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE revision (rev INTEGER NOT NULL);
INSERT INTO revision VALUES (0);`

// prepare makes the tables of a new file, or checks those of an old one, and
// returns its revision.
func prepare(ctx context.Context, conn *sql.Conn) (rev int64, err error) {
	found, err := pragma(ctx, conn, "user_version")
	switch {
	case err != nil:
		return 0, damaged(err)
	case found > format:
		return 0, fmt.Errorf("the state was written by a newer poterne (format %d, this one knows %d): use that version, or another --data-dir", found, format)
	case found == 0:
		if err := create(ctx, conn); err != nil {
			return 0, err
		}
	default:
		if err := check(ctx, conn); err != nil {
			return 0, err
		}
	}
	if err := conn.QueryRowContext(ctx, "SELECT rev FROM revision").Scan(&rev); err != nil {
		return 0, damaged(err)
	}
	return rev, nil
}

func create(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT", schema, format)); err != nil {
		return fmt.Errorf("make tables: %w", err)
	}
	return nil
}

func check(ctx context.Context, conn *sql.Conn) error {
	pages, err := pragma(ctx, conn, "page_count")
	if err != nil {
		return damaged(err)
	}
	size, err := pragma(ctx, conn, "page_size")
	if err != nil || pages*size > checkedBytes {
		return err
	}
	var verdict string
	if err := conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return damaged(err)
	}
	if verdict != "ok" {
		return damaged(fmt.Errorf("%s", verdict))
	}
	return nil
}

func pragma(ctx context.Context, conn *sql.Conn, name string) (value int64, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
	return value, err
}

func damaged(err error) error {
	return fmt.Errorf("the state file is damaged (%w): restore a backup, or start with an empty --data-dir", err)
}
