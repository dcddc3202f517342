package cloudsim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Object is a value of a structure, by the members' names.
type Object = map[string]any

// Call is a request as the model names it.
type Call struct {
	Op     *models.Operation
	Region string
	// Key is the access key that the call is signed with.
	Key string
	// Labels are the parts of the path that the operation's URI leaves open.
	Labels map[string]string
}

// API is the call's name: "ec2:DescribeVolumes".
func (c Call) API() string { return c.Op.Service.Name + ":" + c.Op.Name }

// Identify finds out which operation a request asks for.
func Identify(r *http.Request, body []byte) (Call, error) {
	c := Call{}
	signing := "sts" // AssumeRoleWithWebIdentity is not signed
	if scope, ok := credential(r); ok {
		c.Key, c.Region, signing = scope[0], scope[2], scope[3]
	}
	services := signedAs(signing)
	if len(services) == 0 {
		return c, fmt.Errorf("no service is signed as %q", signing)
	}
	if _, operation, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		c.Op = byName(services, func(s *models.Service) bool { return s.Protocol == "json" }, operation)
	} else if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") != "" {
		version := form.Get("Version")
		c.Op = byName(services, func(s *models.Service) bool {
			return (s.Protocol == "query" || s.Protocol == "ec2") && (version == s.Version || len(services) == 1)
		}, form.Get("Action"))
	} else {
		c.Op, c.Labels = byPath(services, r)
	}
	if c.Op == nil {
		return c, fmt.Errorf("no operation of %s is %s %s (target %q)", signing, r.Method, r.URL.RequestURI(), r.Header.Get("X-Amz-Target"))
	}
	return c, nil
}

// credential is the scope of a request's signature: key, day, region, service.
func credential(r *http.Request) ([]string, bool) {
	_, rest, ok := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !ok {
		rest = r.URL.Query().Get("X-Amz-Credential")
	}
	rest, _, _ = strings.Cut(rest, ",")
	parts := strings.Split(strings.TrimSpace(rest), "/")
	return parts, len(parts) == 5
}

var bySigning = sync.OnceValue(func() map[string][]*models.Service {
	all := map[string][]*models.Service{}
	for _, name := range models.Names() {
		s := models.Load(name)
		all[s.SigningName] = append(all[s.SigningName], s)
	}
	return all
})

func signedAs(name string) []*models.Service { return bySigning()[name] }

func byName(services []*models.Service, fits func(*models.Service) bool, name string) *models.Operation {
	for _, s := range services {
		if fits(s) && s.Operations[name] != nil {
			return s.Operations[name]
		}
	}
	return nil
}

// byPath finds the operation whose URI says most about a request.
func byPath(services []*models.Service, r *http.Request) (best *models.Operation, labels map[string]string) {
	most := -1
	for _, s := range services {
		if !strings.HasPrefix(s.Protocol, "rest-") {
			continue
		}
		for _, op := range s.Operations {
			if op.Method != r.Method {
				continue
			}
			found, fixed := match(op.URI, r.URL)
			if found != nil && (fixed > most || fixed == most && best != nil && op.Name < best.Name) {
				best, labels, most = op, found, fixed
			}
		}
	}
	return best, labels
}

// match holds a URI template against an address: the open parts, and how much of the template is fixed.
func match(template string, u *url.URL) (labels map[string]string, fixed int) {
	path, query, _ := strings.Cut(template, "?")
	want, err := url.ParseQuery(query)
	if err != nil {
		return nil, 0
	}
	got := u.Query()
	for k, v := range want {
		if !got.Has(k) || v[0] != "" && got.Get(k) != v[0] {
			return nil, 0
		}
		fixed += 2
	}
	labels = map[string]string{}
	parts, have := strings.Split(strings.Trim(path, "/"), "/"), strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i, p := range parts {
		open := strings.HasPrefix(p, "{")
		name := strings.Trim(p, "{}")
		if rest, greedy := strings.CutSuffix(name, "+"); open && greedy && i < len(have) {
			labels[rest], _ = url.PathUnescape(strings.Join(have[i:], "/"))
			return labels, fixed
		}
		if i >= len(have) || open && have[i] == "" || !open && p != have[i] {
			return nil, 0
		}
		if !open {
			if p != "" {
				fixed += 2
			}
			continue
		}
		labels[name], _ = url.PathUnescape(have[i])
	}
	if len(have) != len(parts) {
		return nil, 0
	}
	return labels, fixed
}

// Services names the services whose calls are understood.
func Services() []string {
	all := models.Names()
	slices.Sort(all)
	return all
}
