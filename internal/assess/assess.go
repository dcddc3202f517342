// Package assess is the audit: custom controls and frameworks, assessments with their owners and delegates, the
// collection of evidence for each control, its review and selection, and the input of the report. It keeps the
// semantics of AWS Audit Manager and differs where docs/design/0003-evidence.md says so: one assessment covers every
// region of its accounts, evidence comes at once and for past days, a mapping that cannot collect says so, and every
// piece of evidence has its leaf in the ledger in the transaction that stores it.
package assess

import (
	"context"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Tx is what the audit needs of a store inside a transaction.
type Tx interface {
	docs.Tx
	ledger.Tx
	EvidenceTx

	// FindingChanges reads the feed of findings.
	FindingChanges(q finding.ChangeQuery) ([]finding.Change, error)
	// FindingControls are the places of the controls that the changes behind a number are about, each once, and the
	// number of the last change.
	FindingControls(after int64) (places []finding.ControlPlace, last int64, err error)
	// EvaluationFeeds and EvaluationsSince read the feeds of verdict changes.
	EvaluationFeeds(s arn.Scope) ([]compliance.Feed, error)
	EvaluationsSince(account, region string, after int64, limit int) ([]compliance.Evaluation, error)
	// Items, ItemsAsOf and ItemHistory read the inventory.
	Items(s arn.Scope, f inventory.Filter, after inventory.Key, limit int) ([]*inventory.Item, error)
	ItemsAsOf(s arn.Scope, f inventory.Filter, at inventory.AsOf, after inventory.Key, limit int) ([]*inventory.Item, error)
	ItemHistory(k inventory.Key, q inventory.History) ([]inventory.Version, error)
}

// Store runs functions in transactions.
type Store interface {
	// Read runs fn on a snapshot.
	Read(ctx context.Context, fn func(Tx) error) error
	// Write runs fn in a durable transaction; fn must touch nothing but the Tx, for it may run again.
	Write(ctx context.Context, fn func(Tx) error) error
}

// Events is what the audit needs of recorded API activity.
type Events interface {
	Since(ctx context.Context, scope arn.Scope, after int64, limit int) ([]trail.Event, int64, error)
	Scan(ctx context.Context, q trail.ScanQuery, yield func(*trail.Event) bool) error
	Lookup(ctx context.Context, q trail.Query) (trail.Page, error)
}

// Options are what a Service is made of.
type Options struct {
	Store Store
	// IDs gives the time and fresh ids.
	IDs stamp.Source
	// Library is the standard content.
	Library *catalog.Library
	// Events may be nil: then there is no user activity.
	Events Events
	// Shelf keeps uploaded evidence files and reports.
	Shelf *object.Shelf
	// Blobs keeps the content of evidence files.
	Blobs object.Blobs
	// Tool is the program and its version; it stands in every record of production and in reports.
	Tool string
	// Limits are the quotas; the zero value takes AWS's.
	Limits Limits
	// Organization tells the management account of the organization that an account belongs to, "" when it is in
	// none. Nil: there is no organization.
	Organization func(ctx context.Context, account string) (management string, err error)
	// Notify is told of what happens, for topics and buses; it is asked again after an error. Nil: nobody is told.
	Notify func(ctx context.Context, e Event) error
	// RuleSource is the SHA-256 of the source of a rule's logic, for the record of how a verdict was produced; nil
	// leaves it out.
	RuleSource func(identifier string) ledger.Hash
	// Wake is called when an assessment waits for its first collection; nil: the collector is run otherwise.
	Wake func()
}

// Service is the audit of an installation.
type Service struct {
	o     Options
	snaps snapshotCache

	labelsMu sync.Mutex
	labelsOf map[string]map[string]label // by assessment

	watchMu   sync.Mutex
	watchedAt time.Time
}

// New is a Service.
func New(o Options) *Service {
	o.Limits = o.Limits.withDefaults()
	if o.Library == nil {
		o.Library = catalog.Standard()
	}
	return &Service{o: o}
}

// Now is the time by which the audit judges what is due.
func (s *Service) Now() time.Time { return s.o.IDs.Now() }

// read is a read transaction that gives a value.
func read[T any](ctx context.Context, s *Service, fn func(Tx) (T, error)) (T, error) {
	var v T
	err := s.o.Store.Read(ctx, func(tx Tx) error {
		var err error
		v, err = fn(tx)
		return err
	})
	return v, err
}

// write is a durable transaction that gives a value.
func write[T any](ctx context.Context, s *Service, fn func(Tx) (T, error)) (T, error) {
	var v T
	err := s.o.Store.Write(ctx, func(tx Tx) error {
		var err error
		v, err = fn(tx)
		return err
	})
	return v, err
}
