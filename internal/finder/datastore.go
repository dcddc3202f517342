package finder

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trino/plan"
)

// Name is what every account's event data store of evidence is called.
const Name = "aws-audit-manager-evidence-finder"

// keptDays is the retention that the data store shows: the longest there is. Evidence does not expire.
const keptDays = 2557

// space makes the ids of data stores, which follow from their accounts.
var space = uuid.MustParse("b7a1e0c4-3f57-5c0e-9a52-41d07f6d9e31")

// StoreID is the id of an account's event data store of evidence.
func StoreID(account string) string { return uuid.NewSHA1(space, []byte(account)).String() }

// StoreARN is its ARN in a region.
func StoreARN(account, region string) string {
	return arn.New("cloudtrail", region, account, "eventdatastore/"+StoreID(account))
}

// Stores are the finder's event data stores, for the Lake.
type Stores struct{ *Finder }

var _ lake.Attached = Stores{}

// ID implements lake.Attached.
func (Stores) ID(account string) string { return StoreID(account) }

// DataStore implements lake.Attached: every registered account has one in every region.
func (s Stores) DataStore(ctx context.Context, p lake.Place) (lake.DataStore, error) {
	since, is, err := s.audit.Registered(ctx, p.Account)
	if err == nil && !is {
		err = fault.Missing("event data store", StoreID(p.Account))
	}
	if err != nil {
		return lake.DataStore{}, err
	}
	return lake.DataStore{
		Place: p, ID: StoreID(p.Account), Name: Name, Selectors: lake.EvidenceSelectors, Billing: lake.FixedBilled, MultiRegion: true,
		Retention: keptDays, Protected: true, Status: lake.Enabled, Created: since, Updated: since,
	}, nil
}

// All implements lake.Attached: of every account that has evidence.
func (s Stores) All(ctx context.Context) (out []lake.DataStore, err error) {
	var accounts []string
	err = s.store.Read(ctx, func(tx Tx) (err error) {
		accounts, err = tx.LedgerAccounts()
		return err
	})
	for _, a := range accounts {
		out = append(out, lake.DataStore{Place: lake.Place{Account: a}, ID: StoreID(a), Name: Name})
	}
	return out, err
}

// Table implements lake.Attached.
func (s Stores) Table(account string, sight json.RawMessage) (plan.Table, error) {
	var v Sight
	if err := json.Unmarshal(sight, &v); err != nil {
		return nil, errors.Join(errors.New("the sight of a query cannot be read"), err)
	}
	return s.Finder.Table(account, v), nil
}
