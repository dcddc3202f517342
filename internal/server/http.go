package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/awswire/sigv4"
	"github.com/tickmark/tickmark/internal/service/sns"
)

// maxBody is the largest request body that an AWS operation may have.
const maxBody = 16 << 20

func (s *Server) newRegistry() *awswire.Registry {
	s.pace = &pace{factor: s.cfg.CloudTrailRates, clock: s.cfg.Clock, left: map[paced]allowance{}}
	r := awswire.NewRegistry(awswire.Config{
		Log: s.cfg.Log, Stamp: s.cfg.Clock, BodyLimit: maxBody, Authorize: s.authorize, Observe: s.observe,
	}, awsapi.Services()...)
	s.registerServices(r)
	return r
}

// Handler answers every request: those that carry an AWS signature go to the service of their credential scope, the
// links in messages of topics to SNS, the rest to a handful of fixed routes.
func (s *Server) Handler() http.Handler {
	fixed := http.NewServeMux()
	fixed.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "ok\n") })
	fixed.HandleFunc("GET /readyz", s.ready)
	fixed.Handle("GET /metrics", promhttp.Handler())
	fixed.Handle("/-/v1/", s.adminHandler())
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		safeHeaders(w.Header())
		if id, ok := sigv4.Scope(req); ok || signed(req) {
			s.serveAWS(w, req, id)
			return
		}
		if action := req.URL.Query().Get("Action"); slices.Contains(sns.Unsigned(), action) {
			s.registry.Serve(w, req, "sns", awswire.Caller{SourceIP: remoteIP(req), UserAgent: req.UserAgent()})
			return
		}
		if _, pattern := fixed.Handler(req); pattern == "" {
			s.registry.Refuse(w, req, "", awswire.Errorf("MissingAuthenticationTokenException", "The request is not signed. Sign it with the keys of 'tickmark env'."))
			return
		}
		fixed.ServeHTTP(w, req)
	})
}

// signed reports whether a request claims to be an AWS request, however badly.
func signed(req *http.Request) bool {
	return req.Header.Get("Authorization") != "" && strings.HasPrefix(req.Header.Get("Authorization"), "AWS4-") ||
		req.Header.Get("X-Amz-Target") != "" || strings.Contains(req.URL.RawQuery, "X-Amz-Signature=")
}

func (s *Server) serveAWS(w http.ResponseWriter, req *http.Request, claimed sigv4.Identity) {
	id, caller, err := s.identify(req, claimed)
	if err != nil {
		s.registry.Refuse(w, req, claimed.Service, err)
		return
	}
	if id.Service == "s3" {
		s.serveObject(w, req, caller)
		return
	}
	ctx := withSigned(authz.WithCaller(req.Context(), caller), id, req)
	s.registry.Serve(w, req.WithContext(ctx), id.Service, awswire.Caller{
		Account: caller.Account, Region: id.Region, PrincipalARN: caller.ARN(), UserID: caller.UserID(),
		AccessKeyID: caller.AccessKeyID, SessionName: caller.SessionName, SourceIP: remoteIP(req), UserAgent: req.UserAgent(),
	})
}

// identify verifies the signature, or with --auth none only reads who claims to have signed.
func (s *Server) identify(req *http.Request, claimed sigv4.Identity) (sigv4.Identity, authz.Caller, error) {
	if s.cfg.Auth == AuthNone && claimed.Service != "" {
		if claimed.Service == "s3" {
			if err := sigv4.Unframe(req, maxObject); err != nil {
				return claimed, authz.Caller{}, err
			}
		}
		return claimed, authz.Anyone(s.claimedAccount(req, claimed.AccessKeyID), claimed.AccessKeyID), nil
	}
	v := sigv4.Verifier[authz.Caller]{Lookup: s.access.Lookup, Protocol: protocolOf, MaxBody: maxBody, MaxObject: maxObject}
	return v.Verify(req, s.cfg.Clock.Now())
}

// claimedAccount is the account of a request that nobody has verified: an access key id of twelve digits names it,
// as other test doubles of AWS have it, and so do keys that this server has made.
func (s *Server) claimedAccount(req *http.Request, key string) string {
	if len(key) == 12 && strings.Trim(key, "0123456789") == "" {
		return key
	}
	if _, caller, err := s.access.Lookup(req.Context(), key, req.Header.Get("X-Amz-Security-Token")); err == nil {
		return caller.Account
	}
	return s.cfg.Account
}

func protocolOf(service string) sigv4.Protocol {
	switch service {
	case "s3":
		return sigv4.S3
	case "sts", "sns":
		return sigv4.Query
	}
	return sigv4.JSON
}

func remoteIP(req *http.Request) string {
	if i := strings.LastIndexByte(req.RemoteAddr, ':'); i > 0 {
		return strings.Trim(req.RemoteAddr[:i], "[]")
	}
	return req.RemoteAddr
}

// ready tells whether requests can be answered: the store must answer first.
func (s *Server) ready(w http.ResponseWriter, req *http.Request) {
	if err := s.ping(req.Context()); err != nil {
		s.cfg.Log.Error("not ready", "error", err)
		plainText(w, http.StatusServiceUnavailable, "the store does not answer\n")
		return
	}
	plainText(w, http.StatusOK, "ready\n")
}

func safeHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
