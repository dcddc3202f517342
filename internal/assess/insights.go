package assess

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
)

// Tally counts the evidence of one day by verdict, and the controls it is for.
type Tally struct {
	NonCompliant int64 `json:"nonCompliant"`
	Compliant    int64 `json:"compliant"`
	Inconclusive int64 `json:"inconclusive"`
	// Excepted is what an exception covers; it is in none of the others.
	Excepted int64 `json:"excepted,omitempty"`
	// ControlsNonCompliant are those with failing evidence, of all Controls of the assessments.
	ControlsNonCompliant int `json:"controlsNonCompliant"`
	Controls             int `json:"controls"`
}

// add adds another tally.
func (t *Tally) add(o Tally) {
	t.NonCompliant += o.NonCompliant
	t.Compliant += o.Compliant
	t.Inconclusive += o.Inconclusive
	t.Excepted += o.Excepted
	t.ControlsNonCompliant += o.ControlsNonCompliant
	t.Controls += o.Controls
}

// Insights are the numbers of one day: evidence by verdict, and the controls that have failing evidence.
type Insights struct {
	Tally
	// Active is the number of assessments that counted: those active on the day, even if they were ended on it.
	Active  int
	Updated time.Time
	// ByControl are the controls that collected evidence on the day.
	ByControl []ControlInsight
}

// ControlInsight are the numbers of one control.
type ControlInsight struct {
	Assessment, Set, Control, Name                  string
	NonCompliant, Compliant, Inconclusive, Excepted int64
}

// Insights counts today's evidence of the assessments that the caller may see and that were active today; of one when
// its id is given.
func (s *Service) Insights(ctx context.Context, c Caller, id string) (Insights, error) {
	return read(ctx, s, func(tx Tx) (Insights, error) {
		out := Insights{Updated: s.o.IDs.Now()}
		if err := registered(tx, c); err != nil {
			return out, err
		}
		var all []Assessment
		if id != "" {
			d, err := assessment(tx, c, id)
			if err != nil {
				return out, err
			}
			all = append(all, d.Value)
		} else {
			var err error
			if all, err = visible(tx, c, ""); err != nil {
				return out, err
			}
		}
		day := out.Updated.Format(time.DateOnly)
		for i := range all {
			if !all[i].activeOn(day) {
				continue
			}
			if err := out.count(tx, &all[i], day); err != nil {
				return out, err
			}
		}
		return out, out.name(tx, c.Account)
	})
}

// name looks the controls' names up.
func (in *Insights) name(tx Tx, owner string) error {
	var snap docs.Doc[Snapshot]
	for i := range in.ByControl {
		k := &in.ByControl[i]
		if snap.ID != k.Assessment {
			var err error
			if snap, err = snapshots.Get(tx, owner, "", k.Assessment); err != nil {
				return err
			}
		}
		k.Name = snap.Value[k.Control].Name
	}
	return nil
}

// activeOn reports whether the assessment took evidence on a day: it had been made, and was not ended before.
func (a *Assessment) activeOn(day string) bool {
	if a.Created.Format(time.DateOnly) > day {
		return false
	}
	return a.Status == Active || a.Ended.Format(time.DateOnly) >= day
}

// count adds an assessment's numbers of a day.
func (in *Insights) count(tx Tx, a *Assessment, day string) error {
	in.Active++
	for _, set := range a.Sets {
		for _, k := range set.Controls {
			if !k.Removed {
				in.Controls++
			}
		}
	}
	folders, err := tx.EvidenceFolders(FolderQuery{Owner: a.Owner, Assessment: a.ID, Day: day})
	if err != nil {
		return err
	}
	for _, f := range folders {
		k := ControlInsight{
			Assessment: a.ID, Set: f.Set, Control: f.Control, NonCompliant: f.Issues, Compliant: f.Compliant, Inconclusive: f.Total - f.Issues - f.Compliant - f.Excepted,
			Excepted: f.Excepted,
		}
		t := Tally{NonCompliant: k.NonCompliant, Compliant: k.Compliant, Inconclusive: k.Inconclusive, Excepted: k.Excepted}
		if k.NonCompliant > 0 {
			t.ControlsNonCompliant = 1
		}
		in.add(t)
		in.ByControl = append(in.ByControl, k)
	}
	return nil
}
