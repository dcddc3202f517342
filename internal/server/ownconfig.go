package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/awswire"
)

// ownConfig answers what documents read of AWS Config from the inventory here, whose item is the one that failed, and
// lets everything else through to the cloud.
type ownConfig struct {
	*Server
	next automation.Caller
}

// Call implements automation.Caller.
func (c ownConfig) Call(ctx context.Context, call automation.Call) (json.RawMessage, error) {
	if call.Service != "config" || !automation.Reads(call.API) {
		return c.next.Call(ctx, call)
	}
	return c.askSelf(ctx, call, "StarlingDoveService", authz.Function(call.Account, "remediation"))
}

// askSelf makes a call of a document to this server, as a caller.
func (s *Server) askSelf(ctx context.Context, call automation.Call, target string, caller authz.Caller) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(call.Inputs))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", target+"."+automation.Operation(call.API))
	var a answer
	s.registry.Serve(&a, req.WithContext(authz.WithCaller(ctx, caller)), call.Service, awswire.Caller{
		Account: call.Account, Region: call.Region, PrincipalARN: caller.ARN(), UserID: caller.UserID(), SessionName: caller.SessionName,
		SourceIP: selfSource, UserAgent: selfSource,
	})
	if a.status == http.StatusOK {
		return json.RawMessage(a.body.Bytes()), nil
	}
	var wrong struct {
		Type    string `json:"__type"`
		Message string
	}
	if err := json.Unmarshal(a.body.Bytes(), &wrong); err != nil {
		return nil, err
	}
	return nil, &automation.APIError{Service: call.Service, API: call.API, Code: wrong.Type, Message: wrong.Message, Retryable: a.status >= 500}
}

// selfSource is where calls of documents come from, as events show it.
const selfSource = "ssm.amazonaws.com"

// answer keeps what a handler writes.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}
