package recording

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// held is the latest state of a resource on a day that has not been written yet.
type held struct {
	// Day is the day (UTC) on which it was seen.
	Day string
	inventory.Key
	Name, ARN, Zone string `json:",omitempty"`
	Status          inventory.Status
	Captured        time.Time
	Created         time.Time                  `json:",omitzero"`
	Configuration   json.RawMessage            `json:",omitempty"`
	Supplementary   map[string]json.RawMessage `json:",omitempty"`
	Tags            map[string]string          `json:",omitempty"`
	Relationships   []inventory.Relationship   `json:",omitempty"`
}

var states = docs.Collection[held]{Kind: "config-held-state", Noun: "held state"}

// shelf says of a place that it holds states: since when, and under which recording mode they were last looked through.
type shelf struct {
	Oldest string
	Mode   compliance.RecordingMode
}

var shelves = docs.Collection[shelf]{Kind: "config-held", Noun: "shelf of held states"}

const shelfID = "shelf"

// day is the day of a moment, in the order of time.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// idOf is the id under which a state of a resource is held; resource ids may be longer than a document's.
func idOf(k inventory.Key) string {
	sum := sha256.Sum256([]byte(k.Region + "\x00" + k.Type + "\x00" + k.ID))
	return hex.EncodeToString(sum[:])
}

// heldOf is the held state of a resource; nil when there is none.
func heldOf(tx compliance.Tx, at compliance.Place, k inventory.Key) (*docs.Doc[held], error) {
	d, err := states.Get(tx, at.Account, at.Region, idOf(k))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return &d, err
}

// hold keeps a state in place of the one seen earlier in the day. What could not be written later is refused now.
func hold(tx compliance.Tx, at compliance.Place, mode compliance.RecordingMode, old *docs.Doc[held], s inventory.Spec) error {
	if _, err := inventory.Build(s); err != nil {
		return err
	}
	if old != nil && s.Captured.Before(old.Value.Captured) {
		return nil
	}
	h, err := holding(s, day(tx.Now()))
	if err != nil {
		return err
	}
	if old != nil {
		old.Value = h
		return states.Update(tx, *old)
	}
	if err := states.Insert(tx, at.Account, at.Region, idOf(s.Key), "", h); err != nil {
		return err
	}
	_, err = shelves.Get(tx, at.Account, at.Region, shelfID)
	if fault.KindOf(err) == fault.NotFound {
		return shelves.Insert(tx, at.Account, at.Region, shelfID, "", shelf{h.Day, mode})
	}
	return err
}

func holding(s inventory.Spec, on string) (h held, err error) {
	h = held{
		Day: on, Key: s.Key, Name: s.Name, ARN: s.ARN, Zone: s.Zone, Status: s.Status, Captured: s.Captured, Created: s.Created,
		Tags: s.Tags, Relationships: s.Relationships,
	}
	if s.Configuration != nil {
		if h.Configuration, err = json.Marshal(s.Configuration); err != nil {
			return h, err
		}
	}
	for k, v := range s.Supplementary {
		text, err := json.Marshal(v)
		if err != nil {
			return h, err
		}
		if h.Supplementary == nil {
			h.Supplementary = map[string]json.RawMessage{}
		}
		h.Supplementary[k] = text
	}
	return h, nil
}

// spec is the item to write for a held state.
func (h *held) spec(delivered time.Time) inventory.Spec {
	s := inventory.Spec{
		Key: h.Key, Name: h.Name, ARN: h.ARN, Zone: h.Zone, Status: h.Status, Captured: h.Captured, Created: h.Created,
		Tags: h.Tags, Relationships: h.Relationships, Frequency: compliance.Daily, Delivered: delivered,
	}
	if h.Configuration != nil {
		s.Configuration = h.Configuration
	}
	for k, v := range h.Supplementary {
		if s.Supplementary == nil {
			s.Supplementary = map[string]any{}
		}
		s.Supplementary[k] = v
	}
	return s
}

// release records a held state and holds it no longer.
func release(tx compliance.Tx, d docs.Doc[held]) (written bool, err error) {
	if written, err = record(tx, d.Value.spec(tx.Now())); err != nil {
		return false, err
	}
	return written, states.Delete(tx, d.Account, d.Region, d.ID)
}

// known reports whether a resource was ever recorded.
func known(tx compliance.Tx, k inventory.Key) (bool, error) {
	_, err := tx.Item(k)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
