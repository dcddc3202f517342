package assess_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

const day = 24 * time.Hour

// sharing is a house in which both accounts are registered.
func sharing(t *testing.T, limits assess.Limits) *house {
	t.Helper()
	h := newHouseWith(t, limits)
	_, err := h.Register(ctx, other, "", "")
	h.ok(err)
	return h
}

// share sends a framework of one custom control to the other account.
func (h *house) share() assess.Share {
	h.Helper()
	f, _ := h.framework([]catalog.Source{{Type: catalog.Manual}})
	r, err := h.StartShare(ctx, owner, assess.ShareInput{Framework: f.ID, Account: accountB, Region: virginia})
	h.ok(err)
	return r
}

func (h *house) answer(c assess.Caller, r assess.Share, side, action string) {
	h.Helper()
	_, err := h.AnswerShare(ctx, c, r.ID, side, action)
	h.ok(err)
}

// status is a request's status, which both lists must agree on.
func (h *house) status(id string) string {
	h.Helper()
	found := map[string]bool{}
	for side, c := range map[string]assess.Caller{assess.ShareSent: owner, assess.ShareReceived: other} {
		list, err := h.Shares(ctx, c, side)
		h.ok(err)
		for _, r := range list {
			if r.ID == id {
				found[r.Status] = true
			}
		}
	}
	if len(found) != 1 {
		h.Errorf("request %s is %v", id, found)
	}
	for s := range found {
		return s
	}
	return ""
}

// shareStates make a request of each state.
var shareStates = map[string]func(h *house) assess.Share{
	assess.ShareActive: (*house).share,
	assess.ShareExpiring: func(h *house) assess.Share {
		r := h.share()
		h.env.Clock.Advance(91 * day)
		return r
	},
	assess.ShareExpired: func(h *house) assess.Share {
		r := h.share()
		h.env.Clock.Advance(120 * day)
		return r
	},
	assess.ShareReplicating: func(h *house) assess.Share {
		r := h.share()
		h.answer(other, r, assess.ShareReceived, assess.ShareAccept)
		return r
	},
	assess.ShareShared: func(h *house) assess.Share {
		r := h.share()
		h.answer(other, r, assess.ShareReceived, assess.ShareAccept)
		h.ok(h.Replicate(ctx))
		return r
	},
	assess.ShareDeclined: func(h *house) assess.Share {
		r := h.share()
		h.answer(other, r, assess.ShareReceived, assess.ShareDecline)
		return r
	},
	assess.ShareRevoked: func(h *house) assess.Share {
		r := h.share()
		h.answer(owner, r, assess.ShareSent, assess.ShareRevoke)
		return r
	},
	assess.ShareFailed: func(h *house) assess.Share { // accepted, and then there is no room left
		r := h.share()
		h.answer(other, r, assess.ShareReceived, assess.ShareAccept)
		var made []string
		for n := 0; ; n++ {
			k, err := h.CreateControl(ctx, other, assess.ControlInput{Name: fmt.Sprintf("filler %d", n), Sources: []catalog.Source{{Type: catalog.Manual}}})
			if fault.KindOf(err) == fault.Quota {
				break
			}
			h.ok(err)
			made = append(made, k.ID)
		}
		h.ok(h.Replicate(ctx))
		for _, id := range made {
			h.ok(h.DeleteControl(ctx, other, id))
		}
		return r
	},
}

// TestShareMachine has each side do each thing, and delete, in each state.
func TestShareMachine(t *testing.T) {
	h := sharing(t, assess.Limits{CustomControls: 70})
	allowed := map[string]string{ // what leads on; everything else is refused
		"ACTIVE RECEIVED ACCEPT": "REPLICATING", "ACTIVE RECEIVED DECLINE": "DECLINED", "ACTIVE SENT REVOKE": "REVOKED",
		"EXPIRING RECEIVED ACCEPT": "REPLICATING", "EXPIRING RECEIVED DECLINE": "DECLINED", "EXPIRING SENT REVOKE": "REVOKED",
		"REPLICATING SENT REVOKE": "REVOKED", "SHARED SENT REVOKE": "REVOKED",
	}
	for state, make := range shareStates {
		for side, c := range map[string]assess.Caller{assess.ShareSent: owner, assess.ShareReceived: other} {
			for _, action := range []string{assess.ShareAccept, assess.ShareDecline, assess.ShareRevoke, "FORGET"} {
				what := state + " " + side + " " + action
				r := make(h)
				if got := h.status(r.ID); got != state {
					t.Fatalf("%s: it begins %s", what, got)
				}
				want, ok := allowed[what]
				got, err := h.AnswerShare(ctx, c, r.ID, side, action)
				if ok && (err != nil || got.Status != want || h.status(r.ID) != want) {
					t.Errorf("%s: %s, %v", what, got.Status, err)
				}
				if !ok && (fault.KindOf(err) != fault.Invalid || !strings.HasSuffix(err.Error(), ".") || h.status(r.ID) != state) {
					t.Errorf("%s: %v, it is %s", what, err, h.status(r.ID))
				}
				h.clear(r)
			}
			r := make(h)
			err := h.DeleteShare(ctx, c, r.ID, side)
			waits := state == assess.ShareActive || state == assess.ShareExpiring || state == assess.ShareReplicating
			if waits != (fault.KindOf(err) == fault.Invalid) || !waits && err != nil {
				t.Errorf("%s: %s deletes: %v", state, side, err)
			}
			h.clear(r)
		}
	}
}

