package rounds_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/rounds"
)

// TestOnce waits for what is beside the round and gives all errors.
func TestOnce(t *testing.T) {
	var done atomic.Bool
	l := rounds.New(time.Hour, func(_ context.Context, beside func(func() error)) error {
		beside(func() error {
			time.Sleep(10 * time.Millisecond)
			done.Store(true)
			return errors.New("beside")
		})
		return errors.New("round")
	})
	err := l.Once(t.Context())
	if err == nil || !strings.Contains(err.Error(), "round") || !strings.Contains(err.Error(), "beside") || !done.Load() {
		t.Errorf("%v, done: %v", err, done.Load())
	}
}

// TestRun: a wake is a round; a part that hangs holds up none, and the end waits for it.
func TestRun(t *testing.T) {
	rang, hang, ended := make(chan struct{}, 2), make(chan struct{}), make(chan struct{})
	n := 0
	l := rounds.New(time.Hour, func(_ context.Context, beside func(func() error)) error {
		if n++; n == 1 {
			beside(func() error { <-hang; return nil })
		}
		rang <- struct{}{}
		return errors.New("told")
	})
	var log strings.Builder
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		l.Run(ctx, slog.New(slog.NewTextHandler(&log, nil)), "it failed")
		close(ended)
	}()
	<-rang
	l.Wake()
	<-rang
	cancel()
	select {
	case <-ended:
		t.Error("the loop ended before what was beside it")
	case <-time.After(10 * time.Millisecond):
	}
	close(hang)
	<-ended
	if n != 2 || !strings.Contains(log.String(), "it failed") {
		t.Errorf("%d rounds, log %q", n, log.String())
	}
}
