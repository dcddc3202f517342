package query

import (
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
)

// TestPlan: what a condition leaves of types, accounts and regions; nil is all.
func TestPlan(t *testing.T) {
	everything := arn.Everything()
	mine := arn.In("111122223333", "eu-west-1")
	for _, c := range []struct {
		where    string
		types    []string
		in, want arn.Scope
		some     bool
	}{
		{"resourceType = 'A'", []string{"A"}, mine, mine, true},
		{"resourceType IN ('A', 'B') AND resourceType = 'B'", []string{"B"}, mine, mine, true},
		{"resourceType = 'A' OR resourceType LIKE 'BBB'", []string{"A", "BBB"}, mine, mine, true},
		{"resourceType = 'A' OR resourceId = 'x'", nil, mine, mine, true},
		{"NOT resourceType = 'A'", nil, mine, mine, true},
		{"resourceType != 'A'", nil, mine, mine, true},
		{"resourceType = 'A' AND resourceType = 'B'", []string{}, mine, mine, false},
		{"accountId = '444455556666'", nil, mine, mine, false},
		{"accountId = 444455556666 AND awsRegion = 'eu-west-1'", nil, everything, arn.Scope{Accounts: []string{"444455556666"}, Regions: []string{"eu-west-1"}}, true},
		{"awsRegion IN ('us-east-1', 'global')", nil, mine, arn.Scope{Accounts: mine.Accounts, Regions: []string{"global"}}, true},
		{"awsRegion = 'us-east-1'", nil, mine, mine, false},
	} {
		st, err := Parse("SELECT resourceId WHERE " + c.where)
		if err != nil {
			t.Fatal(err)
		}
		p := st.plan()
		if !slices.Equal(p.types, c.types) || (p.types == nil) != (c.types == nil) {
			t.Errorf("%s: types %v, want %v", c.where, p.types, c.types)
		}
		got, some := p.within(c.in)
		if some != c.some || some && (got.Installation != c.want.Installation || !slices.Equal(got.Accounts, c.want.Accounts) || !slices.Equal(got.Regions, c.want.Regions)) {
			t.Errorf("%s: scope %+v %v, want %+v %v", c.where, got, some, c.want, c.some)
		}
	}
}
