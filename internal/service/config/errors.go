package config

import (
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// invalidCodes are the codes for broken constraints of members for which Config has its own.
var invalidCodes = map[string]string{
	"GetResourceConfigHistory.limit": "InvalidLimitException", "ListDiscoveredResources.limit": "InvalidLimitException",
	"GetDiscoveredResourceCounts.limit": "InvalidLimitException", "ListTagsForResource.Limit": "InvalidLimitException",
	"DescribeConformancePacks.Limit": "InvalidLimitException", "DescribeConformancePackStatus.Limit": "InvalidLimitException",
	"DescribeConformancePackCompliance.Limit": "InvalidLimitException", "GetConformancePackComplianceDetails.Limit": "InvalidLimitException",
	"GetConformancePackComplianceSummary.Limit": "InvalidLimitException", "ListConformancePackComplianceScores.Limit": "InvalidLimitException",
	"DescribeConfigurationAggregators.Limit": "InvalidLimitException", "DescribeConfigurationAggregatorSourcesStatus.Limit": "InvalidLimitException",
	"DescribeOrganizationConfigRules.Limit": "InvalidLimitException", "DescribeOrganizationConfigRuleStatuses.Limit": "InvalidLimitException",
	"GetOrganizationConfigRuleDetailedStatus.Limit": "InvalidLimitException", "DescribeOrganizationConformancePacks.Limit": "InvalidLimitException",
	"DescribeOrganizationConformancePackStatuses.Limit": "InvalidLimitException", "GetOrganizationConformancePackDetailedStatus.Limit": "InvalidLimitException",
	"SelectResourceConfig.Limit": "InvalidLimitException", "SelectAggregateResourceConfig.Limit": "InvalidLimitException",
	"SelectAggregateResourceConfig.MaxResults": "InvalidLimitException",
	"SelectResourceConfig.Expression":          "InvalidExpressionException", "SelectAggregateResourceConfig.Expression": "InvalidExpressionException",
	"PutRetentionConfiguration.RetentionPeriodInDays":    "InvalidParameterValueException",
	"DeletePendingAggregationRequest.RequesterAccountId": "InvalidParameterValueException", "DeletePendingAggregationRequest.RequesterAwsRegion": "InvalidParameterValueException",
	"DescribeAggregateComplianceByConfigRules.Limit": "InvalidLimitException", "GetAggregateComplianceDetailsByConfigRule.Limit": "InvalidLimitException",
	"GetAggregateConfigRuleComplianceSummary.Limit": "InvalidLimitException", "DescribeAggregateComplianceByConformancePacks.Limit": "InvalidLimitException",
	"GetAggregateConformancePackComplianceSummary.Limit": "InvalidLimitException", "GetAggregateDiscoveredResourceCounts.Limit": "InvalidLimitException",
	"ListAggregateDiscoveredResources.Limit": "InvalidLimitException", "DescribeAggregationAuthorizations.Limit": "InvalidLimitException",
	"DescribePendingAggregationRequests.Limit": "InvalidLimitException",
}

// mapFault spells faults that carry no code of the model as Config does.
func mapFault(f *fault.Error) *awswire.Error {
	if f.Code != "" {
		return nil
	}
	switch {
	case f.Kind == fault.NotFound && f.Type == "resource":
		return awswire.Errorf("ResourceNotDiscoveredException", "%s", f.Message)
	case f.Kind == fault.Invalid:
		return awswire.Errorf("ValidationException", "%s", f.Message)
	}
	return nil
}
