package connect

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/arn"
)

// permissions finds the actions that are not allowed: by simulation, or where that is not allowed itself by making one
// harmless call of each service. checked is how many actions were asked about.
func (t *Tester) permissions(ctx context.Context, a Account) (missing []Permission, checked int, how string, err error) {
	all := wants(t.Kinds)
	source, err := t.source(ctx, a)
	if source != "" && err == nil {
		s := simulation{t: t, a: a, source: source, answered: map[string]bool{}}
		if err = s.run(ctx, all); err == nil && len(s.answered) > 0 {
			return s.missing, len(s.answered), "simulated", nil
		}
	}
	if ctx.Err() != nil {
		return nil, 0, "", ctx.Err()
	}
	missing, checked, err = t.probe(ctx, a)
	return missing, checked, "probed", err
}

// source is the ARN whose policies are simulated; "" when it cannot be told, or needs no simulation.
func (t *Tester) source(ctx context.Context, a Account) (string, error) {
	if a.Role != "" {
		return a.Role, nil
	}
	who, err := arn.Parse(t.Identity.ARN)
	if err != nil {
		return "", nil
	}
	if who.Service == "iam" && strings.HasPrefix(who.Resource, "user/") {
		return t.Identity.ARN, nil
	}
	role, ok := strings.CutPrefix(who.Resource, "assumed-role/")
	if !ok {
		return "", nil // the root user, a federated user
	}
	role, _, _ = strings.Cut(role, "/")
	// the path of the role is not in the session's ARN
	out, err := t.Cloud.Call(ctx, a.Place(t.home("iam")), "iam:GetRole", map[string]any{"RoleName": role})
	if err != nil {
		return "", err
	}
	found, _ := out["Role"].(map[string]any)
	return text(found, "Arn"), nil
}

// perSimulation is how many actions are asked about at once.
const perSimulation = 100

type simulation struct {
	t        *Tester
	a        Account
	source   string
	missing  []Permission
	answered map[string]bool // by action
}

// run asks about all actions, those of one resource together. An error means that nothing is known.
func (s *simulation) run(ctx context.Context, all []want) error {
	by := map[string][]want{}
	var order []string
	for _, w := range all {
		if by[w.Resource] == nil {
			order = append(order, w.Resource)
		}
		by[w.Resource] = append(by[w.Resource], w)
	}
	for _, r := range order {
		for chunk := range slices.Chunk(by[r], perSimulation) {
			if err := s.ask(ctx, r, chunk); err != nil {
				return err
			}
		}
	}
	s.join()
	return nil
}

// ask simulates actions on a resource. IAM refuses a request with an action that it does not know as a whole: then each
// half is asked about, until the unknown ones stand alone and are left out.
func (s *simulation) ask(ctx context.Context, resource string, list []want) error {
	in := map[string]any{"PolicySourceArn": s.source, "MaxItems": 1000}
	names := make([]any, len(list))
	for i, w := range list {
		names[i] = w.Action
	}
	in["ActionNames"] = names
	if resource != "" {
		in["ResourceArns"] = []any{s.concrete(resource)}
	}
	for range maxPages {
		out, err := s.t.Cloud.Call(ctx, s.a.Place(s.t.home("iam")), "iam:SimulatePrincipalPolicy", in)
		if c := code(err); c == "InvalidInput" || c == "InvalidInputException" || c == "ValidationError" {
			if len(list) == 1 {
				return nil
			}
			half := len(list) / 2
			return cmp.Or(s.ask(ctx, resource, list[:half]), s.ask(ctx, resource, list[half:]))
		}
		if err != nil {
			return err
		}
		for _, r := range objects(out, "EvaluationResults") {
			s.result(r, list)
		}
		marker := text(out, "Marker")
		if more, _ := out["IsTruncated"].(bool); !more || marker == "" {
			return nil
		}
		in["Marker"] = marker
	}
	return nil
}

// concrete is a resource that a pattern matches.
func (s *simulation) concrete(pattern string) string {
	p := strings.ReplaceAll(pattern, "{partition}", s.t.Identity.Partition())
	p = strings.Replace(p, ":*::", ":"+s.t.home("iam")+"::", 1)
	return strings.ReplaceAll(p, "*", "a")
}

