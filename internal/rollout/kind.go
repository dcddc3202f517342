package rollout

import (
	"errors"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/pack"
)

// Kind is what is rolled out: Rules or Packs.
type Kind struct {
	rollouts docs.Collection[Rollout]
	// resource is the first part of its ARNs' resources; prefix that of names in member accounts.
	resource, prefix string
	limit            int
	missing, full    string
}

// The kinds.
var (
	Rules = &Kind{
		rollouts: docs.Collection[Rollout]{Kind: compliance.OrganizationRuleKind, Noun: "organization config rule"},
		resource: "organization-config-rule/", prefix: "OrgConfigRule-", limit: 150,
		missing: "NoSuchOrganizationConfigRuleException", full: "MaxNumberOfOrganizationConfigRulesExceededException",
	}
	Packs = &Kind{
		rollouts: docs.Collection[Rollout]{Kind: compliance.OrganizationPackKind, Noun: "organization conformance pack"},
		resource: "organization-conformance-pack/", prefix: "OrgConformsPack-", limit: 50,
		missing: "NoSuchOrganizationConformancePackException", full: "MaxNumberOfOrganizationConformancePacksExceededException",
	}
)

// maxPackRules is how many rules all organization packs of a region may have together.
const maxPackRules = 350

// members are the accounts of one rollout. Each has a collection of its own, so that reading one reads no other.
func (k *Kind) members(r *Rollout) docs.Collection[Member] {
	return docs.Collection[Member]{Kind: k.rollouts.Kind + "-member/" + r.ID, Noun: "member account"}
}

// templateCode is the code of faults in the template of an organization pack.
const templateCode = "OrganizationConformancePackTemplateValidationException"

// spelled gives faults the codes that operations on organization packs have.
func (k *Kind) spelled(err error) error {
	var f *fault.Error
	if k == Rules || !errors.As(err, &f) {
		return err
	}
	switch f.Code {
	case pack.Code:
		return f.With(templateCode)
	case "InvalidParameterValueException":
		return f.With("ValidationException")
	}
	return err
}

func (k *Kind) one(tx Tx, at Place, name string) (docs.Doc[Rollout], error) {
	d, err := k.rollouts.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		return d, fault.Missing(k.rollouts.Noun, name).With(k.missing)
	}
	return d, err
}
