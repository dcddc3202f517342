package sweep

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// State is how far a job is.
type State string

// The states of jobs.
const (
	Queued    State = "queued"
	Running   State = "running"
	Finished  State = "finished"
	Failed    State = "failed" // it could not begin, or the installation failed
	Cancelled State = "cancelled"
)

// Job is a run of a connection as it is kept. Its JSON form is a promise to scripts.
type Job struct {
	ID         string `json:"id"`
	Connection string `json:"connection"`
	// Accounts, Regions and Types narrow what is read; empty means all.
	Accounts []string `json:"accounts,omitempty"`
	Regions  []string `json:"regions,omitempty"`
	Types    []string `json:"types,omitempty"`
	// Scheduled tells that nobody asked for it.
	Scheduled bool  `json:"scheduled"`
	State     State `json:"state"`
	// Problem is why it failed.
	Problem  string    `json:"problem,omitempty"`
	Created  time.Time `json:"created"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	// Resumed counts how often it went on after an end of the server.
	Resumed int `json:"resumed,omitempty"`
	// Digest names the plan that was read last.
	Digest   string   `json:"plan,omitempty"`
	Progress Progress `json:"progress"`
}

// Open reports whether the job is not at its end.
func (j *Job) Open() bool { return j.State == Queued || j.State == Running }

// whole reports whether the job reads all of its connection.
func (j *Job) whole() bool { return len(j.Accounts)+len(j.Regions)+len(j.Types) == 0 }

var jobs = docs.Collection[Job]{Kind: "sweep", Noun: "sweep"}

// kept is how many jobs that have ended are kept.
const kept = 200

// maxNarrow is how many accounts, regions or types a job may name.
const maxNarrow = 10_000

// JobStore keeps jobs.
type JobStore interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// book is the jobs of an installation, documents of its management account.
type book struct {
	store JobStore
	owner string
}

// all are the jobs, the latest first.
func (b book) all(ctx context.Context) (out []Job, err error) {
	err = b.store.Read(ctx, func(tx docs.Tx) error {
		list, err := jobs.All(tx, arn.Scope{Accounts: []string{b.owner}})
		out = make([]Job, 0, len(list))
		for _, d := range list {
			out = append(out, d.Value)
		}
		return err
	})
	slices.SortFunc(out, func(a, b Job) int { return strings.Compare(b.ID, a.ID) }) // ids grow with time
	return out, err
}

func (b book) get(ctx context.Context, id string) (j Job, err error) {
	err = b.store.Read(ctx, func(tx docs.Tx) error {
		d, err := jobs.Get(tx, b.owner, "", id)
		j = d.Value
		return err
	})
	return j, err
}

// add keeps a new job unless its connection has one that is open, and forgets the oldest.
func (b book) add(ctx context.Context, j Job) error {
	return b.store.Write(ctx, func(tx docs.Tx) error {
		list, err := jobs.All(tx, arn.Scope{Accounts: []string{b.owner}})
		if err != nil {
			return err
		}
		ended := 0
		for _, d := range slices.Backward(list) {
			if d.Value.Open() && d.Value.Connection == j.Connection {
				return fault.New(fault.Conflict, "The connection %s is being read already, by the sweep %s. Wait for it, or cancel it: tickmark sweep cancel %s.", j.Connection, d.ID, d.ID)
			}
			if !d.Value.Open() {
				if ended++; ended >= kept {
					if err := jobs.Delete(tx, b.owner, "", d.ID); err != nil {
						return err
					}
				}
			}
		}
		return jobs.Insert(tx, b.owner, "", j.ID, "", j)
	})
}

// change changes a job in the store and gives what became of it.
func (b book) change(ctx context.Context, id string, change func(*Job) error) (j Job, err error) {
	err = b.store.Write(ctx, func(tx docs.Tx) error {
		d, err := jobs.Get(tx, b.owner, "", id)
		if err != nil {
			return err
		}
		if err := change(&d.Value); err != nil {
			return err
		}
		j = d.Value
		return jobs.Update(tx, d)
	})
	return j, err
}
