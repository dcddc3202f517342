package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Server) adminConnections(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/connections/connect", func(w http.ResponseWriter, req *http.Request) {
		var q ConnectRequest
		s.follow(w, req, &q, func(tell func(ConnectStep)) (any, error) { return s.Connect(req.Context(), q, tell) })
	})
	mux.HandleFunc("POST /-/v1/connections/test", func(w http.ResponseWriter, req *http.Request) {
		var q ConnectionQuery
		s.follow(w, req, &q, func(tell func(ConnectStep)) (any, error) { return s.TestConnection(req.Context(), q, tell) })
	})
	mux.HandleFunc("POST /-/v1/connections/show", func(w http.ResponseWriter, req *http.Request) {
		var q ConnectionQuery
		s.answer(w, req, &q, func() (any, error) { return s.ShowConnection(req.Context(), q) })
	})
	mux.HandleFunc("POST /-/v1/connections/list", func(w http.ResponseWriter, req *http.Request) {
		var q struct{}
		s.answer(w, req, &q, func() (any, error) { return s.Connections(req.Context()) })
	})
	mux.HandleFunc("POST /-/v1/connections/remove", func(w http.ResponseWriter, req *http.Request) {
		var q ConnectionQuery
		s.answer(w, req, &q, func() (any, error) { return struct{}{}, s.RemoveConnection(req.Context(), q) })
	})
}

// follow answers with a line for each step, and the result.
func (s *Server) follow(w http.ResponseWriter, req *http.Request, in any, run func(tell func(ConnectStep)) (any, error)) {
	if err := json.NewDecoder(req.Body).Decode(in); err != nil {
		writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not the JSON object of this call."})
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines, flush := json.NewEncoder(w), http.NewResponseController(w)
	result, err := run(func(step ConnectStep) {
		_ = lines.Encode(adminLine{Step: &step}) // a client that is gone ends the request's context
		_ = flush.Flush()
	})
	raw, encoding := json.Marshal(result)
	if err = cmp.Or(err, encoding); err != nil {
		_ = lines.Encode(adminLine{Error: s.adminError(err)})
		return
	}
	_ = lines.Encode(adminLine{Result: raw})
}

// following asks and tells the steps of the answer.
func (r Remote) following(ctx context.Context, path string, in, out any, tell func(ConnectStep)) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answered := false
	err = r.call(ctx, path, body, func(l adminLine) error {
		switch {
		case l.Error != "":
			return fault.New(fault.Invalid, "%s", l.Error)
		case l.Step != nil:
			if tell != nil {
				tell(*l.Step)
			}
			return nil
		}
		answered = true
		return json.Unmarshal(l.Result, out)
	})
	if err == nil && !answered {
		err = fmt.Errorf("the server at %s ended without a result", r.Address)
	}
	return err
}

// Connect is Server.Connect over HTTP: the server's own profiles and environment count, since it will do the reading.
func (r Remote) Connect(ctx context.Context, q ConnectRequest, progress func(ConnectStep)) (out Connected, err error) {
	return out, r.following(ctx, "connections/connect", q, &out, progress)
}

// TestConnection is Server.TestConnection over HTTP.
func (r Remote) TestConnection(ctx context.Context, q ConnectionQuery, progress func(ConnectStep)) (out Connected, err error) {
	return out, r.following(ctx, "connections/test", q, &out, progress)
}

// ShowConnection is Server.ShowConnection over HTTP.
func (r Remote) ShowConnection(ctx context.Context, q ConnectionQuery) (out Connected, err error) {
	return out, r.ask(ctx, "connections/show", q, &out)
}

// Connections is Server.Connections over HTTP.
func (r Remote) Connections(ctx context.Context) (out []ConnectionView, err error) {
	return out, r.ask(ctx, "connections/list", struct{}{}, &out)
}

// RemoveConnection is Server.RemoveConnection over HTTP.
func (r Remote) RemoveConnection(ctx context.Context, q ConnectionQuery) error {
	var none struct{}
	return r.ask(ctx, "connections/remove", q, &none)
}
