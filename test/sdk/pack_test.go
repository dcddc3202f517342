package sdk_test

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/tickmark/tickmark/internal/compliance"
)

// packs reads the results of the packs that the sample has deployed, and deploys one of its own.
func packs(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	if n := walk(k, configservice.NewDescribeConformancePacksPaginator(c, &configservice.DescribeConformancePacksInput{Limit: 1}), func(o *configservice.DescribeConformancePacksOutput) int {
		return len(o.ConformancePackDetails)
	}); n != 2 {
		k.Errorf("%d packs, want 2", n)
	}
	name := aws.String("nist-csf")
	count := walk(k, configservice.NewDescribeConformancePackCompliancePaginator(c, &configservice.DescribeConformancePackComplianceInput{ConformancePackName: name, Limit: 20}), func(o *configservice.DescribeConformancePackComplianceOutput) int {
		return len(o.ConformancePackRuleComplianceList)
	})
	if count < 50 {
		k.Errorf("the pack has %d rules", count)
	}
	details := walk(k, configservice.NewGetConformancePackComplianceDetailsPaginator(c, &configservice.GetConformancePackComplianceDetailsInput{ConformancePackName: name, Limit: 50}), func(o *configservice.GetConformancePackComplianceDetailsOutput) int {
		return len(o.ConformancePackRuleEvaluationResults)
	})
	if details < 100 {
		k.Errorf("the pack has %d results", details)
	}
	sum := must(c.GetConformancePackComplianceSummary(ctx, &configservice.GetConformancePackComplianceSummaryInput{ConformancePackNames: []string{*name}}))(k)
	if s := sum.ConformancePackComplianceSummaryList; len(s) != 1 || s[0].ConformancePackComplianceStatus != types.ConformancePackComplianceTypeNonCompliant {
		k.Errorf("summary %+v", s)
	}
	scores := must(c.ListConformancePackComplianceScores(ctx, &configservice.ListConformancePackComplianceScoresInput{SortBy: types.SortByScore, SortOrder: types.SortOrderDescending}))(k).ConformancePackComplianceScores
	if len(scores) != 2 || !slices.IsSortedFunc(scores, func(a, b types.ConformancePackComplianceScore) int { return -cmp.Compare(*a.Score, *b.Score) }) {
		k.Errorf("scores %+v", scores)
	}
	own := &configservice.PutConformancePackInput{ConformancePackName: aws.String("own"), TemplateBody: aws.String(template("ACCESS_KEYS_ROTATED"))}
	must(c.PutConformancePack(ctx, own))(k)
	status := must(c.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{ConformancePackNames: []string{"own"}}))(k)
	if s := status.ConformancePackStatusDetails[0]; s.ConformancePackState != types.ConformancePackStateCreateComplete {
		k.Errorf("state %s: %s", s.ConformancePackState, aws.ToString(s.ConformancePackStatusReason))
	}
	must(c.DeleteConformancePack(ctx, &configservice.DeleteConformancePackInput{ConformancePackName: own.ConformancePackName}))(k)
	_, err := c.DeleteConformancePack(ctx, &configservice.DeleteConformancePackInput{ConformancePackName: own.ConformancePackName})
	fails[*types.NoSuchConformancePackException](k, err)
	own.TemplateBody = aws.String("Resources: {A: {Type: AWS::EC2::Instance}}")
	_, err = c.PutConformancePack(ctx, own)
	fails[*types.ConformancePackTemplateValidationException](k, err)
}

// template is a pack of one rule.
func template(identifier string) string {
	return `Parameters: {Days: {Type: String, Default: "45"}}
Resources:
  Keys:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: keys-rotated
      InputParameters: {maxAccessKeyAge: !Ref Days}
      Source: {Owner: AWS, SourceIdentifier: ` + identifier + `}
`
}

