package sdk_test

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/tickmark/tickmark/internal/compliance"
)

// linked are the recorders of services, connectors to other clouds, and the types of the customer's recorder.
func linked(k *kit) {
	const region = "eu-west-3"
	ctx, c := k.Context(), k.configClient(region)
	service := aws.String("observabilityadmin.amazonaws.com")
	of := must(c.PutServiceLinkedConfigurationRecorder(ctx, &configservice.PutServiceLinkedConfigurationRecorderInput{ServicePrincipal: service}))(k)
	_, err := c.PutServiceLinkedConfigurationRecorder(ctx, &configservice.PutServiceLinkedConfigurationRecorderInput{ServicePrincipal: service})
	fails[*types.ConflictException](k, err)
	_, err = c.StopConfigurationRecorder(ctx, &configservice.StopConfigurationRecorderInput{ConfigurationRecorderName: of.Name})
	fails[*types.UnmodifiableEntityException](k, err)
	_, err = c.AssociateResourceTypes(ctx, &configservice.AssociateResourceTypesInput{ConfigurationRecorderArn: of.Arn, ResourceTypes: []types.ResourceType{types.ResourceTypeBucket}})
	fails[*types.ConflictException](k, err)
	rs := must(c.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{ServicePrincipal: service}))(k).ConfigurationRecorders
	if len(rs) != 1 || rs[0].RecordingScope != types.RecordingScopeInternal {
		k.Errorf("recorders %+v", rs)
	}

	connector := must(c.PutConnector(ctx, &configservice.PutConnectorInput{ConnectorConfiguration: &types.ConnectorConfiguration{
		Azure: &types.AzureConnectorConfiguration{TenantIdentifier: aws.String("tenant"), ClientIdentifier: aws.String("client")},
	}}))(k).Arn
	if got := must(c.GetConnector(ctx, &configservice.GetConnectorInput{Arn: connector}))(k).Connector; *got.ConnectorConfiguration.Azure.TenantIdentifier != "tenant" {
		k.Errorf("connector %+v", got)
	}
	third := must(c.PutThirdPartyServiceLinkedConfigurationRecorder(ctx, &configservice.PutThirdPartyServiceLinkedConfigurationRecorderInput{
		ServicePrincipal: service, ConnectorArn: connector, ScopeConfiguration: &types.ScopeConfiguration{ScopeType: aws.String("tenant"), AllRegions: true},
	}))(k)
	_, err = c.DeleteConnector(ctx, &configservice.DeleteConnectorInput{Arn: connector})
	fails[*types.ValidationException](k, err)
	must(c.DeleteServiceLinkedConfigurationRecorder(ctx, &configservice.DeleteServiceLinkedConfigurationRecorderInput{Arn: third.Arn}))(k)
	must(c.DeleteServiceLinkedConfigurationRecorder(ctx, &configservice.DeleteServiceLinkedConfigurationRecorderInput{ServicePrincipal: service}))(k)
	must(c.DeleteConnector(ctx, &configservice.DeleteConnectorInput{Arn: connector}))(k)
	if l := must(c.ListConnectors(ctx, &configservice.ListConnectorsInput{}))(k); len(l.ConnectorSummaries) != 0 {
		k.Errorf("connectors %+v", l)
	}

	must(c.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		RoleARN: aws.String("arn:aws:iam::" + k.env.Account + ":role/config"), RecordingGroup: &types.RecordingGroup{ResourceTypes: []types.ResourceType{types.ResourceTypeBucket}},
	}}))(k)
	own := must(c.ListConfigurationRecorders(ctx, &configservice.ListConfigurationRecordersInput{}))(k).ConfigurationRecorderSummaries[0].Arn
	more := []types.ResourceType{types.ResourceTypeVolume}
	if r := must(c.AssociateResourceTypes(ctx, &configservice.AssociateResourceTypesInput{ConfigurationRecorderArn: own, ResourceTypes: more}))(k).ConfigurationRecorder; len(r.RecordingGroup.ResourceTypes) != 2 {
		k.Errorf("recorder %+v", r)
	}
	if r := must(c.DisassociateResourceTypes(ctx, &configservice.DisassociateResourceTypesInput{ConfigurationRecorderArn: own, ResourceTypes: more}))(k).ConfigurationRecorder; len(r.RecordingGroup.ResourceTypes) != 1 {
		k.Errorf("recorder %+v", r)
	}
	must(c.DeleteConfigurationRecorder(ctx, &configservice.DeleteConfigurationRecorderInput{ConfigurationRecorderName: aws.String("default")}))(k)
	must(c.DeletePendingAggregationRequest(ctx, &configservice.DeletePendingAggregationRequestInput{RequesterAccountId: aws.String("444455556666"), RequesterAwsRegion: aws.String(region)}))(k)
}

