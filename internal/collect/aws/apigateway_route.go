package aws

import "github.com/tickmark/tickmark/internal/collect"

// apiGatewayV2Route is not recorded by AWS Config: a rule reads it in CloudFormation's form.
var apiGatewayV2Route = &collect.Type{
	Name: "AWS::ApiGatewayV2::Route",
	Find: []collect.Step{
		{API: "apigatewayv2:GetApis", Each: "Items"},
		{API: "apigatewayv2:GetRoutes", From: map[string]string{"ApiId": "ApiId"}, Each: "Items", Absent: []string{"NotFoundException"}},
	},
	ID:    "arn:{partition}:apigateway:{region}::/apis/{^.ApiId}/routes/{RouteId}",
	Title: "{RouteKey}",
	ARN:   "arn:{partition}:apigateway:{region}::/apis/{^.ApiId}/routes/{RouteId}",
	Zone:  "Regional",
	Shape: then(collect.Pascal, withAPI),
	Maps:  []string{"RequestModels", "RequestParameters"},
}

var apiGatewayV2Integration = &collect.Type{
	Name: "AWS::ApiGatewayV2::Integration",
	Find: []collect.Step{
		{API: "apigatewayv2:GetApis", Each: "Items"},
		{API: "apigatewayv2:GetIntegrations", From: map[string]string{"ApiId": "ApiId"}, Each: "Items", Absent: []string{"NotFoundException"}},
	},
	ID:    "{^.ApiId}|{IntegrationId}",
	Title: "{IntegrationId}",
	ARN:   "arn:{partition}:apigateway:{region}::/apis/{^.ApiId}/integrations/{IntegrationId}",
	Zone:  "Regional",
	Shape: then(collect.Pascal, withAPI),
	Maps:  []string{"RequestParameters", "RequestTemplates", "ResponseParameters"},
	Drop:  []string{"ApiGatewayManaged", "IntegrationResponseSelectionExpression"},
}

// withAPI adds the API that a part belongs to.
func withAPI(r *collect.Resource, c object) { c["ApiId"] = r.Text("^.ApiId") }