// aggregators see all accounts and regions.
func aggregators(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	name := aws.String("sdk-all")
	in := &configservice.PutConfigurationAggregatorInput{ConfigurationAggregatorName: name, AccountAggregationSources: []types.AccountAggregationSource{{AccountIds: []string{k.env.Account, member}, AllAwsRegions: true}}}
	must(c.PutConfigurationAggregator(ctx, in))(k)
	_, err := c.DescribeConfigurationAggregators(ctx, &configservice.DescribeConfigurationAggregatorsInput{ConfigurationAggregatorNames: []string{"nothing"}})
	fails[*types.NoSuchConfigurationAggregatorException](k, err)
	if l := must(c.DescribeConfigurationAggregators(ctx, &configservice.DescribeConfigurationAggregatorsInput{}))(k); len(l.ConfigurationAggregators) != 1 {
		k.Errorf("%d aggregators", len(l.ConfigurationAggregators))
	}
	k.authorize(c, name)
	if n := walk(k, configservice.NewDescribeConfigurationAggregatorSourcesStatusPaginator(c, &configservice.DescribeConfigurationAggregatorSourcesStatusInput{ConfigurationAggregatorName: name, Limit: 1}), func(o *configservice.DescribeConfigurationAggregatorSourcesStatusOutput) int {
		return len(o.AggregatedSourceStatusList)
	}); n < 2 {
		k.Errorf("%d sources", n)
	}
	places := map[string]bool{}
	var failing *types.AggregateComplianceByConfigRule
	walk(k, configservice.NewDescribeAggregateComplianceByConfigRulesPaginator(c, &configservice.DescribeAggregateComplianceByConfigRulesInput{ConfigurationAggregatorName: name, Limit: 100}), func(o *configservice.DescribeAggregateComplianceByConfigRulesOutput) int {
		for i, r := range o.AggregateComplianceByConfigRules {
			places[*r.AccountId+" "+*r.AwsRegion] = true
			if *r.AccountId == member && r.Compliance.ComplianceType == types.ComplianceTypeNonCompliant {
				failing = &o.AggregateComplianceByConfigRules[i]
			}
		}
		return len(o.AggregateComplianceByConfigRules)
	})
	if len(places) != 4 || failing == nil {
		k.Fatalf("rules of %v", places)
	}
	details := must(c.GetAggregateComplianceDetailsByConfigRule(ctx, &configservice.GetAggregateComplianceDetailsByConfigRuleInput{
		ConfigurationAggregatorName: name, ConfigRuleName: failing.ConfigRuleName, AccountId: failing.AccountId, AwsRegion: failing.AwsRegion, ComplianceType: types.ComplianceTypeNonCompliant,
	}))(k)
	if len(details.AggregateEvaluationResults) == 0 {
		k.Errorf("no results of %s", *failing.ConfigRuleName)
	}
	if l := must(c.GetAggregateConfigRuleComplianceSummary(ctx, &configservice.GetAggregateConfigRuleComplianceSummaryInput{ConfigurationAggregatorName: name, GroupByKey: types.ConfigRuleComplianceSummaryGroupKeyAccountId}))(k); len(l.AggregateComplianceCounts) != 2 {
		k.Errorf("%d groups of rules", len(l.AggregateComplianceCounts))
	}
	if l := must(c.DescribeAggregateComplianceByConformancePacks(ctx, &configservice.DescribeAggregateComplianceByConformancePacksInput{ConfigurationAggregatorName: name}))(k); len(l.AggregateComplianceByConformancePacks) != 8 {
		k.Errorf("%d packs, want 8", len(l.AggregateComplianceByConformancePacks))
	}
	must(c.GetAggregateConformancePackComplianceSummary(ctx, &configservice.GetAggregateConformancePackComplianceSummaryInput{ConfigurationAggregatorName: name}))(k)
	if l := must(c.GetAggregateDiscoveredResourceCounts(ctx, &configservice.GetAggregateDiscoveredResourceCountsInput{ConfigurationAggregatorName: name}))(k); l.TotalDiscoveredResources < 200 {
		k.Errorf("%d resources", l.TotalDiscoveredResources)
	}
	k.aggregateResources(c, name)
	must(c.DeleteConfigurationAggregator(ctx, &configservice.DeleteConfigurationAggregatorInput{ConfigurationAggregatorName: name}))(k)
}

// authorize lets the aggregator into the member account, which sees the request first.
func (k *kit) authorize(c *configservice.Client, name *string) {
	ctx := k.Context()
	in := &configservice.GetAggregateDiscoveredResourceCountsInput{ConfigurationAggregatorName: name, GroupByKey: types.ResourceCountGroupKeyAccountId}
	if l := must(c.GetAggregateDiscoveredResourceCounts(ctx, in))(k); len(l.GroupedResourceCounts) != 1 {
		k.Errorf("before it is authorized: %d accounts", len(l.GroupedResourceCounts))
	}
	for _, region := range []string{home, abroad} {
		m := configservice.NewFromConfig(k.member(region))
		if l := must(m.DescribePendingAggregationRequests(ctx, &configservice.DescribePendingAggregationRequestsInput{}))(k); len(l.PendingAggregationRequests) != 1 || *l.PendingAggregationRequests[0].RequesterAccountId != k.env.Account {
			k.Errorf("requests %+v", l.PendingAggregationRequests)
		}
		must(m.PutAggregationAuthorization(ctx, &configservice.PutAggregationAuthorizationInput{AuthorizedAccountId: &k.env.Account, AuthorizedAwsRegion: aws.String(home)}))(k)
	}
}

