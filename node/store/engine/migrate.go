package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

const (
	migrateAttempts = 5
	versionTable    = "goose_db_version"
	versionQuery    = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`
)

// schema is one engine's set of migrations.
type schema struct {
	dialect goose.Dialect
	folder  string // of its migrations
	exists  string // query that counts tables named $1
}

// prepare brings the schema up to date, or, read-only, checks that it is.
func (m schema) prepare(ctx context.Context, db *sql.DB, schemas fs.FS, readOnly bool) error {
	have, err := m.version(ctx, db)
	if err != nil {
		return err
	}
	files, err := fs.Sub(schemas, m.folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(m.dialect, db, files,
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	want := sources[len(sources)-1].Version
	switch {
	case have > want:
		return ErrNewer
	case have == want:
		return nil
	case readOnly:
		return ErrOlder
	}
	return m.raise(ctx, db, provider, want)
}

// raise migrates. Several processes may start over one database at once: one
// of them wins, and the others see its work on their next attempt.
func (m schema) raise(ctx context.Context, db *sql.DB, provider *goose.Provider, want int64) error {
	for attempt := 1; ; attempt++ {
		_, err := provider.Up(ctx)
		if err == nil {
			return nil
		}
		if have, again := m.version(ctx, db); again == nil && have == want {
			return nil
		}
		if attempt == migrateAttempts {
			return fmt.Errorf("bring the schema up to date: %w", err)
		}
		select {
		case <-time.After(time.Duration(attempt) * 100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// version is the schema's version, 0 in an empty database. It changes nothing.
func (m schema) version(ctx context.Context, db *sql.DB) (int64, error) {
	var tables, version int64
	if err := db.QueryRowContext(ctx, m.exists, versionTable).Scan(&tables); err != nil {
		return 0, fmt.Errorf("look for the schema: %w", err)
	}
	if tables == 0 {
		return 0, nil
	}
	if err := db.QueryRowContext(ctx, versionQuery).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, nil
}