// recorder sets up recording in a region where nothing records yet, and takes it down again.
func recorder(k *kit) {
	const region = "eu-west-2"
	ctx, c := k.Context(), k.configClient(region)
	k.s3(region, "PUT", "/sdk-config-bucket", "")
	topic := must(sns.NewFromConfig(k.config(region)).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("sdk-config")}))(k)
	name := aws.String("default")

	_, err := c.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: name})
	fails[*types.NoSuchConfigurationRecorderException](k, err)
	must(c.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		Name: name, RoleARN: aws.String("arn:aws:iam::" + k.env.Account + ":role/config"),
		RecordingGroup: &types.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
	}}))(k)
	_, err = c.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: name})
	fails[*types.NoAvailableDeliveryChannelException](k, err)
	channel := &types.DeliveryChannel{Name: name, S3BucketName: aws.String("sdk-no-such-bucket"), SnsTopicARN: topic.TopicArn}
	_, err = c.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{DeliveryChannel: channel})
	fails[*types.NoSuchBucketException](k, err)
	channel.S3BucketName = aws.String("sdk-config-bucket")
	must(c.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{DeliveryChannel: channel}))(k)
	must(c.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: name}))(k)

	rs := must(c.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{}))(k).ConfigurationRecorders
	if len(rs) != 1 || !rs[0].RecordingGroup.AllSupported {
		k.Errorf("recorders %+v", rs)
	}
	status := must(c.DescribeConfigurationRecorderStatus(ctx, &configservice.DescribeConfigurationRecorderStatusInput{}))(k).ConfigurationRecordersStatus
	if len(status) != 1 || !status[0].Recording || time.Since(*status[0].LastStartTime) > time.Minute {
		k.Errorf("status %+v", status)
	}
	if l := must(c.ListConfigurationRecorders(ctx, &configservice.ListConfigurationRecordersInput{}))(k); len(l.ConfigurationRecorderSummaries) != 1 {
		k.Errorf("%d recorders are listed", len(l.ConfigurationRecorderSummaries))
	}
	if l := must(c.DescribeDeliveryChannels(ctx, &configservice.DescribeDeliveryChannelsInput{}))(k); *l.DeliveryChannels[0].SnsTopicARN != *topic.TopicArn {
		k.Errorf("channels %+v", l)
	}
	snapshot := must(c.DeliverConfigSnapshot(ctx, &configservice.DeliverConfigSnapshotInput{DeliveryChannelName: name}))(k)
	k.delivered(c, region, *snapshot.ConfigSnapshotId)

	_, err = c.DeleteDeliveryChannel(ctx, &configservice.DeleteDeliveryChannelInput{DeliveryChannelName: name})
	fails[*types.LastDeliveryChannelDeleteFailedException](k, err)
	must(c.StopConfigurationRecorder(ctx, &configservice.StopConfigurationRecorderInput{ConfigurationRecorderName: name}))(k)
	must(c.DeleteDeliveryChannel(ctx, &configservice.DeleteDeliveryChannelInput{DeliveryChannelName: name}))(k)
	must(c.DeleteConfigurationRecorder(ctx, &configservice.DeleteConfigurationRecorderInput{ConfigurationRecorderName: name}))(k)
	_, err = c.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{ConfigurationRecorderNames: []string{"default"}})
	fails[*types.NoSuchConfigurationRecorderException](k, err)
}

