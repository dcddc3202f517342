package assess

import (
	"context"
	"maps"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
)

// SourceDecision is the source of the leaves of decisions, TypeDecision their type of evidence.
const (
	SourceDecision = "Tickmark"
	TypeDecision   = "Decision"
)

// The kinds of decisions.
const (
	DecisionReopenAssessment = "ReopenAssessment"
	DecisionReopenControlSet = "ReopenControlSet"
	DecisionReopenControl    = "ReopenControl"
)

// Decision is what somebody has decided about an audit itself: something reopened, excepted or frozen. It is a leaf of
// the owner's log, numbered without a gap apart from the evidence, so that it counts in no total and cannot be taken
// back unseen.
type Decision struct {
	// ID is the id of its entry in the log, Leaf its place there.
	ID   string `json:"id"`
	Leaf int64  `json:"leaf"`
	Kind string `json:"kind"`
	// Assessment is empty for what concerns the account.
	Assessment string    `json:"assessment,omitempty"`
	ControlSet string    `json:"controlSet,omitempty"`
	Control    string    `json:"control,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Reason     string    `json:"reason"`
	// Details are what the kind says beside.
	Details map[string]string `json:"details,omitempty"`
}

// maxReason is the length of the reason of a decision in characters.
const maxReason = 1000

// decisionsOf is the name under which the log numbers the decisions of an assessment; of the account when it is empty.
func decisionsOf(assessment string) string { return "decisions:" + assessment }

// decide records a decision in the log of the caller's account.
func decide(tx Tx, c Caller, d Decision) (Decision, error) {
	d.By, d.At = c.Principal, tx.Now()
	r, err := ledger.Put(tx, ledger.Item{
		Body: ledger.Body{
			Source: SourceDecision, Type: TypeDecision, Event: d.Kind, Account: c.Account, Actor: d.By, Reason: d.Reason, Attributes: maps.Clone(d.Details),
		},
		Occurrence: ledger.Occurrence{
			Owner: c.Account, Account: c.Account, Region: c.Region, Assessment: decisionsOf(d.Assessment), ControlSet: d.ControlSet, Control: d.Control,
			Collector: "decision", ObservedAt: d.At,
		},
	})
	d.ID, d.Leaf = r.ID, r.LeafIndex
	return d, err
}

// Decisions are the decisions about an assessment, oldest first; those about the account when its id is empty, which
// an owner or a reader of the account may see.
func (s *Service) Decisions(ctx context.Context, c Caller, id string) ([]Decision, error) {
	return read(ctx, s, func(tx Tx) ([]Decision, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		if id != "" {
			if _, err := assessment(tx, c, id); err != nil {
				return nil, err
			}
		} else if err := c.account(); err != nil {
			return nil, err
		}
		return decisions(tx, c.Account, id, 0)
	})
}

// decisions reads them from the log, up to a size of it; 0 means all.
func decisions(tx Tx, owner, id string, before int64) ([]Decision, error) {
	entries, err := tx.Entries(ledger.Query{Account: owner, Assessment: decisionsOf(id), Before: before})
	if err != nil {
		return nil, err
	}
	out := make([]Decision, len(entries))
	for i, e := range entries {
		b, err := ledger.ReadBody(tx, owner, e.Body)
		if err != nil {
			return nil, err
		}
		out[i] = Decision{
			ID: e.ID, Leaf: e.LeafIndex, Kind: b.Event, Assessment: id, ControlSet: e.ControlSet, Control: e.Control,
			By: b.Actor, At: e.ObservedAt, Reason: b.Reason, Details: b.Attributes,
		}
	}
	return out, nil
}
