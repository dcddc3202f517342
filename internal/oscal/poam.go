package oscal

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

type risk struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Statement    string        `json:"statement"`
	Props        []property    `json:"props,omitempty"`
	Status       string        `json:"status"`
	Deadline     *time.Time    `json:"deadline,omitempty"`
	Observations []observedRef `json:"related-observations,omitempty"`
}

type poamItem struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Props        []property    `json:"props,omitempty"`
	Observations []observedRef `json:"related-observations,omitempty"`
	Risks        []riskRef     `json:"related-risks"`
}

type riskRef struct {
	UUID string `json:"risk-uuid"`
}

// weakness is what fails of one control by one check, with one exception or none.
type weakness struct {
	set         *report.ManifestSet
	control     *report.ManifestControl
	check       string
	exception   string
	reason      string
	standing    []string // ids of observations
	subjects    int64
	first, last string // days
}

// standingKey is a subject under a check of a control; the newest evidence of it tells how it stands.
type standingKey struct{ folder, check, subject string }

type stand struct {
	id, day string
	weight  int64
	class   ledger.Class
	except  string
	reason  string
}

// Plan writes what still fails at the end of a report as a plan of action and milestones: an item for each control
// and check, with the newest observation of each subject. What was found compliant later is no item; what an exception covers
// is one, with its deviation approved. It fails with NotFound when nothing fails, for OSCAL wants at least one item.
func Plan(ctx context.Context, w io.Writer, b *report.Bundle) error {
	open, err := weaknesses(ctx, b)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return fault.New(fault.NotFound, "Nothing in the report still fails or is excepted, so there is no plan of action: OSCAL wants one with at least one item.")
	}
	m := &b.Manifest
	s := newStream(w)
	s.open("", "{")
	s.open("plan-of-action-and-milestones", "{")
	s.put("uuid", stableID("poam", m.Report.ID))
	remarks := "Made from a verified report bundle; hrefs are relative to its folder."
	if n := m.Totals.LeftOut.NonCompliant; n > 0 {
		remarks += fmt.Sprintf(" %d pieces of non-compliant evidence were left out of the report and are not part of this plan.", n)
	}
	s.put("metadata", aboutReport(m, "Plan of action and milestones", remarks))
	s.put("system-id", map[string]string{"identifier-type": "https://ietf.org/rfc/rfc4122", "id": stableID("system", m.Account, m.Assessment.ID)})
	if err := standingObservations(ctx, s, b, open); err != nil {
		return err
	}
	s.open("risks", "[")
	for _, x := range open {
		s.put("", x.risk(m))
	}
	s.close("]")
	s.open("poam-items", "[")
	for _, x := range open {
		s.put("", x.item(m))
	}
	s.close("]")
	s.close("}")
	s.close("}")
	return s.end()
}

// unchangedFailing stands for all failing subjects that did not change on a day.
const unchangedFailing = "unchanged " + string(ledger.ClassNonCompliant)

// weaknesses reads how each subject stands by its newest evidence. Memory holds the subjects that have failed.
func weaknesses(ctx context.Context, b *report.Bundle) ([]*weakness, error) {
	stands := map[standingKey]*stand{}
	var order []standingKey
	controls := map[string][2]any{}
	newest := map[[2]string]string{} // the last day with evidence, by control and check
	for t, err := range b.Items(ctx) {
		if err != nil {
			return nil, err
		}
		if !t.Selected || t.Occurrence.Verdict == ledger.NoVerdict {
			continue
		}
		failing := t.Occurrence.Class() == ledger.ClassNonCompliant || t.Occurrence.Class() == ledger.ClassExcepted
		for _, k := range keysOf(&t) {
			check := [2]string{k.folder, k.check}
			newest[check] = max(newest[check], t.Occurrence.Day)
			old := stands[k]
			if old == nil && !failing {
				continue
			}
			now := &stand{t.ID, t.Occurrence.Day, t.Occurrence.Weight(), t.Occurrence.Class(), t.Occurrence.Exception, said(t.Body.Reason, t.Body.Event)}
			if old == nil {
				stands[k] = now
				order = append(order, k)
				controls[k.folder] = [2]any{t.Set, t.Control}
			} else if now.day >= old.day {
				*old = *now
			}
		}
	}
	var out []*weakness
	at := map[[3]string]*weakness{}
	for _, k := range order {
		st := stands[k]
		if st.class != ledger.ClassNonCompliant && st.class != ledger.ClassExcepted {
			continue
		}
		// The failing subjects that did not change since an earlier day stand together: each is counted once, there.
		group := stands[standingKey{k.folder, k.check, unchangedFailing}]
		together := group != nil && group.day == newest[[2]string{k.folder, k.check}]
		if k.subject == unchangedFailing && !together || k.subject != unchangedFailing && together && st.class == ledger.ClassNonCompliant && st.day < group.day {
			continue
		}
		g := [3]string{k.folder, k.check, st.except}
		x := at[g]
		if x == nil {
			c := controls[k.folder]
			x = &weakness{set: c[0].(*report.ManifestSet), control: c[1].(*report.ManifestControl), check: k.check, exception: st.except, reason: st.reason, first: st.day, last: st.day}
			at[g] = x
			out = append(out, x)
		}
		x.first, x.last = min(x.first, st.day), max(x.last, st.day)
		if id := observationID(st.id); !slices.Contains(x.standing[max(0, len(x.standing)-8):], id) {
			x.standing = append(x.standing, id)
		}
		x.subjects += st.weight
	}
	return out, nil
}

