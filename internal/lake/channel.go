package lake

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

// Channel takes events from outside of AWS into event data stores.
type Channel struct {
	Place
	ID, Name string
	// Source is Custom or the name of a partner.
	Source string
	// Stores are the ids of the data stores that its events go to.
	Stores []string
}

// Ingestion tells how a channel was used last.
type Ingestion struct {
	Attempted, Succeeded     time.Time `json:",omitzero"`
	AttemptedID, SucceededID string    `json:",omitempty"`
	Error                    string    `json:",omitempty"`
}

// maxChannels is how many channels an account has in a region.
const maxChannels = 25

// sources are those that CloudTrail knows beside Custom.
var sources = []string{
	"Custom", "Cloud Storage Security Console", "Clumio", "CrowdStrike", "CyberArk", "GitHub", "Kong Inc", "LaunchDarkly",
	"MontyCloud", "Netskope", "Nordcloud", "Okta", "One Identity", "Shoreline.io", "Snyk", "Wiz",
}

var (
	channels   = docs.Collection[Channel]{Kind: "lake-channel", Noun: "channel"}
	ingestions = docs.Collection[Ingestion]{Kind: "lake-channel-use", Noun: "use of a channel"}
)

// ARN names the channel.
func (c *Channel) ARN() string { return arn.New("cloudtrail", c.Region, c.Account, "channel/"+c.ID) }

func noChannel(name string) error {
	return fault.Missing("channel", name).With("ChannelNotFoundException")
}

// findChannel reads a channel by its ARN or id.
func findChannel(tx docs.Tx, p Place, name string) (docs.Doc[Channel], error) {
	id := name
	if strings.HasPrefix(name, "arn:") {
		a, err := arn.Parse(name)
		var ok bool
		if id, ok = strings.CutPrefix(a.Resource, "channel/"); err != nil || !ok || id == "" || a.Service != "cloudtrail" {
			return docs.Doc[Channel]{}, fault.Invalidf("Channel", "%q is not the ARN of a channel (arn:aws:cloudtrail:REGION:ACCOUNT:channel/ID).", name).With("ChannelARNInvalidException")
		}
		if a.Account != p.Account || a.Region != p.Region {
			return docs.Doc[Channel]{}, noChannel(name)
		}
	}
	d, err := channels.Get(tx, p.Account, p.Region, id)
	if fault.KindOf(err) == fault.NotFound {
		err = noChannel(name)
	}
	return d, err
}

// CreateChannel makes a channel with its tags.
func (l *Lake) CreateChannel(ctx context.Context, c Channel, tags map[string]string) (Channel, error) {
	if !slices.Contains(sources, c.Source) {
		return c, fault.Invalidf("Source", "%q is no source of a channel: use Custom, or the name of a partner (%s).", c.Source, strings.Join(sources[1:], ", ")).With("InvalidSourceException")
	}
	c.ID = l.Clock.NewID()
	return c, l.Docs.Write(ctx, func(tx docs.Tx) (err error) {
		n, err := tx.CountDocs(c.scope(), channels.Kind)
		if err == nil && n >= maxChannels {
			err = fault.New(fault.Quota, "The account %s has %d channels in %s, the most there may be. Delete one first.", c.Account, n, c.Region).With("ChannelMaxLimitExceededException")
		}
		if err != nil {
			return err
		}
		if c.Stores, err = l.destinations(tx, c.Place, c.Stores); err != nil {
			return err
		}
		if err := trails.PutTags(tx, c.ARN(), tags); err != nil {
			return err
		}
		return named(channels.Insert(tx, c.Account, c.Region, c.ID, c.Name, c), "ChannelAlreadyExistsException")
	})
}

// destinations turns names of data stores into ids. They must be for events from outside of AWS.
func (l *Lake) destinations(tx docs.Tx, p Place, names []string) (ids []string, err error) {
	for _, name := range names {
		if err := l.unchangeable(p, name, "InvalidEventDataStoreCategoryException"); err != nil {
			return nil, err
		}
		d, err := active(tx, p, name)
		if err != nil {
			return nil, err
		}
		set, err := compile(d.Value.Selectors)
		if err != nil {
			return nil, err
		}
		if !set.Takes(trail.ActivityAuditLog) {
			return nil, fault.Invalidf("Destinations", "The event data store %s takes no events from outside of AWS: give one that selects the category %s.", d.Value.Name, trail.ActivityAuditLog).With("InvalidEventDataStoreCategoryException")
		}
		if !slices.Contains(ids, d.Value.ID) {
			ids = append(ids, d.Value.ID)
		}
	}
	return ids, nil
}

// Channel reads a channel and how it was used.
func (l *Lake) Channel(ctx context.Context, p Place, name string) (c Channel, use Ingestion, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		d, err := findChannel(tx, p, name)
		if err != nil {
			return err
		}
		c = d.Value
		u, err := ingestions.Get(tx, p.Account, p.Region, c.ID)
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		use = u.Value
		return err
	})
	return c, use, err
}

// Channels are those of a place.
func (l *Lake) Channels(ctx context.Context, p Place) (list []Channel, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		list, err = channelsOf(tx, p)
		return err
	})
	return list, err
}

func channelsOf(tx docs.Tx, p Place) (list []Channel, err error) {
	all, err := channels.All(tx, p.scope())
	for i := range all {
		list = append(list, all[i].Value)
	}
	return list, err
}

// UpdateChannel changes the name or the data stores of a channel; what is empty stays.
func (l *Lake) UpdateChannel(ctx context.Context, p Place, name, newName string, to []string) (c Channel, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findChannel(tx, p, name)
		if err != nil {
			return err
		}
		if newName != "" {
			d.Name, d.Value.Name = newName, newName
		}
		if len(to) > 0 {
			if d.Value.Stores, err = l.destinations(tx, p, to); err != nil {
				return err
			}
		}
		c = d.Value
		return named(channels.Update(tx, d), "ChannelAlreadyExistsException")
	})
	return c, err
}

// DeleteChannel removes a channel. What it took stays in the data stores.
func (l *Lake) DeleteChannel(ctx context.Context, p Place, name string) error {
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := findChannel(tx, p, name)
		if err != nil {
			return err
		}
		if err := trails.Forget(tx, d.Value.ARN()); err != nil {
			return err
		}
		if err := ingestions.Delete(tx, p.Account, p.Region, d.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return channels.Delete(tx, p.Account, p.Region, d.ID)
	})
}
