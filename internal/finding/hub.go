package finding

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// Hub serves findings.
type Hub struct{ store Store }

// NewHub serves the findings of a store.
func NewHub(s Store) *Hub { return &Hub{s} }

// The longest batches that are accepted.
const (
	MaxImport = 100
	MaxUpdate = 100
)

// Failed is a finding of a batch that was not stored.
type Failed struct {
	ID, Code, Message string
}

// Imported tells what became of a batch.
type Imported struct {
	// Stored are new findings and new states of known ones; Duplicates were stored before or are older than what is.
	Stored, Duplicates int
	Failed             []Failed
}

// Import stores a batch of findings. A finding that is wrong fails alone. With an account, findings of other
// accounts fail; without one every account is taken, as when files are imported.
func (h *Hub) Import(ctx context.Context, account, region string, raws []json.RawMessage) (Imported, error) {
	var out Imported
	var good []Finding
	for _, raw := range raws {
		f, err := Decode(raw, region)
		if err == nil && account != "" && f.Account != account {
			err = fault.Invalidf("AwsAccountId", "The finding belongs to account %s; findings are imported with credentials of their own account (%s).", f.Account, account)
		}
		if err != nil {
			out.Failed = append(out.Failed, failed(raw, err))
			continue
		}
		good = append(good, f)
	}
	if len(good) == 0 {
		return out, nil
	}
	err := h.store.Write(ctx, func(tx Tx) error {
		out.Stored, out.Duplicates = 0, 0 // the function may run again
		for _, f := range good {
			stored, err := put(tx, f)
			if err != nil {
				return err
			}
			if stored {
				out.Stored++
			} else {
				out.Duplicates++
			}
		}
		return nil
	})
	return out, err
}

// failed names the finding by its id, as far as that can be read.
func failed(raw []byte, err error) Failed {
	var named struct{ Id string }
	_ = json.Unmarshal(raw, &named) // an unreadable finding has no id to name
	f := Failed{ID: named.Id, Code: "InvalidInput", Message: err.Error()}
	var fe *fault.Error
	if errors.As(err, &fe) {
		f.Message = fe.Message
	}
	return f
}

// put stores one provider's state of a finding, keeping what customers own.
func put(tx Tx, f Finding) (stored bool, err error) {
	old, err := tx.Finding(f.Key)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		if f.Custom, err = initial(f.Raw); err != nil {
			return false, err
		}
		if err := tx.PutFinding(f); err != nil {
			return false, err
		}
		return true, change(tx, f, f.Updated)
	case err != nil:
		return false, err
	case bytes.Equal(old.Raw, f.Raw):
		return false, nil
	case f.Updated.Before(old.Updated):
		return late(tx, f, old)
	}
	f.Custom = old.Custom
	f.Workflow = next(old, f)
	if err := customSeverity(&f); err != nil {
		return false, err
	}
	if err := tx.PutFinding(f); err != nil {
		return false, err
	}
	if f.Status == old.Status {
		return true, nil
	}
	return true, change(tx, f, f.Updated)
}

// initial are the customer's members that the provider set when it created the finding. They stay when it sends the
// finding again with others.
func initial(raw []byte) ([]byte, error) {
	doc, err := object(raw)
	if err != nil {
		return nil, err
	}
	keep := members{}
	for _, k := range ofCustomers {
		if v, ok := doc[k]; ok && k != "Workflow" { // the workflow status has a column of its own
			keep[k] = v
		}
	}
	if len(keep) == 0 {
		return nil, nil
	}
	return json.Marshal(keep)
}

// next is the workflow status after an update: a resolved or notified problem that has come back is new again; a
// suppressed one stays suppressed.
func next(old, f Finding) string {
	if old.Workflow != "RESOLVED" && old.Workflow != "NOTIFIED" {
		return old.Workflow
	}
	back := old.Record == "ARCHIVED" && f.Record == "ACTIVE"
	if back || old.Compliance == "PASSED" && f.Compliance != "PASSED" && f.Compliance != "" {
		return "NEW"
	}
	return old.Workflow
}

// late files a state that is older than the one stored: the finding stays as it is, but when the status then was
// another one than before, the feed learns of it.
func late(tx Tx, f, current Finding) (bool, error) {
	before, err := tx.FindingChangeBefore(f.Key, f.Updated)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	f.Custom, f.Workflow = current.Custom, current.Workflow
	if err == nil && before.Compliance == f.Compliance && before.Record == f.Record {
		return false, nil
	}
	return true, change(tx, f, f.Updated)
}

func change(tx Tx, f Finding, at time.Time) error {
	doc, err := f.Document()
	if err != nil {
		return err
	}
	return tx.AddFindingChange(Change{Key: f.Key, ControlID: f.ControlID, Status: f.Status, At: at, Recorded: tx.Now(), Document: doc})
}

// Page is one page of a query.
type Page struct {
	Findings []Finding
	// Next is where the next page begins; nil when there is none.
	Next *Place
}

// chunk is how many rows are read at once when filters must look into documents.
const chunk = 500

// Get returns a page of the findings that the filters admit.
func (h *Hub) Get(ctx context.Context, scope arn.Scope, fs Filters, sort Sort, after *Place, limit int) (Page, error) {
	m, err := fs.compile()
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = h.store.Read(ctx, func(tx Tx) error {
		q := Query{Scope: scope, Equal: m.equal, Sort: sort, After: after, Limit: chunk}
		for {
			rows, err := tx.Findings(q)
			if err != nil {
				return err
			}
			for i := range rows {
				ok, err := m.admits(&rows[i], tx.Now())
				if err != nil {
					return err
				}
				if !ok {
					continue
				}
				if len(page.Findings) == limit {
					last := sort.PlaceOf(&page.Findings[limit-1])
					page.Next = &last
					return nil
				}
				page.Findings = append(page.Findings, rows[i])
			}
			if len(rows) < chunk {
				return nil
			}
			last := sort.PlaceOf(&rows[len(rows)-1])
			q.After = &last
		}
	})
	return page, err
}
