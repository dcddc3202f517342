// Package anchor takes checkpoints of the evidence logs out of the operator's hands: to a time-stamp authority (RFC 3161),
// to a web address, into a directory that somebody else keeps. What a place answered is kept as a receipt, and reports show
// it; the token of a time stamp is checked offline by whoever verifies a report.
//
// Left out: C2SP witnesses, mail, buckets with Object Lock.
package anchor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// The kinds of places.
const (
	TimeStamp = "rfc3161"
	Webhook   = "webhook"
	Directory = "directory"
)

// Receipt is what a place answered to a checkpoint of an account's log.
type Receipt struct {
	Kind string `json:"kind"`
	// Where names the place, Reference what to ask for there.
	Where     string    `json:"where"`
	Reference string    `json:"reference,omitempty"`
	At        time.Time `json:"at"`
	Size      int64     `json:"size"`
	// Checkpoint is the signed text that was handed over, Token the time-stamp token over it.
	Checkpoint string `json:"checkpoint"`
	Token      []byte `json:"token,omitempty"`
}

var receipts = docs.Collection[Receipt]{Kind: "ledger-anchor", Noun: "anchor"}

// Tx is what anchoring needs of a store inside a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
	Head(account string) (ledger.Head, error)
	LedgerAccounts() ([]string, error)
}

// Store runs functions in transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Place keeps checkpoints.
type Place interface {
	// Keep hands a signed checkpoint over; the receipt's kind, place, time, reference and token are filled in.
	Keep(ctx context.Context, c ledger.Checkpoint) (Receipt, error)
	// Name is the kind and the place, as configured.
	Name() (kind, where string)
}

// Anchorer brings the checkpoints of every log to every place.
type Anchorer struct {
	Store Store
	// Checkpoint signs a log as it is now.
	Checkpoint func(ctx context.Context, account string) (ledger.Checkpoint, error)
	IDs        stamp.Source
	Places     []Place
	// Every is how long a place is left alone after a receipt.
	Every time.Duration
}

// ParsePlaces reads places as they are configured: rfc3161=URL, webhook=URL, directory=PATH.
func ParsePlaces(list []string, clock stamp.Source, client *http.Client) ([]Place, error) {
	var out []Place
	for _, s := range list {
		kind, where, _ := strings.Cut(s, "=")
		switch kind {
		case TimeStamp, Webhook:
			u, err := url.Parse(where)
			if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
				return nil, fault.Invalidf("ledger-anchor", "%q has no address like https://HOST/PATH, without a password in it.", s)
			}
			if kind == TimeStamp {
				out = append(out, authority{where, clock, client})
			} else {
				out = append(out, hook{where, clock, client})
			}
		case Directory:
			if !filepath.IsAbs(where) {
				return nil, fault.Invalidf("ledger-anchor", "%q names no absolute path.", s)
			}
			out = append(out, folder{where, clock})
		default:
			return nil, fault.Invalidf("ledger-anchor", "%q is no place for checkpoints; write rfc3161=URL, webhook=URL or directory=PATH.", s)
		}
	}
	return out, nil
}

// Round anchors what is due: logs that have grown since their last receipt, at places that were left alone for long enough.
// One place that fails does not keep the others from theirs. It answers how many receipts are new.
func (a *Anchorer) Round(ctx context.Context, now bool) (n int, err error) {
	if len(a.Places) == 0 {
		return 0, nil
	}
	accounts := []string{ledger.Deployment}
	err = a.Store.Read(ctx, func(tx Tx) error {
		list, err := tx.LedgerAccounts()
		accounts = append(accounts, list...)
		return err
	})
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, account := range accounts {
		for _, p := range a.Places {
			done, err := a.visit(ctx, account, p, now)
			if err != nil {
				kind, where := p.Name()
				errs = append(errs, fmt.Errorf("anchor the ledger of account %q at %s %s: %w", account, kind, where, err))
			}
			if done {
				n++
			}
		}
	}
	return n, errors.Join(errs...)
}

func (a *Anchorer) visit(ctx context.Context, account string, p Place, now bool) (bool, error) {
	kind, where := p.Name()
	due := false
	err := a.Store.Read(ctx, func(tx Tx) error {
		head, err := tx.Head(account)
		if err != nil || head.Size == 0 {
			return err
		}
		last, err := lastOf(tx, account, kind, where)
		due = head.Size > last.Size && (now || tx.Now().Sub(last.At) >= a.Every)
		return err
	})
	if err != nil || !due {
		return false, err
	}
	c, err := a.Checkpoint(ctx, account)
	if err != nil {
		return false, err
	}
	r, err := p.Keep(ctx, c)
	if err != nil {
		return false, err
	}
	r.Kind, r.Where, r.Size, r.Checkpoint = kind, where, c.Size, string(c.Note)
	id := a.IDs.NewID()
	err = a.Store.Write(ctx, func(tx Tx) error { return receipts.Insert(tx, account, "", id, "", r) })
	return err == nil, err
}

// lastOf is the newest receipt of a place; the zero receipt when there is none.
func lastOf(tx Tx, account, kind, where string) (last Receipt, err error) {
	list, err := all(tx, account)
	for _, r := range list {
		if r.Kind == kind && r.Where == where && r.Size >= last.Size {
			last = r
		}
	}
	return last, err
}

func all(tx Tx, account string) (out []Receipt, err error) {
	list, err := receipts.All(tx, arn.Scope{Accounts: []string{account}})
	for _, d := range list {
		out = append(out, d.Value)
	}
	return out, err
}

// Receipts are those of an account's log under a checkpoint of that size, the oldest first.
func (a *Anchorer) Receipts(ctx context.Context, account string, size int64) (out []Receipt, err error) {
	err = a.Store.Read(ctx, func(tx Tx) error {
		list, err := all(tx, account)
		out = out[:0]
		for _, r := range list {
			if r.Size <= size {
				out = append(out, r)
			}
		}
		return err
	})
	return out, err
}
