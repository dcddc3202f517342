package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tickmark/tickmark/internal/function"
)

// InvokeFunction tries a function with one event, as a rule of the account and region would.
func (s *Server) InvokeFunction(ctx context.Context, in function.Invocation) (function.Answer, error) {
	if in.Account == "" {
		in.Account = s.cfg.Account
	}
	return s.Functions().Invoke(ctx, in)
}

func (s *Server) adminFunctions(mux *http.ServeMux) {
	mux.HandleFunc("POST /-/v1/functions/invoke", func(w http.ResponseWriter, req *http.Request) {
		var in function.Invocation
		if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
			writeJSON(w, http.StatusBadRequest, adminLine{Error: "The body is not an invocation of at most 1 MB."})
			return
		}
		a, err := s.InvokeFunction(req.Context(), in)
		if err != nil {
			writeJSON(w, http.StatusOK, adminLine{Error: s.adminError(err)})
			return
		}
		raw, err := json.Marshal(a)
		if err != nil {
			writeJSON(w, http.StatusOK, adminLine{Error: "The function's answer cannot be shown: " + err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, adminLine{Result: raw})
	})
}

// InvokeFunction is Server.InvokeFunction over HTTP: the server runs the functions of its own folder.
func (r Remote) InvokeFunction(ctx context.Context, in function.Invocation) (a function.Answer, err error) {
	return a, r.ask(ctx, "functions/invoke", in, &a)
}
