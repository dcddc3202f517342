package server

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/anchor"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/rounds"
	"github.com/tickmark/tickmark/internal/store"
)

const (
	// anchorEvery is how long a place is left alone, anchorLook how often is looked whether one is due: one that was
	// not reached is asked again then.
	anchorEvery = 24 * time.Hour
	anchorLook  = 10 * time.Minute
	// anchorTimeout bounds one visit.
	anchorTimeout = 30 * time.Second
)

// openAnchors makes ready to bring checkpoints to the places of the configuration; reports name what is kept where.
func (s *Server) openAnchors() error {
	places, err := anchor.ParsePlaces(s.cfg.LedgerAnchors, s.cfg.Clock, &http.Client{Timeout: anchorTimeout})
	if err != nil {
		return err
	}
	s.anchors = &anchor.Anchorer{
		Store:      store.For(s.db, func(tx *store.Tx) anchor.Tx { return tx }),
		Checkpoint: s.reporter.Publisher.Checkpoint, IDs: s.cfg.Clock, Places: places, Every: anchorEvery,
	}
	s.anchoring = rounds.New(anchorLook, func(ctx context.Context, _ func(func() error)) error {
		_, err := s.anchors.Round(ctx, false)
		return err
	})
	s.reporter.Anchors = func(ctx context.Context, account string, size int64) ([]report.Anchor, error) {
		kept, err := s.anchors.Receipts(ctx, account, size)
		return report.AnchorsOf(kept), err
	}
	return nil
}

// AnchorLedger brings a checkpoint of every log that has grown to every place now, and answers how many receipts are new.
func (s *Server) AnchorLedger(ctx context.Context) (int, error) {
	if len(s.anchors.Places) == 0 {
		return 0, fault.Invalidf("ledger-anchor", "No place for checkpoints is configured. Start the server with --ledger-anchor rfc3161=URL, webhook=URL or directory=PATH.")
	}
	return s.anchors.Round(ctx, true)
}

// AnchorLedger is Server.AnchorLedger over HTTP.
func (r Remote) AnchorLedger(ctx context.Context) (out int, err error) {
	return out, r.ask(ctx, "ledger/anchor", struct{}{}, &out)
}
