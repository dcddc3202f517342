package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// AnswerShare lets the recipient accept or decline a request, or the sender revoke it. What was accepted is copied in
// the background (Replicate); a copy that was made stays with the recipient when the request is revoked.
func (s *Service) AnswerShare(ctx context.Context, c Caller, id, side, action string) (Share, error) {
	list, err := shareSide(side)
	if err != nil {
		return Share{}, err
	}
	r, err := write(ctx, s, func(tx Tx) (Share, error) {
		if err := registered(tx, c); err != nil {
			return Share{}, err
		}
		d, err := list.Get(tx, c.Account, "", id)
		if err != nil {
			return Share{}, err
		}
		r := d.Value.at(tx.Now())
		if r.Status, err = r.after(side, action); err != nil {
			return r, err
		}
		if r.Status == ShareReplicating {
			if err := s.roomForShare(tx, &r); err != nil {
				return r, err
			}
			r.By = c.Principal
		}
		return r, moveShare(tx, &r)
	})
	if err == nil && r.Status == ShareReplicating && s.o.Wake != nil {
		s.o.Wake()
	}
	return r, err
}

// after is the state that an action of a side leads to.
func (r *Share) after(side, action string) (string, error) {
	switch {
	case side == ShareReceived && action == ShareAccept && r.open():
		return ShareReplicating, nil
	case side == ShareReceived && action == ShareDecline && r.open():
		return ShareDeclined, nil
	case side == ShareSent && action == ShareRevoke && r.reaches():
		return ShareRevoked, nil
	case side == ShareReceived && action == ShareRevoke:
		return "", fault.Invalidf("action", "Only the sender revokes a request. Decline it instead.")
	case side == ShareSent && (action == ShareAccept || action == ShareDecline):
		return "", fault.Invalidf("action", "Only the recipient accepts or declines a request. Revoke it instead.")
	case action != ShareAccept && action != ShareDecline && action != ShareRevoke:
		return "", fault.Invalidf("action", "%q is no action; use ACCEPT, DECLINE or REVOKE.", action)
	}
	return "", fault.Invalidf("action", "Request %s is %s; %s is not possible any more. Have the framework shared again.", r.ID, r.Status, action)
}

// moveShare writes a request's new state into both lists, where they still have it; what was sent is needed no longer
// unless it is about to be copied.
func moveShare(tx Tx, r *Share) error {
	r.Updated = tx.Now()
	for _, x := range []struct {
		list    docs.Collection[Share]
		account string
	}{{sentShares, r.Source}, {receivedShares, r.Destination}} {
		d, err := x.list.Get(tx, x.account, "", r.ID)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		d.Value = *r
		if err := x.list.Update(tx, d); err != nil {
			return err
		}
	}
	if r.open() || r.Status == ShareReplicating {
		return nil
	}
	if err := sharedCopies.Delete(tx, r.Destination, "", r.ID); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return nil
}

// roomForShare fails when the recipient's library has no room: copies count as its own.
func (s *Service) roomForShare(tx Tx, r *Share) error {
	mine, err := customFrameworks(tx, r.Destination)
	if err != nil {
		return err
	}
	if len(mine) >= s.o.Limits.CustomFrameworks {
		return quota("custom frameworks", s.o.Limits.CustomFrameworks)
	}
	controls, err := s.customControls(tx, r.Destination)
	if err == nil && len(controls)+r.Custom > s.o.Limits.CustomControls {
		err = quota("custom controls", s.o.Limits.CustomControls)
	}
	return err
}

// shareBatch is how many requests a round looks at in one transaction.
const shareBatch = 100

// Replicate is a round over all requests: it copies what was accepted and writes down what has run out or is about to.
// It may be stopped anywhere; each request is done in one transaction, and one that fails keeps no other from it.
func (s *Service) Replicate(ctx context.Context) error {
	var failed []error
	for after, more := (docs.Key{}), true; more; {
		list, err := read(ctx, s, func(tx Tx) ([]docs.Doc[Share], error) {
			return receivedShares.List(tx, arn.Everything(), after, shareBatch)
		})
		if err != nil {
			return err
		}
		now := s.o.IDs.Now()
		for i := range list {
			r := &list[i].Value
			if r.Status != ShareReplicating && r.at(now).Status == r.Status {
				continue
			}
			if err := s.settleShare(ctx, r); err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", r, err))
			}
		}
		if more = len(list) == shareBatch; more {
			after = list[len(list)-1].Key
		}
	}
	return errors.Join(failed...)
}

