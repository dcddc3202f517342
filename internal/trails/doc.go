// Package trails keeps the trails of an installation: what is recorded of an account's activity, where it is delivered,
// and how the deliveries went. A trail has a home region, in which alone it can be changed; one of all regions, or of the
// organization, shows in other regions and accounts as well. What a trail takes is settled here (Active); who delivers
// is another's work, and reports to Note.
//
// Known to differ from AWS: a bucket must belong to the trail's account, or to the delegated administrator who names it,
// or lie at another S3 to deliver to, as buckets here have no policies; files in buckets of this installation are not
// encrypted with KMS keys, and nothing is delivered to CloudWatch Logs, so trails that want either are refused. Topics
// are this account's, too. The service needs no service-linked role.
package trails

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
)

// Principal is how CloudTrail is called among the services of an organization.
const Principal = "cloudtrail.amazonaws.com"

// Tx is what trails need of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
	// EventHead is the last event in the order of arrival.
	EventHead() (int64, error)
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Place is an account and a region.
type Place struct{ Account, Region string }

// Parts is what trails stand on.
type Parts struct {
	Store        Store
	Shelf        *object.Shelf
	Topics       *notify.Directory
	Organization *organization.Directory
	// Remote writes to buckets that do not exist here; nil when there is no other S3.
	Remote delivery.Remote
}

// Directory is the trails of an installation.
type Directory struct {
	Parts
	resources *Resources
}

// New is the directory over its parts.
func New(p Parts) *Directory {
	d := &Directory{Parts: p}
	d.resources = &Resources{store: p.Store}
	d.resources.Register(Kind{Noun: "trail", Find: d.mayTag, Invalid: "CloudTrailARNInvalidException"})
	return d
}

// Resources are everything of CloudTrail that may have tags and policies.
func (d *Directory) Resources() *Resources { return d.resources }

func (d *Directory) read(ctx context.Context, fn func(Tx) error) error { return d.Store.Read(ctx, fn) }

func (d *Directory) write(ctx context.Context, fn func(Tx) error) error {
	return d.Store.Write(ctx, fn)
}
