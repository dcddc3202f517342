package server

import (
	"context"
	"net/http"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/sweep"
)

// SweepRequest asks for a sweep: that all a connection reaches, or a part of it, is read now.
type SweepRequest struct {
	Connection string   `json:"connection,omitempty"`
	Accounts   []string `json:"accounts,omitempty"`
	Regions    []string `json:"regions,omitempty"`
	Types      []string `json:"types,omitempty"`
}

// SweepQuery names a sweep; without an id the latest, of a connection if one is named.
type SweepQuery struct {
	ID         string `json:"id,omitempty"`
	Connection string `json:"connection,omitempty"`
}

// SweepView is a sweep with what could not be collected. Its JSON form is a promise to scripts.
type SweepView struct {
	sweep.Job
	// Open are gaps that are open now in the accounts of the connection, whichever sweep met them first.
	Open []SweepGap `json:"gaps"`
}

// SweepGap is something that could not be collected.
type SweepGap struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
	sweep.Gap
}

// maxGaps is how many gaps are shown.
const maxGaps = 1000

// StartSweep asks for a sweep. Where nothing serves, it is carried out at once and progress is told, and one that was broken
// off before goes on in its place; a server carries it out beside its other work.
func (s *Server) StartSweep(ctx context.Context, q SweepRequest, progress func(sweep.Job)) (SweepView, error) {
	if _, err := typesNamed(q.Types); err != nil {
		return SweepView{}, err
	}
	j, err := s.sweeping.program.Start(ctx, sweep.Job{Connection: q.Connection, Accounts: q.Accounts, Regions: q.Regions, Types: q.Types})
	if fault.KindOf(err) == fault.Conflict && !s.serving.Load() && len(q.Accounts)+len(q.Regions)+len(q.Types) == 0 {
		if broken, none := s.sweeping.program.Broken(ctx, q.Connection); none == nil {
			j, err = broken, nil
		}
	}
	if err != nil || s.serving.Load() {
		return SweepView{Job: j, Open: []SweepGap{}}, err
	}
	if j, err = s.sweeping.program.Carry(ctx, j.ID, progress); err != nil {
		return SweepView{Job: j, Open: []SweepGap{}}, err
	}
	return s.viewSweep(ctx, j)
}

func (s *Server) viewSweep(ctx context.Context, j sweep.Job) (SweepView, error) {
	v := SweepView{Job: j, Open: []SweepGap{}}
	accounts, err := s.connections.Accounts(ctx, j.Connection)
	if err != nil { // the connection is no more
		return v, nil
	}
	var ids []string
	for i := range accounts {
		if accounts[i].Tried() {
			ids = append(ids, accounts[i].ID)
		}
	}
	if len(ids) > 0 {
		v.Open, err = s.gapsOf(ctx, ids, maxGaps)
	}
	return v, err
}

// SweepStatus tells how far a sweep is, and what could not be collected.
func (s *Server) SweepStatus(ctx context.Context, q SweepQuery) (SweepView, error) {
	j, err := s.sweeping.program.Job(ctx, q.ID, q.Connection)
	if err != nil {
		return SweepView{Open: []SweepGap{}}, err
	}
	return s.viewSweep(ctx, j)
}

// Sweeps lists sweeps, the latest first.
func (s *Server) Sweeps(ctx context.Context) ([]sweep.Job, error) {
	return s.sweeping.program.Jobs(ctx)
}

// CancelSweep ends a sweep.
func (s *Server) CancelSweep(ctx context.Context, q SweepQuery) (sweep.Job, error) {
	if q.ID == "" {
		j, err := s.sweeping.program.Job(ctx, "", q.Connection)
		if err != nil {
			return j, err
		}
		q.ID = j.ID
	}
	return s.sweeping.program.Cancel(ctx, q.ID)
}

func (s *Server) adminSweeps(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/sweeps/start", func(w http.ResponseWriter, req *http.Request) {
		var q SweepRequest
		s.answer(w, req, &q, func() (any, error) { return s.StartSweep(req.Context(), q, nil) })
	})
	mux.HandleFunc("POST /-/v1/sweeps/status", func(w http.ResponseWriter, req *http.Request) {
		var q SweepQuery
		s.answer(w, req, &q, func() (any, error) { return s.SweepStatus(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/sweeps/list", func(w http.ResponseWriter, req *http.Request) {
		var q struct{}
		s.answer(w, req, &q, func() (any, error) { return s.Sweeps(req.Context()) })
	})
	mux.HandleFunc("POST /-/v1/sweeps/cancel", func(w http.ResponseWriter, req *http.Request) {
		var q SweepQuery
		s.answer(w, req, &q, func() (any, error) { return s.CancelSweep(req.Context(), q) })
	})
}

// StartSweep is Server.StartSweep over HTTP; the server carries it out.
func (r Remote) StartSweep(ctx context.Context, q SweepRequest, _ func(sweep.Job)) (out SweepView, err error) {
	return out, r.ask(ctx, "sweeps/start", q, &out)
}

// SweepStatus is Server.SweepStatus over HTTP.
func (r Remote) SweepStatus(ctx context.Context, q SweepQuery) (out SweepView, err error) {
	return out, r.ask(ctx, "sweeps/status", q, &out)
}

// Sweeps is Server.Sweeps over HTTP.
func (r Remote) Sweeps(ctx context.Context) (out []sweep.Job, err error) {
	return out, r.ask(ctx, "sweeps/list", struct{}{}, &out)
}

// CancelSweep is Server.CancelSweep over HTTP.
func (r Remote) CancelSweep(ctx context.Context, q SweepQuery) (out sweep.Job, err error) {
	return out, r.ask(ctx, "sweeps/cancel", q, &out)
}

// AwaitSweep waits for the end of a sweep and tells its progress.
func AwaitSweep(ctx context.Context, in Installation, v SweepView, progress func(sweep.Job)) (SweepView, error) {
	const look = 500 * time.Millisecond
	for v.Job.Open() {
		progress(v.Job)
		select {
		case <-ctx.Done():
			return v, ctx.Err()
		case <-time.After(look):
		}
		var err error
		if v, err = in.SweepStatus(ctx, SweepQuery{ID: v.ID}); err != nil {
			return v, err
		}
	}
	return v, nil
}
