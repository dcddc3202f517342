package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// reading is one try to read a unit.
type reading struct {
	run   *running
	u     *unit
	start time.Time
	via   *through
	seen  seen
	batch batch
	// failed are the first failures of details, by API.
	failed map[string]*collect.Failure
}

func (x *running) reading(u *unit) *reading {
	return &reading{
		run: x, u: u, start: x.Clock.Now().Truncate(time.Millisecond), via: x.gate.through(x.Caller, u.account.ID),
		batch: batch{sink: x.Sink, clock: x.Clock}, failed: map[string]*collect.Failure{},
	}
}

// place is where the unit is read.
func (u *unit) place() collect.Place {
	region := u.region
	if u.typ.Once() {
		region = u.account.home()
	}
	return collect.Place{Account: u.account.ID, Region: region, Role: u.account.Role}
}

// list reads all, and hands it to the sink. A *collect.Failure says why the list is not complete; any other error ends
// the run.
func (r *reading) list(ctx context.Context) error {
	var store error
	reading := collect.Reading{
		Caller: r.via, Type: r.u.typ, Place: r.u.place(), Captured: r.start,
		Emit: func(res *collect.Resource) error {
			r.seen.add(res.Spec.Key)
			r.run.counts.items.Add(1)
			for _, f := range res.Failed {
				if r.failed[f.API] == nil {
					r.failed[f.API] = f
				}
			}
			store = r.batch.add(ctx, res.Spec)
			return store
		},
	}
	err := reading.Run(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if store != nil {
		return fmt.Errorf("record %s of account %s in %s: %w", r.u.typ.Name, r.u.account.ID, r.u.region, store)
	}
	if err2 := r.batch.flush(ctx); err2 != nil {
		return err2
	}
	if err == nil {
		err = r.batch.bad
	}
	return failureOf(r.u.typ, err)
}

// failureOf makes every error of a list a failure.
func failureOf(t *collect.Type, err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*collect.Failure](err); ok {
		return f
	}
	return &collect.Failure{API: t.Find[0].API, Kind: collect.Broken, Why: err.Error(), Err: err}
}

// many is how many resources may vanish at once without a second look.
const many = 20

// sure lists again when a type that had many resources seems to have none: a list that is empty by mistake would end
// them all.
func (r *reading) sure(ctx context.Context) error {
	if len(r.seen.sums) > 0 {
		return nil
	}
	var had []*inventory.Item
	err := r.run.Store.Read(ctx, func(tx inventory.Tx) (err error) {
		had, err = tx.Items(r.u.scope(), inventory.Filter{Types: []string{r.u.typ.Name}}, inventory.Key{}, many+1)
		return err
	})
	if err != nil || len(had) <= many {
		return err
	}
	return r.list(ctx)
}

// scope is where the resources of the unit are.
func (u *unit) scope() arn.Scope {
	s := arn.Scope{Accounts: []string{u.account.ID}}
	switch {
	case !u.typ.Once():
		s.Regions = []string{u.region}
	case !templated(u.typ.Region):
		s.Regions = []string{u.typ.Region}
	}
	return s
}

// gone ends what the complete list did not have and nothing has seen since it began.
func (r *reading) gone(ctx context.Context) (ended int64, err error) {
	after := inventory.Key{}
	for {
		var page []*inventory.Item
		err := r.run.Store.Read(ctx, func(tx inventory.Tx) (err error) {
			page, err = tx.Items(r.u.scope(), inventory.Filter{Types: []string{r.u.typ.Name}}, after, pageSize)
			return err
		})
		if err != nil {
			return ended, err
		}
		var keys []inventory.Key
		for _, it := range page {
			if after = it.Key; it.Captured.Before(r.start) && !r.seen.has(it.Key) {
				keys = append(keys, it.Key)
			}
		}
		if len(keys) > 0 {
			n, err := r.run.Sink.Gone(ctx, r.start, keys)
			if ended += int64(n); err != nil {
				return ended, err
			}
		}
		if len(page) < pageSize {
			return ended, nil
		}
	}
}

const pageSize = 200

// lasting reports whether a failure would be the same again.
func lasting(f *collect.Failure) bool {
	if passes(f) {
		return false
	}
	if f.Kind == collect.Denied || f.Kind == collect.Disabled {
		return true
	}
	if e, ok := errors.AsType[*automation.APIError](f.Err); ok {
		return !passing(e)
	}
	return fault.KindOf(f.Err) == fault.Invalid || fault.KindOf(f.Err) == fault.Denied
}

// passes reports whether a role could not be assumed for a reason that may pass: STS did not answer, or not now.
func passes(f *collect.Failure) bool {
	role, ok := errors.AsType[*fault.Error](f.Err)
	if !ok || role.Type != "role" {
		return false
	}
	e, answered := errors.AsType[*automation.APIError](f.Err)
	return answered && passing(e) || codeOf(f.Err) == ""
}

// refusal is why an account cannot be read at all; nil when the failure is only of this unit.
func refusal(f *collect.Failure) *Problem {
	role, ok := errors.AsType[*fault.Error](f.Err)
	e, answered := errors.AsType[*automation.APIError](f.Err)
	if ok && role.Type == "role" || answered && e.Service == "sts" {
		code := codeOf(f.Err)
		return &Problem{Code: code, Why: f.Err.Error(), Remedy: remedyOf(code)}
	}
	return nil
}

// remedyOf is what to do about an answer of STS.
func remedyOf(code string) string {
	switch code {
	case "":
		return "Check the network, the proxy (HTTPS_PROXY) and that STS can be reached; the next sweep tries again."
	case "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch":
		return "The connection's own credentials have expired or are not valid: renew those of its profile ('aws sso login', or new keys)."
	}
	return "Create the role in the account, or let its trust policy allow the identity that reads (with the external id of the connection): 'tickmark policy collector' prints both."
}

// codeOf is the code that AWS answered; "" when it did not.
func codeOf(err error) string {
	if e, ok := errors.AsType[*automation.APIError](err); ok {
		return e.Code
	}
	var sdk interface{ ErrorCode() string }
	if errors.As(err, &sdk) {
		return sdk.ErrorCode()
	}
	return ""
}
