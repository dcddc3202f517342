package eventbus

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Default is the bus that every place has.
const Default = "default"

// Bus is an event bus.
type Bus struct {
	Place
	Name        string
	Description string            `json:",omitempty"`
	Tags        map[string]string `json:",omitempty"`
	// Created and Changed are zero for a default bus that was never changed.
	Created, Changed time.Time `json:",omitzero"`
}

// ARN is the bus's name in full.
func (b *Bus) ARN() string { return arn.New("events", b.Region, b.Account, "event-bus/"+b.Name) }

var buses = docs.Collection[Bus]{Kind: "event-bus", Noun: "event bus"}

var busName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,256}$`)

func noBus(name string) error {
	return &fault.Error{Kind: fault.NotFound, Type: "event bus", ID: name, Message: "Event bus " + name + " does not exist."}
}

// busOf reads a bus; default ones need no row.
func busOf(tx docs.Tx, at Place, name string) (docs.Doc[Bus], error) {
	d, err := buses.Get(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		if err = noBus(name); name == Default {
			d.Value, err = Bus{Place: at, Name: Default}, nil
		}
	}
	return d, err
}

// putBus writes a bus that busOf has read.
func putBus(tx docs.Tx, d docs.Doc[Bus]) error {
	if d.Revision == 0 {
		return buses.Insert(tx, d.Value.Account, d.Value.Region, d.Value.Name, "", d.Value)
	}
	return buses.Update(tx, d)
}

// BusName reads the name of a bus of a place, which may be given as an ARN; "" is the default one.
func BusName(at Place, nameOrARN string) (string, error) {
	if nameOrARN == "" {
		return Default, nil
	}
	if !strings.HasPrefix(nameOrARN, "arn:") {
		return nameOrARN, nil
	}
	a, err := arn.Parse(nameOrARN)
	name, ok := strings.CutPrefix(a.Resource, "event-bus/")
	switch {
	case err != nil || !ok || a.Service != "events":
		return "", fault.Invalidf("EventBusName", "%s is not the ARN of an event bus.", nameOrARN)
	case a.Account != at.Account:
		return "", fault.New(fault.Denied, "The event bus %s is of another account, and buses here are for their own account alone.", nameOrARN)
	case a.Region != at.Region:
		return "", noBus(nameOrARN)
	}
	return name, nil
}

// CreateBus makes a bus. Faults: Invalid, Exists, Quota.
func (p *Program) CreateBus(ctx context.Context, b Bus) (Bus, error) {
	if !busName.MatchString(b.Name) {
		return b, fault.Invalidf("Name", "The name of an event bus has 1 to 256 letters, digits, dots, hyphens and underscores.")
	}
	if err := checkTags(b.Tags); err != nil {
		return b, err
	}
	err := p.change(ctx, func(tx Tx) error {
		n, err := tx.CountDocs(arn.In(b.Account, b.Region), buses.Kind)
		switch {
		case err != nil:
			return err
		case n >= MaxBuses:
			return fault.New(fault.Quota, "There are %d event buses already, which is the limit.", n)
		}
		b.Created, b.Changed = tx.Now(), tx.Now()
		if b.Name == Default {
			err = fault.Duplicate("event bus", Default)
		} else {
			err = buses.Insert(tx, b.Account, b.Region, b.Name, "", b)
		}
		if fault.KindOf(err) == fault.Exists {
			return &fault.Error{Kind: fault.Exists, Type: "event bus", ID: b.Name, Message: "Event bus " + b.Name + " already exists."}
		}
		return err
	})
	return b, err
}

// UpdateBus sets a bus's description. Fault: NotFound.
func (p *Program) UpdateBus(ctx context.Context, at Place, name, description string) (Bus, error) {
	var b Bus
	err := p.change(ctx, func(tx Tx) error {
		d, err := busOf(tx, at, name)
		if err != nil {
			return err
		}
		d.Value.Description, d.Value.Changed = description, tx.Now()
		b = d.Value
		return putBus(tx, d)
	})
	return b, err
}

// DeleteBus removes a bus that has no rules; one that is not there is gone already. Fault: Invalid.
func (p *Program) DeleteBus(ctx context.Context, at Place, name string) error {
	if name == Default {
		return fault.Invalidf("Name", "Cannot delete event bus default.")
	}
	return p.change(ctx, func(tx Tx) error {
		list, err := rulesOf(tx, at, name)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			return fault.Invalidf("Name", "Event bus %s can't be deleted since it has rules.", name)
		}
		err = buses.Delete(tx, at.Account, at.Region, name)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
}

// Bus is one bus. Fault: NotFound.
func (p *Program) Bus(ctx context.Context, at Place, name string) (Bus, error) {
	return read(ctx, p, func(tx Tx) (Bus, error) {
		d, err := busOf(tx, at, name)
		return d.Value, err
	})
}

// Buses are those of a place, by name.
func (p *Program) Buses(ctx context.Context, at Place) ([]Bus, error) {
	return read(ctx, p, func(tx Tx) ([]Bus, error) {
		list, err := buses.All(tx, arn.In(at.Account, at.Region))
		var out []Bus
		hasDefault := false
		for _, d := range list {
			hasDefault = hasDefault || d.Value.Name == Default
			out = append(out, d.Value)
		}
		if !hasDefault {
			out = append([]Bus{{Place: at, Name: Default}}, out...)
		}
		return out, err
	})
}