// delivered waits for a snapshot to be delivered and finds its object.
func (k *kit) delivered(c *configservice.Client, region, id string) {
	k.Helper()
	for range 50 {
		l := must(c.DescribeDeliveryChannelStatus(k.Context(), &configservice.DescribeDeliveryChannelStatusInput{}))(k)
		if st := l.DeliveryChannelsStatus[0].ConfigSnapshotDeliveryInfo; st != nil && st.LastStatus == types.DeliveryStatusSuccess {
			if _, listing := k.s3(region, "GET", "/sdk-config-bucket?list-type=2", ""); strings.Contains(listing, id) {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	k.Errorf("snapshot %s was not delivered", id)
}

// resources are the reads of configuration items, and items that a user puts.
func resources(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	const typ = "MyCompany::Billing::Invoice"
	for _, size := range []string{"1", "2"} {
		must(c.PutResourceConfig(ctx, &configservice.PutResourceConfigInput{
			ResourceType: aws.String(typ), ResourceId: aws.String("inv-1"), SchemaVersionId: aws.String("1"),
			ResourceName: aws.String("first"), Configuration: aws.String(`{"size":` + size + `}`), Tags: map[string]string{"a": "b"},
		}))(k)
	}
	_, err := c.PutResourceConfig(ctx, &configservice.PutResourceConfigInput{
		ResourceType: aws.String(typ), ResourceId: aws.String("inv-2"), SchemaVersionId: aws.String("1"), Configuration: aws.String(`{"size":`),
	})
	k.refused(err, "ValidationException", "JSON object")
	history := &configservice.GetResourceConfigHistoryInput{ResourceType: types.ResourceType(typ), ResourceId: aws.String("inv-1"), Limit: 1}
	n := walk(k, configservice.NewGetResourceConfigHistoryPaginator(c, history), func(o *configservice.GetResourceConfigHistoryOutput) int {
		return len(o.ConfigurationItems)
	})
	if n != 2 {
		k.Errorf("the history has %d states, want 2", n)
	}
	must(c.DeleteResourceConfig(ctx, &configservice.DeleteResourceConfigInput{ResourceType: aws.String(typ), ResourceId: aws.String("inv-1")}))(k)
	history.ResourceId = aws.String("nothing")
	_, err = c.GetResourceConfigHistory(ctx, history)
	fails[*types.ResourceNotDiscoveredException](k, err)
	history.Limit = 101
	_, err = c.GetResourceConfigHistory(ctx, history)
	fails[*types.InvalidLimitException](k, err)

	list := &configservice.ListDiscoveredResourcesInput{ResourceType: types.ResourceTypeSecurityGroup}
	all := must(c.ListDiscoveredResources(ctx, list))(k).ResourceIdentifiers
	list.Limit = 1
	if n := walk(k, configservice.NewListDiscoveredResourcesPaginator(c, list), func(o *configservice.ListDiscoveredResourcesOutput) int {
		return len(o.ResourceIdentifiers)
	}); n != len(all) || n < 2 {
		k.Errorf("%d groups by pages, %d at once", n, len(all))
	}
	list.NextToken = aws.String("forged")
	_, err = c.ListDiscoveredResources(ctx, list)
	fails[*types.InvalidNextTokenException](k, err)
	counts := must(c.GetDiscoveredResourceCounts(ctx, &configservice.GetDiscoveredResourceCountsInput{}))(k)
	types1 := walk(k, configservice.NewGetDiscoveredResourceCountsPaginator(c, &configservice.GetDiscoveredResourceCountsInput{Limit: 10}), func(o *configservice.GetDiscoveredResourceCountsOutput) int {
		return len(o.ResourceCounts)
	})
	if types1 != len(counts.ResourceCounts) || counts.TotalDiscoveredResources < 50 {
		k.Errorf("%d types by pages, %d at once, %d resources", types1, len(counts.ResourceCounts), counts.TotalDiscoveredResources)
	}
	batch := must(c.BatchGetResourceConfig(ctx, &configservice.BatchGetResourceConfigInput{ResourceKeys: []types.ResourceKey{
		{ResourceType: all[0].ResourceType, ResourceId: all[0].ResourceId}, {ResourceType: all[0].ResourceType, ResourceId: aws.String("sg-none")},
	}}))(k)
	if len(batch.BaseConfigurationItems) != 1 {
		k.Errorf("batch: %d items", len(batch.BaseConfigurationItems))
	}
}

// policyRule: a rule with a policy text is put, judges, gives its text, and goes.
func policyRule(k *kit) {
	ctx, c, name := k.Context(), k.configClient(home), aws.String("sdk-guard")
	policy := aws.String("rule known when resourceType == 'AWS::EC2::SecurityGroup' { resourceId exists }")
	put := &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: name, Scope: &types.Scope{ComplianceResourceTypes: []string{"AWS::EC2::SecurityGroup"}},
		Source: &types.Source{
			Owner: types.OwnerCustomPolicy, CustomPolicyDetails: &types.CustomPolicyDetails{PolicyRuntime: aws.String("guard-2.x.x"), PolicyText: aws.String("rule {")},
			SourceDetails: []types.SourceDetail{{EventSource: types.EventSourceAwsConfig, MessageType: types.MessageTypeConfigurationItemChangeNotification}},
		},
	}}
	_, err := c.PutConfigRule(ctx, put)
	fails[*types.InvalidParameterValueException](k, err)
	put.ConfigRule.Source.CustomPolicyDetails.PolicyText = policy
	must(c.PutConfigRule(ctx, put))(k)
	if got := must(c.GetCustomRulePolicy(ctx, &configservice.GetCustomRulePolicyInput{ConfigRuleName: name}))(k); *got.PolicyText != *policy {
		k.Errorf("policy %q", *got.PolicyText)
	}
	k.ok(k.env.Evaluate(ctx, func(compliance.Progress) {}))
	results := must(c.GetComplianceDetailsByConfigRule(ctx, &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: name}))(k).EvaluationResults
	if len(results) == 0 || results[0].ComplianceType != types.ComplianceTypeCompliant {
		k.Errorf("results %v", results)
	}
	must(c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name}))(k)
	_, err = c.GetCustomRulePolicy(ctx, &configservice.GetCustomRulePolicyInput{ConfigRuleName: name})
	fails[*types.NoSuchConfigRuleException](k, err)
}

