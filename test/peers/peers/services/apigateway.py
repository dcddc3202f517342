"""API Gateway: REST APIs with their stages, and stages of HTTP APIs; Prowler reports at the API of the latter, and at an ARN
without the slash before `apis`, so APIs are found by their id."""

from peers.item import item, relation, shaped

PAIRS = [
    ("API_GWV2_ACCESS_LOGS_ENABLED", "apigatewayv2_api_access_logging_enabled"),
    ("API_GW_ASSOCIATED_WITH_WAF", "apigateway_restapi_waf_acl_attached"),
    ("API_GW_CACHE_ENABLED_AND_ENCRYPTED", "apigateway_restapi_cache_encrypted"),
    ("API_GW_ENDPOINT_TYPE_CHECK", "apigateway_restapi_public", {"endpointConfigurationTypes": "PRIVATE"}),
    ("API_GW_EXECUTION_LOGGING_ENABLED", "apigateway_restapi_logging_enabled"),
    ("API_GW_XRAY_ENABLED", "apigateway_restapi_tracing_enabled"),
]

ALL = "/*/*/"
CACHE = {"/cacheClusterEnabled": "true", ALL + "caching/enabled": "true"}
STAGES = {
    "hardened": {**CACHE, ALL + "caching/dataEncrypted": "true", ALL + "logging/loglevel": "INFO", "/tracingEnabled": "true"},
    "clear-cache": {**CACHE, ALL + "caching/dataEncrypted": "false", ALL + "logging/loglevel": "OFF"},
    "no-logs": {"/tracingEnabled": "true"},
    "no-tracing": {ALL + "logging/loglevel": "ERROR", "/tracingEnabled": "false"},
}


def seed(c):
    for kind in ("PRIVATE", "REGIONAL"):
        rest(c, kind)
    for name, settings in {"logged": {"AccessLogSettings": {"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:a", "Format": "$context.requestId"}}, "plain": {}}.items():
        id = c("apigatewayv2").create_api(Name=name, ProtocolType="HTTP")["ApiId"]
        c("apigatewayv2").create_stage(ApiId=id, StageName="prod", **settings)


def rest(c, kind):
    gateway = c("apigateway")
    id = gateway.create_rest_api(name="rest-" + kind.lower(), endpointConfiguration={"types": [kind]})["id"]
    root = gateway.get_resources(restApiId=id)["items"][0]["id"]
    gateway.put_method(restApiId=id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=id, resourceId=root, httpMethod="GET", type="HTTP", uri="http://example.org", integrationHttpMethod="GET")
    deployment = gateway.create_deployment(restApiId=id)["id"]
    for name, operations in STAGES.items():
        gateway.create_stage(restApiId=id, stageName=name, deploymentId=deployment)
        gateway.update_stage(restApiId=id, stageName=name, patchOperations=[{"op": "replace", "path": p, "value": v} for p, v in operations.items()])
    acl = c("wafv2").create_web_acl(
        Name="gateway-" + kind.lower(), Scope="REGIONAL", DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"})["Summary"]["ARN"]
    c("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=f"arn:aws:apigateway:us-east-1::/restapis/{id}/stages/hardened")


def record(c):
    api, stage = "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage"
    for d in c.pages("apigateway", "get_rest_apis", "items"):
        arn = f"arn:aws:apigateway:us-east-1::/restapis/{d['id']}"
        yield item(api, arn, shaped(api, d), name=d["name"], arn=arn)
        for s in c("apigateway").get_stages(restApiId=d["id"])["item"]:
            yield item(stage, f"{arn}/stages/{s['stageName']}", shaped(stage, s), name=s["stageName"], arn=f"{arn}/stages/{s['stageName']}")
    api, stage = "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"
    for d in c("apigatewayv2").get_apis()["Items"]:
        arn = f"arn:aws:apigateway:us-east-1::/apis/{d['ApiId']}"
        yield item(api, d["ApiId"], shaped(api, d), name=d["Name"], arn=arn)
        for s in c("apigatewayv2").get_stages(ApiId=d["ApiId"])["Items"]:
            id = f"{arn}/stages/{s['StageName']}"
            yield item(stage, id, shaped(stage, s), name=s["StageName"], arn=id, relationships=[relation(api, id=d["ApiId"], label="Is contained in ")])
