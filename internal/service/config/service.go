package config

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Docs keeps the tags of Config's own resources.
type Docs interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Parts is what the service stands on.
type Parts struct {
	Docs         Docs
	Items        inventory.Store
	Program      *compliance.Program
	Shelf        *object.Shelf
	Topics       *notify.Directory
	Organization *organization.Directory
	Tokens       *awswire.Tokens
	Clock        stamp.Source
}

// Service answers the operations of Config.
type Service struct {
	docs    Docs
	items   inventory.Store
	program *compliance.Program
	shelf   *object.Shelf
	topics  *notify.Directory
	org     *organization.Directory
	tokens  *awswire.Tokens
	clock   stamp.Source
}

// New is the service over its parts.
func New(p Parts) *Service {
	return &Service{p.Docs, p.Items, p.Program, p.Shelf, p.Topics, p.Organization, p.Tokens, p.Clock}
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

	api.OnPutDeliveryChannel(r, s.putDeliveryChannel)
	api.OnDescribeDeliveryChannels(r, s.describeDeliveryChannels)
	api.OnDescribeDeliveryChannelStatus(r, s.describeDeliveryChannelStatus)
	api.OnDeleteDeliveryChannel(r, s.deleteDeliveryChannel)

	api.OnPutRetentionConfiguration(r, s.putRetentionConfiguration)
	api.OnDescribeRetentionConfigurations(r, s.describeRetentionConfigurations)
	api.OnDeleteRetentionConfiguration(r, s.deleteRetentionConfiguration)

	api.OnPutConfigRule(r, s.putConfigRule)
	api.OnDescribeConfigRules(r, s.describeConfigRules)
	api.OnDeleteConfigRule(r, s.deleteConfigRule)
	api.OnDeleteEvaluationResults(r, s.deleteEvaluationResults)
	api.OnStartConfigRulesEvaluation(r, s.startConfigRulesEvaluation)
	api.OnDescribeConfigRuleEvaluationStatus(r, s.describeConfigRuleEvaluationStatus)
	api.OnGetComplianceDetailsByConfigRule(r, s.getComplianceDetailsByConfigRule)
	api.OnGetComplianceDetailsByResource(r, s.getComplianceDetailsByResource)
	api.OnDescribeComplianceByConfigRule(r, s.describeComplianceByConfigRule)
	api.OnDescribeComplianceByResource(r, s.describeComplianceByResource)
	api.OnGetComplianceSummaryByConfigRule(r, s.getComplianceSummaryByConfigRule)
	api.OnGetComplianceSummaryByResourceType(r, s.getComplianceSummaryByResourceType)
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
