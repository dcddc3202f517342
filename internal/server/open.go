package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/blob"
	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/service/s3"
	"github.com/tickmark/tickmark/internal/store"
)

// Server is an open installation: its data directory is held, its domains are ready. Commands use it in their own
// process; Serve answers requests with it.
type Server struct {
	cfg    Config
	held   *os.File
	db     *store.DB
	blobs  *blob.Dir
	access *authz.Directory
	tokens *awswire.Tokens
	// linkKey authenticates the links to objects that presign makes.
	linkKey []byte
	// results are the tokens with which functions give their verdicts.
	results *invocation.Tokens
	domains

	// functions run the functions of custom rules; local are those of this machine, nil when none are offered.
	functions function.Router
	local     *local.Runner

	// serving tells that the background work goes on.
	serving atomic.Bool
	// backingUp tells that a backup is being written.
	backingUp atomic.Bool

	registry *awswire.Registry
	pace     *pace
	s3       *s3.Service
	// admin is the bearer token of the commands that speak to this server.
	admin string
	// Credentials are the root credentials, as DIR/credentials holds them.
	Credentials authz.Credentials
}

// Open opens an installation, making it when the directory is new.
func Open(ctx context.Context, c Config) (*Server, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	s := &Server{cfg: c}
	if s.held, err = lock(c.Data); err != nil {
		return nil, err
	}
	if err := durable.WriteFile(c.path("account"), []byte(c.Account+"\n"), 0o600); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	if s.db, err = store.Open(ctx, s.cfg.Store, store.Options{Clock: s.cfg.Clock, Log: s.cfg.Log, Holder: s.cfg.holder(os.Getpid())}); err != nil {
		return err
	}
	if s.blobs, err = blob.Open(s.cfg.path("blobs")); err != nil {
		return err
	}
	secret, err := secretFile(s.cfg.path("token.key"))
	if err != nil {
		return err
	}
	s.tokens, s.results, s.linkKey = awswire.NewTokens(secret), invocation.NewTokens(secret), linkKeyOf(secret)
	if err := s.openAccess(ctx); err != nil {
		return err
	}
	if err := s.openFunctions(ctx); err != nil {
		return err
	}
	if err := s.openDomains(ctx); err != nil {
		return err
	}
	s.registry = s.newRegistry()
	return nil
}

// openAccess makes the root principal on the first start and writes its credentials for the AWS command.
func (s *Server) openAccess(ctx context.Context) (err error) {
	s.access = authz.New(store.For(s.db, func(tx *store.Tx) authz.Tx { return tx }), s.cfg.Clock)
	if s.Credentials, err = s.access.Bootstrap(ctx, s.cfg.Account); err != nil {
		return fmt.Errorf("make the root credentials: %w", err)
	}
	return durable.WriteFile(s.cfg.path("credentials"), []byte(s.Credentials.Profile("tickmark", "us-east-1")), 0o600)
}

// Close lets go of everything in the order that loses nothing.
func (s *Server) Close() error {
	errs := []error{s.closeFunctions(), s.closeDomains()}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.held != nil {
		_ = os.Remove(filepath.Join(s.cfg.Data, "server.json"))
		errs = append(errs, s.held.Close())
	}
	return errors.Join(errs...)
}

// secretFile reads 32 random bytes kept in a file, making them on the first start.
func secretFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		return hex.DecodeString(string(b))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	b = randomBytes()
	return b, durable.WriteFile(path, []byte(hex.EncodeToString(b)), 0o600)
}

func randomBytes() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: the program stops instead
	return b
}
