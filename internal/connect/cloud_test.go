package connect_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
)

// world is a cloud in memory: an organization of accounts, some of which are not as they should be.
type world struct {
	home     connect.Identity
	broken   error // of the credentials
	members  []member
	units    map[string][]string // parent -> units
	inUnit   map[string]string   // account -> unit
	closed   bool                // iam:SimulatePrincipalPolicy is denied everywhere
	alone    bool                // no organization
	mu       sync.Mutex
	calls    map[string]int
	parallel int
	most     int
}

type member struct {
	id, name, state string
	refuse          string // the error of AssumeRole
	trouble         error  // the error of every call
	missing         []string
	by              string
	regions         []string
	shut            map[string]string // region -> the code that it answers with
}

func (w *world) Identity(context.Context) (connect.Identity, error) { return w.home, w.broken }

func (w *world) begin(api string) func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		w.calls = map[string]int{}
	}
	w.calls[api]++
	w.parallel++
	w.most = max(w.most, w.parallel)
	return func() { w.mu.Lock(); w.parallel--; w.mu.Unlock() }
}

func (w *world) Call(_ context.Context, at connect.Place, api string, in map[string]any) (map[string]any, error) {
	defer w.begin(api)()
	i := slices.IndexFunc(w.members, func(m member) bool { return m.id == at.Account })
	if i < 0 {
		return nil, fmt.Errorf("there is no account %s", at.Account)
	}
	m := w.members[i]
	switch {
	case m.trouble != nil:
		return nil, m.trouble
	case at.Role == "" && at.Account != w.home.Account:
		return nil, fmt.Errorf("a call to account %s with the credentials of %s", at.Account, w.home.Account)
	case at.Role != "" && m.refuse != "":
		return nil, &fault.Error{
			Kind: fault.Denied, Type: "role", ID: at.Role, Message: "The role could not be assumed",
			Err: &automation.APIError{Service: "sts", API: "AssumeRole", Code: "AccessDenied", Message: m.refuse},
		}
	}
	service, operation, _ := strings.Cut(api, ":")
	fail := func(code string) error {
		return &automation.APIError{Service: service, API: operation, Code: code, Message: "no"}
	}
	if c := m.shut[at.Region]; c != "" {
		return nil, &automation.APIError{Service: service, API: operation, Code: c, Message: "... with an explicit deny in a service control policy"}
	}
	switch api {
	case "sts:GetCallerIdentity":
		return map[string]any{"Account": at.Account}, nil
	case "ec2:DescribeRegions":
		if slices.Contains(m.missing, api) {
			return nil, fail("UnauthorizedOperation")
		}
		list := []any{}
		for _, r := range m.regions {
			list = append(list, map[string]any{"RegionName": r, "OptInStatus": "opted-in"})
		}
		return map[string]any{"Regions": append(list, map[string]any{"RegionName": "af-south-1", "OptInStatus": "not-opted-in"})}, nil
	case "account:ListRegions":
		return nil, fail("AccessDeniedException")
	case "iam:SimulatePrincipalPolicy":
		return w.simulate(m, in, fail)
	}
	if service == "organizations" {
		return w.organization(operation, in, fail)
	}
	if slices.Contains(m.missing, api) {
		return nil, fail("AccessDenied")
	}
	return map[string]any{}, nil
}

func (w *world) simulate(m member, in map[string]any, fail func(string) error) (map[string]any, error) {
	if w.closed {
		return nil, fail("AccessDenied")
	}
	results := []any{}
	for _, a := range in["ActionNames"].([]any) {
		if strings.HasPrefix(a.(string), "unknown:") {
			return nil, fail("InvalidInput")
		}
		r := map[string]any{"EvalActionName": a, "EvalDecision": "allowed"}
		if slices.Contains(m.missing, a.(string)) {
			r["EvalDecision"] = "implicitDeny"
			if m.by == "service control policy" {
				r["OrganizationsDecisionDetail"] = map[string]any{"AllowedByOrganizations": false}
			}
		}
		results = append(results, r)
	}
	return map[string]any{"EvaluationResults": results}, nil
}

func (w *world) organization(operation string, in map[string]any, fail func(string) error) (map[string]any, error) {
	if w.alone {
		return nil, fail("AWSOrganizationsNotInUseException")
	}
	var list []any
	name := "Accounts"
	parent, _ := in["ParentId"].(string)
	switch operation {
	case "DescribeOrganization":
		return map[string]any{"Organization": map[string]any{"MasterAccountId": w.home.Account}}, nil
	case "ListAccounts":
		for _, m := range w.members {
			list = append(list, map[string]any{"Id": m.id, "Name": m.name, "State": or(m.state, "ACTIVE")})
		}
	case "ListAccountsForParent":
		for _, m := range w.members {
			if w.inUnit[m.id] == parent {
				list = append(list, map[string]any{"Id": m.id})
			}
		}
	case "ListOrganizationalUnitsForParent":
		name = "OrganizationalUnits"
		for _, u := range w.units[parent] {
			list = append(list, map[string]any{"Id": u})
		}
	}
	from := 0
	if s, ok := in["NextToken"].(string); ok {
		from, _ = strconv.Atoi(s)
	}
	to := min(len(list), from+20)
	out := map[string]any{name: list[from:to]}
	if to < len(list) {
		out["NextToken"] = strconv.Itoa(to)
	}
	return out, nil
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// estate is an organization of n accounts; the first is the management account, whose role is not there.
func estate(n int) *world {
	w := &world{home: connect.Identity{Account: "100000000000", ARN: "arn:aws:iam::100000000000:user/operator", Region: "us-east-1"}}
	for i := range n {
		m := member{id: strconv.Itoa(100000000000 + i), name: fmt.Sprintf("account %d", i), regions: []string{"us-east-1", "eu-central-1"}}
		if i == 0 {
			m.refuse = "User: arn:aws:iam::100000000000:user/operator is not authorized to perform: sts:AssumeRole"
		}
		w.members = append(w.members, m)
	}
	return w
}
