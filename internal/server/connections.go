package server

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/cloud"
	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
)

// ConnectionView is a connection as it is shown: without its external id.
type ConnectionView struct {
	connect.Connection
	// ExternalIDSet says that there is one.
	ExternalIDSet bool `json:"externalIdSet,omitempty"`
	// EverySeconds stands for Every, which is a number of nanoseconds to machines.
	EverySeconds int64 `json:"everySeconds"`
	// Counts are its accounts by status.
	Counts map[connect.Status]int `json:"counts"`
}

func viewOf(c connect.Connection, accounts []connect.Account) ConnectionView {
	v := ConnectionView{Connection: c, ExternalIDSet: c.ExternalID != "", EverySeconds: int64(c.Every / time.Second), Counts: map[connect.Status]int{}}
	v.ExternalID, v.Every = "", 0
	for _, a := range accounts {
		v.Counts[a.Status]++
	}
	return v
}

// ConnectRequest makes or changes a connection.
type ConnectRequest struct {
	connect.Connection
	// DryRun finds and tests, and keeps nothing.
	DryRun bool `json:"dryRun,omitempty"`
}

// Connected is a connection with what was found through it. Its JSON form is a promise to scripts.
type Connected struct {
	Connection ConnectionView    `json:"connection"`
	Identity   *connect.Identity `json:"identity,omitempty"`
	Accounts   []connect.Account `json:"accounts"`
	// Stored says that the connection is kept and its accounts are recorded while a server runs.
	Stored bool `json:"stored"`
	// Plan is what a complete reading calls; of a dry run only.
	Plan *connect.Plan `json:"plan,omitempty"`
}

// ConnectStep is how far a test of accounts is.
type ConnectStep struct {
	Done    int             `json:"done"`
	Of      int             `json:"of"`
	Account connect.Account `json:"account"`
}

// ConnectionQuery names a connection.
type ConnectionQuery struct {
	Name string `json:"name"`
}

// reaches are the ways to the clouds of connections, kept so that sessions and rates are shared by all that call.
type reaches struct {
	mu  sync.Mutex
	all map[cloud.Config]*cloud.Cloud
}

// maxReaches bounds how many ways are kept; connections are few.
const maxReaches = 100

func (s *Server) wayOf(c connect.Connection) cloud.Config {
	return cloud.Config{Profile: c.Profile, EndpointURL: c.EndpointURL, ExternalID: c.ExternalID, Session: "tickmark-collector", Clock: s.cfg.Clock}
}

// forgetReach lets go of a connection's credentials: whoever asks for a test may have changed the profile.
func (s *Server) forgetReach(c connect.Connection) {
	s.reaches.mu.Lock()
	defer s.reaches.mu.Unlock()
	delete(s.reaches.all, s.wayOf(c))
}

// reach is how a connection's accounts are called.
func (s *Server) reach(c connect.Connection) (*cloud.Cloud, error) {
	k := s.wayOf(c)
	s.reaches.mu.Lock()
	defer s.reaches.mu.Unlock()
	if r := s.reaches.all[k]; r != nil {
		return r, nil
	}
	r, err := cloud.New(k)
	if err != nil {
		return nil, err
	}
	if s.reaches.all == nil || len(s.reaches.all) >= maxReaches {
		s.reaches.all = map[cloud.Config]*cloud.Cloud{}
	}
	s.reaches.all[k] = r
	return r, nil
}

// reached is a cloud as connections see it.
type reached struct{ cloud.Reader }

func (r reached) Identity(ctx context.Context) (connect.Identity, error) {
	account, who, region, err := r.Whose(ctx)
	return connect.Identity{Account: account, ARN: who, Region: region}, err
}

// survey finds and tests the accounts of a connection.
func (s *Server) survey(ctx context.Context, c connect.Connection, known []connect.Account, progress func(ConnectStep)) (connect.Found, []connect.Kind, error) {
	kinds, err := connect.Kinds(aws.Types(), c.Types)
	if err != nil {
		return connect.Found{}, nil, err
	}
	r, err := s.reach(c)
	if err != nil {
		return connect.Found{}, nil, err
	}
	u := connect.Survey{Cloud: reached{cloud.Reader{Cloud: r}}, Connection: c, Kinds: kinds, Known: known, Clock: s.cfg.Clock, Progress: func(done, of int, a connect.Account) {
		if progress != nil {
			progress(ConnectStep{done, of, a})
		}
	}}
	found, err := u.Run(ctx)
	return found, kinds, err
}

