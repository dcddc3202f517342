package assess

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/catalog"
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
	// ByControl are the controls that collected evidence on the day, ByDomain the domains of which one did, each with
	// the most failing first.
	ByControl []ControlInsight
	ByDomain  []DomainInsight
}

// ControlInsight are the numbers of one control.
type ControlInsight struct {
	Assessment, Set, Control, Name, Domain          string
	NonCompliant, Compliant, Inconclusive, Excepted int64
}

// DomainInsight are the numbers of a domain of Control Catalog, or of the controls that are filed in none.
type DomainInsight struct {
	// ID is the domain's id in Control Catalog, or catalog.Uncategorized.
	ID, Name string
	Tally
}

// Insights counts today's evidence of the assessments that the caller may see and that were active today; of one when
// its id is given.
func (s *Service) Insights(ctx context.Context, c Caller, id string) (Insights, error) {
	v, _, err := s.count(ctx, c, id)
	return v, err
}

// DetailedInsights are the insights by domain and by control.
func (s *Service) DetailedInsights(ctx context.Context, c Caller, id string) (Insights, error) {
	v, all, err := s.count(ctx, c, id)
	if err != nil {
		return v, err
	}
	domains := map[string]*DomainInsight{}
	for i := range all {
		l, err := s.labels(ctx, &all[i])
		if err != nil {
			return v, err
		}
		for _, set := range all[i].Sets {
			for _, k := range set.Controls {
				if !k.Removed {
					domain(domains, l[k.ID].domain).Controls++
				}
			}
		}
		for j := range v.ByControl {
			if k := &v.ByControl[j]; k.Assessment == all[i].ID {
				k.Name, k.Domain = l[k.Control].name, l[k.Control].domain
			}
		}
	}
	met := map[string]bool{}
	for i := range v.ByControl {
		k := &v.ByControl[i]
		domain(domains, k.Domain).add(k.tally())
		met[k.Domain] = true
	}
	for id := range met {
		v.ByDomain = append(v.ByDomain, *domains[id])
	}
	slices.SortFunc(v.ByDomain, func(a, b DomainInsight) int {
		return cmp.Or(cmp.Compare(b.NonCompliant, a.NonCompliant), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(v.ByControl, func(a, b ControlInsight) int {
		return cmp.Or(cmp.Compare(b.NonCompliant, a.NonCompliant), cmp.Compare(a.Control, b.Control), cmp.Compare(a.Assessment, b.Assessment), cmp.Compare(a.Set, b.Set))
	})
	return v, nil
}

// domain finds the sum of a domain, or begins it.
func domain(sums map[string]*DomainInsight, id string) *DomainInsight {
	d, ok := sums[id]
	if !ok {
		d = &DomainInsight{ID: id, Name: "Uncategorized"}
		if known, ok := catalog.Catalog().Domain(id); ok {
			d.Name = known.Name
		}
		sums[id] = d
	}
	return d
}

// tally are the numbers of a control that collected evidence.
func (k *ControlInsight) tally() Tally {
	t := Tally{NonCompliant: k.NonCompliant, Compliant: k.Compliant, Inconclusive: k.Inconclusive, Excepted: k.Excepted}
	if k.NonCompliant > 0 {
		t.ControlsNonCompliant = 1
	}
	return t
}

// count counts today's evidence, and gives the assessments it counted.
func (s *Service) count(ctx context.Context, c Caller, id string) (Insights, []Assessment, error) {
	var counted []Assessment
	v, err := read(ctx, s, func(tx Tx) (Insights, error) {
		out := Insights{Updated: s.o.IDs.Now()}
		counted = nil
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
			counted = append(counted, all[i])
		}
		return out, nil
	})
	return v, counted, err
}

// label is what insights show of a control of an assessment.
type label struct{ name, domain string }

// labelsKept is how many assessments' labels are kept in memory: snapshots never change, and are large.
const labelsKept = 64

// labels are those of an assessment's controls.
func (s *Service) labels(ctx context.Context, a *Assessment) (map[string]label, error) {
	s.labelsMu.Lock()
	l, ok := s.labelsOf[a.ID]
	s.labelsMu.Unlock()
	if ok {
		return l, nil
	}
	snap, err := read(ctx, s, func(tx Tx) (docs.Doc[Snapshot], error) { return snapshots.Get(tx, a.Owner, "", a.ID) })
	if err != nil {
		return nil, err
	}
	l = make(map[string]label, len(snap.Value))
	for id, d := range snap.Value {
		l[id] = label{d.Name, d.domain()}
	}
	s.labelsMu.Lock()
	defer s.labelsMu.Unlock()
	if s.labelsOf == nil || len(s.labelsOf) >= labelsKept {
		s.labelsOf = map[string]map[string]label{}
	}
	s.labelsOf[a.ID] = l
	return l, nil
}

// activeOn reports whether the assessment took evidence on a day: it had been made, and was not ended before.
func (a *Assessment) activeOn(day string) bool {
	if a.Created.Format(time.DateOnly) > day {
		return false
	}
	return a.Status == Active || a.endedOn() >= day
}

// endedOn is the day on which an inactive assessment was ended; one that was ended before that was noted did not change since.
func (a *Assessment) endedOn() string {
	if a.Ended.IsZero() {
		return a.Updated.Format(time.DateOnly)
	}
	return a.Ended.Format(time.DateOnly)
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
		in.add(k.tally())
		in.ByControl = append(in.ByControl, k)
	}
	return nil
}
