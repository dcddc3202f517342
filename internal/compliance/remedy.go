package compliance

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
)

// Remedy is a rule with how its failures are put right, by its account or by the pack it came with.
type Remedy struct {
	Place
	Rule   ConfigRule
	Config RemediationConfig
	// Version is another one whenever the configuration was put again.
	Version string
}

// Remedies are the remedies of a place by rule. A configuration of a pack that could not be put by hand is left out: it
// could not run.
func Remedies(tx Tx, at Place) ([]Remedy, error) {
	all, err := remediationConfigs.All(tx, own(at))
	if err != nil {
		return nil, err
	}
	var out []Remedy
	for _, d := range all {
		r, err := rules.Get(tx, at.Account, at.Region, d.ID)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Remedy{at, r.Value, d.Value, d.Value.ARN + "#" + strconv.FormatInt(d.Revision, 10)})
	}
	packs, err := listPacks(tx, own(at), nil)
	if err != nil {
		return nil, err
	}
	for _, v := range packs {
		for _, m := range v.Remediations {
			r, err := rules.ByName(tx, at.Account, at.Region, m.RuleName+"-"+v.ID)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			if c, err := configOf(at, v.ID, r.Value, m); err == nil {
				out = append(out, Remedy{at, r.Value, c, v.ID + "#" + v.Completed.String()})
			}
		}
	}
	slices.SortFunc(out, func(a, b Remedy) int { return cmp.Compare(a.Rule.Name, b.Rule.Name) })
	return out, nil
}

// RemedyOf is the remedy of a rule. Fault: NoSuchRemediationConfigurationException.
func RemedyOf(tx Tx, at Place, name string) (Remedy, error) {
	all, err := Remedies(tx, at)
	if err != nil {
		return Remedy{}, err
	}
	i := slices.IndexFunc(all, func(r Remedy) bool { return r.Rule.Name == name })
	if i < 0 {
		return Remedy{}, noRemediation(name)
	}
	return all[i], nil
}

// RuleNamed is a rule of a place. Fault: NoSuchConfigRuleException.
func RuleNamed(tx Tx, at Place, name string) (ConfigRule, error) {
	d, err := oneRule(tx, at, name)
	return d.Value, err
}

// RuleWithID is a rule of a place by its id. Fault: NoSuchConfigRuleException.
func RuleWithID(tx docs.Tx, at Place, id string) (ConfigRule, error) {
	d, err := rules.Get(tx, at.Account, at.Region, id)
	return d.Value, err
}

// RulesCalled are the rules of a name in the scope, one for each place that has it.
func RulesCalled(tx docs.Tx, s arn.Scope, name string) ([]ConfigRule, error) {
	all, err := rules.All(tx, s)
	var out []ConfigRule
	for _, d := range all {
		if d.Value.Name == name {
			out = append(out, d.Value)
		}
	}
	return out, err
}

// RecorderRoles are the roles that the recorders of an account read with.
func RecorderRoles(tx Tx, account string) (map[string]bool, error) {
	all, err := recorders.All(tx, arn.Scope{Accounts: []string{account}})
	out := map[string]bool{}
	for _, d := range all {
		if d.Value.RoleARN != "" {
			out[d.Value.RoleARN] = true
		}
	}
	return out, err
}

// Failing is the key of a resource that fails a rule now; ok is false when it does not.
func Failing(tx Tx, r ConfigRule, typ, id string) (k inventory.Key, ok bool, err error) {
	keys := []inventory.Key{{Account: r.Account, Region: r.Region, Type: typ, ID: id}, {Account: r.Account, Region: arn.Global, Type: typ, ID: id}}
	records, err := tx.Verdicts(r.Account, keys)
	if err != nil {
		return k, false, err
	}
	for _, k := range keys {
		rec, there := records[k]
		if e := rec.entry(r.N); there && e != nil && e.Verdict == rule.NonCompliant {
			return k, true, nil
		}
	}
	return k, false, nil
}

// configOf reads what a template says of a remediation.
func configOf(at Place, packID string, r ConfigRule, m pack.Remediation) (RemediationConfig, error) {
	var body struct {
		TargetVersion, ResourceType string
		Automatic                   loose
		MaximumAutomaticAttempts    loose
		RetryAttemptSeconds         loose
		Parameters                  map[string]struct {
			ResourceValue *struct{ Value string }
			StaticValue   *struct{ Values looseList }
		}
		ExecutionControls struct {
			SsmControls struct{ ConcurrentExecutionRatePercentage, ErrorPercentage loose }
		}
	}
	if err := json.Unmarshal(m.Body, &body); err != nil {
		return RemediationConfig{}, err
	}
	c := RemediationConfig{
		Rule: r.Name, ARN: arn.New("config", at.Region, at.Account, "remediation-configuration/"+r.Name+"/"+packID),
		TargetType: m.TargetType, TargetID: m.TargetID, Version: body.TargetVersion, ResourceType: body.ResourceType,
		Automatic: body.Automatic == "true", Attempts: body.MaximumAutomaticAttempts.number(), RetrySeconds: body.RetryAttemptSeconds.number(),
		ConcurrentPercent: body.ExecutionControls.SsmControls.ConcurrentExecutionRatePercentage.number(),
		ErrorPercent:      body.ExecutionControls.SsmControls.ErrorPercentage.number(),
		CreatedBy:         r.CreatedBy, Parameters: map[string]RemediationParameter{},
	}
	for name, p := range body.Parameters {
		v := RemediationParameter{ResourceID: p.ResourceValue != nil}
		if p.StaticValue != nil {
			v.Values = p.StaticValue.Values
		}
		c.Parameters[name] = v
	}
	return c, c.check()
}

// loose is a scalar of a template, which may be text where a number or a boolean is meant.
type loose string

// UnmarshalJSON takes text, numbers and booleans.
func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*l = loose(s)
		return nil
	}
	*l = loose(b)
	return nil
}

func (l loose) number() int64 {
	n, err := strconv.ParseInt(string(l), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// looseList is a list of scalars, or one alone.
type looseList []string

// UnmarshalJSON takes both.
func (l *looseList) UnmarshalJSON(b []byte) error {
	var list []loose
	if err := json.Unmarshal(b, &list); err != nil {
		var one loose
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		list = []loose{one}
	}
	for _, v := range list {
		*l = append(*l, string(v))
	}
	return nil
}
