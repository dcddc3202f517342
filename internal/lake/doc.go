// Package lake is CloudTrail Lake: event data stores and what is done with them.
//
// An event data store is a view. An event is stored once, in trail.Store, whatever the number of data stores that show
// it: a data store shows the events of its account (or of the organization), of its region (or of all), that its
// selectors choose, that are not older than its retention period and that arrived while it ingested. So a new data
// store costs nothing and has, from the first moment, all history that is stored already; AWS starts with nothing.
//
// Known to differ from AWS:
//   - A data store is ENABLED, or STOPPED_INGESTION, as soon as it is made: there is nothing to wait for.
//   - Deleting a data store, or shortening its retention period, hides its events and destroys none: they are still
//     in the event store, whose own retention removes them.
//   - A KMS key is kept and shown as it was given; nothing is encrypted with it, and no KMS is asked about it.
//   - Federation to Athena is not offered, since there is no Glue catalog to put tables into.
//   - NULL in results is the empty text, as rows on the wire have nothing else for it. Delivered CSV files are AWS's, byte
//     for byte what programs expect: texts that a spreadsheet would take for formulas stand as they are.
//   - What a cancelled query found is not kept. Queries that a process was running when it died are run again.
//   - Events that a channel takes are stored once for each data store, with ids that follow from the sender's; they do not
//     tell when they were taken, and stay when the channel is deleted.
//   - An import opens windows: the data store shows every event of an account and region within a time that files of the
//     import covered, whatever its selectors, region and ingestion. Events of accounts of which the data store shows
//     nothing are not brought, since who imports must not write the history of others. An import that is tried again, or
//     that a process left behind, begins anew; nothing is doubled by it. The time range is one of whole days. The region
//     and the role of the source are kept and shown; the bucket is read as the server reads buckets.
//   - The managed dashboards are two of our own. A refresh in which a statement cannot start starts none of those behind it.
//   - Of the categories, ConfigurationItem is refused, and Evidence too: each account that has registered with Audit Manager
//     has one data store of that category from the start (package finder), which cannot be made, changed or deleted.
package lake

import (
	"context"
	"crypto/rsa"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Place is an account's part in a region.
type Place struct{ Account, Region string }

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Parts is what a lake stands on.
type Parts struct {
	Docs   Store
	Events trail.Store
	// Organization says whose events an organization's data store shows.
	Organization *organization.Directory
	Clock        stamp.Source
	// Engine runs the statements of queries.
	Engine Engine
	// Evidence are the data stores of the evidence finder; nil: there are none.
	Evidence Attached
	// Generator writes statements for questions in words; nil when none is set up.
	Generator Generator
	// Dir is a directory for the results of queries.
	Dir string
	// Shelf has the buckets that results are delivered to and imports read from; Remote writes to buckets that do not
	// exist here, nil when there is no other S3.
	Shelf  *object.Shelf
	Remote delivery.Remote
	// Bucket opens a bucket that an account may import from: its own here, or one of another S3.
	Bucket func(ctx context.Context, account, name string) (trail.Bucket, error)
	// Keys gives the key that signs delivered results of an account and region.
	Keys func(ctx context.Context, account, region string) (*rsa.PrivateKey, error)
}

// Lake is the event data stores of an installation.
type Lake struct {
	Parts
	runs    runs
	results resultFiles
}

// New is a lake over its parts.
func New(p Parts) *Lake {
	return &Lake{Parts: p, runs: runs{cancel: map[string]context.CancelFunc{}, woken: make(chan struct{}, 1), imports: make(chan struct{}, 1)}, results: resultFiles{p.Dir}}
}

// service is the name under which accounts are delegated administrators of CloudTrail.
const service = "cloudtrail.amazonaws.com"

// members are the accounts of the organization that an account administers; a fault when it administers none.
func (l *Lake) members(ctx context.Context, account string) ([]string, error) {
	o, err := l.Organization.Describe(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.Conflict, "The account %s is in no organization: create one, or leave OrganizationEnabled out.", account).With("OrganizationsNotInUseException")
	}
	if err != nil {
		return nil, err
	}
	if o.FeatureSet != "ALL" {
		return nil, fault.New(fault.Conflict, "The organization %s has the features %s only; data stores of an organization need all features (ALL).", o.ID, o.FeatureSet).With("OrganizationNotInAllFeaturesModeException")
	}
	if err := l.administers(ctx, account); err != nil {
		return nil, err
	}
	list, err := l.Organization.Accounts(ctx)
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids, err
}

// administers refuses an account that is neither the management account nor a delegated administrator of CloudTrail.
func (l *Lake) administers(ctx context.Context, account string) error {
	if account == l.Organization.Management() {
		return nil
	}
	delegates, err := l.Organization.Delegates(ctx, service)
	if err != nil {
		return err
	}
	for _, d := range delegates {
		if d.Account == account {
			return nil
		}
	}
	return fault.New(fault.Denied, "The account %s is neither the management account of the organization nor a delegated administrator of CloudTrail.", account).With("NotOrganizationMasterAccountException")
}

func (p Place) scope() arn.Scope {
	return arn.Scope{Accounts: []string{p.Account}, Regions: []string{p.Region}}
}
