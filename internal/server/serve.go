package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/tickmark/tickmark/internal/store"
)

// stopTime is how long running requests have to end when the server stops.
const stopTime = 15 * time.Second

// Listen takes the configured address and announces it in the data directory.
func (s *Server) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", s.cfg.Listen, err)
	}
	s.admin = hex.EncodeToString(randomBytes())
	if err := announce(s.cfg.Data, Running{Address: l.Addr().String(), PID: os.Getpid(), Token: s.admin}); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Serve answers requests and does the background work until ctx ends, then stops in order: no new requests, running
// ones finished, background work ended. Close comes after it.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	if err := s.connections.Declare(ctx, s.cfg.Connections); err != nil {
		return errors.Join(err, l.Close())
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	background := s.background(work)
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		err = h.Shutdown(grace)
		cancel()
	}
	stop()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.db.Read(ctx, func(*store.Tx) error { return nil })
}