// rules are put, evaluated, read in every way, and deleted.
func rules(k *kit) {
	policyRule(k)
	ctx, c := k.Context(), k.configClient(home)
	name := aws.String("sdk-volumes")
	put := &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{ConfigRuleName: name, Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: aws.String("NO_SUCH_RULE")}}}
	_, err := c.PutConfigRule(ctx, put)
	fails[*types.InvalidParameterValueException](k, err)
	put.ConfigRule.Source.SourceIdentifier = aws.String("EBS_ENCRYPTION_ENABLED") // an alias met in the wild
	must(c.PutConfigRule(ctx, put))(k)
	rs := must(c.DescribeConfigRules(ctx, &configservice.DescribeConfigRulesInput{ConfigRuleNames: []string{*name}}))(k).ConfigRules
	if id := *rs[0].Source.SourceIdentifier; id != "ENCRYPTED_VOLUMES" {
		k.Errorf("the alias is shown as %s", id)
	}
	_, err = c.DescribeConfigRules(ctx, &configservice.DescribeConfigRulesInput{ConfigRuleNames: []string{"nothing"}})
	fails[*types.NoSuchConfigRuleException](k, err)
	total := walk(k, configservice.NewDescribeConfigRulesPaginator(c, &configservice.DescribeConfigRulesInput{}), func(o *configservice.DescribeConfigRulesOutput) int { return len(o.ConfigRules) })

	k.ok(k.env.Evaluate(ctx, func(compliance.Progress) {})) // of a rule that is being evaluated no other run is begun
	must(c.StartConfigRulesEvaluation(ctx, &configservice.StartConfigRulesEvaluationInput{ConfigRuleNames: []string{*name}}))(k)
	k.ok(k.env.Evaluate(ctx, func(compliance.Progress) {}))
	details := &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: name}
	all := must(c.GetComplianceDetailsByConfigRule(ctx, details))(k).EvaluationResults
	details.Limit = 1
	if n := walk(k, configservice.NewGetComplianceDetailsByConfigRulePaginator(c, details), func(o *configservice.GetComplianceDetailsByConfigRuleOutput) int {
		return len(o.EvaluationResults)
	}); n != len(all) || n < 2 {
		k.Errorf("%d results by pages, %d at once", n, len(all))
	}
	k.subjects(c, all[0].EvaluationResultIdentifier.EvaluationResultQualifier)
	by := must(c.DescribeComplianceByConfigRule(ctx, &configservice.DescribeComplianceByConfigRuleInput{ConfigRuleNames: []string{*name}}))(k)
	if len(by.ComplianceByConfigRules) != 1 || by.ComplianceByConfigRules[0].Compliance.ComplianceType == types.ComplianceTypeInsufficientData {
		k.Errorf("compliance %+v", by.ComplianceByConfigRules)
	}
	if n := walk(k, configservice.NewDescribeComplianceByConfigRulePaginator(c, &configservice.DescribeComplianceByConfigRuleInput{}), func(o *configservice.DescribeComplianceByConfigRuleOutput) int {
		return len(o.ComplianceByConfigRules)
	}); n != total {
		k.Errorf("the compliance of %d rules of %d", n, total)
	}
	status := walk(k, configservice.NewDescribeConfigRuleEvaluationStatusPaginator(c, &configservice.DescribeConfigRuleEvaluationStatusInput{}), func(o *configservice.DescribeConfigRuleEvaluationStatusOutput) int {
		return len(o.ConfigRulesEvaluationStatus)
	})
	if status != total {
		k.Errorf("the status of %d rules of %d", status, total)
	}
	if s := must(c.GetComplianceSummaryByConfigRule(ctx, &configservice.GetComplianceSummaryByConfigRuleInput{}))(k).ComplianceSummary; s.NonCompliantResourceCount.CappedCount == 0 {
		k.Error("no rule is non-compliant")
	}
	if l := must(c.GetComplianceSummaryByResourceType(ctx, &configservice.GetComplianceSummaryByResourceTypeInput{ResourceTypes: []string{"AWS::EC2::Volume"}}))(k); len(l.ComplianceSummariesByResourceType) != 1 {
		k.Errorf("summaries of %d types", len(l.ComplianceSummariesByResourceType))
	}
	must(c.DeleteEvaluationResults(ctx, &configservice.DeleteEvaluationResultsInput{ConfigRuleName: name}))(k)
	must(c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name}))(k)
	_, err = c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name})
	fails[*types.NoSuchConfigRuleException](k, err)
}

