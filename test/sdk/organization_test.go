package sdk_test

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

// organization rolls a rule and a pack out to the sample's accounts and takes them back, where nothing else is.
func organization(k *kit) {
	const region = "eu-north-1"
	ctx, c, m := k.Context(), k.configClient(region), configservice.NewFromConfig(k.member(region))
	name := aws.String("sdk-policy")
	in := &configservice.PutOrganizationConfigRuleInput{
		OrganizationConfigRuleName: name, ExcludedAccounts: []string{k.env.Account},
		OrganizationManagedRuleMetadata: &types.OrganizationManagedRuleMetadata{RuleIdentifier: aws.String("IAM_PASSWORD_POLICY")},
	}
	_, err := m.PutOrganizationConfigRule(ctx, in)
	fails[*types.OrganizationAccessDeniedException](k, err)
	put := must(c.PutOrganizationConfigRule(ctx, in))(k)
	if !strings.Contains(*put.OrganizationConfigRuleArn, ":organization-config-rule/sdk-policy-") {
		k.Errorf("ARN %s", *put.OrganizationConfigRuleArn)
	}
	names := &configservice.DescribeOrganizationConfigRuleStatusesInput{OrganizationConfigRuleNames: []string{*name}}
	k.settles(func() bool {
		l := must(c.DescribeOrganizationConfigRuleStatuses(ctx, names))(k).OrganizationConfigRuleStatuses
		return l[0].OrganizationRuleStatus == types.OrganizationRuleStatusCreateSuccessful
	})
	if n := walk(k, configservice.NewGetOrganizationConfigRuleDetailedStatusPaginator(c, &configservice.GetOrganizationConfigRuleDetailedStatusInput{OrganizationConfigRuleName: name, Limit: 1}), func(o *configservice.GetOrganizationConfigRuleDetailedStatusOutput) int {
		return len(o.OrganizationConfigRuleDetailedStatus)
	}); n < 2 {
		k.Errorf("%d accounts have the rule", n)
	}
	rules := must(m.DescribeConfigRules(ctx, &configservice.DescribeConfigRulesInput{}))(k).ConfigRules
	if len(rules) != 1 || !strings.HasPrefix(*rules[0].ConfigRuleName, "OrgConfigRule-sdk-policy-") {
		k.Fatalf("rules of the member: %+v", rules)
	}
	_, err = m.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: rules[0].ConfigRuleName})
	k.refused(err, "AccessDeniedException", "ServiceLinkedConfigRule")
	if l := must(c.DescribeOrganizationConfigRules(ctx, &configservice.DescribeOrganizationConfigRulesInput{}))(k).OrganizationConfigRules; len(l) != 1 {
		k.Errorf("organization rules %+v", l)
	}
	must(c.DeleteOrganizationConfigRule(ctx, &configservice.DeleteOrganizationConfigRuleInput{OrganizationConfigRuleName: name}))(k)
	k.settles(func() bool {
		_, err := c.DescribeOrganizationConfigRuleStatuses(ctx, names)
		return err != nil
	})
	_, err = c.DescribeOrganizationConfigRuleStatuses(ctx, names)
	fails[*types.NoSuchOrganizationConfigRuleException](k, err)
	k.organizationPack(c, m)
	organizationPolicy(k, c)
}

func (k *kit) organizationPack(c, m *configservice.Client) {
	ctx, name := k.Context(), aws.String("sdk-pack")
	in := &configservice.PutOrganizationConformancePackInput{OrganizationConformancePackName: name, TemplateBody: aws.String("Resources: {A: {Type: AWS::EC2::Instance}}")}
	_, err := c.PutOrganizationConformancePack(ctx, in)
	fails[*types.OrganizationConformancePackTemplateValidationException](k, err)
	in.TemplateBody = aws.String(template("ACCESS_KEYS_ROTATED"))
	must(c.PutOrganizationConformancePack(ctx, in))(k)
	names := &configservice.DescribeOrganizationConformancePackStatusesInput{OrganizationConformancePackNames: []string{*name}}
	k.settles(func() bool {
		l := must(c.DescribeOrganizationConformancePackStatuses(ctx, names))(k).OrganizationConformancePackStatuses
		return l[0].Status == types.OrganizationResourceStatusCreateSuccessful
	})
	accounts := must(c.GetOrganizationConformancePackDetailedStatus(ctx, &configservice.GetOrganizationConformancePackDetailedStatusInput{
		OrganizationConformancePackName: name, Filters: &types.OrganizationResourceDetailedStatusFilters{AccountId: aws.String(member)},
	}))(k).OrganizationConformancePackDetailedStatuses
	packs := must(m.DescribeConformancePacks(ctx, &configservice.DescribeConformancePacksInput{}))(k).ConformancePackDetails
	if len(accounts) != 1 || len(packs) != 1 || *packs[0].ConformancePackName != *accounts[0].ConformancePackName {
		k.Errorf("accounts %+v, packs %+v", accounts, packs)
	}
	if l := must(c.DescribeOrganizationConformancePacks(ctx, &configservice.DescribeOrganizationConformancePacksInput{}))(k).OrganizationConformancePacks; len(l) != 1 {
		k.Errorf("organization packs %+v", l)
	}
	must(c.DeleteOrganizationConformancePack(ctx, &configservice.DeleteOrganizationConformancePackInput{OrganizationConformancePackName: name}))(k)
	k.settles(func() bool {
		return len(must(m.DescribeConformancePacks(ctx, &configservice.DescribeConformancePacksInput{}))(k).ConformancePackDetails) == 0
	})
}

// settles waits for background work.
func (k *kit) settles(done func() bool) {
	k.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	k.Error("it does not settle")
}

// organizationPolicy: an organization rule with a policy text, which listings leave out.
func organizationPolicy(k *kit, c *configservice.Client) {
	ctx, name, policy := k.Context(), aws.String("sdk-guard"), aws.String("rule a { resourceType exists }")
	must(c.PutOrganizationConfigRule(ctx, &configservice.PutOrganizationConfigRuleInput{
		OrganizationConfigRuleName: name,
		OrganizationCustomPolicyRuleMetadata: &types.OrganizationCustomPolicyRuleMetadata{
			PolicyRuntime: aws.String("guard-2.x.x"), PolicyText: policy,
			OrganizationConfigRuleTriggerTypes: []types.OrganizationConfigRuleTriggerTypeNoSN{types.OrganizationConfigRuleTriggerTypeNoSNConfigurationItemChangeNotification},
		},
	}))(k)
	got := must(c.GetOrganizationCustomRulePolicy(ctx, &configservice.GetOrganizationCustomRulePolicyInput{OrganizationConfigRuleName: name}))(k)
	if *got.PolicyText != *policy {
		k.Errorf("policy %q", *got.PolicyText)
	}
	list := must(c.DescribeOrganizationConfigRules(ctx, &configservice.DescribeOrganizationConfigRulesInput{OrganizationConfigRuleNames: []string{*name}}))(k).OrganizationConfigRules
	if m := list[0].OrganizationCustomPolicyRuleMetadata; m == nil || *m.PolicyRuntime != "guard-2.x.x" || list[0].OrganizationManagedRuleMetadata != nil {
		k.Errorf("rule %+v", list[0])
	}
	_, err := c.GetOrganizationCustomRulePolicy(ctx, &configservice.GetOrganizationCustomRulePolicyInput{OrganizationConfigRuleName: aws.String("none")})
	fails[*types.NoSuchOrganizationConfigRuleException](k, err)
}
