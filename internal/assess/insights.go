package assess

import (
	"context"
	"time"
)

// Insights are the numbers of one day: evidence by verdict, and the controls that have failing evidence.
type Insights struct {
	// Active is the number of active assessments; 0 for one assessment.
	Active                                int
	NonCompliant, Compliant, Inconclusive int64
	ControlsNonCompliant, Controls        int
	Updated                               time.Time
	// ByControl are the controls that collected evidence on the day.
	ByControl []ControlInsight
}

// ControlInsight are the numbers of one control.
type ControlInsight struct {
	Assessment, Set, Control, Name        string
	NonCompliant, Compliant, Inconclusive int64
}

// Insights counts today's evidence of the active assessments the caller may see; of one when its id is given.
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
			if all, err = visible(tx, c, Active); err != nil {
				return out, err
			}
			out.Active = len(all)
		}
		for i := range all {
			if err := out.add(tx, &all[i]); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

func (in *Insights) add(tx Tx, a *Assessment) error {
	for _, set := range a.Sets {
		in.Controls += len(set.Controls)
	}
	folders, err := tx.EvidenceFolders(FolderQuery{Owner: a.Owner, Assessment: a.ID, Day: in.Updated.Format(time.DateOnly)})
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return nil
	}
	snap, err := snapshots.Get(tx, a.Owner, "", a.ID)
	if err != nil {
		return err
	}
	for _, f := range folders {
		k := ControlInsight{a.ID, f.Set, f.Control, snap.Value[f.Control].Name, f.Issues, f.Compliant, f.Total - f.Issues - f.Compliant}
		in.NonCompliant, in.Compliant, in.Inconclusive = in.NonCompliant+k.NonCompliant, in.Compliant+k.Compliant, in.Inconclusive+k.Inconclusive
		if k.NonCompliant > 0 {
			in.ControlsNonCompliant++
		}
		in.ByControl = append(in.ByControl, k)
	}
	return nil
}
