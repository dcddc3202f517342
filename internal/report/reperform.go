package report

import (
	"context"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Subject is an item to be judged again.
type Subject struct {
	Occurrence ledger.Occurrence
	Body       ledger.Body
	// Raw reads one of the raw objects the verdict rests on; it fails when the bundle does not hold it exactly.
	Raw func(h ledger.Hash) ([]byte, error)
}

// Reperform judges an item again. ok is false when it cannot be judged here; reason tells why.
type Reperform func(ctx context.Context, s Subject) (verdict ledger.Verdict, reason string, ok bool)

// Reperformance tells how judging again went.
type Reperformance struct {
	Same    int64 `json:"same"`
	Skipped int64 `json:"skipped"`
	// WhySkipped is the reason of the first one skipped.
	WhySkipped string `json:"whySkipped,omitempty"`
	// Unjudged are the first of those skipped, by file.
	Unjudged []Unjudged `json:"unjudged,omitempty"`
}

// Unjudged is an item that could not be judged again.
type Unjudged struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// maxUnjudged bounds the list of those skipped.
const maxUnjudged = 1000

// reperform judges every selected item of a rule again, from the bundle alone.
func (v *verifier) reperform() error {
	if v.o.Reperform == nil {
		return nil
	}
	for _, i := range v.c.rules {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		if err := v.reperformFile(i); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) reperformFile(i int64) error {
	file, e, err := v.at(i)
	if err != nil {
		return err
	}
	name := file.Path
	data, err := v.whole(file, e)
	if err != nil {
		return err
	}
	var f evidenceFile
	if err := parse(data, "  ", &f); err != nil {
		return broken(name, "%v", err)
	}
	raw := func(h ledger.Hash) (out []byte, err error) {
		j, ok := v.c.byHash.get(h)
		if !ok {
			return nil, fmt.Errorf("the report does not hold the raw object %s exactly", h)
		}
		file, e, err := v.at(j)
		if err != nil {
			return nil, err
		}
		err = v.zip.content(e, file, func(r io.Reader) (err error) {
			out, err = io.ReadAll(io.LimitReader(r, maxInMemory))
			return err
		})
		return out, err
	}
	verdict, reason, ok := v.o.Reperform(v.ctx, Subject{f.Occurrence, f.Body, raw})
	if !ok {
		r := &v.res.Reperformed
		if r.Skipped++; r.WhySkipped == "" {
			r.WhySkipped = reason
		}
		if len(r.Unjudged) < maxUnjudged {
			r.Unjudged = append(r.Unjudged, Unjudged{name, reason})
		}
		return nil
	}
	if verdict != f.Body.Verdict {
		return broken(name, "the rule %s says %s, not %s, when it judges the raw objects again: %s", f.Body.Rule.ID, verdict, f.Body.Verdict, reason)
	}
	v.res.Reperformed.Same++
	return nil
}
