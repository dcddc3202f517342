package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/tickmark/tickmark/internal/stamp"
)

//go:embed migrations
var migrations embed.FS

// Options of Open.
type Options struct {
	// Clock stamps transactions; the system's when nil.
	Clock stamp.Source
	// Log receives what operators should know; discarded when nil.
	Log *slog.Logger
	// Holder names this process in the lease that PostgreSQL's writer holds.
	Holder string
	// Scratch is for a store that is thrown away: SQLite does not wait for the disk, and a crash may lose everything.
	Scratch bool
}

// Open opens the store that the URL names, and brings its tables up to date: a file path or sqlite:PATH, or
// postgres://user@host/database.
func Open(ctx context.Context, target string, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = stamp.System
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://") {
		return openPostgres(ctx, target, o)
	}
	return openSQLite(ctx, strings.TrimPrefix(target, "sqlite:"), o)
}

func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	synchronous := "FULL"
	if o.Scratch {
		synchronous = "OFF"
	}
	dsn := func(extra string) string {
		return "file:" + (&url.URL{Path: abs}).EscapedPath() +
			"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(" + synchronous + ")&_pragma=cache_size(-32000)&_pragma=temp_store(MEMORY)" + extra
	}
	writers, err := sql.Open("sqlite", dsn("&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(67108864)"))
	if err != nil {
		return nil, err
	}
	writers.SetMaxOpenConns(1)
	if err := migrate(ctx, writers, goose.DialectSQLite3, "migrations/sqlite"); err != nil {
		_ = writers.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	readers, err := sql.Open("sqlite", dsn("&_pragma=query_only(1)"))
	if err != nil {
		_ = writers.Close()
		return nil, err
	}
	readers.SetMaxOpenConns(4 * runtime.GOMAXPROCS(0))
	readers.SetMaxIdleConns(4 * runtime.GOMAXPROCS(0))
	return start(SQLite, readers, writers, nil, o), nil
}

func openPostgres(ctx context.Context, target string, o Options) (*DB, error) {
	pool, err := sql.Open("pgx", target)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool.SetMaxOpenConns(4 + 4*runtime.GOMAXPROCS(0))
	if err := migrate(ctx, pool, goose.DialectPostgres, "migrations/postgres"); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	writers, err := sql.Open("pgx", target)
	if err != nil {
		_ = pool.Close()
		return nil, err
	}
	writers.SetMaxOpenConns(1)
	l, err := acquireLease(ctx, pool, o)
	if err != nil {
		_ = pool.Close()
		_ = writers.Close()
		return nil, err
	}
	db := start(Postgres, pool, writers, l, o)
	go l.keepAlive(db)
	return db, nil
}

func start(d Dialect, readers, writers *sql.DB, f fence, o Options) *DB {
	db := &DB{
		Dialect: d, readers: readers, writers: writers, clock: o.Clock, log: o.Log, fence: f,
		queue: make(chan *job, batchFunctions), done: make(chan struct{}), closed: make(chan struct{}),
	}
	go db.runWriter()
	return db
}

func migrate(ctx context.Context, db *sql.DB, d goose.Dialect, dir string) error {
	sub, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(d, db, sub)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}
