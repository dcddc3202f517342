package aws

import "github.com/tickmark/tickmark/internal/collect"

var serviceCatalogPortfolio = &collect.Type{
	Name: "AWS::ServiceCatalog::Portfolio",
	Find: []collect.Step{
		{API: "servicecatalog:ListPortfolios", Each: "PortfolioDetails"},
		{API: "servicecatalog:DescribePortfolio", From: map[string]string{"Id": "Id"}, Only: "Id", Absent: []string{"ResourceNotFoundException"}},
	},
	Details: []collect.Detail{
		portfolioPart("servicecatalog:ListPortfolioAccess", "", "portfolioAccess"),
		portfolioPart("servicecatalog:ListPrincipalsForPortfolio", "Principals", "principals"),
		portfolioPart("servicecatalog:ListConstraintsForPortfolio", "ConstraintDetails", "constraints"),
	},
	ID: "{PortfolioDetail.Id}", Title: "{PortfolioDetail.DisplayName}", ARN: "{PortfolioDetail.ARN}", Created: "PortfolioDetail.CreatedTime", Tags: "Tags",
	Shape: func(r *collect.Resource) any {
		c := object{"tagOptions": r.Spelled(list(r.Every("TagOptions[]")), "configuration.tagOptions")}
		collect.Set(c, "providerName", r.At("PortfolioDetail.ProviderName"))
		return c
	},
	Gone: []string{"ResourceNotFoundException"},
}

func portfolioPart(api, take, key string) collect.Detail {
	d := collect.Detail{API: api, From: map[string]string{"PortfolioId": "PortfolioDetail.Id"}, Take: take, Key: key, Instead: []any{}, Absent: []string{"ResourceNotFoundException"}}
	if take == "" {
		d.Instead = nil
		d.Covers = []string{"supplementaryConfiguration." + key}
		d.Put = func(r *collect.Resource, answer object) {
			r.Supplement(key, object{"accountIds": list(collect.Every(answer, "AccountIds[]"))})
		}
	}
	return d
}

// configRecorder is in CloudFormation's shape, with whether it records beside it.
var configRecorder = &collect.Type{
	Name: "AWS::Config::ConfigurationRecorder",
	Find: []collect.Step{{API: "config:DescribeConfigurationRecorders", Each: "ConfigurationRecorders"}},
	Details: []collect.Detail{{
		API: "config:DescribeConfigurationRecorderStatus", From: map[string]string{"ConfigurationRecorderNames[]": "name"},
		Take: "ConfigurationRecordersStatus[].recording", Key: ".recording", Covers: []string{"configuration.Recording"},
		Absent: []string{"NoSuchConfigurationRecorderException"}, When: func(e *collect.Element) bool { return e.Text("servicePrincipal") == "" },
	}},
	ID: "{name}", Title: "{name}", ARN: "{arn}",
	Rename: map[string]string{"roleARN": "RoleARN"},
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["Id"] = r.Object["name"]
	}),
	Drop: []string{"arn", "recordingScope", "servicePrincipal", "connectorArn", "scopeConfiguration"},
	// A service-linked recorder belongs to its service, which reads it alone.
	Finish: func(r *collect.Resource) {
		if r.Text("servicePrincipal") != "" {
			r.Spec.ID = ""
		}
	},
}

// logsLogGroup and logsMetricFilter come whole with their lists; Cloud Control would make a call for each.
var logsLogGroup = &collect.Type{
	Name: "AWS::Logs::LogGroup",
	Find: []collect.Step{{API: "logs:DescribeLogGroups", Each: "logGroups"}},
	Details: []collect.Detail{{
		API: "logs:ListTagsForResource", From: map[string]string{"resourceArn": "logGroupArn"}, Take: "tags", Key: ".tags",
		Absent: []string{"ResourceNotFoundException"}, Covers: []string{"tags", "configuration.Tags"},
	}},
	ID: "{logGroupName}", Title: "{logGroupName}", ARN: "{logGroupArn}", Created: "creationTime", Tags: "tags",
	Shape: then(collect.Fields(map[string]string{
		"LogGroupName": "logGroupName", "RetentionInDays": "retentionInDays", "KmsKeyId": "kmsKeyId", "LogGroupClass": "logGroupClass", "Arn": "arn",
		"DeletionProtectionEnabled": "deletionProtectionEnabled",
	}), tagList("Tags")),
}

var logsMetricFilter = &collect.Type{
	Name: "AWS::Logs::MetricFilter",
	Find: []collect.Step{{API: "logs:DescribeMetricFilters", Each: "metricFilters"}},
	ID:   "{logGroupName}|{filterName}", Title: "{filterName}", Created: "creationTime",
	Shape: collect.Pascal,
	Maps:  []string{"metricTransformations.dimensions"},
	Drop:  []string{"creationTime"},
	Empty: []string{"metricTransformations"},
	Relations: []collect.Relation{
		{Label: "Is contained in ", Type: "AWS::Logs::LogGroup", ID: "logGroupName"},
	},
}
