package assess

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/report"
)

// frozenControl is what was selected of one control in a frozen period.
type frozenControl struct {
	Set     string      `json:"set"`
	Control string      `json:"control"`
	Days    []frozenDay `json:"days"`
}

// frozenDay names the selected pieces of a day; All stands for every one.
type frozenDay struct {
	Day string   `json:"day"`
	All bool     `json:"all,omitempty"`
	IDs []string `json:"ids,omitempty"`
}

// frozenControls are the selections of one freeze, by the id of a folder without a day.
func frozenControls(freeze string) docs.Collection[frozenControl] {
	return docs.Collection[frozenControl]{Kind: "period-freeze-selection:" + freeze, Noun: "frozen selection"}
}

// freeze finishes the freezes that were asked for. Each step can be done again after a crash.
func (r *Reporter) freeze(ctx context.Context) error {
	waiting, err := read(ctx, r.Service, func(tx Tx) ([]Freeze, error) {
		all, err := freezes.All(tx, arn.Everything())
		var out []Freeze
		for _, d := range all {
			if d.Value.Status == FreezePending {
				out = append(out, d.Value)
			}
		}
		return out, err
	})
	if err != nil {
		return err
	}
	for i := range waiting {
		if err := r.fix(ctx, &waiting[i]); err != nil {
			return fmt.Errorf("freeze %s: %w", waiting[i].ID, err)
		}
	}
	return nil
}

// fix copies what was selected, fixes what the bundle says, and asks for the first one.
func (r *Reporter) fix(ctx context.Context, f *Freeze) error {
	s := r.Service
	a, err := read(ctx, s, func(tx Tx) (docs.Doc[Assessment], error) { return assessments.Get(tx, f.Owner, "", f.Assessment) })
	if err != nil {
		return err
	}
	for _, set := range a.Value.Sets {
		for _, k := range set.Controls {
			if _, err := write(ctx, s, func(tx Tx) (struct{}, error) { return struct{}{}, fixSelection(tx, f, set.ID, k.ID) }); err != nil {
				return err
			}
		}
	}
	c, err := r.Publisher.Checkpoint(ctx, f.Owner)
	if err != nil {
		return err
	}
	about := frozenReport(&a.Value, f, f.ID, f.Name, Caller{Principal: f.By}.author(), f.At)
	in, err := r.input(ctx, &about, c)
	if err != nil {
		return err
	}
	in.From, in.To, in.Source = f.From, f.To, nil
	in.Report.Freeze = &report.Freeze{ID: f.ID, By: f.By, At: f.At, Reason: f.Reason, Size: f.Size}
	id, logID := s.o.IDs.NewID(), s.o.IDs.NewID()
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		d, err := assessments.Get(tx, f.Owner, "", f.Assessment)
		if err != nil {
			return struct{}{}, err
		}
		v, err := freezes.Get(tx, f.Owner, "", f.ID)
		if err != nil || v.Value.Status != FreezePending {
			return struct{}{}, err
		}
		v.Value.Status = Frozen
		for i := range d.Value.Frozen {
			if d.Value.Frozen[i].ID == f.ID {
				d.Value.Frozen[i].Pending = false
			}
		}
		rep := frozenReport(&d.Value, f, id, f.Name, about.Author, tx.Now())
		return struct{}{}, firstOf(assessments.Update(tx, d), freezes.Update(tx, v), frozenInputs.Insert(tx, f.Owner, "", f.ID, "", in),
			reports.Insert(tx, rep.Owner, "", rep.ID, "", rep),
			logIn(tx, &d.Value, logID, Change{Object: ObjectReport, Name: rep.Name, Action: ActionCreate, By: f.By}))
	})
	return err
}

// fixSelection copies what is selected of a control.
func fixSelection(tx Tx, f *Freeze, set, control string) error {
	folders, err := tx.EvidenceFolders(FolderQuery{Owner: f.Owner, Assessment: f.Assessment, Set: set, Control: control})
	if err != nil {
		return err
	}
	v := frozenControl{Set: set, Control: control}
	for _, fo := range folders {
		if fo.Selected == 0 || fo.Day < f.From || fo.Day > f.To {
			continue
		}
		d := frozenDay{Day: fo.Day, All: fo.Selected == fo.Total}
		if !d.All {
			if d.IDs, err = tx.SelectedEvidence(f.Owner, f.Assessment, fo.ID()); err != nil {
				return err
			}
			slices.Sort(d.IDs)
		}
		v.Days = append(v.Days, d)
	}
	all := frozenControls(f.ID)
	id := FolderKey{f.Owner, f.Assessment, set, control, ""}.ID()
	old, err := all.Get(tx, f.Owner, "", id)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return all.Insert(tx, f.Owner, "", id, "", v)
	case err != nil:
		return err
	}
	old.Value = v
	return all.Update(tx, old)
}

