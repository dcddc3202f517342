package config

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/invocation"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/recording"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/rollout"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Parts is what the service stands on.
type Parts struct {
	Items        inventory.Store
	Program      *compliance.Program
	Shelf        *object.Shelf
	Topics       *notify.Directory
	Courier      *delivery.Courier
	Observer     *recording.Observer
	Organization *organization.Directory
	Rollouts     *rollout.Program
	Runbooks     *automation.Library
	Tokens       *awswire.Tokens
	Results      *invocation.Tokens
	Remediation  *remediate.Program
	// Offered tells why a function cannot be invoked; nil for one that can. Without it all can.
	Offered func(at compliance.Place, functionARN string) error
	Clock   stamp.Source
}

// Service answers the operations of Config.
type Service struct {
	items    inventory.Store
	program  *compliance.Program
	shelf    *object.Shelf
	topics   *notify.Directory
	courier  *delivery.Courier
	observer *recording.Observer
	org      *organization.Directory
	rollout  *rollout.Program
	runbooks *automation.Library
	tokens   *awswire.Tokens
	results  *invocation.Tokens
	remedy   *remediate.Program
	offered  func(at compliance.Place, functionARN string) error
	clock    stamp.Source
}

// New is the service over its parts.
func New(p Parts) *Service {
	return &Service{p.Items, p.Program, p.Shelf, p.Topics, p.Courier, p.Observer, p.Organization, p.Rollouts, p.Runbooks, p.Tokens, p.Results, p.Remediation, p.Offered, p.Clock}
}

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)
	r.MapInvalid(api.Service, invalidCodes)

	api.OnGetResourceConfigHistory(r, s.getResourceConfigHistory)
	api.OnListDiscoveredResources(r, s.listDiscoveredResources)
	api.OnGetDiscoveredResourceCounts(r, s.getDiscoveredResourceCounts)
	api.OnBatchGetResourceConfig(r, s.batchGetResourceConfig)
	api.OnPutResourceConfig(r, s.putResourceConfig)
	api.OnDeleteResourceConfig(r, s.deleteResourceConfig)

	api.OnTagResource(r, s.tagResource)
	api.OnUntagResource(r, s.untagResource)
	api.OnListTagsForResource(r, s.listTagsForResource)

	api.OnPutConfigurationRecorder(r, s.putConfigurationRecorder)
	api.OnDescribeConfigurationRecorders(r, s.describeConfigurationRecorders)
	api.OnDescribeConfigurationRecorderStatus(r, s.describeConfigurationRecorderStatus)
	api.OnListConfigurationRecorders(r, s.listConfigurationRecorders)
	api.OnStartConfigurationRecorder(r, s.startConfigurationRecorder)
	api.OnStopConfigurationRecorder(r, s.stopConfigurationRecorder)
	api.OnDeleteConfigurationRecorder(r, s.deleteConfigurationRecorder)

	s.registerLinked(r)

	api.OnPutDeliveryChannel(r, s.putDeliveryChannel)
	api.OnDescribeDeliveryChannels(r, s.describeDeliveryChannels)
	api.OnDescribeDeliveryChannelStatus(r, s.describeDeliveryChannelStatus)
	api.OnDeleteDeliveryChannel(r, s.deleteDeliveryChannel)
	api.OnDeliverConfigSnapshot(r, s.deliverConfigSnapshot)

	api.OnPutRetentionConfiguration(r, s.putRetentionConfiguration)
	api.OnDescribeRetentionConfigurations(r, s.describeRetentionConfigurations)
	api.OnDeleteRetentionConfiguration(r, s.deleteRetentionConfiguration)

	api.OnPutConfigRule(r, s.putConfigRule)
	api.OnGetCustomRulePolicy(r, s.getCustomRulePolicy)
	api.OnDescribeConfigRules(r, s.describeConfigRules)
	api.OnDeleteConfigRule(r, s.deleteConfigRule)
	api.OnDeleteEvaluationResults(r, s.deleteEvaluationResults)
	api.OnStartConfigRulesEvaluation(r, s.startConfigRulesEvaluation)
	api.OnPutEvaluations(r, s.putEvaluations)
	api.OnPutExternalEvaluation(r, s.putExternalEvaluation)
	api.OnDescribeConfigRuleEvaluationStatus(r, s.describeConfigRuleEvaluationStatus)
	api.OnStartResourceEvaluation(r, s.startResourceEvaluation)
	api.OnGetResourceEvaluationSummary(r, s.getResourceEvaluationSummary)
	api.OnListResourceEvaluations(r, s.listResourceEvaluations)
	api.OnGetComplianceDetailsByConfigRule(r, s.getComplianceDetailsByConfigRule)
	api.OnGetComplianceDetailsByResource(r, s.getComplianceDetailsByResource)
	api.OnDescribeComplianceByConfigRule(r, s.describeComplianceByConfigRule)
	api.OnDescribeComplianceByResource(r, s.describeComplianceByResource)
	api.OnGetComplianceSummaryByConfigRule(r, s.getComplianceSummaryByConfigRule)
	api.OnGetComplianceSummaryByResourceType(r, s.getComplianceSummaryByResourceType)

	api.OnPutConformancePack(r, s.putConformancePack)
	api.OnDescribeConformancePacks(r, s.describeConformancePacks)
	api.OnDescribeConformancePackStatus(r, s.describeConformancePackStatus)
	api.OnDeleteConformancePack(r, s.deleteConformancePack)
	api.OnDescribeConformancePackCompliance(r, s.describeConformancePackCompliance)
	api.OnGetConformancePackComplianceDetails(r, s.getConformancePackComplianceDetails)
	api.OnGetConformancePackComplianceSummary(r, s.getConformancePackComplianceSummary)
	api.OnListConformancePackComplianceScores(r, s.listConformancePackComplianceScores)

	s.registerAggregators(r)
	s.registerOrganization(r)

	api.OnPutRemediationConfigurations(r, s.putRemediationConfigurations)
	api.OnDescribeRemediationConfigurations(r, s.describeRemediationConfigurations)
	api.OnDeleteRemediationConfiguration(r, s.deleteRemediationConfiguration)
	api.OnPutRemediationExceptions(r, s.putRemediationExceptions)
	api.OnDescribeRemediationExceptions(r, s.describeRemediationExceptions)
	api.OnDeleteRemediationExceptions(r, s.deleteRemediationExceptions)
	api.OnStartRemediationExecution(r, s.startRemediationExecution)
	api.OnDescribeRemediationExecutionStatus(r, s.describeRemediationExecutionStatus)
}

