package local

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/function"
)

// The Lambda Runtime API, as the process of one instance sees it, and its secret way to AWS Config.
const (
	apiPath    = "/2018-06-01/runtime/"
	configPath = "/-/function/"
	maxError   = 64 << 10
	// maxRefused is how much of an answer that is too large is read, so that its sender hears why.
	maxRefused = 64 << 20
)

func (i *instance) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+apiPath+"invocation/next", i.next)
	mux.HandleFunc("POST "+apiPath+"invocation/{id}/response", i.response)
	mux.HandleFunc("POST "+apiPath+"invocation/{id}/error", i.failure)
	mux.HandleFunc("POST "+apiPath+"init/error", i.initFailure)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if rest, ok := strings.CutPrefix(req.URL.Path, configPath); ok && i.r.o.Config != nil {
			i.config(w, req, rest)
			return
		}
		mux.ServeHTTP(w, req)
	})
}

// config hands a call of AWS Config on. The secret in its path is all that is asked for: signatures made with keys of
// real AWS cannot be verified here.
func (i *instance) config(w http.ResponseWriter, req *http.Request, rest string) {
	secret, path, _ := strings.Cut(rest, "/")
	if subtle.ConstantTimeCompare([]byte(secret), []byte(i.secret)) != 1 {
		http.NotFound(w, req)
		return
	}
	inner := req.Clone(req.Context())
	inner.URL.Path, inner.URL.RawPath = "/"+path, ""
	inner.RequestURI = inner.URL.RequestURI()
	i.r.o.Config(w, inner, Principal{Account: i.key.account, Region: i.key.region, Function: i.f.Name.Name})
}

// next gives the process its next event, as soon as there is one. Asking for the first means that it is ready.
func (i *instance) next(w http.ResponseWriter, req *http.Request) {
	i.mu.Lock()
	if !i.isReady {
		i.isReady = true
		close(i.ready)
	}
	i.mu.Unlock()
	select {
	case e := <-i.events:
		i.mu.Lock()
		i.current = e
		i.mu.Unlock()
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", e.in.FunctionARN)
		h.Set("Lambda-Runtime-Trace-Id", traceID(e.id))
		h.Set("Content-Type", "application/json")
		_, _ = w.Write(e.in.Event) // a process that is gone is noticed by its end
	case <-req.Context().Done(): // the process is gone, and its address with it
	}
}

// traceID is an X-Ray trace that is not sampled, with the request's id in it.
func traceID(id string) string {
	digits := strings.ReplaceAll(id, "-", "")
	return "Root=1-" + digits[:8] + "-" + digits[8:] + ";Parent=0000000000000000;Sampled=0"
}

// take gives the event that an answer is for, once.
func (i *instance) take(id string) *work {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current == nil || i.current.id != id {
		return nil
	}
	e := i.current
	i.current = nil
	return e
}

func (i *instance) response(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, function.MaxPayload+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "The answer ends early.")
		return
	}
	e := i.take(req.PathValue("id"))
	if e == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "No event with this id waits for an answer.")
		return
	}
	if len(body) > function.MaxPayload {
		f := function.Failure{Type: "Function.ResponseSizeTooLarge", Message: "Response payload size exceeded maximum allowed payload size (6291456 bytes)."}
		_, _ = io.CopyN(io.Discard, req.Body, maxRefused)
		e.answered <- function.Answer{Payload: errorPayload(f), Failure: &f}
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", f.Message)
		return
	}
	e.answered <- function.Answer{Payload: payload(body)}
	accept(w)
}

func (i *instance) failure(w http.ResponseWriter, req *http.Request) {
	f, body, err := readFailure(req)
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "The error ends early.")
		return
	}
	e := i.take(req.PathValue("id"))
	if e == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "No event with this id waits for an answer.")
		return
	}
	e.answered <- function.Answer{Payload: body, Failure: &f}
	accept(w)
}

func (i *instance) initFailure(w http.ResponseWriter, req *http.Request) {
	f, _, err := readFailure(req)
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "The error ends early.")
		return
	}
	i.mu.Lock()
	if i.init == nil && !i.isReady {
		i.init = &f
	}
	i.mu.Unlock()
	accept(w)
}

func readFailure(req *http.Request) (function.Failure, json.RawMessage, error) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxError+1))
	if err != nil {
		return function.Failure{}, nil, err
	}
	_, err = io.CopyN(io.Discard, req.Body, maxRefused)
	if err != nil && !errors.Is(err, io.EOF) {
		return function.Failure{}, nil, err
	}
	f := parseFailure(req.Header.Get("Lambda-Runtime-Function-Error-Type"), body)
	if len(body) > maxError || !json.Valid(body) {
		body = errorPayload(f)
	}
	return f, body, nil
}

// The longest words of a failure that are kept.
const (
	maxType    = 256
	maxMessage = 8 << 10
)

// parseFailure reads what a function says of its failure; what cannot be read still is a failure.
func parseFailure(header string, body []byte) function.Failure {
	var told struct {
		Type    any `json:"errorType"`
		Message any `json:"errorMessage"`
	}
	err := json.Unmarshal(body, &told)
	f := function.Failure{Type: header}
	if s, ok := told.Type.(string); ok && s != "" {
		f.Type = s
	}
	if f.Type == "" {
		f.Type = "Runtime.UnknownReason"
	}
	if s, ok := told.Message.(string); ok {
		f.Message = s
	} else if err != nil {
		f.Message = string(body)
	}
	f.Type, f.Message = text(f.Type, maxType), text(f.Message, maxMessage)
	return f
}

// text is valid and not longer than so many bytes.
func text(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// payload is the answer as JSON. Lambda takes any bytes; those that are no JSON become a string.
func payload(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	b, _ := json.Marshal(strings.ToValidUTF8(string(body), "\uFFFD")) // a string: cannot fail
	return b
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, typ, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(errorPayload(function.Failure{Type: typ, Message: message}))
}
