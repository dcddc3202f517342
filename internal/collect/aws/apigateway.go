package aws

import "github.com/tickmark/tickmark/internal/collect"

var apiGatewayRestAPI = &collect.Type{
	Name:    "AWS::ApiGateway::RestApi",
	Find:    []collect.Step{{API: "apigateway:GetRestApis", Each: "items"}, alone("apigateway:GetRestApi", "restApiId=/restapis/", "")},
	Gone:    []string{"NotFoundException"},
	ID:      "arn:{partition}:apigateway:{region}::/restapis/{.id}",
	Title:   "{.name}",
	ARN:     "arn:{partition}:apigateway:{region}::/restapis/{.id}",
	Zone:    "Not Applicable",
	Created: "createdDate",
	Tags:    "tags",
	Maps:    []string{"tags"},
	Drop:    []string{"warnings", "rootResourceId"},
	Shape:   then(collect.Describe, spoken("createdDate")),
}

var apiGatewayStage = &collect.Type{
	Name: "AWS::ApiGateway::Stage",
	Find: []collect.Step{
		{API: "apigateway:GetRestApis", Each: "items"},
		{API: "apigateway:GetStages", From: map[string]string{"restApiId": "id"}, Each: "item", Absent: []string{"NotFoundException"}},
	},
	ID:      "arn:{partition}:apigateway:{region}::/restapis/{^.id}/stages/{stageName}",
	Title:   "{stageName}",
	ARN:     "arn:{partition}:apigateway:{region}::/restapis/{^.id}/stages/{stageName}",
	Zone:    "Not Applicable",
	Created: "createdDate",
	Tags:    "tags",
	Maps:    []string{"tags", "canarySettings.stageVariableOverrides"},
	Drop:    []string{"variables"}, // may be secrets
	Shape: then(collect.Describe, spoken("createdDate", "lastUpdatedDate"), func(r *collect.Resource, c object) {
		// the keys are paths and methods
		settings := object{}
		if all, ok := r.At("methodSettings").(object); ok {
			for k, v := range all {
				settings[k] = v
			}
		}
		c["methodSettings"] = settings
	}),
	Finish: func(r *collect.Resource) {
		r.Relate("Is contained in ", "AWS::ApiGateway::RestApi", r.Expand("arn:{partition}:apigateway:{region}::/restapis/{^.id}"), r.Text("^.name"))
	},
	Note: "stage variables are left out: they may be secrets",
}

var apiGatewayV2API = &collect.Type{
	Name:    "AWS::ApiGatewayV2::Api",
	Find:    []collect.Step{{API: "apigatewayv2:GetApis", Each: "Items"}, alone("apigatewayv2:GetApi", "ApiId=/apis/", "")},
	Gone:    []string{"NotFoundException"},
	ID:      "arn:{partition}:apigateway:{region}::/apis/{ApiId}",
	Title:   "{Name}",
	ARN:     "arn:{partition}:apigateway:{region}::/apis/{ApiId}",
	Zone:    "Not Applicable",
	Created: "CreatedDate",
	Tags:    "Tags",
	Maps:    []string{"Tags"},
	Drop:    []string{"ImportInfo", "Warnings"},
	Shape:   then(collect.Describe, spoken("createdDate")),
}

var apiGatewayV2Stage = &collect.Type{
	Name: "AWS::ApiGatewayV2::Stage",
	Find: []collect.Step{
		{API: "apigatewayv2:GetApis", Each: "Items"},
		{API: "apigatewayv2:GetStages", From: map[string]string{"ApiId": "ApiId"}, Each: "Items", Absent: []string{"NotFoundException"}},
	},
	ID:      "arn:{partition}:apigateway:{region}::/apis/{^.ApiId}/stages/{StageName}",
	Title:   "{StageName}",
	ARN:     "arn:{partition}:apigateway:{region}::/apis/{^.ApiId}/stages/{StageName}",
	Zone:    "Not Applicable",
	Created: "CreatedDate",
	Tags:    "Tags",
	Maps:    []string{"Tags"},
	Drop:    []string{"StageVariables"}, // may be secrets
	Shape: then(collect.Describe, spoken("createdDate", "lastUpdatedDate"), func(r *collect.Resource, c object) {
		// the keys are routes
		settings := object{}
		if all, ok := r.At("RouteSettings").(object); ok {
			for k, v := range all {
				settings[k] = r.Spelled(v, "configuration.defaultRouteSettings")
			}
		}
		c["routeSettings"] = settings
	}),
	Finish: func(r *collect.Resource) {
		r.Relate("Is contained in ", "AWS::ApiGatewayV2::Api", r.Expand("arn:{partition}:apigateway:{region}::/apis/{^.ApiId}"), r.Text("^.Name"))
	},
	Note: "stage variables are left out: they may be secrets",
}
