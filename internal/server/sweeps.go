package server

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sweep"
)

// sweeping is what reads real accounts.
type sweeping struct {
	program *sweep.Program
	sink    *sweep.Recorded

	mu sync.Mutex
	// known are the accounts that connections have found, as they were at a time.
	known map[string]knownAccount
	asOf  time.Time
}

type knownAccount struct {
	account sweep.Account
	runner  *sweep.Runner
}

func (s *Server) openSweeps() {
	s.sweeping.sink = &sweep.Recorded{Observer: s.observer, Program: s.program}
	s.sweeping.program = sweep.New(s.docs, s.cfg.Account, ways{s}, s.cfg.Clock, s.cfg.Log)
}

// ways are the connections as sweeps see them.
type ways struct{ *Server }

// All implements sweep.Connections.
func (w ways) All(ctx context.Context) ([]sweep.Connection, error) {
	all, err := w.connections.All(ctx)
	out := make([]sweep.Connection, 0, len(all))
	for _, c := range all {
		out = append(out, sweep.Connection{Name: c.Name, Every: c.Every, Created: c.Created})
	}
	return out, err
}

// Prepare implements sweep.Connections: it looks for the accounts anew. When only that fails, those that are known are
// read.
func (w ways) Prepare(ctx context.Context, j *sweep.Job) (plan sweep.Plan, runner *sweep.Runner, err error) {
	c, err := w.connections.Get(ctx, j.Connection)
	if err != nil {
		return plan, nil, err
	}
	names := c.Types
	if len(j.Types) > 0 {
		names = j.Types
	}
	if plan.Types, err = typesNamed(names); err != nil {
		return plan, nil, err
	}
	accounts, err := w.rediscover(ctx, c)
	if err != nil {
		if len(accounts) == 0 || !w.works(ctx, c) {
			return plan, nil, err
		}
		w.cfg.Log.Warn("the accounts of a connection could not be listed; those that are known are read", "connection", c.Name, "error", err)
	}
	if plan.Accounts, err = toRead(accounts, j); err != nil {
		return plan, nil, err
	}
	w.forgetAccounts()
	plan.Connection, plan.Offered = c.Name, endpoints.Offered
	plan.Whole = len(j.Accounts)+len(j.Regions)+len(j.Types) == 0
	runner, err = w.sweeper(c)
	return plan, runner, err
}

// works reports whether the connection's own credentials are good.
func (s *Server) works(ctx context.Context, c connect.Connection) bool {
	r, err := s.reach(c)
	if err == nil {
		_, err = reached{cloud.Reader{Cloud: r}}.Identity(ctx)
	}
	return err == nil
}

// sweeper is what reads the accounts of a connection.
func (s *Server) sweeper(c connect.Connection) (*sweep.Runner, error) {
	r, err := s.reach(c)
	return &sweep.Runner{
		Caller: cloud.Reader{Cloud: r}, Store: s.items, Sink: s.sweeping.sink, Wanted: s.sweeping.sink.Wanted, Clock: s.cfg.Clock, Log: s.cfg.Log,
		Changed: s.changed, Bare: s.program.Reconsider,
		Limits: sweep.Limits{CallTries: 1, UnitTries: 2}, // the caller is patient itself
	}, err
}

