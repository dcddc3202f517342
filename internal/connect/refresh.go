package connect

import (
	"context"

	"github.com/tickmark/tickmark/internal/stamp"
)

// Survey finds a connection's accounts and tests them. known are those of an earlier one: where nothing was missing
// then, permissions are not tested again; the role and the regions are.
type Survey struct {
	Cloud      Cloud
	Connection Connection
	Kinds      []Kind
	Known      []Account
	Clock      stamp.Source
	Progress   func(done, of int, a Account)
}

// Run makes the survey. What fails in an account stands in it; an error is about the connection as a whole.
func (s *Survey) Run(ctx context.Context) (Found, error) {
	found, err := Discover(ctx, s.Cloud, s.Connection)
	if err != nil {
		return found, err
	}
	t := Tester{Cloud: s.Cloud, Connection: s.Connection, Identity: found.Identity, Clock: s.Clock, Progress: s.Progress, Kinds: s.Kinds}
	before := map[string]Account{}
	for _, a := range s.Known {
		before[a.ID] = a
	}
	t.before = before
	return found, t.Run(ctx, found.Accounts)
}
