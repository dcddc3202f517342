package sweep

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// Account is an account to read.
type Account struct {
	ID, Name string
	// Role is the ARN of the role that calls are made with; "" for the caller's own credentials.
	Role string
	// Regions are those to read: enabled ones, all of one partition.
	Regions []string
	// Problem, if set, says why the account cannot be read: it becomes a gap, and nothing is called.
	Problem *Problem
}

// Problem is why an account cannot be read.
type Problem struct {
	Code   string // AWS's, "" when none
	Why    string // a sentence
	Remedy string // what to do
}

// Plan is what a run is to read.
type Plan struct {
	// Connection is the name under which the run is shown.
	Connection string
	Accounts   []Account
	Types      []*collect.Type
	// Whole says that the plan is all that is read of its accounts: gaps of anything else are closed.
	Whole bool
	// Offered reports whether a region has a service (an API's namespace: "ec2"); nil: every region has all.
	Offered func(service, region string) bool
}

// home is the region that stands for an account: where what is read once begins.
func (a *Account) home() string {
	partition := "aws"
	if len(a.Regions) > 0 {
		partition = arn.Partition(a.Regions[0])
	} else if r, err := arn.Parse(a.Role); err == nil {
		partition = r.Partition
	}
	return collect.HomeRegion(partition)
}

// serviceOf is the API namespace that finds a type.
func serviceOf(t *collect.Type) string {
	if len(t.Find) == 0 {
		return ""
	}
	service, _, _ := strings.Cut(t.Find[0].API, ":")
	return service
}

func (p *Plan) offered(t *collect.Type, region string) bool {
	service := serviceOf(t)
	return p.Offered == nil || service == "" || p.Offered(service, t.CallRegion(region))
}

// each calls yield with the region, arn.Global for what is read once, and type of every unit of an account.
func (p *Plan) each(a *Account, yield func(region string, t *collect.Type)) {
	if a.Problem != nil {
		return
	}
	for _, t := range p.Types {
		if t.Once() {
			if p.offered(t, a.home()) {
				yield(arn.Global, t)
			}
			continue
		}
		for _, r := range a.Regions {
			if p.offered(t, r) {
				yield(r, t)
			}
		}
	}
}

// Units is how many units the plan has.
func (p *Plan) Units() (n int64) {
	for i := range p.Accounts {
		p.each(&p.Accounts[i], func(string, *collect.Type) { n++ })
	}
	return n
}

// Digest names the plan: equal plans read the same.
func (p *Plan) Digest() string {
	h := sha256.New()
	accounts := slices.SortedFunc(slices.Values(p.Accounts), func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	for _, a := range accounts {
		fmt.Fprintf(h, "%q %q %v %q\n", a.ID, a.Role, a.Problem != nil, slices.Sorted(slices.Values(a.Regions)))
	}
	var names []string
	for _, t := range p.Types {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	fmt.Fprintf(h, "%q", names)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
