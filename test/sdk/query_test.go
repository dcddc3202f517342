package sdk_test

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/tickmark/tickmark/internal/server"
)

const instances = "SELECT resourceId, accountId, configuration.instanceType WHERE resourceType = 'AWS::EC2::Instance'"

// queries asks for the sample's instances, in one place and over all, and keeps the question.
func queries(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	here := k.found(must(c.SelectResourceConfig(ctx, &configservice.SelectResourceConfigInput{Expression: aws.String(instances)}))(k).Results)
	if n := here[k.env.Account]; n == 0 || len(here) != 1 {
		k.Errorf("instances by account: %v", here)
	}
	pages := walk(k, configservice.NewSelectResourceConfigPaginator(c, &configservice.SelectResourceConfigInput{Expression: aws.String(instances), Limit: 1}), func(o *configservice.SelectResourceConfigOutput) int {
		return len(o.Results)
	})
	if pages != here[k.env.Account] {
		k.Errorf("%d instances by pages of one, %v at once", pages, here)
	}
	_, err := c.SelectResourceConfig(ctx, &configservice.SelectResourceConfigInput{Expression: aws.String("SELECT resourceId WHERE")})
	fails[*types.InvalidExpressionException](k, err)

	name := aws.String("sdk-queries")
	must(c.PutConfigurationAggregator(ctx, &configservice.PutConfigurationAggregatorInput{ConfigurationAggregatorName: name, AccountAggregationSources: []types.AccountAggregationSource{{AccountIds: []string{k.env.Account, member}, AllAwsRegions: true}}}))(k)
	must(configservice.NewFromConfig(k.member(home)).PutAggregationAuthorization(ctx, &configservice.PutAggregationAuthorizationInput{AuthorizedAccountId: aws.String(k.env.Account), AuthorizedAwsRegion: aws.String(home)}))(k)
	all := k.found(must(c.SelectAggregateResourceConfig(ctx, &configservice.SelectAggregateResourceConfigInput{ConfigurationAggregatorName: name, Expression: aws.String(instances)}))(k).Results)
	if all[k.env.Account] <= here[k.env.Account] || all[member] == 0 {
		k.Errorf("instances of the aggregator: %v, of one region: %v", all, here)
	}
	must(c.DeleteConfigurationAggregator(ctx, &configservice.DeleteConfigurationAggregatorInput{ConfigurationAggregatorName: name}))(k)
	k.storedQuery(c)
}

// found counts results by account; each must have the properties that were selected.
func (k *kit) found(results []string) map[string]int {
	k.Helper()
	by := map[string]int{}
	for _, r := range results {
		var row struct {
			ResourceID    string `json:"resourceId"`
			AccountID     string `json:"accountId"`
			Configuration struct {
				InstanceType string `json:"instanceType"`
			} `json:"configuration"`
		}
		k.ok(json.Unmarshal([]byte(r), &row))
		if !strings.HasPrefix(row.ResourceID, "i-") || row.Configuration.InstanceType == "" {
			k.Errorf("result %s", r)
		}
		by[row.AccountID]++
	}
	return by
}

func (k *kit) storedQuery(c *configservice.Client) {
	ctx, name := k.Context(), aws.String("sdk-instances")
	must(c.PutStoredQuery(ctx, &configservice.PutStoredQueryInput{StoredQuery: &types.StoredQuery{QueryName: name, Expression: aws.String(instances)}}))(k)
	got := must(c.GetStoredQuery(ctx, &configservice.GetStoredQueryInput{QueryName: name}))(k).StoredQuery
	if aws.ToString(got.Expression) != instances || aws.ToString(got.QueryId) == "" {
		k.Errorf("stored query %+v", got)
	}
	l := must(c.ListStoredQueries(ctx, &configservice.ListStoredQueriesInput{}))(k).StoredQueryMetadata
	if len(l) != 1 || aws.ToString(l[0].QueryName) != *name {
		k.Errorf("stored queries %+v", l)
	}
	must(c.DeleteStoredQuery(ctx, &configservice.DeleteStoredQueryInput{QueryName: name}))(k)
	_, err := c.GetStoredQuery(ctx, &configservice.GetStoredQueryInput{QueryName: name})
	fails[*types.ResourceNotFoundException](k, err)
}