func (k *kit) aggregateResources(c *configservice.Client, name *string) {
	ctx := k.Context()
	var ids []types.AggregateResourceIdentifier
	in := &configservice.ListAggregateDiscoveredResourcesInput{ConfigurationAggregatorName: name, ResourceType: types.ResourceTypeBucket, Limit: 1}
	walk(k, configservice.NewListAggregateDiscoveredResourcesPaginator(c, in), func(o *configservice.ListAggregateDiscoveredResourcesOutput) int {
		ids = append(ids, o.ResourceIdentifiers...)
		return len(o.ResourceIdentifiers)
	})
	one := must(c.GetAggregateResourceConfig(ctx, &configservice.GetAggregateResourceConfigInput{ConfigurationAggregatorName: name, ResourceIdentifier: &ids[0]}))(k)
	if *one.ConfigurationItem.ResourceId != *ids[0].ResourceId {
		k.Errorf("another bucket: %s", *one.ConfigurationItem.ResourceId)
	}
	none := ids[0]
	none.ResourceId = aws.String("nothing")
	_, err := c.GetAggregateResourceConfig(ctx, &configservice.GetAggregateResourceConfigInput{ConfigurationAggregatorName: name, ResourceIdentifier: &none})
	fails[*types.ResourceNotDiscoveredException](k, err)
	batch := must(c.BatchGetAggregateResourceConfig(ctx, &configservice.BatchGetAggregateResourceConfigInput{ConfigurationAggregatorName: name, ResourceIdentifiers: append(ids[:2:2], none)}))(k)
	if len(batch.BaseConfigurationItems) != 2 || len(batch.UnprocessedResourceIdentifiers) != 1 {
		k.Errorf("batch: %d items, %d unprocessed", len(batch.BaseConfigurationItems), len(batch.UnprocessedResourceIdentifiers))
	}
}

// rest are the remaining operations of Config: authorizations, retention and tags.
func rest(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	who := &configservice.PutAggregationAuthorizationInput{AuthorizedAccountId: aws.String("999999999999"), AuthorizedAwsRegion: aws.String(home)}
	must(c.PutAggregationAuthorization(ctx, who))(k)
	if l := must(c.DescribeAggregationAuthorizations(ctx, &configservice.DescribeAggregationAuthorizationsInput{}))(k); len(l.AggregationAuthorizations) != 1 {
		k.Errorf("authorizations %+v", l)
	}
	must(c.DescribePendingAggregationRequests(ctx, &configservice.DescribePendingAggregationRequestsInput{}))(k)
	must(c.DeleteAggregationAuthorization(ctx, &configservice.DeleteAggregationAuthorizationInput{AuthorizedAccountId: who.AuthorizedAccountId, AuthorizedAwsRegion: who.AuthorizedAwsRegion}))(k)

	kept := must(c.PutRetentionConfiguration(ctx, &configservice.PutRetentionConfigurationInput{RetentionPeriodInDays: aws.Int32(365)}))(k)
	_, err := c.PutRetentionConfiguration(ctx, &configservice.PutRetentionConfigurationInput{RetentionPeriodInDays: aws.Int32(7)})
	fails[*types.InvalidParameterValueException](k, err)
	if l := must(c.DescribeRetentionConfigurations(ctx, &configservice.DescribeRetentionConfigurationsInput{}))(k); *l.RetentionConfigurations[0].RetentionPeriodInDays != 365 {
		k.Errorf("retention %+v", l)
	}
	must(c.DeleteRetentionConfiguration(ctx, &configservice.DeleteRetentionConfigurationInput{RetentionConfigurationName: kept.RetentionConfiguration.Name}))(k)

	rs := must(c.DescribeConfigRules(ctx, &configservice.DescribeConfigRulesInput{}))(k).ConfigRules
	in := &configservice.TagResourceInput{ResourceArn: rs[0].ConfigRuleArn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")}}}
	must(c.TagResource(ctx, in))(k)
	if n := walk(k, configservice.NewListTagsForResourcePaginator(c, &configservice.ListTagsForResourceInput{ResourceArn: in.ResourceArn, Limit: 1}), func(o *configservice.ListTagsForResourceOutput) int { return len(o.Tags) }); n != 2 {
		k.Errorf("%d tags", n)
	}
	must(c.UntagResource(ctx, &configservice.UntagResourceInput{ResourceArn: in.ResourceArn, TagKeys: []string{"a", "b"}}))(k)
	in.ResourceArn = aws.String(strings.TrimSuffix(*in.ResourceArn, "x") + "-none")
	_, err = c.TagResource(ctx, in)
	fails[*types.ResourceNotFoundException](k, err)
	k.ok(k.env.Evaluate(ctx, func(compliance.Progress) {}))
}