// clear takes a request, its framework and the copy out of the way.
func (h *house) clear(r assess.Share) {
	h.Helper()
	_, _ = h.AnswerShare(ctx, owner, r.ID, assess.ShareSent, assess.ShareRevoke)
	_ = h.DeleteShare(ctx, owner, r.ID, assess.ShareSent)
	_ = h.DeleteShare(ctx, other, r.ID, assess.ShareReceived)
	for _, c := range []assess.Caller{owner, other} {
		fs, err := h.ListFrameworks(ctx, c, assess.Custom)
		h.ok(err)
		for _, f := range fs {
			if f.Owner == c.Account {
				h.ok(h.DeleteFramework(ctx, c, f.ID))
			}
		}
		ks, err := h.ListControls(ctx, c, assess.Custom)
		h.ok(err)
		for _, k := range ks {
			if k.Owner == c.Account {
				h.ok(h.DeleteControl(ctx, c, k.ID))
			}
		}
	}
}

// TestSharedCopy: a copy has everything of what was sent, as it was then, and is the recipient's own.
func TestSharedCopy(t *testing.T) {
	h := sharing(t, assess.Limits{})
	f, ids := h.framework([]catalog.Source{source(catalog.APICall, "iam_ListUsers")}, []catalog.Source{{Type: catalog.Manual}})
	std, err := h.ListFrameworks(ctx, owner, assess.Standard)
	h.ok(err)
	free := ""
	for _, s := range std {
		if s.Name == "GDPR 2016" {
			free = s.Sets[0].Controls[0]
		}
	}
	sets := []assess.Set{{Name: "Accès / revue", Controls: append(ids, free)}, {Name: "More", Controls: ids[:1]}}
	_, err = h.UpdateFramework(ctx, owner, f.ID, assess.FrameworkInput{Name: "Ours", Description: "d", ComplianceType: "internal", Sets: sets})
	h.ok(err)
	in := assess.ShareInput{Framework: f.ID, Account: accountB, Region: virginia, Comment: "for you"}
	first, err := h.StartShare(ctx, owner, in)
	h.ok(err)
	if first.Custom != 2 || first.Standard != 1 || first.Name != "Ours" || first.Status != assess.ShareActive {
		t.Errorf("request %+v", first)
	}

	// Sent again a hundred days later: the newer definition, the same request, and 120 days from then on.
	h.env.Clock.Advance(100 * day)
	h.ok(h.Replicate(ctx))
	if got := h.status(first.ID); got != assess.ShareExpiring {
		t.Errorf("after a hundred days it is %s", got)
	}
	_, err = h.UpdateControl(ctx, owner, ids[0], assess.ControlInput{Name: "Users", Description: "newer", Sources: []catalog.Source{source(catalog.APICall, "iam_ListUsers")}})
	h.ok(err)
	again, err := h.StartShare(ctx, owner, in)
	h.ok(err)
	if again.ID != first.ID || !again.Expires.Equal(h.env.Clock.Now().Add(120*day)) || h.status(first.ID) != assess.ShareActive {
		t.Errorf("sent again: %+v", again)
	}
	_, err = h.UpdateControl(ctx, owner, ids[0], assess.ControlInput{Name: "Users", Description: "too late", Sources: []catalog.Source{source(catalog.APICall, "iam_ListRoles")}})
	h.ok(err)

	// The recipient has a control of that name: the copy's tells whom it came from.
	_, err = h.CreateControl(ctx, other, assess.ControlInput{Name: "users", Sources: []catalog.Source{{Type: catalog.Manual}}})
	h.ok(err)
	h.answer(other, again, assess.ShareReceived, assess.ShareAccept)
	if _, err := h.StartShare(ctx, owner, in); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sent while it is copied: %v", err)
	}
	h.ok(h.Replicate(ctx))
	h.ok(h.Replicate(ctx)) // nothing is copied twice
	list, err := h.Shares(ctx, other, assess.ShareReceived)
	h.ok(err)
	copied, err := h.GetFramework(ctx, other, list[0].Copy)
	h.ok(err)
	if copied.Owner != accountB || copied.Name != "Ours" || copied.Description != "d" || copied.ComplianceType != "internal" || copied.CreatedBy != other.Principal ||
		len(copied.Sets) != 2 || copied.Sets[0].Name != "Accès / revue" || copied.Sets[0].Controls[2] != free || copied.Sets[1].Controls[0] != copied.Sets[0].Controls[0] {
		t.Errorf("copy %+v", copied)
	}
	k, err := h.GetControl(ctx, other, copied.Sets[0].Controls[0])
	h.ok(err)
	if k.ID == ids[0] || k.Name != "Users (from "+accountA+")" || k.Description != "newer" || k.Owner != accountB || k.Sources[0].Keyword != "iam_ListUsers" {
		t.Errorf("copied control %+v", k)
	}
	h.ok(h.DeleteControl(ctx, other, k.ID))
	if _, err := h.GetControl(ctx, owner, ids[0]); err != nil {
		t.Errorf("the original went with the copy: %v", err)
	}
}