// frozenInput is what the bundle of a freeze says.
func (r *Reporter) frozenInput(ctx context.Context, owner, freeze string) (report.Input, error) {
	s := r.Service
	var f Freeze
	in, err := read(ctx, s, func(tx Tx) (report.Input, error) {
		d, err := freezes.Get(tx, owner, "", freeze)
		if err != nil {
			return report.Input{}, err
		}
		f = d.Value
		in, err := frozenInputs.Get(tx, owner, "", freeze)
		return in.Value, err
	})
	in.Source = &frozenSource{
		LedgerSource: report.LedgerSource{Store: r.Ledger, Account: owner, Assessment: f.Assessment, Size: f.Size, Objects: s.Raw},
		s:            s, f: f,
	}
	return in, err
}

// frozenSource gives the evidence of a frozen period, as it was.
type frozenSource struct {
	report.LedgerSource
	s *Service
	f Freeze
}

// Evidence implements report.Source.
func (x *frozenSource) Evidence(ctx context.Context, set, control string) iter.Seq2[report.Item, error] {
	return func(yield func(report.Item, error) bool) {
		marked, err := x.marked(ctx, set, control)
		if err != nil {
			yield(report.Item{}, err)
			return
		}
		src := x.LedgerSource
		src.FromDay, src.ToDay = x.f.From, x.f.To
		src.Selected = func(id string) bool { return marked[id] }
		src.Evidence(ctx, set, control)(yield)
	}
}

// marked are the ids of the selected pieces of a control.
func (x *frozenSource) marked(ctx context.Context, set, control string) (map[string]bool, error) {
	return read(ctx, x.s, func(tx Tx) (map[string]bool, error) {
		v, err := frozenControls(x.f.ID).Get(tx, x.f.Owner, "", FolderKey{x.f.Owner, x.f.Assessment, set, control, ""}.ID())
		if err != nil {
			return nil, err
		}
		out := map[string]bool{}
		for _, d := range v.Value.Days {
			for _, id := range d.IDs {
				out[id] = true
			}
			if !d.All {
				continue
			}
			all, err := tx.Entries(ledger.Query{Account: x.f.Owner, Assessment: x.f.Assessment, ControlSet: set, Control: control, Day: d.Day, Before: x.f.Size})
			if err != nil {
				return nil, err
			}
			for _, e := range all {
				out[e.ID] = true
			}
		}
		return out, nil
	})
}

// keep compares the bundle of a freeze that was written at a place with the first. The first is kept for good, and is put
// there instead of one that differs or could not be written: another version of the program writes pages otherwise, and
// another key cannot sign as the first did.
func (r *Reporter) keep(ctx context.Context, rep Report, at object.Object, sha256 string, failure error) (object.Object, error) {
	s := r.Service
	first, err := write(ctx, s, func(tx Tx) (string, error) {
		d, err := freezes.Get(tx, rep.Owner, "", rep.Freeze)
		if err != nil || d.Value.Bundle != "" || failure != nil {
			return d.Value.Bundle, err
		}
		d.Value.Bundle = sha256
		h, err := ledger.ParseHash(sha256)
		if err != nil {
			return "", err
		}
		return sha256, firstOf(freezes.Update(tx, d), tx.PutRawPlace(h, RawPlace{"blob", sha256}))
	})
	switch {
	case err != nil:
		return at, err
	case failure != nil && first == "":
		return at, failure
	case failure == nil && first == sha256:
		return s.o.Shelf.Head(ctx, rep.Owner, at.Bucket, at.Key)
	}
	body, err := s.o.Blobs.Open(ctx, first)
	if err != nil {
		return at, err
	}
	defer body.Close()
	o, err := s.o.Shelf.Put(ctx, rep.Owner, at, body)
	if err == nil && o.SHA256 != first {
		err = fault.New(fault.Conflict, "The kept bundle of freeze %s is damaged. Restore the data directory.", rep.Freeze)
	}
	return o, err
}

// deleteFreezes forgets those of a deleted assessment; what is frozen keeps it from being deleted.
func deleteFreezes(tx Tx, a *Assessment) error {
	if len(a.Frozen) > 0 {
		return fault.Invalidf("assessmentId", "The days %s to %s of assessment %s are frozen. Unfreeze them before it is deleted.", a.Frozen[0].From, a.Frozen[0].To, a.ID)
	}
	all, err := freezesOf(tx, a)
	if err != nil {
		return err
	}
	for _, f := range all {
		selected, err := frozenControls(f.ID).All(tx, arn.Scope{Accounts: []string{a.Owner}})
		if err != nil {
			return err
		}
		for _, d := range selected {
			if err := frozenControls(f.ID).Delete(tx, a.Owner, "", d.ID); err != nil {
				return err
			}
		}
		if err := firstOf(freezes.Delete(tx, a.Owner, "", f.ID), frozenInputs.Delete(tx, a.Owner, "", f.ID)); err != nil {
			return err
		}
	}
	return nil
}