// settleShare does what a request waits for.
func (s *Service) settleShare(ctx context.Context, r *Share) error {
	sent, err := read(ctx, s, func(tx Tx) (SharedFramework, error) {
		d, err := sharedCopies.Get(tx, r.Destination, "", r.ID)
		if fault.KindOf(err) == fault.NotFound && r.Status != ShareReplicating {
			err = nil
		}
		return d.Value, err
	})
	if err != nil {
		return err
	}
	ids := s.newIDs(1 + len(sent.Framework.Sets) + len(sent.Controls))
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		d, err := receivedShares.Get(tx, r.Destination, "", r.ID)
		if err != nil {
			return struct{}{}, err
		}
		now := d.Value.at(tx.Now())
		if now.Status != ShareReplicating {
			return struct{}{}, moveShare(tx, &now)
		}
		if err := s.roomForShare(tx, &now); fault.KindOf(err) == fault.Quota {
			now.Status, now.Reason = ShareFailed, err.Error()
			return struct{}{}, moveShare(tx, &now)
		} else if err != nil {
			return struct{}{}, err
		}
		if err := s.copyShared(tx, &now, sent, ids); err != nil {
			return struct{}{}, err
		}
		now.Status = ShareShared
		return struct{}{}, moveShare(tx, &now)
	})
	return err
}

// copyShared puts a framework and its custom controls into the recipient's library. The copies are its own from then
// on; standard controls are there already.
func (s *Service) copyShared(tx Tx, r *Share, sent SharedFramework, ids []string) error {
	f := sent.Framework
	f.ID, ids = ids[0], ids[1:]
	f.Sets = slices.Clone(f.Sets) // the transaction may run again
	copies := map[string]string{}
	for i := range f.Sets {
		f.Sets[i].ID, ids = ids[0], ids[1:]
		f.Sets[i].Controls = slices.Clone(f.Sets[i].Controls)
		for j, old := range f.Sets[i].Controls {
			k, custom := sent.Controls[old]
			if !custom {
				continue
			}
			if _, done := copies[old]; !done {
				copies[old], ids = ids[0], ids[1:]
				if err := copyControl(tx, r, k, copies[old]); err != nil {
					return err
				}
			}
			f.Sets[i].Controls[j] = copies[old]
		}
	}
	name, err := freeName(f.Name, r, func(name string) error {
		_, err := frameworks.ByName(tx, "", "", ownName(r.Destination, name))
		return err
	})
	if err != nil {
		return err
	}
	f.Name, f.Owner, f.Tags = name, r.Destination, nil
	f.CreatedBy, f.UpdatedBy, f.Created, f.Updated = r.By, r.By, tx.Now(), tx.Now()
	r.Copy = f.ID
	return frameworks.Insert(tx, "", "", f.ID, ownName(f.Owner, f.Name), f)
}

func copyControl(tx Tx, r *Share, k Control, id string) error {
	name, err := freeName(k.Name, r, func(name string) error {
		_, err := controls.ByName(tx, "", "", ownName(r.Destination, name))
		return err
	})
	if err != nil {
		return err
	}
	k.ID, k.Name, k.Owner, k.Tags = id, name, r.Destination, nil
	k.CreatedBy, k.UpdatedBy, k.Created, k.Updated = r.By, r.By, tx.Now(), tx.Now()
	return controls.Insert(tx, "", "", id, ownName(k.Owner, k.Name), k)
}

// freeName is the name itself where the recipient has none like it, else with the sender's account and a number.
func freeName(name string, r *Share, find func(string) error) (string, error) {
	try := name
	for n := 1; ; n++ {
		err := find(try)
		if fault.KindOf(err) == fault.NotFound {
			return try, nil
		}
		if err != nil {
			return "", err
		}
		suffix := fmt.Sprintf(" (from %s)", r.Source)
		if n > 1 {
			suffix = fmt.Sprintf(" (from %s, %d)", r.Source, n)
		}
		try = string(firstRunes(name, 300-len(suffix))) + suffix
	}
}

func firstRunes(s string, n int) []rune {
	r := []rune(s)
	return r[:min(len(r), n)]
}
