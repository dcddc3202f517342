package connect

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/permit"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Tester tests accounts: whether the role can be assumed, which regions are enabled, and what is not allowed.
type Tester struct {
	Cloud      Cloud
	Connection Connection
	Identity   Identity
	// Kinds are the types to be read, whose permissions are tested; none test no permissions.
	Kinds []Kind
	Clock stamp.Source
	// Progress is told after each account, from one goroutine at a time; may be nil.
	Progress func(done, of int, a Account)

	// before are accounts as an earlier test left them: where nothing was missing and the role is still the same,
	// permissions are not tested again. A call that is denied since is found by the reading.
	before map[string]Account
}

// together is how many accounts are tested at once.
const together = 16

// Run tests the accounts that have no status yet. Only the end of ctx is an error: what fails stands in the account.
func (t *Tester) Run(ctx context.Context, list []Account) error {
	var wait []int
	for i := range list {
		if list[i].Status == "" {
			wait = append(wait, i)
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	next, done := 0, 0
	for range min(together, len(wait)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				if next == len(wait) {
					mu.Unlock()
					return
				}
				a := &list[wait[next]]
				next++
				mu.Unlock()
				t.test(ctx, a)
				mu.Lock()
				if done++; t.Progress != nil && ctx.Err() == nil {
					t.Progress(done, len(wait), *a)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// accountTime is the longest that the test of one account may take.
const accountTime = 5 * time.Minute

func (t *Tester) test(ctx context.Context, a *Account) {
	ctx, cancel := context.WithTimeout(ctx, accountTime)
	defer cancel()
	a.Tested = t.Clock.Now()
	if !t.reach(ctx, a) {
		return
	}
	a.Status = OK
	t.regions(ctx, a)
	if old, ok := t.before[a.ID]; ok && old.Status == OK && old.Role == a.Role {
		a.Checked = old.Checked
		return
	}
	if len(t.Kinds) == 0 || len(a.Regions) == 0 {
		return
	}
	missing, checked, how, err := t.permissions(ctx, *a)
	a.Checked = how
	if err != nil {
		a.Status = Failed
		a.Code, a.Message = answer(err)
		a.Remedy = "Test again: tickmark connect test " + t.Connection.Name + "."
		return
	}
	if len(missing) == 0 {
		return
	}
	a.Status, a.Missing = Missing, missing
	a.Remedy = permissionRemedy(t.Connection, *a, missing)
	if len(missing) == checked {
		a.Status, a.Message = Denied, "Nothing that is read is allowed."
	}
}

// reach assumes the account's role. The account of the credentials is reached without one where the role is not there, as
// AWS's own tools treat the management account.
func (t *Tester) reach(ctx context.Context, a *Account) bool {
	who, err := t.Cloud.Call(ctx, a.Place(t.home("sts")), "sts:GetCallerIdentity", nil)
	if err != nil && a.Role != "" && a.ID == t.Identity.Account && assumeFailed(err) {
		role := a.Role
		a.Role = ""
		if who, err = t.Cloud.Call(ctx, a.Place(t.home("sts")), "sts:GetCallerIdentity", nil); err == nil {
			a.Note = "Read with the connection's own credentials: " + role + " cannot be assumed."
		} else {
			a.Role = role
		}
	}
	switch {
	case err == nil && text(who, "Account") == a.ID:
		return true
	case err == nil:
		a.Status, a.Message = Failed, "The answer came from account "+clip(text(who, "Account"))+"."
		a.Remedy = "Check --endpoint-url: it does not keep accounts apart."
		return false
	}
	a.Code, a.Message = answer(err)
	switch {
	case assumeFailed(err) && (denied(a.Code) || a.Code == "" && contains(a.Message, "AccessDenied")):
		a.Status, a.Remedy = Denied, roleRemedy(t.Connection, t.Identity, *a, a.Message)
	case errors.Is(err, context.DeadlineExceeded):
		a.Status, a.Remedy = Failed, "There was no answer in time: check the network, and test again: tickmark connect test "+t.Connection.Name+"."
	default:
		a.Status, a.Remedy = Failed, "Test again: tickmark connect test "+t.Connection.Name+"."
	}
	return false
}

// home is where a global service is called.
func (t *Tester) home(service string) string {
	if t.Identity.Region != "" && service == "sts" && partitionOf(t.Identity.Region) == t.Identity.Partition() {
		return t.Identity.Region
	}
	return homeRegion(t.Identity.Partition(), service)
}

// want is an action that types need, on a resource.
type want struct {
	Action   string
	Resource string // "" is all
	Types    []string
}

// wants are the actions that the kinds need, in order.
func wants(kinds []Kind) []want {
	var out []want
	at := map[string]int{}
	for _, k := range kinds {
		for _, c := range k.Calls {
			grants, err := permit.Grants(permit.Need{API: c.API, TypeName: c.TypeName})
			if err != nil {
				continue // a test of the collectors holds that each is known
			}
			for _, g := range grants {
				for _, r := range resourcesOf(g) {
					key := g.Action + " " + r
					i, ok := at[key]
					if !ok {
						i = len(out)
						at[key] = i
						out = append(out, want{Action: g.Action, Resource: r})
					}
					if !slices.Contains(out[i].Types, k.Name) {
						out[i].Types = append(out[i].Types, k.Name)
					}
				}
			}
		}
	}
	return out
}

func resourcesOf(g permit.Grant) []string {
	if len(g.Resources) == 0 {
		return []string{""}
	}
	return g.Resources
}
