package assess

import (
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Limits are the quotas of an account.
type Limits struct {
	ActiveAssessments, CustomControls, CustomFrameworks int
	SourcesPerControl, AccountsPerAssessment            int
	// Accounts is how many different accounts the active assessments have in scope together.
	Accounts int
	// ShareRecipients is with how many recipients a framework may be shared at a time.
	ShareRecipients int
	ManualPerDay    int
	FileSize        int64
	// SingleVerdicts is how many verdict changes there may be in an assessment's scope when it begins for each of
	// them to be a piece of its own; in a larger estate the first day has one piece for each rule and verdict.
	SingleVerdicts int
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, to int) {
		if *v == 0 {
			*v = to
		}
	}
	set(&l.ActiveAssessments, 100)
	set(&l.CustomControls, 500)
	set(&l.CustomFrameworks, 100)
	set(&l.SourcesPerControl, 100)
	set(&l.AccountsPerAssessment, 200)
	set(&l.Accounts, 250)
	set(&l.ManualPerDay, 100)
	set(&l.ShareRecipients, 100)
	set(&l.SingleVerdicts, 20_000)
	if l.FileSize == 0 {
		l.FileSize = 100 << 20
	}
	return l
}

// quotas are the limits that an operator may set, by name.
func (l *Limits) quotas() map[string]*int {
	return map[string]*int{
		"activeAssessments": &l.ActiveAssessments, "customControls": &l.CustomControls, "customFrameworks": &l.CustomFrameworks,
		"sourcesPerControl": &l.SourcesPerControl, "accountsPerAssessment": &l.AccountsPerAssessment, "accounts": &l.Accounts,
		"manualEvidencePerDay": &l.ManualPerDay, "shareRecipients": &l.ShareRecipients,
	}
}

// QuotaNames are the names that LimitsOf knows.
func QuotaNames() []string { return slices.Sorted(maps.Keys(new(Limits).quotas())) }

// LimitsOf are limits by their names; those that are not named are AWS's.
func LimitsOf(byName map[string]int) (Limits, error) {
	var l Limits
	known := l.quotas()
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		to, ok := known[name]
		if !ok {
			return l, fault.Invalidf("audit-limit", "--audit-limit %q is no quota: use one of %s.", name, strings.Join(QuotaNames(), ", "))
		}
		if *to = byName[name]; *to < 1 {
			return l, fault.Invalidf("audit-limit", "--audit-limit %s=%d: a quota must be at least 1.", name, *to)
		}
	}
	return l, nil
}
