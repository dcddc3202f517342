package assess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Notification is told to the people of an assessment.
type Notification struct {
	// ID is seconds since the epoch, an underscore and a UUID, as AWS writes it.
	ID          string    `json:"id"`
	Assessment  string    `json:"assessment"`
	Name        string    `json:"name"`
	ControlSet  string    `json:"controlSet,omitempty"`
	Description string    `json:"description"`
	At          time.Time `json:"at"`
	Source      string    `json:"source"`
}

var notifications = docs.Collection[Notification]{Kind: "audit-notification", Noun: "notification"}

// notify keeps a notification and records the event for the account's topic.
func (s *Service) notify(tx Tx, a *Assessment, id string, c Caller, typ, set, description string) (Event, error) {
	n := Notification{
		ID: fmt.Sprintf("%d_%s", tx.Now().Unix(), id), Assessment: a.ID, Name: a.Name, ControlSet: set,
		Description: description, At: tx.Now(), Source: c.Principal,
	}
	if err := notifications.Insert(tx, a.Owner, "", n.ID, "", n); err != nil {
		return Event{}, err
	}
	d, err := settingsOf(tx, a.Owner)
	if err != nil {
		return Event{}, err
	}
	e := a.event(typ, id, c, tx.Now())
	e.ControlSet, e.Topic, e.Message = set, d.Value.Topic, description
	return e, s.record(tx, e)
}

// Notifications lists the account's notifications, newest first.
func (s *Service) Notifications(ctx context.Context, c Caller) ([]Notification, error) {
	return read(ctx, s, func(tx Tx) ([]Notification, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		all, err := notifications.All(tx, arn.Scope{Accounts: []string{c.Account}})
		if err != nil {
			return nil, err
		}
		var out []Notification
		for _, d := range slices.Backward(all) {
			out = append(out, d.Value)
		}
		return out, nil
	})
}