// processCheck is a rule whose verdict a person gives.
func processCheck(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	name := aws.String("sdk-drill")
	must(c.PutConfigRule(ctx, &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{
		ConfigRuleName: name, Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: aws.String("AWS_CONFIG_PROCESS_CHECK")},
	}}))(k)
	given := &types.ExternalEvaluation{
		ComplianceResourceType: aws.String("AWS::::Account"), ComplianceResourceId: aws.String(k.env.Account),
		ComplianceType: types.ComplianceTypeCompliant, Annotation: aws.String("Passed."), OrderingTimestamp: aws.Time(time.Now()),
	}
	must(c.PutExternalEvaluation(ctx, &configservice.PutExternalEvaluationInput{ConfigRuleName: name, ExternalEvaluation: given}))(k)
	tried := &configservice.PutEvaluationsInput{ResultToken: aws.String("TESTMODE"), TestMode: true, Evaluations: []types.Evaluation{{
		ComplianceResourceType: given.ComplianceResourceType, ComplianceResourceId: given.ComplianceResourceId, ComplianceType: given.ComplianceType, OrderingTimestamp: given.OrderingTimestamp,
	}}}
	must(c.PutEvaluations(ctx, tried))(k)
	tried.TestMode = false
	_, err := c.PutEvaluations(ctx, tried)
	fails[*types.InvalidResultTokenException](k, err)
	_, err = c.PutExternalEvaluation(ctx, &configservice.PutExternalEvaluationInput{ConfigRuleName: aws.String("nothing"), ExternalEvaluation: given})
	fails[*types.NoSuchConfigRuleException](k, err)
	k.ok(k.env.Evaluate(ctx, func(compliance.Progress) {}))
	l := must(c.GetComplianceDetailsByConfigRule(ctx, &configservice.GetComplianceDetailsByConfigRuleInput{ConfigRuleName: name}))(k).EvaluationResults
	if len(l) != 1 || l[0].ComplianceType != types.ComplianceTypeCompliant || aws.ToString(l[0].Annotation) != "Passed." {
		k.Errorf("results %+v", l)
	}
	must(c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: name}))(k)
}

