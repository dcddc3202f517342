package server

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/forensic"
	"github.com/tickmark/tickmark/internal/inventory"
)

// WhoQuery asks what somebody did. Subject is a user's name, an access key id or an ARN; empty lists and zero times
// mean all. Hours counts back from now, in place of From.
type WhoQuery struct {
	Subject  string    `json:"subject"`
	Accounts []string  `json:"accounts,omitempty"`
	Regions  []string  `json:"regions,omitempty"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Hours    int       `json:"hours,omitempty"`
	Limit    int       `json:"limit,omitempty"`
}

// maxRecent is how many events of somebody are told at once.
const maxRecent = 1000

func (q WhoQuery) window(now time.Time) (forensic.Window, error) {
	w := lookAt(q.Accounts, q.Regions, q.From, q.To)
	if q.Hours > 0 {
		w.From = now.Add(-time.Duration(q.Hours) * time.Hour)
	}
	if q.Limit < 0 || q.Limit > maxRecent {
		return w, fault.Invalidf("limit", "The limit %d is out of range: it must be from 0 to %d.", q.Limit, maxRecent)
	}
	return w, nil
}

// lookAt is where and when to look for events; empty lists mean everywhere.
func lookAt(accounts, regions []string, from, to time.Time) forensic.Window {
	return forensic.Window{Scope: arn.Scope{Installation: len(accounts) == 0, Accounts: accounts}, Regions: regions, From: from, To: to}
}

func (s *Server) investigator() *forensic.Investigator {
	return &forensic.Investigator{Events: s.events}
}

// asked is a question's subject and window.
func (s *Server) asked(q WhoQuery) (forensic.Subject, forensic.Window, error) {
	w, err := q.window(s.cfg.Clock.Now())
	if err != nil {
		return forensic.Subject{}, w, err
	}
	who, err := forensic.SubjectOf(q.Subject)
	return who, w, err
}

// Who tells what somebody did.
func (s *Server) Who(ctx context.Context, q WhoQuery) (forensic.Activity, error) {
	who, w, err := s.asked(q)
	if err != nil {
		return forensic.Activity{}, err
	}
	return s.investigator().Activity(ctx, who, w, q.Limit)
}

// Sessions tells which temporary credentials somebody took, and what was done with them.
func (s *Server) Sessions(ctx context.Context, q WhoQuery) (forensic.Sessions, error) {
	who, w, err := s.asked(q)
	if err != nil {
		return forensic.Sessions{}, err
	}
	return s.investigator().Sessions(ctx, who, w)
}

// FirstSeen tells what users did for the first time.
func (s *Server) FirstSeen(ctx context.Context, q WhoQuery) (forensic.Novelties, error) {
	w, err := q.window(s.cfg.Clock.Now())
	if err != nil {
		return forensic.Novelties{}, err
	}
	return s.investigator().FirstSeen(ctx, q.Subject, w)
}

// ResourceEventsQuery asks what happened to a resource.
type ResourceEventsQuery struct {
	HistoryQuery
	// Reads asks for calls that only read, too.
	Reads bool `json:"reads,omitempty"`
}

// ResourceEvents is a resource's events beside its states, the latest first. Its JSON form is a promise to scripts.
type ResourceEvents struct {
	Place
	Entries []ResourceEvent `json:"entries"`
	// Cut tells that there are more than are told.
	Cut bool `json:"cut"`
}

// ResourceEvent is an event that names the resource, or a state that was recorded of it.
type ResourceEvent struct {
	Time  time.Time     `json:"time"`
	Event *forensic.Act `json:"event,omitempty"`
	State *HistoryStep  `json:"state,omitempty"`
}

// ResourceEvents tells what was done to a resource beside what it looked like. A resource that was never recorded is
// found by its name in the events alone.
func (s *Server) ResourceEvents(ctx context.Context, q ResourceEventsQuery) (out ResourceEvents, err error) {
	line, err := s.History(ctx, q.HistoryQuery)
	r := q.Resource
	names := map[string]bool{r.ARN: true, r.ID: true}
	switch fault.KindOf(err) {
	case fault.NotFound:
		out.Place = Place{Type: r.Type, ID: cmp.Or(r.ID, r.ARN)}
	default:
		if err != nil {
			return out, err
		}
		out.Place = line.Place
		names[line.ID], names[line.Name] = true, true
		if names, err = s.namesOf(ctx, line.Place, names); err != nil {
			return out, err
		}
		r.Accounts = []string{line.Account}
	}
	acts, more, err := s.investigator().About(ctx, slices.Sorted(maps.Keys(names)), lookAt(r.Accounts, r.Regions, q.From, q.To), q.Reads, q.Limit)
	if err != nil {
		return out, err
	}
	out.Cut, out.Entries = more, []ResourceEvent{}
	for i := range acts {
		out.Entries = append(out.Entries, ResourceEvent{Time: acts[i].Time, Event: &acts[i]})
	}
	for i := range line.States {
		out.Entries = append(out.Entries, ResourceEvent{Time: line.States[i].Captured, State: &line.States[i]})
	}
	slices.SortStableFunc(out.Entries, func(a, b ResourceEvent) int { return b.Time.Compare(a.Time) })
	if len(out.Entries) == 0 {
		return out, fault.Missing("resource", out.Type+" "+out.ID)
	}
	return out, nil
}

// namesOf adds the ARN of a recorded resource to its names.
func (s *Server) namesOf(ctx context.Context, p Place, names map[string]bool) (map[string]bool, error) {
	err := s.items.Read(ctx, func(tx inventory.Tx) error {
		past, err := tx.ItemHistory(inventory.Key{Account: p.Account, Region: p.Region, Type: p.Type, ID: p.ID}, inventory.History{Limit: 1})
		for _, it := range past {
			names[it.ARN] = true
		}
		return err
	})
	return names, err
}

func (s *Server) adminForensic(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/who", func(w http.ResponseWriter, req *http.Request) {
		var q WhoQuery
		s.answer(w, req, &q, func() (any, error) { return s.Who(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/who/sessions", func(w http.ResponseWriter, req *http.Request) {
		var q WhoQuery
		s.answer(w, req, &q, func() (any, error) { return s.Sessions(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/who/first-seen", func(w http.ResponseWriter, req *http.Request) {
		var q WhoQuery
		s.answer(w, req, &q, func() (any, error) { return s.FirstSeen(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/history/events", func(w http.ResponseWriter, req *http.Request) {
		var q ResourceEventsQuery
		s.answer(w, req, &q, func() (any, error) { return s.ResourceEvents(req.Context(), q) })
	})
}

// Who is Server.Who over HTTP.
func (r Remote) Who(ctx context.Context, q WhoQuery) (out forensic.Activity, err error) {
	return out, r.ask(ctx, "who", q, &out)
}

// Sessions is Server.Sessions over HTTP.
func (r Remote) Sessions(ctx context.Context, q WhoQuery) (out forensic.Sessions, err error) {
	return out, r.ask(ctx, "who/sessions", q, &out)
}

// FirstSeen is Server.FirstSeen over HTTP.
func (r Remote) FirstSeen(ctx context.Context, q WhoQuery) (out forensic.Novelties, err error) {
	return out, r.ask(ctx, "who/first-seen", q, &out)
}

// ResourceEvents is Server.ResourceEvents over HTTP.
func (r Remote) ResourceEvents(ctx context.Context, q ResourceEventsQuery) (out ResourceEvents, err error) {
	return out, r.ask(ctx, "history/events", q, &out)
}
