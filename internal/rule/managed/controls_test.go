package managed

import (
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule"
)

func TestControls(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Controls() {
		if !controlID.MatchString(c.ID) || seen[strings.ToUpper(c.ID)] {
			t.Errorf("%q is no control id, or there twice", c.ID)
		}
		seen[strings.ToUpper(c.ID)] = true
		for _, s := range c.Standards {
			if !slices.Contains(Standards(), s) {
				t.Errorf("%s: %q is not a standard", c.ID, s)
			}
		}
		for _, id := range c.Rules {
			if !slices.ContainsFunc(Known(), func(e Entry) bool { return e.Identifier == id }) {
				t.Errorf("%s: there is no rule %s", c.ID, id)
			}
		}
		checkControlParams(t, c)
	}
	for _, r := range Own() {
		if c, ok := FindControl(r.Identifier); !ok || !slices.Equal(c.Rules, []string{r.Identifier}) || c.Severity != r.Severity {
			t.Errorf("%s is a rule of %v", r.Identifier, c)
		}
	}
}

// TestSeverities: a rule that answers controls is as severe as one of them.
func TestSeverities(t *testing.T) {
	severities := map[string][]rule.Severity{}
	for _, c := range Controls() {
		for _, id := range c.Rules {
			severities[id] = append(severities[id], c.Severity)
		}
	}
	for id, want := range severities {
		if r := Lookup(id); r != nil && !slices.Contains(want, r.Severity) {
			t.Errorf("%s: severity %s, its controls have %v", id, r.Severity, want)
		}
	}
}

// checkControlParams: the parameters of a control are such that its rules take them.
func checkControlParams(t *testing.T, c Control) {
	t.Helper()
	if len(c.Rules) == 0 && c.Parameters != "" {
		t.Errorf("%s: parameters without a rule", c.ID)
	}
	for _, id := range c.Rules {
		if r := Lookup(id); r != nil {
			// The oldest version that RDS.51 allows is nowhere to be read; whoever deploys the rule must know it.
			if _, err := r.ParseParams(c.Parameters); err != nil && c.ID != "RDS.51" {
				t.Errorf("%s: %s: %v", c.ID, id, err)
			}
		}
	}
}

// TestControlCoverage says of each standard how many of its controls the library answers; they only become more.
func TestControlCoverage(t *testing.T) {
	least := map[string]int{"CIS-1.2": 100, "CIS-1.4": 100, "CIS-3.0": 100, "CIS-5.0": 100, "FSBP": 100, "PCI-3.2.1": 100, "PCI-4.0.1": 100, "NIST-800-53": 100, "NIST-800-171": 100, "TAGGING": 100}
	for _, s := range Standards() {
		all, have := 0, 0
		for _, c := range Controls() {
			if slices.Contains(c.Standards, s) {
				all++
				if c.Implemented() {
					have++
				} else {
					t.Logf("%s: %s is not answered (%v)", s, c.ID, c.Rules)
				}
			}
		}
		if t.Logf("%s: %d of %d", s, have, all); all == 0 || have*100 < all*least[s] {
			t.Errorf("%s: %d of %d controls, want %d %%", s, have, all, least[s])
		}
	}
}

func TestFindControl(t *testing.T) {
	c, ok := FindControl("redshiftserverless.1")
	if !ok || c.ID != "RedshiftServerless.1" || c.Severity != rule.High || !slices.Contains(c.Standards, "FSBP") {
		t.Errorf("redshiftserverless.1: %+v", c)
	}
	if _, ok := FindControl("EC2.9999"); ok {
		t.Error("EC2.9999 is there")
	}
	var ids []string
	for _, c := range ControlsOf("IAM_USER_UNUSED_CREDENTIALS_CHECK") {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []string{"IAM.8", "IAM.22"}) {
		t.Errorf("controls of IAM_USER_UNUSED_CREDENTIALS_CHECK: %v", ids)
	}
}
