package assess

import (
	"context"
	"iter"
	"strconv"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// DecisionSample records that a sample was drawn.
const DecisionSample = "DrawSample"

// Sample draws pieces of evidence to be tested from all that was collected for an assessment, selected or not, and records in the
// log how: seed, population, and the hash of what was drawn. So nobody can draw until a sample pleases without that being
// seen, and the sample can be drawn again from any later report.
func (s *Service) Sample(ctx context.Context, c Caller, id, reason string, spec report.SampleSpec) (report.Sample, Decision, error) {
	var a Assessment
	var snap Snapshot
	err := spec.Check()
	if err != nil {
		return report.Sample{}, Decision{}, err
	}
	_, err = read(ctx, s, func(tx Tx) (struct{}, error) {
		d, err := assessment(tx, c, id)
		if err == nil {
			err = c.asks(&d.Value)
		}
		if err != nil {
			return struct{}{}, err
		}
		a = d.Value
		if spec.Before == 0 {
			head, err := tx.Head(c.Account)
			if err != nil {
				return struct{}{}, err
			}
			spec.Before = head.Size
		}
		sn, err := snapshots.Get(tx, c.Account, "", id)
		snap = sn.Value
		return struct{}{}, err
	})
	if err != nil {
		return report.Sample{}, Decision{}, err
	}
	out, err := report.Draw(ctx, spec, s.population(ctx, &a, snap, spec))
	if err != nil {
		return out, Decision{}, err
	}
	d, err := write(ctx, s, func(tx Tx) (Decision, error) {
		for i := range out.Drawn {
			b, err := ledger.ReadBody(tx, c.Account, out.Drawn[i].Occurrence.Body)
			if err != nil {
				return Decision{}, err
			}
			out.Drawn[i].Body, out.Drawn[i].Selected = b, true
		}
		details := map[string]string{
			"size": strconv.Itoa(spec.Size), "seed": spec.Seed, "before": strconv.FormatInt(spec.Before, 10), "population": strconv.FormatInt(out.Population, 10),
			"records": strconv.FormatInt(out.Records, 10), "drawn": strconv.Itoa(len(out.Drawn)), "hash": out.Hash,
		}
		for k, v := range map[string]string{"from": spec.From, "to": spec.To, "source": spec.Source, "class": spec.Class} {
			if v != "" {
				details[k] = v
			}
		}
		return decide(tx, c, Decision{Kind: DecisionSample, Assessment: id, ControlSet: spec.ControlSet, Control: spec.Control, Reason: reason, Details: details})
	})
	return out, d, err
}

// population is all evidence of the controls that a sample is drawn from, without its content.
func (s *Service) population(ctx context.Context, a *Assessment, snap Snapshot, spec report.SampleSpec) iter.Seq2[report.Told, error] {
	src := report.LedgerSource{
		Store: ledgerOf{s}, Account: a.Owner, Assessment: a.ID, Size: spec.Before, Selected: func(string) bool { return false },
	}
	return func(yield func(report.Told, error) bool) {
		for _, set := range a.Sets {
			for _, k := range set.Controls {
				if spec.ControlSet != "" && spec.ControlSet != set.ID || spec.Control != "" && spec.Control != k.ID {
					continue
				}
				def := snap[k.ID]
				t := report.Told{
					Set:     &report.ManifestSet{ID: set.ID, Name: set.ID},
					Control: &report.ManifestControl{Control: report.Control{ID: k.ID, Name: def.Name, TestingInformation: def.TestingInformation}},
				}
				for it, err := range src.Evidence(ctx, set.ID, k.ID) {
					t.ID, t.LeafIndex, t.Occurrence = it.ID, it.LeafIndex, it.Occurrence
					if !yield(t, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// ledgerOf reads the ledger in the service's own store.
type ledgerOf struct{ s *Service }

// Read implements ledger.Store.
func (l ledgerOf) Read(ctx context.Context, fn func(ledger.Tx) error) error {
	return l.s.o.Store.Read(ctx, func(tx Tx) error { return fn(tx) })
}

// Write implements ledger.Store.
func (l ledgerOf) Write(ctx context.Context, fn func(ledger.Tx) error) error {
	return l.s.o.Store.Write(ctx, func(tx Tx) error { return fn(tx) })
}
