package remediate

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// The states of a run, as the Config API names them. Unknown is a dry run's: nothing was done.
const (
	Queued     = "QUEUED"
	InProgress = "IN_PROGRESS"
	Succeeded  = "SUCCEEDED"
	FailedRun  = "FAILED"
	Unknown    = "UNKNOWN"
)

// Run is the remediation of one resource for one rule: the one under way, or the last one.
type Run struct {
	Place
	// ID names it in its place; it is the same for every run of the rule on the resource.
	ID           string
	Rule, RuleID string
	Subject      inventory.Key
	State        string
	// Automatic tells that a verdict began it, By who asked otherwise.
	Automatic bool
	By        string `json:",omitempty"`
	DryRun    bool   `json:",omitempty"`
	// Review tells that somebody must start it by StartRemediationExecution.
	Review bool `json:",omitempty"`
	// Waiting is why it has not begun.
	Waiting string `json:",omitempty"`
	// Document, Role and Execution are there once it has begun; Token makes it begin once.
	Document, Role, Execution, Token string
	// Count is how many executions there were for the resource.
	Count                  int
	Queued, Began, Updated time.Time
	Ended                  time.Time `json:",omitzero"`
	// NotBefore puts another attempt off; Attempts are when those within the window failed.
	NotBefore time.Time   `json:",omitzero"`
	Attempts  []time.Time `json:",omitempty"`
	// Stopped is the reason it was stopped for.
	Stopped string `json:",omitempty"`
	Error   string `json:",omitempty"`
	Steps   []Step `json:",omitempty"`
	// Calls are what a dry run left out.
	Calls []string `json:",omitempty"`
	// Recorded tells what became of recording the resource anew.
	Recorded string `json:",omitempty"`
}

// Step is a step of a run.
type Step struct {
	Name, State, Error string
	Start, Stop        time.Time
}

// entry is a run that has not ended: the queue.
type entry struct{ Rule string }

var (
	runs  = docs.Collection[Run]{Kind: "remediation-run", Noun: "remediation"}
	queue = docs.Collection[entry]{Kind: "remediation-queue", Noun: "queued remediation"}
)

// runID is the rule's id, then a digest of the resource.
func runID(ruleID string, k inventory.Key) string {
	sum := sha256.Sum256([]byte(k.Region + "\x00" + k.Type + "\x00" + k.ID))
	return ruleID + "/" + hex.EncodeToString(sum[:12])
}

func (r *Run) active() bool { return r.State == Queued || r.State == InProgress }

// begin puts a run into the queue. It answers with the one that is active already, if there is one.
func begin(tx Tx, r compliance.ConfigRule, k inventory.Key, change func(*Run)) (was *Run, err error) {
	at := Place{Account: r.Account, Region: r.Region}
	n := Run{Place: at, ID: runID(r.ID, k), Rule: r.Name, RuleID: r.ID, Subject: k, State: Queued, Queued: tx.Now(), Updated: tx.Now()}
	old, err := runs.Get(tx, at.Account, at.Region, n.ID)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		change(&n)
		err = runs.Insert(tx, at.Account, at.Region, n.ID, "", n)
	case err != nil:
		return nil, err
	case old.Value.active():
		return &old.Value, nil
	default:
		n.Attempts, n.Count = old.Value.Attempts, old.Value.Count
		change(&n)
		old.Value = n
		err = runs.Update(tx, old)
	}
	if err != nil {
		return nil, err
	}
	return nil, queue.Insert(tx, at.Account, at.Region, n.ID, "", entry{r.Name})
}

// end takes a run out of the queue in its last state.
func end(tx Tx, d *docs.Doc[Run], state, reason string) error {
	d.Value.State, d.Value.Error, d.Value.Waiting = state, reason, ""
	d.Value.Ended, d.Value.Updated = tx.Now(), tx.Now()
	if err := runs.Update(tx, *d); err != nil {
		return err
	}
	return queue.Delete(tx, d.Account, d.Region, d.ID)
}

// forget drops a run that has nothing to do any more, as if it had never been queued.
func forget(tx Tx, d docs.Doc[Run]) error {
	if err := runs.Delete(tx, d.Account, d.Region, d.ID); err != nil {
		return err
	}
	return queue.Delete(tx, d.Account, d.Region, d.ID)
}

// queued are the runs of a scope that have not ended, the oldest first.
func queued(tx Tx, s arn.Scope) ([]docs.Doc[Run], error) {
	waiting, err := queue.All(tx, s)
	if err != nil {
		return nil, err
	}
	out := make([]docs.Doc[Run], 0, len(waiting))
	for _, q := range waiting {
		d, err := runs.Get(tx, q.Account, q.Region, q.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func own(at Place) arn.Scope {
	return arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}}
}
