// Package servicetest runs stories: files of requests to a service with the answers they must get, through the real
// registry. A story is a txtar file of request sections, each followed by a section "answer":
//
//	-- request --
//	as 444455556666
//	organizations DescribeOrganization
//	{}
//	-- answer --
//
// The first lines of a request may be "as ACCOUNT" (root of that account asks; the story's own account otherwise),
// "unsigned" (nobody in particular asks) or "later DURATION" (the clock moves first); then comes "service Operation",
// or "METHOD service /path" for a REST service, then the body: JSON, or for query services lines of Name=value. A section "let" has lines of
// a name and a regular expression with one group; what it finds in the answer before replaces ${name} in later
// requests. go test -update rewrites the answers.
package servicetest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/stamp"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata")

// Account and Region are where requests go when a story says nothing else.
const (
	Account = "111122223333"
	Region  = "eu-west-1"
)

// Env is what a story runs against: the registry, the services a story may call through it, and the clock.
type Env struct {
	Registry *awswire.Registry
	Services []*awswire.Service
	Clock    *stamp.Fixed
	// Work, when set, does what the server would do in the background; it is called when a story lets time pass.
	Work func(ctx context.Context) error
}

// Run runs every story of the directory in a subtest of its own; open gives each an empty installation.
func Run(t *testing.T, dir string, open func(t *testing.T) Env) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := &story{t: t, env: open(t), vars: map[string]string{}}
			s.run(file)
		})
	}
}

type story struct {
	t    *testing.T
	env  Env
	vars map[string]string
}

func (s *story) run(file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	var name, got string
	var out []txtar.File
	for _, section := range a.Files {
		switch section.Name {
		case "answer":
			if got != string(section.Data) && !*update {
				s.t.Errorf("%s: %s: answered\n%s\nwant\n%s", file, name, got, section.Data)
			}
			continue
		case "let":
			s.let(name, got, string(section.Data))
			out = append(out, section)
			continue
		}
		name, got = section.Name, s.ask(section)
		out = append(out, section, txtar.File{Name: "answer", Data: []byte(got)})
	}
	if *update {
		a.Files = out
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}

// let takes values out of an answer.
func (s *story) let(name, answer, lines string) {
	for line := range strings.Lines(lines) {
		v, pattern, _ := strings.Cut(strings.TrimSpace(line), " ")
		m := regexp.MustCompile(pattern).FindStringSubmatch(answer)
		if len(m) != 2 {
			s.t.Fatalf("%s: %s is not found in\n%s", name, pattern, answer)
		}
		s.vars[v] = m[1]
	}
}

func (s *story) ask(section txtar.File) string {
	text := os.Expand(string(section.Data), func(v string) string {
		value, ok := s.vars[v]
		if !ok {
			s.t.Fatalf("%s: nothing is known of ${%s}", section.Name, v)
		}
		return value
	})
	caller := authz.Anyone(Account, "TKIAEXAMPLE")
	for {
		line, rest, _ := strings.Cut(text, "\n")
		word, value, _ := strings.Cut(line, " ")
		switch word {
		case "as":
			caller = authz.Anyone(value, "TKIAEXAMPLE")
		case "unsigned":
			caller = authz.Caller{}
		case "later":
			d, err := time.ParseDuration(value)
			if err != nil {
				s.t.Fatal(err)
			}
			s.env.Clock.Advance(d)
			if s.env.Work != nil {
				if err := s.env.Work(s.t.Context()); err != nil {
					s.t.Fatal(err)
				}
			}
		default:
			return s.call(caller, strings.Fields(line), strings.TrimSpace(rest))
		}
		text = rest
	}
}

func (s *story) call(caller authz.Caller, what []string, body string) string {
	if len(what) < 2 {
		s.t.Fatalf("%v names no operation", what)
	}
	var r *http.Request
	name := what[0]
	if len(what) == 3 {
		name = what[1]
		r = httptest.NewRequest(what[0], "http://localhost"+what[2], strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	} else if svc := s.service(name); svc.Protocol == awswire.Query {
		r = httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader(form(what[1], svc.APIVersion, body)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r = httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-"+svc.JSONVersion)
		r.Header.Set("X-Amz-Target", svc.TargetPrefix+"."+what[1])
	}
	w := httptest.NewRecorder()
	s.env.Registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), caller)), name, awswire.Caller{
		Account: caller.Account, Region: Region, PrincipalARN: caller.ARN(), UserID: caller.UserID(), AccessKeyID: caller.AccessKeyID,
	})
	return render(w)
}

func (s *story) service(name string) *awswire.Service {
	for _, svc := range s.env.Services {
		if svc.SigningName == name {
			return svc
		}
	}
	s.t.Fatalf("the story calls %q, which is not one of its services", name)
	return nil
}

func form(action, version, lines string) string {
	q := url.Values{"Action": {action}, "Version": {version}}
	for line := range strings.Lines(lines) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		q.Set(k, v)
	}
	return q.Encode()
}

var requestID = regexp.MustCompile(`<RequestId>.*?</RequestId>`)

// render writes an answer so that a diff of it can be read.
func render(w *httptest.ResponseRecorder) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d\n", w.Code)
	body := requestID.ReplaceAll(w.Body.Bytes(), []byte("<RequestId>...</RequestId>"))
	if json.Valid(body) {
		_ = json.Indent(&b, body, "", "  ") // it is valid
	} else {
		b.WriteString(strings.ReplaceAll(string(body), "><", ">\n<"))
	}
	if !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		b.WriteByte('\n')
	}
	return b.String()
}