// rediscover finds a connection's accounts anew, as every reading begins: new ones join, those that have left are marked,
// denied ones are tried again. When they cannot be found, it gives those that are known beside the error.
func (s *Server) rediscover(ctx context.Context, c connect.Connection) ([]connect.Account, error) {
	known, err := s.connections.Accounts(ctx, c.Name)
	if err != nil {
		return nil, err
	}
	found, _, err := s.survey(ctx, c, known, nil)
	if err != nil {
		return known, err
	}
	if err := s.connections.Keep(ctx, c.Name, found.Accounts); err != nil {
		return known, err
	}
	return s.connections.Accounts(ctx, c.Name)
}

// Connect finds the accounts of a connection, tests each, and keeps the connection if any can be read.
func (s *Server) Connect(ctx context.Context, q ConnectRequest, progress func(ConnectStep)) (out Connected, err error) {
	if err := q.Check(); err != nil {
		return out, err
	}
	s.forgetReach(q.Connection)
	found, kinds, err := s.survey(ctx, q.Connection, nil, progress)
	out = Connected{Connection: viewOf(q.Connection, found.Accounts), Accounts: found.Accounts}
	if err != nil {
		return out, err
	}
	out.Identity = &found.Identity
	if err := s.twice(ctx, q.Name, found.Accounts); err != nil {
		return out, err
	}
	if q.DryRun {
		plan := connect.PlanWhere(found.Accounts, kinds, endpoints.Offered)
		out.Plan = &plan
		return out, nil
	}
	if !slices.ContainsFunc(found.Accounts, func(a connect.Account) bool { return a.Readable() }) {
		return out, nil
	}
	if err := s.connections.Put(ctx, q.Connection, found.Accounts); err != nil {
		return out, err
	}
	out.Stored = true
	s.forgetAccounts()
	s.sweeping.program.Wake()
	return s.withAccounts(ctx, out)
}

// twice notes which accounts another connection reaches, too: they would be read by both.
func (s *Server) twice(ctx context.Context, name string, accounts []connect.Account) error {
	all, err := s.connections.All(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Name == name {
			continue
		}
		others, err := s.connections.Accounts(ctx, c.Name)
		if err != nil && fault.KindOf(err) != fault.NotFound { // removed meanwhile
			return err
		}
		reached := map[string]bool{}
		for _, a := range others {
			reached[a.ID] = a.Readable()
		}
		for i := range accounts {
			if a := &accounts[i]; a.Readable() && reached[a.ID] {
				a.Remark("Connection " + c.Name + " reads it, too.")
			}
		}
	}
	return nil
}

func (s *Server) withAccounts(ctx context.Context, out Connected) (Connected, error) {
	c, err := s.connections.Get(ctx, out.Connection.Name)
	if err != nil {
		return out, err
	}
	out.Accounts, err = s.connections.Accounts(ctx, c.Name)
	out.Connection = viewOf(c, out.Accounts)
	return out, err
}

// TestConnection tests every account of a connection anew, permissions too, and keeps what it finds.
func (s *Server) TestConnection(ctx context.Context, q ConnectionQuery, progress func(ConnectStep)) (out Connected, err error) {
	c, err := s.connections.Get(ctx, q.Name)
	if err != nil {
		return out, err
	}
	s.forgetReach(c)
	found, _, err := s.survey(ctx, c, nil, progress)
	if err != nil {
		return out, err
	}
	if err := s.connections.Keep(ctx, c.Name, found.Accounts); err != nil {
		return out, err
	}
	return s.withAccounts(ctx, Connected{Connection: ConnectionView{Connection: c}, Identity: &found.Identity, Stored: true})
}

// ShowConnection tells of a connection and of its accounts as the last test left them.
func (s *Server) ShowConnection(ctx context.Context, q ConnectionQuery) (Connected, error) {
	return s.withAccounts(ctx, Connected{Connection: ConnectionView{Connection: connect.Connection{Name: q.Name}}, Stored: true})
}

// Connections lists the connections with how their accounts are.
func (s *Server) Connections(ctx context.Context) ([]ConnectionView, error) {
	all, err := s.connections.All(ctx)
	out := []ConnectionView{}
	for _, c := range all {
		accounts, err := s.connections.Accounts(ctx, c.Name)
		if err != nil && fault.KindOf(err) != fault.NotFound { // removed meanwhile
			return nil, err
		}
		out = append(out, viewOf(c, accounts))
	}
	return out, err
}

// RemoveConnection forgets a connection; what was recorded through it stays.
func (s *Server) RemoveConnection(ctx context.Context, q ConnectionQuery) error {
	defer s.forgetAccounts()
	return s.connections.Remove(ctx, q.Name)
}