// remediations keeps what would put the failures of a rule right.
func remediations(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	name := aws.String("sdk-remediated")
	must(c.PutConfigRule(ctx, &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: name, Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: aws.String("S3_BUCKET_VERSIONING_ENABLED")},
	}}))(k)
	in := types.RemediationConfiguration{
		ConfigRuleName: name, TargetType: types.RemediationTargetTypeSsmDocument, TargetId: aws.String("AWS-ConfigureS3BucketVersioning"),
		Parameters: map[string]types.RemediationParameterValue{"BucketName": {ResourceValue: &types.ResourceValue{Value: types.ResourceValueTypeResourceId}}},
	}
	put := must(c.PutRemediationConfigurations(ctx, &configservice.PutRemediationConfigurationsInput{RemediationConfigurations: []types.RemediationConfiguration{in}}))(k)
	if len(put.FailedBatches) != 0 {
		k.Errorf("refused: %+v", put.FailedBatches)
	}
	l := must(c.DescribeRemediationConfigurations(ctx, &configservice.DescribeRemediationConfigurationsInput{ConfigRuleNames: []string{*name}}))(k).RemediationConfigurations
	if len(l) != 1 || aws.ToString(l[0].TargetId) != *in.TargetId || l[0].Parameters["BucketName"].ResourceValue == nil {
		k.Errorf("remediation configurations %+v", l)
	}
	executions(k, c, name)
	_, err := c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name})
	fails[*types.ResourceInUseException](k, err)
	must(c.DeleteRemediationConfiguration(ctx, &configservice.DeleteRemediationConfigurationInput{ConfigRuleName: name}))(k)
	_, err = c.DeleteRemediationConfiguration(ctx, &configservice.DeleteRemediationConfigurationInput{ConfigRuleName: name})
	fails[*types.NoSuchRemediationConfigurationException](k, err)
	must(c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name}))(k)
}

// executions: exceptions of a bucket that fails, and a run that cannot do anything without a cloud and says so.
func executions(k *kit, c *configservice.Client, name *string) {
	ctx := k.Context()
	var failing []types.EvaluationResult
	for range 100 {
		failing = must(c.GetComplianceDetailsByConfigRule(ctx, &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: name, ComplianceTypes: []types.ComplianceType{types.ComplianceTypeNonCompliant}}))(k).EvaluationResults
		if len(failing) > 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if len(failing) == 0 {
		k.Fatal("no bucket fails the rule")
	}
	q := failing[0].EvaluationResultIdentifier.EvaluationResultQualifier
	keys := []types.RemediationExceptionResourceKey{{ResourceType: q.ResourceType, ResourceId: q.ResourceId}}
	put := must(c.PutRemediationExceptions(ctx, &configservice.PutRemediationExceptionsInput{ConfigRuleName: name, ResourceKeys: keys, Message: aws.String("known")}))(k)
	l := must(c.DescribeRemediationExceptions(ctx, &configservice.DescribeRemediationExceptionsInput{ConfigRuleName: name}))(k).RemediationExceptions
	if len(put.FailedBatches) != 0 || len(l) != 1 || aws.ToString(l[0].Message) != "known" {
		k.Errorf("exceptions %+v, refused %+v", l, put.FailedBatches)
	}
	must(c.DeleteRemediationExceptions(ctx, &configservice.DeleteRemediationExceptionsInput{ConfigRuleName: name, ResourceKeys: keys}))(k)
	_, err := c.DeleteRemediationExceptions(ctx, &configservice.DeleteRemediationExceptionsInput{ConfigRuleName: name, ResourceKeys: keys})
	fails[*types.NoSuchRemediationExceptionException](k, err)

	start := &configservice.StartRemediationExecutionInput{ConfigRuleName: name, ResourceKeys: []types.ResourceKey{{ResourceType: types.ResourceType(aws.ToString(q.ResourceType)), ResourceId: q.ResourceId}}}
	_, err = c.StartRemediationExecution(ctx, start)
	fails[*types.InsufficientPermissionsException](k, err)
	_, err = k.env.Server.Remediate(ctx, server.RemediationCommand{Action: "enable", Account: k.env.Account})
	k.ok(err)
	started := must(c.StartRemediationExecution(ctx, start))(k)
	if len(started.FailedItems) != 0 {
		k.Errorf("not started: %s", aws.ToString(started.FailureMessage))
	}
	var state types.RemediationExecutionState
	for range 100 {
		out := must(c.DescribeRemediationExecutionStatus(ctx, &configservice.DescribeRemediationExecutionStatusInput{ConfigRuleName: name, ResourceKeys: start.ResourceKeys}))(k).RemediationExecutionStatuses
		if len(out) == 1 {
			state = out[0].State
		}
		if state == types.RemediationExecutionStateUnknown {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if state != types.RemediationExecutionStateUnknown {
		k.Errorf("the dry run is %s", state)
	}
	_, err = k.env.Server.Remediate(ctx, server.RemediationCommand{Action: "disable", Account: k.env.Account})
	k.ok(err)
}
