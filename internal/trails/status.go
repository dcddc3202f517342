package trails

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Status is how the deliveries of a trail go in one account and region; zero times and empty errors show nothing.
type Status struct {
	// Delivered is when a file last arrived; Attempted when one was last tried, and Error why it failed.
	Delivered, Attempted time.Time
	Error                string `json:",omitempty"`
	// Digest, Notification: the same of digest files and of messages to the topic.
	DigestDelivered                   time.Time
	DigestError                       string `json:",omitempty"`
	NotifiedAt, NotificationAttempted time.Time
	NotificationError                 string `json:",omitempty"`
}

// statuses are kept by the account and region that events were recorded in, under the trail's ARN: whoever delivers
// writes them often, and must not collide with changes of the trail.
var statuses = docs.Collection[Status]{Kind: "trail-status", Noun: "status of a trail"}

// Note changes the status of a trail in an account and region, in the transaction of the delivery it tells of. A trail
// that is gone has none: the last files of one must not show on the next of its name.
func Note(tx docs.Tx, trailARN string, at Place, change func(*Status)) error {
	r, err := parse(at, trailARN)
	if err != nil {
		return err
	}
	if _, err := all.Get(tx, r.Account, r.Region, r.name); fault.KindOf(err) == fault.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	doc, err := statuses.Get(tx, at.Account, at.Region, trailARN)
	fresh := fault.KindOf(err) == fault.NotFound
	if err != nil && !fresh {
		return err
	}
	change(&doc.Value)
	if fresh {
		return statuses.Insert(tx, at.Account, at.Region, trailARN, "", doc.Value)
	}
	return statuses.Update(tx, doc)
}

// Status reads a trail with how its deliveries go in the place. A name is that of a trail at home there; of a trail at
// home elsewhere the ARN is needed. Faults: as Get.
func (d *Directory) Status(ctx context.Context, at Place, name string) (t Trail, s Status, err error) {
	if t, err = d.Get(ctx, at, name); err != nil {
		return t, s, err
	}
	err = d.read(ctx, func(tx Tx) error {
		doc, err := statuses.Get(tx, at.Account, at.Region, t.ARN)
		s = doc.Value
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	return t, s, err
}

// forgetStatus removes what is known of a trail's deliveries, in whatever account and region.
func forgetStatus(tx Tx, trailARN string) error {
	found, err := statuses.All(tx, arn.Everything())
	if err != nil {
		return err
	}
	for _, doc := range found {
		if doc.ID != trailARN {
			continue
		}
		if err := statuses.Delete(tx, doc.Account, doc.Region, doc.ID); err != nil {
			return err
		}
	}
	return nil
}