func (s *Service) registerLinked(r *awswire.Registry) {
	api.OnPutServiceLinkedConfigurationRecorder(r, s.putServiceLinkedConfigurationRecorder)
	api.OnPutThirdPartyServiceLinkedConfigurationRecorder(r, s.putThirdPartyServiceLinkedConfigurationRecorder)
	api.OnDeleteServiceLinkedConfigurationRecorder(r, s.deleteServiceLinkedConfigurationRecorder)
	api.OnAssociateResourceTypes(r, s.associateResourceTypes)
	api.OnDisassociateResourceTypes(r, s.disassociateResourceTypes)

	api.OnPutConnector(r, s.putConnector)
	api.OnGetConnector(r, s.getConnector)
	api.OnListConnectors(r, s.listConnectors)
	api.OnDeleteConnector(r, s.deleteConnector)
}

func (s *Service) registerOrganization(r *awswire.Registry) {
	api.OnPutOrganizationConfigRule(r, s.putOrganizationConfigRule)
	api.OnDescribeOrganizationConfigRules(r, s.describeOrganizationConfigRules)
	api.OnDescribeOrganizationConfigRuleStatuses(r, s.describeOrganizationConfigRuleStatuses)
	api.OnGetOrganizationConfigRuleDetailedStatus(r, s.getOrganizationConfigRuleDetailedStatus)
	api.OnDeleteOrganizationConfigRule(r, s.deleteOrganizationConfigRule)
	api.OnGetOrganizationCustomRulePolicy(r, s.getOrganizationCustomRulePolicy)

	api.OnPutOrganizationConformancePack(r, s.putOrganizationConformancePack)
	api.OnDescribeOrganizationConformancePacks(r, s.describeOrganizationConformancePacks)
	api.OnDescribeOrganizationConformancePackStatuses(r, s.describeOrganizationConformancePackStatuses)
	api.OnGetOrganizationConformancePackDetailedStatus(r, s.getOrganizationConformancePackDetailedStatus)
	api.OnDeleteOrganizationConformancePack(r, s.deleteOrganizationConformancePack)
	s.registerQueries(r)
}

func (s *Service) registerAggregators(r *awswire.Registry) {
	api.OnPutConfigurationAggregator(r, s.putConfigurationAggregator)
	api.OnDescribeConfigurationAggregators(r, s.describeConfigurationAggregators)
	api.OnDescribeConfigurationAggregatorSourcesStatus(r, s.describeConfigurationAggregatorSourcesStatus)
	api.OnDeleteConfigurationAggregator(r, s.deleteConfigurationAggregator)

	api.OnPutAggregationAuthorization(r, s.putAggregationAuthorization)
	api.OnDescribeAggregationAuthorizations(r, s.describeAggregationAuthorizations)
	api.OnDeleteAggregationAuthorization(r, s.deleteAggregationAuthorization)
	api.OnDescribePendingAggregationRequests(r, s.describePendingAggregationRequests)
	api.OnDeletePendingAggregationRequest(r, s.deletePendingAggregationRequest)

	api.OnDescribeAggregateComplianceByConfigRules(r, s.describeAggregateComplianceByConfigRules)
	api.OnGetAggregateComplianceDetailsByConfigRule(r, s.getAggregateComplianceDetailsByConfigRule)
	api.OnGetAggregateConfigRuleComplianceSummary(r, s.getAggregateConfigRuleComplianceSummary)
	api.OnDescribeAggregateComplianceByConformancePacks(r, s.describeAggregateComplianceByConformancePacks)
	api.OnGetAggregateConformancePackComplianceSummary(r, s.getAggregateConformancePackComplianceSummary)

	api.OnGetAggregateDiscoveredResourceCounts(r, s.getAggregateDiscoveredResourceCounts)
	api.OnListAggregateDiscoveredResources(r, s.listAggregateDiscoveredResources)
	api.OnGetAggregateResourceConfig(r, s.getAggregateResourceConfig)
	api.OnBatchGetAggregateResourceConfig(r, s.batchGetAggregateResourceConfig)
}

// here is the account and region a request speaks to.
func here(ctx context.Context) compliance.Place {
	c := awswire.CallerFrom(ctx)
	return compliance.Place{Account: c.Account, Region: c.Region}
}

// seen is what a request may read: its account and region with the account's global items.
func seen(ctx context.Context) arn.Scope {
	c := awswire.CallerFrom(ctx)
	return arn.In(c.Account, c.Region)
}
