package report

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/anchor"
)

// anchors checks what can be checked offline of the places where checkpoints are kept: that each checkpoint is of this log,
// and that a time stamp is over it.
func (v *verifier) anchors() error {
	entry := v.folder + manifestName
	for _, a := range v.res.Manifest.Anchors {
		if a.Checkpoint == "" {
			return broken(entry, "names an anchor at %s without its checkpoint", safeName(a.Where))
		}
		c, err := v.open([]byte(a.Checkpoint))
		if err != nil {
			return broken(entry, "the checkpoint kept at %s: %v", safeName(a.Where), err)
		}
		if c.Size != a.Size || c.Size > v.d.TreeSize || c.Origin != v.d.Origin {
			return broken(entry, "the checkpoint kept at %s is of another log, or of a later state", safeName(a.Where))
		}
		root, err := v.rootAt(c.Size)
		if err != nil {
			return asProblem(entry, fmt.Errorf("the checkpoint kept at %s: %w", safeName(a.Where), err))
		}
		if root != c.Root {
			return broken(entry, "the log does not begin with the checkpoint kept at %s", safeName(a.Where))
		}
		if err := v.timeStamp(a); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) timeStamp(a Anchor) error {
	if a.Kind != anchor.TimeStamp {
		return nil
	}
	s, err := anchor.CheckToken(a.Token, []byte(a.Checkpoint), v.o.Authorities)
	if err != nil {
		return broken(v.folder+manifestName, "%s: %v", safeName(a.Where), err)
	}
	if !s.At.Equal(a.At) {
		return broken(v.folder+manifestName, "the time stamp of %s is of another time", safeName(a.Where))
	}
	v.res.Stamps = append(v.res.Stamps, s)
	return nil
}

// AnchorsOf shows receipts in a report.
func AnchorsOf(receipts []anchor.Receipt) []Anchor {
	out := []Anchor{}
	for _, r := range receipts {
		out = append(out, Anchor{Kind: r.Kind, Where: r.Where, Reference: r.Reference, At: r.At, Size: r.Size, Checkpoint: r.Checkpoint, Token: r.Token})
	}
	return out
}