// typesNamed are the collectors of types; all of them without names.
func typesNamed(names []string) ([]*collect.Type, error) {
	if len(names) == 0 {
		return aws.Types(), nil
	}
	var out []*collect.Type
	for _, n := range names {
		t := aws.Of(n)
		if t == nil {
			return nil, fault.Invalidf("types", "There is no collector for the type %q. 'tickmark connect aws --dry-run' lists those there are.", n)
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

// toRead are the accounts of a sweep: those that can be read, and those of which it is to be told that they cannot.
func toRead(all []connect.Account, j *sweep.Job) ([]sweep.Account, error) {
	var out []sweep.Account
	left := map[string]bool{}
	for _, id := range j.Accounts {
		left[id] = true
	}
	for i := range all {
		a := &all[i]
		if !a.Tried() || len(j.Accounts) > 0 && !slices.Contains(j.Accounts, a.ID) {
			continue
		}
		delete(left, a.ID)
		s := accountOf(a)
		if len(j.Regions) > 0 {
			s.Regions = slices.DeleteFunc(s.Regions, func(r string) bool { return !slices.Contains(j.Regions, r) })
		}
		out = append(out, s)
	}
	for id := range left {
		return nil, fault.Invalidf("accounts", "The account %s is none that the connection %s reads. 'tickmark connect show %s' lists them.", id, j.Connection, j.Connection)
	}
	return out, nil
}

func accountOf(a *connect.Account) sweep.Account {
	s := sweep.Account{ID: a.ID, Name: a.Name, Role: a.Role, Regions: slices.Clone(a.Regions)}
	if !a.Readable() {
		s.Problem = &sweep.Problem{Code: a.Code, Why: a.Message, Remedy: a.Remedy}
	}
	return s
}

// runSweeps reads the accounts of connections, and what events tell that it has changed, until ctx ends.
func (s *Server) runSweeps(ctx context.Context, wg *sync.WaitGroup) {
	wg.Go(func() { s.work(ctx, "sweeps of real accounts", s.sweeping.program.Run) })
	wg.Go(func() { s.work(ctx, "resources that events changed", s.followChanges) })
}

// followChanges follows events once there is a connection.
func (s *Server) followChanges(ctx context.Context) error {
	for {
		all, err := s.connections.All(ctx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			break
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
	var named []string
	for _, t := range aws.Types() {
		named = append(named, t.Name)
	}
	f := &sweep.Follower{
		Events: s.events, Docs: s.docs, Items: s.items, Clock: s.cfg.Clock, Log: s.cfg.Log, Types: aws.Of, Named: named, Reach: s.reachAccount, Offered: endpoints.Offered,
	}
	return f.Run(ctx)
}

// knownFor is how long the accounts of connections are remembered.
const knownFor = 30 * time.Second

// reachAccount tells how an account is read; false when no connection reads it.
func (s *Server) reachAccount(ctx context.Context, id string) (sweep.Account, *sweep.Runner, bool, error) {
	w := &s.sweeping
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := s.cfg.Clock.Now(); w.known == nil || now.Sub(w.asOf) > knownFor {
		known, err := s.knownAccounts(ctx)
		if err != nil {
			return sweep.Account{}, nil, false, err
		}
		w.known, w.asOf = known, now
	}
	k, ok := w.known[id]
	return k.account, k.runner, ok, nil
}

// forgetAccounts makes the next event look for the accounts anew.
func (s *Server) forgetAccounts() {
	s.sweeping.mu.Lock()
	defer s.sweeping.mu.Unlock()
	s.sweeping.known = nil
}

func (s *Server) knownAccounts(ctx context.Context) (map[string]knownAccount, error) {
	known := map[string]knownAccount{}
	all, err := s.connections.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		runner, err := s.sweeper(c)
		if err != nil {
			return nil, fmt.Errorf("connection %s: %w", c.Name, err)
		}
		accounts, err := s.connections.Accounts(ctx, c.Name)
		if err != nil && fault.KindOf(err) != fault.NotFound { // removed meanwhile
			return nil, err
		}
		for i := range accounts {
			if a := &accounts[i]; a.Readable() {
				known[a.ID] = knownAccount{accountOf(a), runner}
			}
		}
	}
	return known, nil
}

// recordAnew records resources after a remediation: as a connection reads the account, where there is one, which may
// read more than the role of the remediation.
type recordAnew struct {
	*Server
	own *collect.Collector
}

// Record implements remediate.Recorder.
func (r recordAnew) Record(ctx context.Context, k inventory.Key, role string) error {
	a, runner, ok, err := r.reachAccount(ctx, k.Account)
	if err != nil {
		return err
	}
	if !ok {
		return r.own.Record(ctx, k, role)
	}
	if err := collect.New(runner.Caller, aws.Of, r.items, r.cfg.Clock).Record(ctx, k, a.Role); err == nil {
		return nil
	}
	return r.own.Record(ctx, k, role)
}

// gapsOf are the open gaps of accounts, at most so many.
func (s *Server) gapsOf(ctx context.Context, accounts []string, limit int) (out []SweepGap, err error) {
	out = []SweepGap{}
	err = s.items.Read(ctx, func(tx inventory.Tx) error {
		items, err := tx.Items(arn.Scope{Accounts: accounts}, inventory.Filter{Types: []string{inventory.GapType}}, inventory.Key{}, limit)
		for _, it := range items {
			g, err := sweep.GapOf(it)
			if err != nil {
				return err
			}
			out = append(out, SweepGap{Account: it.Account, Region: it.Region, Gap: g})
		}
		return err
	})
	return out, err
}
