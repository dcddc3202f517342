package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tickmark/tickmark/internal/fault"
)

// EventQuery asks the events in SQL.
type EventQuery struct {
	SQL string `json:"sql"`
	// Store is the event data store that FROM events means; empty means every event.
	Store string `json:"store,omitempty"`
}

// EventRows takes the answer: the names of the columns once, then the rows. A value is nil for NULL.
type EventRows interface {
	Begin(columns []string) error
	Row(values []*string) error
}

// QueryEvents runs a statement of CloudTrail Lake over the whole installation.
func (s *Server) QueryEvents(ctx context.Context, q EventQuery, to EventRows) error {
	return s.lake.Ask(ctx, q.SQL, q.Store, to.Begin, to.Row)
}

// eventPart is a part of an answer on its way: columns first, then rows by the handful, at last the end.
type eventPart struct {
	Columns []string    `json:"columns,omitempty"`
	Rows    [][]*string `json:"rows,omitempty"`
	End     bool        `json:"end,omitempty"`
}

// eventSender sends an answer part by part.
type eventSender struct {
	lines *json.Encoder
	rows  [][]*string
}

func (e *eventSender) send(p eventPart) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return e.lines.Encode(adminLine{Result: raw})
}

// Begin implements EventRows.
func (e *eventSender) Begin(columns []string) error { return e.send(eventPart{Columns: columns}) }

// Row implements EventRows.
func (e *eventSender) Row(values []*string) error {
	if e.rows = append(e.rows, values); len(e.rows) < 500 {
		return nil
	}
	return e.flush()
}

func (e *eventSender) flush() error {
	rows := e.rows
	e.rows = nil
	return e.send(eventPart{Rows: rows})
}

func (s *Server) adminEventQuery(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/query-events", func(w http.ResponseWriter, req *http.Request) {
		var q EventQuery
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not a JSON object of sql and store."})
			return
		}
		s.sendRows(w, func(to EventRows) error { return s.QueryEvents(req.Context(), q, to) })
	})
}

// sendRows streams an answer of rows, and at its end what went wrong.
func (s *Server) sendRows(w http.ResponseWriter, ask func(EventRows) error) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	to := &eventSender{lines: json.NewEncoder(w)}
	err := ask(to)
	if err == nil {
		err = to.flush()
	}
	if err != nil {
		_ = to.lines.Encode(adminLine{Error: s.adminError(err)}) // a client that is gone reads nothing
		return
	}
	_ = to.send(eventPart{End: true})
}

// QueryEvents is Server.QueryEvents over HTTP.
func (r Remote) QueryEvents(ctx context.Context, q EventQuery, to EventRows) error {
	return r.takeRows(ctx, "query-events", q, to)
}

// takeRows asks for an answer of rows.
func (r Remote) takeRows(ctx context.Context, path string, q any, to EventRows) error {
	body, err := json.Marshal(q)
	if err != nil {
		return err
	}
	ended := false
	err = r.call(ctx, path, body, func(l adminLine) error {
		if l.Error != "" {
			return fault.New(fault.Invalid, "%s", l.Error)
		}
		var p eventPart
		if err := json.Unmarshal(l.Result, &p); err != nil {
			return err
		}
		if ended = ended || p.End; p.Columns != nil {
			return to.Begin(p.Columns)
		}
		for _, row := range p.Rows {
			if err := to.Row(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !ended {
		err = fault.New(fault.Unavailable, "The server ended the answer before its end: ask again.")
	}
	return err
}