// keysOf are the subjects of a piece of evidence. An occurrence for many stands for the group: its newest day counts.
func keysOf(t *report.Told) []standingKey {
	check := said(t.Body.Event, t.Body.Source)
	if t.Body.Rule != nil {
		check = t.Body.Rule.ID
	}
	k := standingKey{folder: t.Control.Folder, check: check}
	if t.Occurrence.Members != nil {
		k.subject = "unchanged " + string(t.Occurrence.Class())
		return []standingKey{k}
	}
	if len(t.Body.Subjects) == 0 {
		k.subject = t.Body.Account + " " + t.Body.Region
		return []standingKey{k}
	}
	var out []standingKey
	for _, s := range t.Body.Subjects {
		k.subject = t.Body.Account + " " + t.Body.Region + " " + s.Type + " " + said(s.ARN, s.ID)
		out = append(out, k)
	}
	return out
}

func standingObservations(ctx context.Context, s *stream, b *report.Bundle, open []*weakness) error {
	wanted := map[string]bool{}
	for _, x := range open {
		for _, id := range x.standing {
			wanted[id] = true
		}
	}
	s.open("observations", "[")
	for t, err := range b.Items(ctx) {
		if err != nil {
			return err
		}
		if t.Selected && wanted[observationID(t.ID)] {
			s.put("", observe(&t))
		}
	}
	s.close("]")
	return s.err
}

func (x *weakness) id(kind string, m *report.Manifest) string {
	return stableID(kind, m.Assessment.ID, x.control.Folder, x.check, x.exception)
}

func (x *weakness) title() string { return said(x.control.Name + ": " + x.check) }

func (x *weakness) text() string {
	return fmt.Sprintf("%s At the end of the report %d resources fail %s for the control %s of %s; evidence from %s to %s.", x.reason, x.subjects, x.check, said(x.control.Name), said(x.set.Name), x.first, x.last)
}

func (x *weakness) refs() (out []observedRef) {
	for _, id := range x.standing {
		out = append(out, observedRef{id})
	}
	return out
}

func (x *weakness) risk(m *report.Manifest) risk {
	r := risk{
		UUID: x.id("risk", m), Title: x.title(), Description: x.text(), Statement: said(x.control.Description, x.control.Name), Status: "open",
		Props: props("control", x.control.ID, "check", x.check, "resources", jsonNumber(x.subjects)), Observations: x.refs(),
	}
	if x.exception == "" {
		return r
	}
	r.Status = "deviation-approved"
	r.Props = append(r.Props, props("exception", x.exception)...)
	for _, e := range m.Exceptions {
		if e.ID == x.exception {
			r.Props = append(r.Props, props("exception-owner", e.Owner, "exception-reason", e.Reason)...)
			if !e.Expires.IsZero() {
				at := e.Expires.UTC()
				r.Deadline = &at
			}
		}
	}
	return r
}

func (x *weakness) item(m *report.Manifest) poamItem {
	return poamItem{
		UUID: x.id("poam-item", m), Title: x.title(), Description: said(x.control.ActionPlanTitle+" "+x.control.ActionPlanInstructions, x.text()),
		Props: props("control", x.control.ID, "check", x.check, "exception", x.exception), Observations: x.refs(), Risks: []riskRef{{x.id("risk", m)}},
	}
}
