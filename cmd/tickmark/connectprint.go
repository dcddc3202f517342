package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/server"
)

// reaches says in a word which accounts a connection takes.
func reaches(v server.ConnectionView) string {
	switch {
	case v.Organization:
		return "organization"
	case len(v.RoleARNs) > 0:
		return counted(len(v.RoleARNs), "role")
	case len(v.Accounts) > 0:
		return counted(len(v.Accounts), "account")
	}
	return "own account"
}

func roles(v server.ConnectionView) string {
	s := v.Role
	if v.ExternalIDSet {
		s = strings.TrimSpace(s + " (external id)")
	}
	return s
}

// counts are numbers by status, the good ones first.
func counts(by map[connect.Status]int) string {
	var parts []string
	for _, s := range []connect.Status{connect.OK, connect.Missing, connect.Denied, connect.Failed, connect.Inactive, connect.Excluded, connect.Left} {
		if n := by[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// shownAccounts is how many accounts are listed without being asked for; of more, only those that are not ok are.
const shownAccounts = 25

func (p *program) printConnected(d server.Connected, format string, every bool) error {
	if format == "json" {
		return printJSON(p.out, d)
	}
	if d.Identity != nil {
		fmt.Fprintf(p.out, "credentials of %s\n", plain(d.Identity.ARN))
	}
	t := newTable(p.out, "ACCOUNT", "NAME", "STATUS", "REGIONS", "WHY")
	listed := 0
	for _, a := range d.Accounts {
		if every || len(d.Accounts) <= shownAccounts || a.Status != connect.OK {
			listed++
			t.row(a.ID, a.Name, string(a.Status), regionsOf(a), whyOf(a))
		}
	}
	if listed > 0 {
		if err := t.flush(); err != nil {
			return err
		}
	}
	p.printRemedies(d.Accounts)
	fmt.Fprintf(p.out, "%s: %s\n", counted(len(d.Accounts), "account"), counts(d.Connection.Counts))
	switch {
	case d.Plan != nil:
		return p.printPlan(*d.Plan)
	case d.Stored && !every:
		fmt.Fprintf(p.out, "connection %s is kept: its accounts are recorded while 'tickmark serve' runs\n", plain(d.Connection.Name))
	}
	return nil
}

func regionsOf(a connect.Account) string {
	if len(a.Regions) > 4 {
		return fmt.Sprint(len(a.Regions))
	}
	return strings.Join(a.Regions, " ")
}

// whyOf is what is to be said of an account's status.
func whyOf(a connect.Account) string {
	var parts []string
	if a.Code != "" {
		parts = append(parts, a.Code)
	} else if a.Message != "" {
		parts = append(parts, a.Message)
	}
	if len(a.Missing) > 0 {
		var actions []string
		for _, m := range a.Missing {
			actions = append(actions, m.Action)
		}
		parts = append(parts, "lacks "+few(actions))
	}
	if a.Note != "" {
		parts = append(parts, a.Note)
	}
	return strings.Join(parts, "; ")
}

// printRemedies says what to do, once for all accounts that it helps.
func (p *program) printRemedies(accounts []connect.Account) {
	var order []string
	by := map[string][]string{}
	for _, a := range accounts {
		if a.Remedy == "" {
			continue
		}
		if by[a.Remedy] == nil {
			order = append(order, a.Remedy)
		}
		by[a.Remedy] = append(by[a.Remedy], a.ID)
	}
	for _, r := range order {
		slices.Sort(by[r])
		fmt.Fprintf(p.out, "%s: %s\n", plain(strings.Join(by[r], ", ")), plain(r))
	}
}

func everyOf(v server.ConnectionView) string {
	s := (time.Duration(v.EverySeconds) * time.Second).String()
	s = strings.TrimSuffix(s, "0s")
	return strings.TrimSuffix(s, "0m")
}

// printPlan prints the calls of a reading.
func (p *program) printPlan(plan connect.Plan) error {
	t := newTable(p.out, "CALL", "AT LEAST", "", "TYPES")
	for _, c := range plan.Calls {
		more := ""
		if c.PerResource {
			more = "and for resources"
		}
		t.row(c.API, fmt.Sprint(c.AtLeast), more, few(c.Types))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "a complete reading of %s in %s (%s) takes at least %d calls\n",
		counted(plan.Accounts, "account"), counted(plan.Places, "region"), counted(plan.Types, "type"), plan.AtLeast)
	return err
}
