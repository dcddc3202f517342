package assess

import (
	"context"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Evidence is one piece of evidence as it is shown.
type Evidence struct {
	ID, Folder string
	ledger.Entry
	Body     ledger.Body
	Produced *ledger.Produced
	// Resources are the subjects with their verdicts; the members of an occurrence for many are expanded.
	Resources []ledger.Subject
	Selected  bool
}

// maxResources bounds the resources that are shown of one piece; attributes tell the full number.
const maxResources = 10_000

// Check is the verdict as Audit Manager shows it for the source; empty when there is none.
func (e *Evidence) Check() string { return Check(e.Source, e.Verdict) }

// Check is a verdict as Audit Manager shows it for a source; empty when there is none.
func Check(source string, v ledger.Verdict) string {
	hub := source == SourceSecurityHub
	switch v {
	case ledger.Compliant:
		if hub {
			return "Pass"
		}
		return "Compliant"
	case ledger.NonCompliant:
		if hub {
			return "Fail"
		}
		return "Non-compliant"
	}
	return ""
}

// ResourceCheck is the verdict of one of its resources.
func (e *Evidence) ResourceCheck(r ledger.Subject) string { return Check(e.Source, r.Verdict) }

// Time is the day of the fact with its time.
func (e *Evidence) Time() time.Time { return e.ObservedAt }

// FolderEvidence is a page of a folder's evidence in the order it was recorded, beginning behind a leaf of the log.
func (s *Service) FolderEvidence(ctx context.Context, c Caller, id, set, folder string, after *int64, limit int) ([]Evidence, error) {
	return read(ctx, s, func(tx Tx) ([]Evidence, error) {
		_, f, err := folderIn(tx, c, id, set, folder)
		if err != nil {
			return nil, err
		}
		entries, err := tx.Entries(ledger.Query{Account: c.Account, Assessment: id, ControlSet: f.Set, Control: f.Control, Day: f.Day, After: after, Limit: limit})
		if err != nil {
			return nil, err
		}
		marked, err := selectedIn(tx, c.Account, id, folder)
		if err != nil {
			return nil, err
		}
		out := make([]Evidence, len(entries))
		for i, e := range entries {
			if out[i], err = show(tx, e, folder, marked[e.ID], 0); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// GetEvidence is one piece of evidence, with every resource.
func (s *Service) GetEvidence(ctx context.Context, c Caller, id, set, folder, evidence string) (Evidence, error) {
	return read(ctx, s, func(tx Tx) (Evidence, error) {
		_, f, err := folderIn(tx, c, id, set, folder)
		if err != nil {
			return Evidence{}, err
		}
		e, err := ledger.Get(tx, c.Account, evidence)
		if err == nil && (e.Assessment != id || e.ControlSet != f.Set || e.Control != f.Control || e.Day != f.Day) {
			err = fault.Missing("evidence", evidence)
		}
		if err != nil {
			return Evidence{}, err
		}
		marked, err := selectedIn(tx, c.Account, id, folder)
		if err != nil {
			return Evidence{}, err
		}
		return show(tx, e, folder, marked[e.ID], maxResources)
	})
}

func selectedIn(tx Tx, owner, assessment, folder string) (map[string]bool, error) {
	ids, err := tx.SelectedEvidence(owner, assessment, folder)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

// listedResources is how many resources are expanded of each piece in a page.
const listedResources = 100

// show reads what stands behind an entry.
func show(tx Tx, e ledger.Entry, folder string, selected bool, limit int) (Evidence, error) {
	if limit == 0 {
		limit = listedResources
	}
	out := Evidence{ID: e.ID, Folder: folder, Entry: e, Selected: selected}
	var err error
	if out.Body, err = ledger.ReadBody(tx, e.Owner, e.Occurrence.Body); err != nil {
		return out, err
	}
	if !e.Occurrence.Produced.IsZero() {
		p, err := ledger.ReadProduced(tx, e.Owner, e.Occurrence.Produced)
		if err != nil {
			return out, err
		}
		out.Produced = &p
	}
	out.Resources = out.Body.Subjects
	if e.Members == nil {
		return out, nil
	}
	out.Resources = nil
	members, err := ledger.ReadMembers(tx, e.Owner, *e.Members)
	if err != nil {
		return out, err
	}
	for i, h := range members {
		if i == limit {
			break
		}
		b, err := ledger.ReadBody(tx, e.Owner, h)
		if err != nil {
			return out, fmt.Errorf("member of evidence %s: %w", e.ID, err)
		}
		out.Resources = append(out.Resources, b.Subjects...)
	}
	return out, nil
}
