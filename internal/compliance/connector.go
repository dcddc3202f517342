package compliance

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Connector names the tenant of another cloud whose resources a linked recorder may record. It is kept and shown;
// nothing here connects to the other cloud.
type Connector struct {
	Name, ARN      string
	Tenant, Client string
	Created        time.Time
}

// Azure is the one provider that AWS Config has connectors for.
const Azure = "AZURE"

// maxConnectors of an account in a region.
const maxConnectors = 50

var connectors = docs.Collection[Connector]{Kind: "config-connector", Noun: "connector"}

func noConnector(name string) error {
	return fault.Missing("connector", name).With("ResourceNotFoundException")
}

// PutConnector creates a connector; there is none that changes one.
// Faults: ConflictException, MaxNumberOfConnectorsExceededException.
func (p *Program) PutConnector(ctx context.Context, at Place, c Connector) (Connector, error) {
	id := p.shortID(16)
	err := p.write(ctx, func(tx Tx) error {
		all, err := connectors.All(tx, own(at))
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Value.Tenant == c.Tenant && d.Value.Client == c.Client {
				return fault.New(fault.Exists, "The connector %s has this tenant and client already. Connectors do not change: delete it to make it anew.", d.Value.ARN).With("ConflictException")
			}
		}
		if len(all) >= maxConnectors {
			return fault.New(fault.Quota, "There are %d connectors in %s, and an account may have no more: delete one first.", len(all), at.Region).With("MaxNumberOfConnectorsExceededException")
		}
		c.Name, c.Created = strings.ToLower(Azure)+"-"+id, tx.Now()
		c.ARN = arn.New("config", at.Region, at.Account, "connector/"+c.Name)
		return connectors.Insert(tx, at.Account, at.Region, c.Name, c.Name, c)
	})
	return c, err
}

// Connectors are the connectors of a place, ordered by name.
func (p *Program) Connectors(ctx context.Context, at Place) ([]Connector, error) {
	return read(ctx, p, func(tx Tx) ([]Connector, error) {
		return named(tx, connectors, own(at), nil, func(c *Connector) string { return c.Name }, nil)
	})
}

// Connector is one connector by its ARN. Fault: ResourceNotFoundException.
func (p *Program) Connector(ctx context.Context, at Place, name string) (Connector, error) {
	return read(ctx, p, func(tx Tx) (Connector, error) { return oneConnector(tx, at, name) })
}

func oneConnector(tx Tx, at Place, name string) (Connector, error) {
	all, err := connectors.All(tx, own(at))
	if err != nil {
		return Connector{}, err
	}
	for _, d := range all {
		if d.Value.ARN == name {
			return d.Value, nil
		}
	}
	return Connector{}, noConnector(name)
}

// DeleteConnector removes a connector that no recorder uses.
// Faults: ResourceNotFoundException, ValidationException (a recorder uses it).
func (p *Program) DeleteConnector(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		c, err := oneConnector(tx, at, name)
		if err != nil {
			return err
		}
		list, err := linked.All(tx, own(at))
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(list, func(d docs.Doc[Recorder]) bool { return d.Value.Connector == c.ARN }); i >= 0 {
			return fault.Invalidf("Arn", "The recorder %s uses the connector %s: delete it first.", list[i].Value.ARN, c.ARN).With("ValidationException")
		}
		return connectors.Delete(tx, at.Account, at.Region, c.Name)
	})
}
