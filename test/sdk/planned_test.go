package sdk_test

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

// plannedResources are evaluated before they are made.
func plannedResources(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	name := aws.String("sdk-planned")
	put := &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: name, Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: aws.String("ENCRYPTED_VOLUMES")},
		EvaluationModes: []types.EvaluationModeConfiguration{{Mode: types.EvaluationModeProactive}},
	}}
	_, err := c.PutConfigRule(ctx, put)
	fails[*types.InvalidParameterValueException](k, err)
	put.ConfigRule.Source.SourceIdentifier = aws.String("SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED")
	must(c.PutConfigRule(ctx, put))(k)

	start := &configservice.StartResourceEvaluationInput{EvaluationMode: types.EvaluationModeProactive, ResourceDetails: &types.ResourceDetails{
		ResourceId: aws.String("inner"), ResourceType: aws.String("AWS::EC2::Subnet"), ResourceConfigurationSchemaType: types.ResourceConfigurationSchemaTypeCfnResourceSchema,
		ResourceConfiguration: aws.String(`{"CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": true}`),
	}}
	id := must(c.StartResourceEvaluation(ctx, start))(k).ResourceEvaluationId
	must(c.StartResourceEvaluation(ctx, start))(k)
	var sum *configservice.GetResourceEvaluationSummaryOutput
	for range 100 {
		sum = must(c.GetResourceEvaluationSummary(ctx, &configservice.GetResourceEvaluationSummaryInput{ResourceEvaluationId: id}))(k)
		if sum.EvaluationStatus.Status != types.ResourceEvaluationStatusInProgress {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if sum.EvaluationStatus.Status != types.ResourceEvaluationStatusSucceeded || sum.Compliance != types.ComplianceTypeNonCompliant {
		k.Errorf("the evaluation of a planned subnet: %+v %s", sum.EvaluationStatus, sum.Compliance)
	}
	details := must(c.GetComplianceDetailsByResource(ctx, &configservice.GetComplianceDetailsByResourceInput{ResourceEvaluationId: id}))(k).EvaluationResults
	if len(details) != 1 || *details[0].EvaluationResultIdentifier.EvaluationResultQualifier.ConfigRuleName != *name {
		k.Errorf("details: %+v", details)
	}
	if n := walk(k, configservice.NewListResourceEvaluationsPaginator(c, &configservice.ListResourceEvaluationsInput{Limit: 1}), func(o *configservice.ListResourceEvaluationsOutput) int {
		return len(o.ResourceEvaluations)
	}); n != 2 {
		k.Errorf("%d evaluations", n)
	}
	_, err = c.GetResourceEvaluationSummary(ctx, &configservice.GetResourceEvaluationSummaryInput{ResourceEvaluationId: aws.String("none")})
	fails[*types.ResourceNotFoundException](k, err)
	must(c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name}))(k)
}