func (s *simulation) result(r map[string]any, list []want) {
	name := text(r, "EvalActionName")
	s.answered[strings.ToLower(name)] = true
	decision := text(r, "EvalDecision")
	if decision == "allowed" {
		return
	}
	i := slices.IndexFunc(list, func(w want) bool { return strings.EqualFold(w.Action, name) })
	if i < 0 {
		return
	}
	by := "policy"
	if decision == "explicitDeny" {
		by = "explicit deny"
	}
	if b, _ := r["PermissionsBoundaryDecisionDetail"].(map[string]any); b["AllowedByPermissionsBoundary"] == false {
		by = "permissions boundary"
	}
	if o, _ := r["OrganizationsDecisionDetail"].(map[string]any); o["AllowedByOrganizations"] == false {
		by = "service control policy"
	}
	s.missing = append(s.missing, Permission{Action: list[i].Action, Types: list[i].Types, By: by})
}

// join makes one of what is told of an action on several resources.
func (s *simulation) join() {
	s.missing = joined(s.missing)
}

func joined(list []Permission) []Permission {
	by := map[string]int{}
	var out []Permission
	for _, p := range list {
		i, ok := by[p.Action]
		if !ok {
			by[p.Action] = len(out)
			p.Types = slices.Clone(p.Types)
			out = append(out, p)
			continue
		}
		out[i].Types = append(out[i].Types, p.Types...)
	}
	for i := range out {
		out[i].Types = sorted(out[i].Types)
	}
	slices.SortFunc(out, func(a, b Permission) int { return strings.Compare(a.Action, b.Action) })
	return out
}

// probesAtOnce is how many calls of one account's probing are under way together.
const probesAtOnce = 4

// probe makes one call of each service that needs nothing to be known, in one region. Only calls that were answered
// tell something; a service that is not in the region, or not enabled, is not counted as missing.
func (t *Tester) probe(ctx context.Context, a Account) (missing []Permission, checked int, err error) {
	type probe struct {
		call  Call
		types []string
	}
	var list []*probe
	by := map[string]*probe{}
	for _, k := range t.Kinds {
		for _, c := range k.Calls {
			service, _, _ := strings.Cut(c.API, ":")
			if !c.Probe || service == "cloudcontrol" {
				continue
			}
			if by[service] == nil {
				by[service] = &probe{call: c}
				list = append(list, by[service])
			}
			if !slices.Contains(by[service].types, k.Name) {
				by[service].types = append(by[service].types, k.Name)
			}
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	slots := make(chan struct{}, probesAtOnce)
	for _, p := range list {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			region := t.home("sts")
			if p.call.Once {
				region = cmp.Or(p.call.Home, homeRegion(t.Identity.Partition(), ""))
			} else if !slices.Contains(a.Regions, region) {
				region = a.Regions[0]
			}
			_, err := t.Cloud.Call(ctx, a.Place(region), p.call.API, p.call.Input)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				checked++
				return
			}
			switch code, said := answer(err); {
			case denied(code):
				checked++
				missing = append(missing, t.lacks(p.call, p.types, said))
			case code == "": // no answer
				failed = err
			}
		})
	}
	wg.Wait()
	if checked == 0 && failed != nil {
		return nil, 0, failed
	}
	return joined(missing), checked, ctx.Err()
}

// lacks is what a denied probe shows: its own action, and the types of its service.
func (t *Tester) lacks(c Call, types []string, said string) Permission {
	p := Permission{Action: c.API, Types: types, By: "policy"}
	if w := wants([]Kind{{Name: "probe", Calls: []Call{c}}}); len(w) > 0 {
		p.Action = w[0].Action
	}
	switch {
	case strings.Contains(said, "service control policy"):
		p.By = "service control policy"
	case strings.Contains(said, "permissions boundary"):
		p.By = "permissions boundary"
	case strings.Contains(said, "explicit deny"):
		p.By = "explicit deny"
	}
	return p
}
