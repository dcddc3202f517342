package server

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
)

// Work that an error ends begins again until it ends by itself, or with the server.
func TestWorkBeginsAgain(t *testing.T) {
	s := &Server{cfg: Config{Log: slog.New(slog.DiscardHandler)}}
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		s.work(t.Context(), "a", func(context.Context) error {
			if runs++; runs < 3 {
				return errors.New("passing")
			}
			return nil
		})
		if runs != 3 {
			t.Errorf("%d runs of what fails twice", runs)
		}
		ctx, cancel := context.WithCancel(t.Context())
		runs = 0
		s.work(ctx, "b", func(context.Context) error {
			runs++
			cancel()
			return errors.New("for good")
		})
		if runs != 1 {
			t.Errorf("%d runs after the end", runs)
		}
	})
}
