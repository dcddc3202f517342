package awsapi_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/awsapi"
	"github.com/tickmark/tickmark/internal/awswire"
)

var caller = awswire.Caller{Account: "111122223333", Region: "eu-west-1", PrincipalARN: "arn:aws:iam::111122223333:user/ada"}

var label = regexp.MustCompile(`\{(\w+)\+?\}`)

// request is a call of an operation with nothing in it but what finds the operation.
func request(s *awswire.Service, op *awswire.Operation) *http.Request {
	switch s.Protocol {
	case awswire.JSON:
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		req.Header.Set("X-Amz-Target", s.TargetPrefix+"."+op.Name)
		return req
	case awswire.RestJSON:
		return httptest.NewRequest(op.Method, label.ReplaceAllString(op.URI, "x%2Fy"), strings.NewReader("{}"))
	}
	return httptest.NewRequest(http.MethodPost, "/", strings.NewReader("Action="+op.Name+"&Version="+s.APIVersion))
}

func serve(r *awswire.Registry, s *awswire.Service, req *http.Request) *http.Response {
	w := httptest.NewRecorder()
	r.Serve(w, req, s.SigningName, caller)
	return w.Result()
}

// Every operation of every model is found by its wire form and says honestly that it is not there.
func TestUnregisteredOperationsAnswer501(t *testing.T) {
	var asked []string
	r := awswire.NewRegistry(awswire.Config{Authorize: func(_ context.Context, service, op string) error {
		asked = append(asked, service+" "+op)
		return nil
	}}, awsapi.Services()...)
	for _, s := range awsapi.Services() {
		for i := range s.Operations {
			op := &s.Operations[i]
			resp := serve(r, s, request(s, op))
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != http.StatusNotImplemented {
				t.Errorf("%s %s: status %d, body %s", s.Name, op.Name, resp.StatusCode, body)
				continue
			}
			if code := errorCode(t, s, resp, body); code != "NotImplemented" {
				t.Errorf("%s %s: code %q, body %s", s.Name, op.Name, code, body)
			}
			if want := s.Name + " " + op.Name; len(asked) == 0 || asked[len(asked)-1] != want {
				t.Errorf("%s: routed to %v", want, asked[len(asked)-1:])
			}
			if resp.Header.Get("X-Amzn-RequestId") == "" {
				t.Errorf("%s %s: no request id", s.Name, op.Name)
			}
		}
	}
	if served := r.Served(); len(served) != 0 {
		t.Errorf("served: %v", served)
	}
	if len(r.Operations()) != len(asked) || len(asked) < 800 {
		t.Errorf("%d operations, %d asked", len(r.Operations()), len(asked))
	}
}

// errorCode reads an error as a client of the protocol does.
func errorCode(t *testing.T, s *awswire.Service, resp *http.Response, body []byte) string {
	t.Helper()
	if s.Protocol == awswire.Query {
		var e struct {
			XMLName xml.Name `xml:"ErrorResponse"`
			Error   struct{ Type, Code, Message string }
			ID      string `xml:"RequestId"`
		}
		if err := xml.Unmarshal(body, &e); err != nil || e.Error.Message == "" || e.ID == "" {
			t.Errorf("%s: %v in %s", s.Name, err, body)
		}
		return e.Error.Code
	}
	var e map[string]any
	if err := json.Unmarshal(body, &e); err != nil {
		t.Errorf("%s: %v in %s", s.Name, err, body)
	}
	code := resp.Header.Get("X-Amzn-ErrorType")
	if e["__type"] != code || e[s.MessageMember] == "" {
		t.Errorf("%s: header says %q, body %s", s.Name, code, body)
	}
	return code
}

// echo registers every operation of registrations with handlers made by the function given.
func echo(r *awswire.Registry, handler func(in, out reflect.Type) func(in reflect.Value) reflect.Value) {
	for _, on := range registrations {
		fn := reflect.ValueOf(on)
		h := fn.Type().In(1)
		call := handler(h.In(1).Elem(), h.Out(0).Elem())
		fn.Call([]reflect.Value{reflect.ValueOf(r), reflect.MakeFunc(h, func(args []reflect.Value) []reflect.Value {
			return []reflect.Value{call(args[1]), reflect.Zero(h.Out(1))}
		})})
	}
}

// The registrations are those of served.txt, each fits the shape tables, and the registry tells what it serves.
func TestRegistrationsMatchServedList(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, awsapi.Services()...)
	echo(r, func(_, out reflect.Type) func(reflect.Value) reflect.Value {
		return func(reflect.Value) reflect.Value { return reflect.New(out) }
	})
	text, err := os.ReadFile("served.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		service, op, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok, strings.Contains(op, " "): // a directive
		case op == "*":
			for _, info := range r.Operations() {
				if info.Service == service {
					want[service] = append(want[service], info.Operation)
				}
			}
		default:
			want[service] = append(want[service], op)
		}
	}
	for service := range want {
		slices.Sort(want[service])
	}
	if have := r.Served(); !reflect.DeepEqual(have, want) {
		t.Errorf("served %v\nwant %v", have, want)
	}
}

func TestRegisteringTwicePanics(t *testing.T) {
	r := awswire.NewRegistry(awswire.Config{}, awsapi.Services()...)
	twice := func() {
		echo(r, func(_, out reflect.Type) func(reflect.Value) reflect.Value { return nil })
	}
	twice()
	defer func() {
		if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "two handlers") {
			t.Errorf("recovered %v", p)
		}
	}()
	twice()
}
