package sample

import (
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/inventory"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// showWebACLOf builds a web ACL that protects a load balancer, or nothing.
func (g *gen) showWebACLOf(balancer, name string) {
	id := g.hex(8) + "-0000-4000-8000-" + g.hex(12)
	arn := g.arn("wafv2", "regional/webacl/"+name+"/"+id)
	g.add(resource{
		typ: "AWS::WAFv2::WebACL", id: arn, name: name, arn: arn, relations: either(g, []inventory.Relationship{rel("Is associated with ", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer)}, nil),
		supplementary: object{"LoggingConfiguration": object{"LogDestinationConfigs": list{g.arn("firehose", "deliverystream/aws-waf-logs-sample")}}},
		configuration: object{
			"id": id, "name": name, "resourceARN": arn, "capacity": 25, "description": "", "visibilityConfig": object{"cloudWatchMetricsEnabled": true, "sampledRequestsEnabled": true, "metricName": name},
			"rules": list{object{"name": "common", "priority": 0}},
		},
	})
}

// showAPIs builds APIs of both generations with their stages, and a GraphQL API.
func (g *gen) showAPIs() {
	id := g.hex(10)
	rest := "arn:aws:apigateway:" + g.region + "::/restapis/" + id
	g.add(resource{
		typ: "AWS::ApiGateway::RestApi", id: rest, name: "orders", arn: rest,
		configuration: object{"id": id, "name": "orders", "description": "", "createdDate": g.past(100), "apiKeySource": "HEADER", "binaryMediaTypes": list{}, "endpointConfiguration": object{"types": list{either(g, "REGIONAL", "EDGE")}}},
	})
	stage := object{
		"stageName": "prod", "deploymentId": g.hex(6), "description": "", "cacheClusterEnabled": g.sound, "cacheClusterStatus": either(g, "AVAILABLE", "NOT_AVAILABLE"), "tracingEnabled": g.sound, "createdDate": g.past(90), "lastUpdatedDate": g.past(9),
		"methodSettings": object{"*/*": object{"loggingLevel": either(g, "INFO", "OFF"), "metricsEnabled": true, "dataTraceEnabled": false, "cachingEnabled": g.sound, "cacheDataEncrypted": g.sound, "cacheTtlInSeconds": 300, "throttlingBurstLimit": 500, "throttlingRateLimit": 100}},
	}
	g.onlySound(stage, object{"cacheClusterSize": "0.5", "clientCertificateId": g.hex(6), "webAclArn": g.arn("wafv2", "regional/webacl/api/"+g.hex(8)), "accessLogSettings": object{"destinationArn": g.arn("logs", "log-group:/api/orders"), "format": "$context.requestId"}})
	g.add(resource{typ: "AWS::ApiGateway::Stage", id: rest + "/stages/prod", name: "prod", arn: rest + "/stages/prod", configuration: stage, relations: []inventory.Relationship{rel("Is contained in ", "AWS::ApiGateway::RestApi", rest)}})
	g.showHTTPAPI()
	api := g.hex(26)
	c := object{
		"ApiId": api, "Id": api, "Arn": g.arn("appsync", "apis/"+api), "Name": "catalog", "AuthenticationType": "AWS_IAM", "GraphQLUrl": "https://" + api + ".appsync-api." + g.region + ".amazonaws.com/graphql", "XrayEnabled": g.sound, "AdditionalAuthenticationProviders": list{},
		"WafWebAclArn": either(g, g.arn("wafv2", "regional/webacl/graphql/"+g.hex(8)), ""),
	}
	g.onlySound(c, object{"LogConfig": object{"CloudWatchLogsRoleArn": g.iam("role/appsync-logs"), "ExcludeVerboseContent": true, "FieldLogLevel": "ALL"}})
	g.add(resource{typ: "AWS::AppSync::GraphQLApi", id: g.arn("appsync", "apis/"+api), name: "catalog", arn: g.arn("appsync", "apis/"+api), configuration: c})
}

// showHTTPAPI builds a WebSocket API with a stage and a route.
func (g *gen) showHTTPAPI() {
	id := g.hex(10)
	arn := "arn:aws:apigateway:" + g.region + "::/apis/" + id
	g.add(resource{
		typ: "AWS::ApiGatewayV2::Api", id: arn, name: "events", arn: arn,
		configuration: object{"apiId": id, "name": "events", "protocolType": "WEBSOCKET", "apiEndpoint": "wss://" + id + ".execute-api." + g.region + ".amazonaws.com", "apiKeySelectionExpression": "$request.header.x-api-key", "routeSelectionExpression": "$request.body.action", "disableExecuteApiEndpoint": false, "createdDate": g.past(80)},
	})
	stage := object{
		"stageName": "live", "deploymentId": g.hex(6), "autoDeploy": false, "createdDate": g.past(80), "lastUpdatedDate": g.past(8), "routeSettings": object{},
		"defaultRouteSettings": object{"loggingLevel": either(g, "ERROR", "OFF"), "dataTraceEnabled": false, "detailedMetricsEnabled": true, "throttlingBurstLimit": 500, "throttlingRateLimit": 100},
	}
	g.onlySound(stage, object{"accessLogSettings": object{"destinationArn": g.arn("logs", "log-group:/api/events"), "format": "$context.requestId"}})
	g.add(resource{typ: "AWS::ApiGatewayV2::Stage", id: arn + "/stages/live", name: "live", arn: arn + "/stages/live", configuration: stage, relations: []inventory.Relationship{rel("Is contained in ", "AWS::ApiGatewayV2::Api", arn)}})
	route := g.hex(7)
	g.add(resource{
		typ: "AWS::ApiGatewayV2::Route", id: arn + "/routes/" + route, arn: arn + "/routes/" + route,
		configuration: object{"ApiId": id, "RouteId": route, "RouteKey": "$connect", "AuthorizationType": either(g, "AWS_IAM", "NONE"), "ApiKeyRequired": false, "Target": "integrations/" + g.hex(7)},
	})
}

// showMesh builds a gateway and a node of a service mesh.
func (g *gen) showMesh() {
	defaults := object{"ClientPolicy": object{"Tls": object{"Enforce": g.sound, "Ports": list{}, "Validation": object{"Trust": object{"Acm": object{"CertificateAuthorityArns": list{g.arn("acm-pca", "certificate-authority/mesh")}}}}}}}
	listener := func(port int) list { return list{object{"PortMapping": object{"Port": port, "Protocol": "http"}}} }
	gateway, node := g.arn("appmesh", "mesh/shop/virtualGateway/in"), g.arn("appmesh", "mesh/shop/virtualNode/orders")
	g.add(resource{
		typ: "AWS::AppMesh::VirtualGateway", id: gateway, name: "in", arn: gateway,
		configuration: object{"Arn": gateway, "Id": gateway, "Uid": g.hex(32), "MeshName": "shop", "MeshOwner": g.account, "ResourceOwner": g.account, "VirtualGatewayName": "in", "Spec": object{"Listeners": listener(443), "BackendDefaults": defaults}},
	})
	g.add(resource{
		typ: "AWS::AppMesh::VirtualNode", id: node, name: "orders", arn: node,
		configuration: object{"Arn": node, "Id": node, "Uid": g.hex(32), "MeshName": "shop", "MeshOwner": g.account, "ResourceOwner": g.account, "VirtualNodeName": "orders", "Spec": object{"Listeners": listener(8080), "Backends": list{}, "BackendDefaults": defaults, "ServiceDiscovery": object{"DNS": object{"Hostname": "orders.internal"}}}},
	})
}
