package scan

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// Baseline is the failures of a former scan; what is not among them is new.
type Baseline struct{ failures map[[16]byte]bool }

// ReadBaseline reads the JSON of a former scan, evaluation by evaluation.
func ReadBaseline(in io.Reader) (*Baseline, error) {
	b := &Baseline{failures: map[[16]byte]bool{}}
	dec := json.NewDecoder(in)
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, badBaseline(fmt.Errorf("it is no JSON object"))
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, badBaseline(err)
		}
		if key != "evaluations" {
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return nil, badBaseline(err)
			}
			continue
		}
		found = true
		if err := b.list(dec); err != nil {
			return nil, badBaseline(err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, badBaseline(err)
	}
	if !found {
		return nil, badBaseline(fmt.Errorf("it has no evaluations"))
	}
	return b, nil
}

func badBaseline(err error) error {
	return &fault.Error{Kind: fault.Invalid, Field: "baseline", Message: "The baseline is not the output of 'tickmark scan --output json'", Err: err}
}

func (b *Baseline) list(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return fmt.Errorf("its evaluations are no list")
	}
	for dec.More() {
		var e Evaluation
		if err := dec.Decode(&e); err != nil {
			return err
		}
		if e.Compliance == rule.NonCompliant.String() {
			b.failures[keyOf(&e)] = true
		}
	}
	_, err := dec.Token()
	return err
}

func (b *Baseline) has(e *Evaluation) bool { return b.failures[keyOf(e)] }

// keyOf names a failure: the rule, wherever its pack put it, and the subject.
func keyOf(e *Evaluation) (k [16]byte) {
	h := sha256.New()
	for _, s := range []string{e.Account, e.Region, e.Rule, e.Type, e.ID} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	copy(k[:], h.Sum(nil))
	return k
}
