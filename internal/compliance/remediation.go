package compliance

import (
	"context"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// RemediationConfig is how the failures of a rule are put right. Package remediate does it.
type RemediationConfig struct {
	Rule, ARN                       string
	TargetType, TargetID, Version   string
	ResourceType                    string                          `json:",omitempty"`
	Parameters                      map[string]RemediationParameter `json:",omitempty"`
	Automatic                       bool
	Attempts, RetrySeconds          int64
	ConcurrentPercent, ErrorPercent int64 // 0 when they were not given
	// CreatedBy is the service whose conformance pack the configuration came with.
	CreatedBy string `json:",omitempty"`
}

// RemediationParameter is the failing resource's id, or fixed values.
type RemediationParameter struct {
	ResourceID bool     `json:",omitempty"`
	Values     []string `json:",omitempty"`
}

var remediationConfigs = docs.Collection[RemediationConfig]{Kind: "config-remediation", Noun: "remediation configuration"}

// assumeRole is the parameter without which nothing runs on its own.
const assumeRole = "AutomationAssumeRole"

func badRemediation(field, format string, args ...any) error {
	return fault.Invalidf(field, format, args...).With("InvalidParameterValueException")
}

// check completes a configuration and refuses what could not run.
func (r *RemediationConfig) check() error {
	if r.TargetType != "SSM_DOCUMENT" {
		return badRemediation("TargetType", "The target of a remediation is an SSM_DOCUMENT, not %q.", r.TargetType)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if p := r.Parameters[name]; p.ResourceID == (len(p.Values) > 0) {
			return badRemediation("Parameters", "The parameter %q of the remediation of %q needs either a ResourceValue or a StaticValue with values.", name, r.Rule)
		}
	}
	if !r.Automatic {
		return nil
	}
	role := r.Parameters[assumeRole].Values
	if len(role) != 1 {
		return badRemediation("Parameters", "Automatic remediation of %q needs the parameter %s with the ARN of one role as a StaticValue.", r.Rule, assumeRole)
	}
	if a, err := arn.Parse(role[0]); err != nil || a.Service != "iam" {
		return badRemediation("Parameters", "%s is not the ARN of an IAM role: %q.", assumeRole, role[0])
	}
	if r.Attempts == 0 {
		r.Attempts = 5
	}
	if r.RetrySeconds == 0 {
		r.RetrySeconds = 60
	}
	return nil
}

// remediable is a rule of a place that its account may remediate.
func remediable(tx Tx, at Place, name string) (ConfigRule, error) {
	d, err := rules.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		return ConfigRule{}, badRemediation("ConfigRuleName", "There is no config rule %q: put it first.", name)
	}
	if err == nil && d.Value.CreatedBy != "" {
		err = fault.New(fault.Denied, "The rule %q belongs to %s, which alone may say how it is remediated.", name, d.Value.CreatedBy).With("InsufficientPermissionsException")
	}
	return d.Value, err
}

// PutRemediations adds or replaces the remediation configurations of rules, all of them or none.
// Faults: InvalidParameterValueException, InsufficientPermissionsException.
func (p *Program) PutRemediations(ctx context.Context, at Place, list []RemediationConfig) error {
	seen := map[string]bool{}
	for i := range list {
		if err := list[i].check(); err != nil {
			return err
		}
		if seen[list[i].Rule] {
			return badRemediation("ConfigRuleName", "A rule has one remediation configuration, and %q is named twice.", list[i].Rule)
		}
		seen[list[i].Rule] = true
	}
	id := p.shortID(16)
	return p.write(ctx, func(tx Tx) error {
		for _, r := range list {
			in, err := remediable(tx, at, r.Rule)
			if err != nil {
				return err
			}
			old, err := remediationConfigs.Get(tx, at.Account, at.Region, in.ID)
			switch {
			case fault.KindOf(err) == fault.NotFound:
				r.ARN = arn.New("config", at.Region, at.Account, "remediation-configuration/"+r.Rule+"/"+id)
				err = remediationConfigs.Insert(tx, at.Account, at.Region, in.ID, r.Rule, r)
			case err == nil:
				r.ARN = old.Value.ARN
				old.Value = r
				err = remediationConfigs.Update(tx, old)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// RemediationConfigs are the remediation configurations of a place by rule, of some rules when any are given; rules
// without one are left out, as in AWS.
func (p *Program) RemediationConfigs(ctx context.Context, at Place, names ...string) ([]RemediationConfig, error) {
	return read(ctx, p, func(tx Tx) ([]RemediationConfig, error) {
		all, err := Remedies(tx, at)
		var out []RemediationConfig
		for _, r := range all {
			if len(names) == 0 || slices.Contains(names, r.Config.Rule) {
				out = append(out, r.Config)
			}
		}
		return out, err
	})
}

// DropRemediation removes a rule's remediation configuration; a resource type must be the configuration's own.
// Fault: NoSuchRemediationConfigurationException.
func DropRemediation(tx Tx, at Place, name, resourceType string) error {
	d, err := remediationConfigs.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound || err == nil && resourceType != "" && resourceType != d.Value.ResourceType {
		return noRemediation(name)
	}
	if err != nil {
		return err
	}
	return remediationConfigs.Delete(tx, at.Account, at.Region, d.ID)
}

func noRemediation(name string) error {
	return fault.Missing("remediation configuration", name).With("NoSuchRemediationConfigurationException")
}

// freeOfRemediation refuses to delete a rule that has a remediation configuration.
func freeOfRemediation(tx Tx, r ConfigRule) error {
	_, err := remediationConfigs.Get(tx, r.Account, r.Region, r.ID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err == nil {
		err = fault.New(fault.Conflict, "The rule %q has a remediation configuration. Delete that first.", r.Name).With("ResourceInUseException")
	}
	return err
}
