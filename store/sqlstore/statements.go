package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const (
	selectRevision = "SELECT rev FROM revision"
	selectDocument = "SELECT value, sum FROM documents WHERE key = ?"
	selectBetween  = "SELECT key, value, sum FROM documents WHERE key > ? AND key < ? ORDER BY key LIMIT ?"
	deleteDocument = "DELETE FROM documents WHERE key = ?"
	updateRevision = "UPDATE revision SET rev = ?"
	putDocument    = `INSERT INTO documents (key, value, sum) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, sum = excluded.sum`
)

// reads are the statements of readers.
type reads struct{ revision, get *sql.Stmt }

// writes are the statements of the writer.
type writes struct{ get, put, remove, setRevision *sql.Stmt }

// A preparer is a database, or a connection of one.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

func (r *reads) prepare(ctx context.Context, in preparer) error {
	return prepareAll(ctx, in, map[string]**sql.Stmt{selectRevision: &r.revision, selectDocument: &r.get})
}

func (w *writes) prepare(ctx context.Context, in preparer) error {
	return prepareAll(ctx, in, map[string]**sql.Stmt{
		selectDocument: &w.get, putDocument: &w.put, deleteDocument: &w.remove, updateRevision: &w.setRevision})
}

func prepareAll(ctx context.Context, in preparer, statements map[string]**sql.Stmt) (err error) {
	for text, statement := range statements {
		if *statement, err = in.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("prepare %s: %w", text, err)
		}
	}
	return nil
}

func (r *reads) close() error { return closeAll(r.revision, r.get) }

func (w *writes) close() error { return closeAll(w.get, w.put, w.remove, w.setRevision) }

func closeAll(statements ...*sql.Stmt) error {
	var failures []error
	for _, statement := range statements {
		if statement != nil {
			failures = append(failures, statement.Close())
		}
	}
	return errors.Join(failures...)
}
