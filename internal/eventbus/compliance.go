package eventbus

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Verdicts are the changes of compliance of each place, in a sequence.
type Verdicts interface {
	// LastEvaluation is the number of the last change of a place; 0 when there is none.
	LastEvaluation(ctx context.Context, at compliance.Place) (int64, error)
	// EvaluationsSince are up to limit changes after a number.
	EvaluationsSince(ctx context.Context, at compliance.Place, after int64, limit int) ([]compliance.Evaluation, error)
}

// verdictCursor is how far the changes of a place were taken.
type verdictCursor struct{ After int64 }

var verdictCursors = docs.Collection[verdictCursor]{Kind: "event-compliance-cursor", Noun: "place among changes of compliance"}

// verdictBatch is how many changes are taken in one transaction.
const verdictBatch = 200

// Judge takes the changes of compliance of places with rules to them.
func (p *Program) Judge(ctx context.Context) error {
	if p.Verdicts == nil {
		return nil
	}
	x, err := p.rulesNow(ctx)
	if err != nil {
		return err
	}
	for k := range x.byBus {
		if k.bus != Default {
			continue
		}
		for more := true; more && err == nil; {
			more, err = p.judgePlace(ctx, x, compliance.Place(k.Place))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin is where the changes of a place are to be taken from: of one that had no rules before, from the next on.
func (p *Program) begin(ctx context.Context, at compliance.Place) (docs.Doc[verdictCursor], error) {
	get := func(tx Tx) (docs.Doc[verdictCursor], error) {
		return verdictCursors.Get(tx, at.Account, at.Region, "cursor")
	}
	c, err := read(ctx, p, get)
	if fault.KindOf(err) != fault.NotFound {
		return c, err
	}
	last, err := p.Verdicts.LastEvaluation(ctx, at)
	if err != nil {
		return c, err
	}
	err = p.Store.Write(ctx, func(tx Tx) error {
		return verdictCursors.Insert(tx, at.Account, at.Region, "cursor", "", verdictCursor{last})
	})
	if err != nil && fault.KindOf(err) != fault.Exists {
		return c, err
	}
	return read(ctx, p, get)
}

// judgePlace takes a batch of a place; more tells that there is another one.
func (p *Program) judgePlace(ctx context.Context, x *index, at compliance.Place) (more bool, err error) {
	c, err := p.begin(ctx, at)
	if err != nil {
		return false, err
	}
	changes, err := p.Verdicts.EvaluationsSince(ctx, at, c.Value.After, verdictBatch)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	var found []Delivery
	now := p.Clock.Now()
	for _, e := range changes {
		c.Value.After = e.Seq
		if now.Sub(e.Recorded) > late {
			continue
		}
		h, ok, err := p.ofVerdict(at, e)
		if err != nil {
			return false, err
		}
		if ok {
			found = append(found, x.route(&h, now)...)
		}
	}
	return len(changes) == verdictBatch, p.Store.Write(ctx, func(tx Tx) error {
		if err := p.enqueue(tx, found); err != nil {
			return err
		}
		return verdictCursors.Update(tx, c)
	})
}

// ofVerdict makes a change of compliance an event; false when it tells of none.
func (p *Program) ofVerdict(at compliance.Place, e compliance.Evaluation) (happening, bool, error) {
	body, ok, err := delivery.ComplianceChange(at, e)
	if err != nil || !ok {
		return happening{}, false, err
	}
	v := envelope{
		Version: "0", ID: p.Clock.NewID(), DetailType: "Config Rules Compliance Change", Source: "aws.config", Account: at.Account,
		Time: e.Recorded.UTC().Format(time.RFC3339), Region: at.Region, Detail: body,
	}
	text, err := v.text()
	if err != nil || len(text) > MaxEvent {
		return happening{}, false, err
	}
	h := happening{Place: Place(at), bus: Default, id: v.ID, texts: []string{text}, at: e.Recorded}
	return h, true, h.parse()
}
