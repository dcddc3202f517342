package server

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/store"
)

// collectEvery is how often evidence is collected when nothing wakes the collector.
const collectEvery = 5 * time.Second

// openAudit opens the ledger's key and makes the parts of the audit. Changes of the key that a crash kept from the log are
// recorded now.
func (s *Server) openAudit(ctx context.Context) error {
	signer, err := ledger.OpenSigner(s.cfg.Data, s.cfg.Clock)
	if err != nil {
		return err
	}
	s.signer = signer
	limits, err := assess.LimitsOf(s.cfg.AuditLimits)
	if err != nil {
		return err
	}
	s.collect = make(chan struct{}, 1)
	s.audit = assess.New(assess.Options{
		Store: store.For(s.db, func(tx *store.Tx) assess.Tx { return tx }), IDs: s.cfg.Clock, Events: s.events, Shelf: s.shelf, Blobs: objectBlobs{s.blobs},
		Tool: "tickmark " + Version, Limits: limits, RuleSource: ruleSource, Organization: s.organizationOf, Notify: s.notifyAudit, Wake: s.wakeCollector,
	})
	s.collector = &assess.Collector{Service: s.audit}
	log := store.For(s.db, func(tx *store.Tx) ledger.Tx { return tx })
	s.finder = finder.New(store.For(s.db, func(tx *store.Tx) finder.Tx { return tx }), s.audit, domainName)
	s.reporter = &assess.Reporter{
		Service: s.audit, Publisher: ledger.NewPublisher(log, signer), Signer: signer, Ledger: log,
		Find: func(ctx context.Context, account, assessment, statement string) (func(int64) bool, error) {
			chosen, err := s.finder.ForReport(ctx, account, assessment, statement)
			if err != nil {
				return nil, err
			}
			return chosen.Has, nil
		},
	}
	if err := s.openAnchors(); err != nil {
		return err
	}
	return s.reporter.Publisher.Settle(ctx)
}

// domainName is the domain of Control Catalog that a control belongs to; "" when none of its sources speaks for one.
func domainName(d *assess.Definition) string {
	if of := catalog.DomainOf(d.Sources); of != nil {
		return of.Name
	}
	return ""
}

// ruleSource is the digest of the text that a rule's logic was built from; nothing for rules without logic.
func ruleSource(identifier string) (h ledger.Hash) {
	r := managed.Lookup(identifier)
	if r == nil {
		return h
	}
	h, err := ledger.ParseHash(r.Source)
	if err != nil { // the library makes its own digests
		panic(err)
	}
	return h
}

// organizationOf tells the management account of an account of the organization.
func (s *Server) organizationOf(ctx context.Context, account string) (string, error) {
	accounts, err := s.org.Accounts(ctx)
	if err != nil {
		return "", err
	}
	for _, a := range accounts {
		if a.ID == account {
			return s.org.Management(), nil
		}
	}
	return "", nil
}

func (s *Server) wakeCollector() {
	select {
	case s.collect <- struct{}{}:
	default: // it is awake already
	}
}

// report writes reports that were asked for, until ctx ends.
func (s *Server) report(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if _, err := s.reporter.Pending(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("a report could not be written", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// keepReport copies a finished report into DIR/reports for whoever looks at the directory.
func (s *Server) keepReport(ctx context.Context, r assess.Report) (string, error) {
	_, body, err := s.shelf.Get(ctx, r.Owner, r.Bucket, r.Key)
	if err != nil {
		return "", err
	}
	defer body.Close()
	dir := s.cfg.path("reports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.Base(r.Key))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	if _, err := f.ReadFrom(body); err != nil {
		_ = f.Close()
		return "", err
	}
	return path, f.Close()
}