// customRules: without any functions a rule of a function is refused, and what a function would hand in is checked.
// Functions that run are tested with the server.
func customRules(k *kit) {
	ctx, c := k.Context(), k.configClient(home)
	function, name := aws.String("arn:aws:lambda:us-east-1:"+k.env.Account+":function:none"), aws.String("sdk-function")
	_, err := c.PutConfigRule(ctx, &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{ConfigRuleName: name, Source: &types.Source{
		Owner: types.OwnerCustomLambda, SourceIdentifier: function, SourceDetails: []types.SourceDetail{{EventSource: types.EventSourceAwsConfig, MessageType: types.MessageTypeScheduledNotification}},
	}}})
	fails[*types.InsufficientPermissionsException](k, err)
	_, err = c.PutOrganizationConfigRule(ctx, &configservice.PutOrganizationConfigRuleInput{OrganizationConfigRuleName: name, OrganizationCustomRuleMetadata: &types.OrganizationCustomRuleMetadata{
		LambdaFunctionArn: function, OrganizationConfigRuleTriggerTypes: []types.OrganizationConfigRuleTriggerType{types.OrganizationConfigRuleTriggerTypeScheduledNotification},
	}})
	fails[*types.InsufficientPermissionsException](k, err)
	in := &configservice.PutEvaluationsInput{ResultToken: aws.String("TESTMODE"), Evaluations: []types.Evaluation{{
		ComplianceResourceType: aws.String("AWS::EC2::Volume"), ComplianceResourceId: aws.String("vol-1"), ComplianceType: types.ComplianceTypeCompliant, OrderingTimestamp: aws.Time(time.Now()),
	}}}
	_, err = c.PutEvaluations(ctx, in)
	fails[*types.InvalidResultTokenException](k, err)
	in.TestMode = true
	if got := must(c.PutEvaluations(ctx, in))(k).FailedEvaluations; len(got) != 0 {
		k.Errorf("failed %+v", got)
	}
}

// subjects are the reads of compliance from the resource's side.
func (k *kit) subjects(c *configservice.Client, q *types.EvaluationResultQualifier) {
	ctx := k.Context()
	one := must(c.GetComplianceDetailsByResource(ctx, &configservice.GetComplianceDetailsByResourceInput{ResourceType: q.ResourceType, ResourceId: q.ResourceId}))(k)
	if len(one.EvaluationResults) == 0 {
		k.Errorf("no rule has judged %s", *q.ResourceId)
	}
	in := &configservice.DescribeComplianceByResourceInput{Limit: 20, ComplianceTypes: []types.ComplianceType{types.ComplianceTypeNonCompliant}}
	if n := walk(k, configservice.NewDescribeComplianceByResourcePaginator(c, in), func(o *configservice.DescribeComplianceByResourceOutput) int {
		for _, r := range o.ComplianceByResources {
			if r.Compliance.ComplianceType != types.ComplianceTypeNonCompliant {
				k.Errorf("%s is %s", *r.ResourceId, r.Compliance.ComplianceType)
			}
		}
		return len(o.ComplianceByResources)
	}); n < 20 {
		k.Errorf("%d resources are non-compliant", n)
	}
}
