package assess

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The states of a request to share a framework.
const (
	ShareActive      = "ACTIVE"
	ShareExpiring    = "EXPIRING"
	ShareReplicating = "REPLICATING"
	ShareShared      = "SHARED"
	ShareDeclined    = "DECLINED"
	ShareRevoked     = "REVOKED"
	ShareExpired     = "EXPIRED"
	ShareFailed      = "FAILED"
)

// The two sides of a request, and what they may do with it.
const (
	ShareSent     = "SENT"
	ShareReceived = "RECEIVED"

	ShareAccept  = "ACCEPT"
	ShareDecline = "DECLINE"
	ShareRevoke  = "REVOKE"
)

// How long a recipient has to answer, and from when on a request is told to be expiring.
const (
	shareTime     = 120 * 24 * time.Hour
	shareExpiring = 30 * 24 * time.Hour
)

// Share is a request to copy a custom framework into the library of an account. Sender and recipient have each a
// document of it in a list of their own, which they clear for themselves.
type Share struct {
	ID             string `json:"id"`
	Framework      string `json:"framework"`
	Name           string `json:"name"`
	Description    string `json:"description,omitempty"`
	ComplianceType string `json:"complianceType,omitempty"`
	Comment        string `json:"comment,omitempty"`
	Source         string `json:"source"`
	Destination    string `json:"destination"`
	Region         string `json:"region"`
	Status         string `json:"status"`
	// Standard and Custom count the controls of the framework as it was sent.
	Standard int       `json:"standard"`
	Custom   int       `json:"custom"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Expires  time.Time `json:"expires"`
	// By is the principal that accepted the request, Copy the framework that was made, Reason why it failed.
	By     string `json:"by,omitempty"`
	Copy   string `json:"copy,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// SharedFramework is a framework as it was sent, with the definitions of its custom controls. It is kept for the
// recipient until the request is answered or has run out.
type SharedFramework struct {
	Framework Framework          `json:"framework"`
	Controls  map[string]Control `json:"controls"`
}

var (
	sentShares     = docs.Collection[Share]{Kind: "framework-share-sent", Noun: "framework share request"}
	receivedShares = docs.Collection[Share]{Kind: "framework-share-received", Noun: "framework share request"}
	sharedCopies   = docs.Collection[SharedFramework]{Kind: "framework-share-snapshot", Noun: "shared framework"}
)

// at is the request as it stands at a time: its days run out whether or not anybody has looked.
func (r Share) at(now time.Time) Share {
	if r.Status != ShareActive && r.Status != ShareExpiring {
		return r
	}
	switch {
	case !now.Before(r.Expires):
		r.Status = ShareExpired
	case !now.Before(r.Expires.Add(-shareExpiring)):
		r.Status = ShareExpiring
	}
	return r
}

// open reports whether the recipient may still answer.
func (r *Share) open() bool { return r.Status == ShareActive || r.Status == ShareExpiring }

// place finds a request again when the framework is sent to the same recipient once more.
func (r *Share) place() string { return r.Framework + "/" + r.Destination + "/" + r.Region }

// ShareInput asks to share a framework.
type ShareInput struct{ Framework, Account, Region, Comment string }

// StartShare sends a framework as it is now. Sending it to the same recipient again replaces what was sent and gives
// the recipient the whole time once more.
func (s *Service) StartShare(ctx context.Context, c Caller, in ShareInput) (Share, error) {
	if err := s.checkRecipient(ctx, c, in); err != nil {
		return Share{}, err
	}
	id := s.o.IDs.NewID()
	return write(ctx, s, func(tx Tx) (Share, error) {
		f, err := s.shareable(tx, c, in.Framework)
		if err != nil {
			return Share{}, err
		}
		sent, err := s.shared(tx, &f)
		if err != nil {
			return Share{}, err
		}
		now := tx.Now()
		r := Share{
			ID: id, Framework: f.ID, Name: f.Name, Description: f.Description, ComplianceType: f.ComplianceType, Comment: in.Comment,
			Source: c.Account, Destination: in.Account, Region: in.Region, Status: ShareActive,
			Custom: len(sent.Controls), Standard: f.distinct() - len(sent.Controls), Created: now, Updated: now, Expires: now.Add(shareTime),
		}
		old, err := sentShares.ByName(tx, c.Account, "", r.place())
		switch {
		case fault.KindOf(err) == fault.NotFound:
			return r, firstOf(s.roomForRecipient(tx, &r), sendShare(tx, r, sent))
		case err != nil:
			return r, err
		}
		return s.resend(tx, old, r, sent)
	})
}

// resend puts a new request in the place of one that was sent before.
func (s *Service) resend(tx Tx, old docs.Doc[Share], r Share, sent SharedFramework) (Share, error) {
	before := old.Value.at(tx.Now())
	if before.Status == ShareReplicating {
		return r, fault.Invalidf("frameworkId", "The framework is being copied into account %s at this moment. Share it again when that is done.", r.Destination)
	}
	if !before.reaches() {
		if err := s.roomForRecipient(tx, &r); err != nil {
			return r, err
		}
	}
	r.ID, r.Created = before.ID, before.Created
	if err := forgetShare(tx, &before); err != nil {
		return r, err
	}
	return r, sendShare(tx, r, sent)
}

// forgetShare removes a request from both lists.
func forgetShare(tx Tx, r *Share) error {
	for _, err := range []error{
		sentShares.Delete(tx, r.Source, "", r.ID), receivedShares.Delete(tx, r.Destination, "", r.ID), sharedCopies.Delete(tx, r.Destination, "", r.ID),
	} {
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}

func sendShare(tx Tx, r Share, sent SharedFramework) error {
	return firstOf(
		sentShares.Insert(tx, r.Source, "", r.ID, r.place(), r), receivedShares.Insert(tx, r.Destination, "", r.ID, "", r),
		sharedCopies.Insert(tx, r.Destination, "", r.ID, "", sent),
	)
}

// checkRecipient refuses who cannot receive a framework.
func (s *Service) checkRecipient(ctx context.Context, c Caller, in ShareInput) error {
	switch {
	case !arn.ValidAccount(in.Account):
		return fault.Invalidf("destinationAccount", "%q is not the id of an account, which has twelve digits.", in.Account)
	case in.Account == c.Account && in.Region == c.Region:
		return fault.Invalidf("destinationRegion", "The framework is in account %s and region %s already. Choose another account or region.", in.Account, in.Region)
	case in.Account == c.Account || s.o.Organization == nil:
		return length("comment", in.Comment, 0, 500)
	}
	management, err := s.o.Organization(ctx, in.Account)
	if err != nil {
		return err
	}
	if management == in.Account {
		return fault.Invalidf("destinationAccount", "Account %s is the management account of an organization; frameworks cannot be shared with it.", in.Account)
	}
	return length("comment", in.Comment, 0, 500)
}

// shareable is a custom framework of the caller's that may leave the account.
func (s *Service) shareable(tx Tx, c Caller, id string) (Framework, error) {
	if err := registered(tx, c); err != nil {
		return Framework{}, err
	}
	if _, ok := s.o.Library.Framework(id); ok {
		return Framework{}, fault.Invalidf("frameworkId", "Framework %s is a standard framework, which every account has. Only custom frameworks are shared.", id)
	}
	d, err := s.ownFramework(tx, c, id)
	if err != nil {
		return d.Value, err
	}
	for _, set := range d.Value.Sets {
		for _, k := range set.Controls {
			std, ok := s.o.Library.Control(k)
			if ok && slices.ContainsFunc(unshareable, func(family string) bool { return strings.HasPrefix(std.Framework.Name(), family) }) {
				return d.Value, fault.Invalidf("frameworkId", "The framework holds controls of %s, whose licence does not let them be shared. Take them out, or use the standard framework, which every account has.", std.Framework.Name())
			}
		}
	}
	return d.Value, nil
}

// unshareable are the families of standard frameworks that AWS marks as not eligible for sharing, by how their names
// begin.
var unshareable = []string{"CIS AWS ", "CIS Controls ", "CCCS ", "ISO", "PCI ", "SOC 2"}

// shared copies a framework with its custom controls.
func (s *Service) shared(tx Tx, f *Framework) (SharedFramework, error) {
	out := SharedFramework{Framework: *f, Controls: map[string]Control{}}
	l := s.lookup(tx)
	for _, set := range f.Sets {
		for _, id := range set.Controls {
			k, err := l.control(id)
			if err != nil {
				return out, err
			}
			if k.Type == Custom {
				out.Controls[id] = k
			}
		}
	}
	return out, nil
}

// distinct counts a framework's controls, each once.
func (f *Framework) distinct() int {
	seen := map[string]bool{}
	for _, set := range f.Sets {
		for _, id := range set.Controls {
			seen[id] = true
		}
	}
	return len(seen)
}

// reaches reports whether the request counts as a recipient: it can be answered, or was accepted.
func (r *Share) reaches() bool {
	return r.open() || r.Status == ShareReplicating || r.Status == ShareShared
}

// roomForRecipient fails when a framework has as many recipients as it may have.
func (s *Service) roomForRecipient(tx Tx, r *Share) error {
	all, err := sentShares.All(tx, arn.Scope{Accounts: []string{r.Source}})
	if err != nil {
		return err
	}
	n := 0
	for _, d := range all {
		if x := d.Value.at(tx.Now()); x.Framework == r.Framework && x.reaches() {
			n++
		}
	}
	if n >= s.o.Limits.ShareRecipients {
		return fault.Invalidf("destinationAccount", "The framework is shared with %d recipients, which is the limit. Revoke a request first.", n)
	}
	return nil
}

// Shares are the requests of one side of the account, newest first.
func (s *Service) Shares(ctx context.Context, c Caller, side string) ([]Share, error) {
	list, err := shareSide(side)
	if err != nil {
		return nil, err
	}
	return read(ctx, s, func(tx Tx) ([]Share, error) {
		if err := registered(tx, c); err != nil {
			return nil, err
		}
		all, err := list.All(tx, arn.Scope{Accounts: []string{c.Account}})
		if err != nil {
			return nil, err
		}
		var out []Share
		for _, d := range slices.Backward(all) {
			out = append(out, d.Value.at(tx.Now()))
		}
		return out, nil
	})
}

func shareSide(side string) (docs.Collection[Share], error) {
	switch side {
	case ShareSent:
		return sentShares, nil
	case ShareReceived:
		return receivedShares, nil
	}
	return sentShares, fault.Invalidf("requestType", "%q is no type of a request; use SENT or RECEIVED.", side)
}

// DeleteShare clears a request from the caller's own list. One that can still be answered or revoked must be.
func (s *Service) DeleteShare(ctx context.Context, c Caller, id, side string) error {
	list, err := shareSide(side)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, func(tx Tx) (struct{}, error) {
		if err := registered(tx, c); err != nil {
			return struct{}{}, err
		}
		d, err := list.Get(tx, c.Account, "", id)
		if err != nil {
			return struct{}{}, err
		}
		if r := d.Value.at(tx.Now()); r.open() || r.Status == ShareReplicating {
			first := "Revoke it first."
			if side == ShareReceived {
				first = "Decline it first."
			}
			return struct{}{}, fault.Invalidf("requestId", "Request %s is %s and cannot be deleted. %s", id, r.Status, first)
		}
		return struct{}{}, list.Delete(tx, c.Account, "", id)
	})
	return err
}

// String is for messages about the request.
func (r *Share) String() string {
	return fmt.Sprintf("request %s to share %q with account %s", r.ID, r.Name, r.Destination)
}