// TestShareRecipients: whom a framework may be sent to, and which.
func TestShareRecipients(t *testing.T) {
	h := sharing(t, assess.Limits{ShareRecipients: 2, CustomFrameworks: 3})
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	send := func(c assess.Caller, framework, account, region string) error {
		_, err := h.StartShare(ctx, c, assess.ShareInput{Framework: framework, Account: account, Region: region})
		return err
	}
	std, err := h.ListFrameworks(ctx, owner, assess.Standard)
	h.ok(err)
	h.ok(send(owner, f.ID, accountB, virginia))
	wantKind(t, send(owner, std[0].ID, accountB, virginia), fault.Invalid)
	wantKind(t, send(owner, "019bc186-de00-7000-8000-ffffffffffff", accountB, virginia), fault.NotFound)
	wantKind(t, send(other, f.ID, accountA, virginia), fault.Denied)
	wantKind(t, send(owner, f.ID, "12", virginia), fault.Invalid)
	wantKind(t, send(owner, f.ID, accountA, ireland), fault.Invalid)
	h.ok(send(owner, f.ID, accountA, virginia)) // a copy for another region of one's own
	wantKind(t, send(owner, f.ID, "333333333333", virginia), fault.Invalid)
	h.ok(send(owner, f.ID, accountB, virginia)) // again to the same is no further recipient
	list, err := h.Shares(ctx, owner, assess.ShareSent)
	h.ok(err)
	if len(list) != 2 {
		t.Errorf("%d requests sent", len(list))
	}
	h.answer(owner, list[0], assess.ShareSent, assess.ShareRevoke)
	h.ok(send(owner, f.ID, "333333333333", virginia))

	for _, s := range std {
		k := s.Sets[0].Controls[0]
		_, err := h.UpdateFramework(ctx, owner, f.ID, assess.FrameworkInput{Name: "derived", Sets: []assess.Set{{Name: "a", Controls: []string{k, ids[0]}}}})
		h.ok(err)
		err = send(owner, f.ID, accountB, virginia)
		licensed := false
		for _, family := range []string{"CIS AWS", "CIS Controls", "CCCS", "ISO/IEC", "PCI DSS", "SOC 2"} {
			licensed = licensed || strings.HasPrefix(s.Name, family)
		}
		if licensed != (fault.KindOf(err) == fault.Invalid) || !licensed && err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}

	// A library that is full takes nothing over.
	for range 3 {
		k, err := h.CreateControl(ctx, other, assess.ControlInput{Name: h.env.Clock.NewID(), Sources: []catalog.Source{{Type: catalog.Manual}}})
		h.ok(err)
		_, err = h.CreateFramework(ctx, other, assess.FrameworkInput{Name: h.env.Clock.NewID(), Sets: []assess.Set{{Name: "a", Controls: []string{k.ID}}}})
		h.ok(err)
	}
	got, err := h.Shares(ctx, other, assess.ShareReceived)
	h.ok(err)
	_, err = h.AnswerShare(ctx, other, got[0].ID, assess.ShareReceived, assess.ShareAccept)
	wantKind(t, err, fault.Quota)
	_, err = h.AnswerShare(ctx, owner, got[0].ID, assess.ShareReceived, assess.ShareAccept)
	wantKind(t, err, fault.NotFound)
}
