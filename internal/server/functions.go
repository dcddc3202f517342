package server

import (
	"context"
	"net/http"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/cloud/awslambda"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/function/local"
)

// openFunctions makes what runs the functions of custom rules: those of the folder of --functions, then the real
// Lambda when a profile for it is given. Without either every function answers with an error that says so.
func (s *Server) openFunctions(ctx context.Context) error {
	if s.cfg.Functions != "" {
		r, err := local.Open(local.Options{
			Dir: s.cfg.Functions, Processes: s.cfg.FunctionProcesses, Config: s.serveFunction, Clock: s.cfg.Clock, Log: s.cfg.Log,
		})
		if err != nil {
			return err
		}
		s.local, s.functions.Local = r, r
	}
	if s.cfg.LambdaProfile != "" {
		c, err := awslambda.New(ctx, awslambda.Options{Profile: s.cfg.LambdaProfile, EndpointURL: s.cfg.LambdaEndpointURL})
		if err != nil {
			return err
		}
		s.functions.Real = c
	}
	return nil
}

// Functions runs the functions of custom rules.
func (s *Server) Functions() function.Invoker { return s.functions }

func (s *Server) closeFunctions() error {
	if s.local == nil {
		return nil
	}
	return s.local.Close()
}

// serveFunction answers a call of AWS Config that a local function makes, as a principal of its rule's account that
// may hand in evaluations and read. Its secret address has told who it is; its signature may be of any keys.
func (s *Server) serveFunction(w http.ResponseWriter, req *http.Request, p local.Principal) {
	safeHeaders(w.Header())
	caller := authz.Function(p.Account, p.Function)
	s.registry.Serve(w, req.WithContext(authz.WithCaller(req.Context(), caller)), "config", awswire.Caller{
		Account: p.Account, Region: p.Region, PrincipalARN: caller.ARN(), UserID: caller.UserID(),
		SessionName: caller.SessionName, SourceIP: remoteIP(req), UserAgent: req.UserAgent(),
	})
}
