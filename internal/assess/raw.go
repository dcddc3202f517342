package assess

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/trail"
)

// itemPlace, eventPlace, policyPlace are places in JSON; a finding's place is the number of its change, a blob's its hash.
type itemPlace struct {
	Key inventory.Key
	// Captured is zero where only the state's id is known.
	Captured time.Time `json:",omitzero"`
	StateID  int64
}

type eventPlace struct{ Account, ID string }

// policyPlace is where a rule was that had the policy.
type policyPlace struct{ Account, Region string }

func place(kind string, v any) RawPlace {
	b, err := json.Marshal(v)
	if err != nil { // the place types above can always be encoded
		panic(err)
	}
	return RawPlace{kind, string(b)}
}

// Raw opens a raw object behind evidence as it may be shown: secrets in configuration items are masked.
func (s *Service) Raw(ctx context.Context, h ledger.Hash) (report.Raw, error) {
	p, err := read(ctx, s, func(tx Tx) (RawPlace, error) { return tx.RawPlace(h) })
	if err != nil {
		return report.Raw{}, err
	}
	switch p.Kind {
	case "item":
		return s.rawItem(ctx, p.Place, h)
	case "event":
		return s.rawEvent(ctx, p.Place)
	case "finding":
		return s.rawFinding(ctx, p.Place)
	case "policy":
		return s.rawPolicy(ctx, p.Place, h)
	case "blob":
		r, err := s.o.Blobs.Open(ctx, p.Place)
		return report.Raw{ReadCloser: r, Extension: "bin"}, err
	}
	return report.Raw{}, fault.Missing("raw object", h.String())
}

func jsonRaw(b []byte, masked bool) report.Raw {
	return report.Raw{ReadCloser: io.NopCloser(bytes.NewReader(b)), Extension: "json", Masked: masked}
}

func (s *Service) rawItem(ctx context.Context, at string, h ledger.Hash) (report.Raw, error) {
	var p itemPlace
	if err := json.Unmarshal([]byte(at), &p); err != nil {
		return report.Raw{}, err
	}
	vs, err := read(ctx, s, func(tx Tx) ([]inventory.Version, error) {
		return tx.ItemHistory(p.Key, inventory.History{From: p.Captured, To: p.Captured})
	})
	if err != nil {
		return report.Raw{}, err
	}
	for _, v := range vs {
		if v.StateID == p.StateID && v.Hash() == h {
			masked := inventory.Masked(v.Item)
			if bytes.Equal(masked, v.Raw()) || !secret(v.Raw(), masked) {
				return jsonRaw(v.Raw(), false), nil
			}
			return jsonRaw(masked, true), nil
		}
	}
	return report.Raw{}, fault.Missing("configuration item", p.Key.String())
}

// secret reports whether masking has taken anything out, rather than only written it in another way.
func secret(raw, masked []byte) bool {
	var a, b any
	if json.Unmarshal(raw, &a) != nil || json.Unmarshal(masked, &b) != nil {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errors.Join(errX, errY) != nil || !bytes.Equal(x, y)
}

func (s *Service) rawEvent(ctx context.Context, at string) (report.Raw, error) {
	var p eventPlace
	if err := json.Unmarshal([]byte(at), &p); err != nil {
		return report.Raw{}, err
	}
	if s.o.Events == nil {
		return report.Raw{}, fault.Missing("event", p.ID)
	}
	page, err := s.o.Events.Lookup(ctx, trail.Query{Scope: arn.Scope{Accounts: []string{p.Account}}, Attribute: trail.EventID, Value: p.ID, Limit: 1})
	if err != nil {
		return report.Raw{}, err
	}
	if len(page.Events) == 0 {
		return report.Raw{}, fault.Missing("event", p.ID)
	}
	return jsonRaw(page.Events[0].Raw, false), nil
}

func (s *Service) rawPolicy(ctx context.Context, at string, h ledger.Hash) (report.Raw, error) {
	var p policyPlace
	if err := json.Unmarshal([]byte(at), &p); err != nil {
		return report.Raw{}, err
	}
	text, err := read(ctx, s, func(tx Tx) (string, error) {
		return compliance.PolicyText(tx, compliance.Place{Account: p.Account, Region: p.Region}, h.String())
	})
	return report.Raw{ReadCloser: io.NopCloser(strings.NewReader(text)), Extension: "txt"}, err
}

func (s *Service) rawFinding(ctx context.Context, at string) (report.Raw, error) {
	seq, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return report.Raw{}, err
	}
	cs, err := read(ctx, s, func(tx Tx) ([]finding.Change, error) {
		return tx.FindingChanges(finding.ChangeQuery{Scope: arn.Everything(), After: seq - 1, Limit: 1})
	})
	if err != nil {
		return report.Raw{}, err
	}
	if len(cs) == 0 || cs[0].Seq != seq {
		return report.Raw{}, fault.Missing("finding", at)
	}
	return jsonRaw(cs[0].Document, false), nil
}
