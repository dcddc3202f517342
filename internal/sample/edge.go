package sample

import (
	"strconv"

	"github.com/tickmark/tickmark/internal/inventory"
)

// edge builds what faces clients: load balancers, API stages, web ACLs, certificates, topics and queues.
func (g *gen) edge() {
	cert := g.certificate()
	acl := g.webACL(g.loadBalancer(cert))
	g.classicBalancer(cert)
	g.api(acl)
	topic := "alerts-" + g.hex(6)
	c := object{"TopicArn": g.arn("sns", topic), "Owner": g.account, "DisplayName": "alerts", "Policy": text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"AWS": "*"}, "Action": "SNS:Publish", "Resource": g.arn("sns", topic), "Condition": object{"StringEquals": object{"AWS:SourceOwner": g.account}}}}})}
	if g.often(6) {
		c["KmsMasterKeyId"] = "alias/aws/sns"
	}
	g.add(resource{typ: "AWS::SNS::Topic", id: g.arn("sns", topic), name: topic, arn: g.arn("sns", topic), configuration: c})
	queue := "work-" + g.hex(6)
	g.add(resource{
		typ: "AWS::SQS::Queue", id: "https://sqs." + g.region + ".amazonaws.com/" + g.account + "/" + queue, name: queue, arn: g.arn("sqs", queue),
		configuration: object{"QueueName": queue, "QueueArn": g.arn("sqs", queue), "SqsManagedSseEnabled": strconv.FormatBool(g.often(8)), "VisibilityTimeout": 30, "MessageRetentionPeriod": 345600},
	})
}

func (g *gen) certificate() string {
	arn := g.arn("acm", "certificate/"+g.hex(8)+"-3333-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::ACM::Certificate", id: arn, arn: arn,
		configuration: object{"certificateArn": arn, "domainName": "www.example.com", "subjectAlternativeNames": list{"www.example.com"}, "status": "ISSUED", "type": "AMAZON_ISSUED", "keyAlgorithm": "RSA-2048", "signatureAlgorithm": "SHA256WITHRSA", "issuedAt": g.past(380 - g.IntN(200)), "notBefore": g.past(380), "notAfter": g.past(-pick(g, 5, 60, 200)), "inUseBy": list{}, "renewalEligibility": "ELIGIBLE"},
	})
	return arn
}

// webACL builds a web ACL that in most stacks protects the load balancer.
func (g *gen) webACL(balancer string) string {
	id := g.hex(8) + "-4444-4000-8000-" + g.hex(12)
	arn := g.arn("wafv2", "regional/webacl/shield/"+id)
	logs := list{}
	if g.often(6) {
		logs = list{g.arn("firehose", "deliverystream/aws-waf-logs-sample")}
	}
	var protects []inventory.Relationship
	if g.often(6) {
		protects = []inventory.Relationship{rel("Is associated with ", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer)}
	}
	g.add(resource{
		typ: "AWS::WAFv2::WebACL", id: arn, name: "shield", arn: arn, relations: protects,
		supplementary: object{"LoggingConfiguration": object{"ResourceArn": arn, "LogDestinationConfigs": logs}},
		configuration: object{"Id": id, "Name": "shield", "ResourceARN": arn, "Capacity": 25, "VisibilityConfig": object{"CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": true, "MetricName": "shield"}, "Rules": list{object{"Name": "common", "Priority": 0}}},
	})
	return arn
}

func (g *gen) loadBalancer(cert string) string {
	name := "web-" + g.hex(6)
	arn := g.arn("elasticloadbalancing", "loadbalancer/app/"+name+"/"+g.hex(16))
	g.add(resource{
		typ: "AWS::ElasticLoadBalancingV2::LoadBalancer", id: arn, name: name, arn: arn, zone: "Multiple Availability Zones",
		configuration: object{"loadBalancerArn": arn, "loadBalancerName": name, "dNSName": name + ".example.com", "scheme": "internet-facing", "type": "application", "vpcId": g.vpc.vpc, "state": object{"code": "active"}, "ipAddressType": "ipv4", "securityGroups": list{g.vpc.open}, "availabilityZones": list{object{"zoneName": g.region + "a", "subnetId": g.vpc.subnet}, object{"zoneName": g.region + "b", "subnetId": "subnet-" + g.hex(17)}}, "createdTime": g.past(120)},
		supplementary: object{"LoadBalancerAttributes": list{object{"key": "access_logs.s3.enabled", "value": pick(g, "true", "false")}, object{"key": "access_logs.s3.bucket", "value": "tickmark-sample-logs-" + g.account}, object{"key": "deletion_protection.enabled", "value": pick(g, "true", "false")}, object{"key": "routing.http.drop_invalid_header_fields.enabled", "value": pick(g, "true", "false")}}},
		relations:     []inventory.Relationship{rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.open)},
	})
	g.listeners(arn, cert)
	return arn
}

// listeners builds a listener with TLS and, in most stacks, one for HTTP.
func (g *gen) listeners(arn, cert string) {
	listener := arn + "/" + g.hex(16)
	action := object{"Type": "forward", "TargetGroupArn": g.arn("elasticloadbalancing", "targetgroup/web/"+g.hex(16))}
	if g.often(6) {
		action = object{"Type": "redirect", "RedirectConfig": object{"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
	}
	if g.often(6) {
		g.add(resource{
			typ: "AWS::ElasticLoadBalancingV2::Listener", id: listener, arn: listener,
			configuration: object{"ListenerArn": listener, "LoadBalancerArn": arn, "Port": 80, "Protocol": "HTTP", "DefaultActions": list{action}, "Certificates": list{}},
			relations:     []inventory.Relationship{rel("Is contained in ", "AWS::ElasticLoadBalancingV2::LoadBalancer", arn)},
		})
	}
	tls := arn + "/" + g.hex(16)
	g.add(resource{
		typ: "AWS::ElasticLoadBalancingV2::Listener", id: tls, arn: tls,
		configuration: object{"ListenerArn": tls, "LoadBalancerArn": arn, "Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "DefaultActions": list{object{"Type": "forward"}}, "Certificates": list{object{"CertificateArn": cert}}},
		relations:     []inventory.Relationship{rel("Is contained in ", "AWS::ElasticLoadBalancingV2::LoadBalancer", arn)},
	})
}

func (g *gen) classicBalancer(cert string) {
	name := "legacy-" + g.hex(6)
	if g.often(3) {
		cert = g.iam("server-certificate/legacy")
	}
	listeners := list{object{"listener": object{"protocol": "HTTPS", "loadBalancerPort": 443, "instanceProtocol": "HTTP", "instancePort": 80, "sslcertificateId": cert}, "policyNames": list{}}}
	if g.often(4) {
		listeners = append(listeners, object{"listener": object{"protocol": "HTTP", "loadBalancerPort": 80, "instanceProtocol": "HTTP", "instancePort": 80}, "policyNames": list{}})
	}
	g.add(resource{
		typ: "AWS::ElasticLoadBalancing::LoadBalancer", id: name, name: name, arn: g.arn("elasticloadbalancing", "loadbalancer/"+name), zone: "Multiple Availability Zones",
		configuration: object{"loadBalancerName": name, "scheme": "internal", "vpcid": g.vpc.vpc, "dnsname": name + ".example.com", "securityGroups": list{g.vpc.closed}, "subnets": list{g.vpc.subnet}, "availabilityZones": list{g.region + "a"}, "instances": list{}, "listenerDescriptions": listeners, "createdTime": g.past(400)},
		supplementary: object{"LoadBalancerAttributes": object{"accessLog": object{"enabled": g.often(5), "s3BucketName": "tickmark-sample-logs-" + g.account}, "crossZoneLoadBalancing": object{"enabled": g.often(6)}, "connectionDraining": object{"enabled": true, "timeout": 300}}},
	})
}

func (g *gen) api(acl string) {
	id := g.hex(10)
	rest := "arn:aws:apigateway:" + g.region + "::/restapis/" + id
	g.add(resource{
		typ: "AWS::ApiGateway::RestApi", id: rest, name: "orders", arn: rest,
		configuration: object{"id": id, "name": "orders", "createdDate": g.past(100), "apiKeySource": "HEADER", "endpointConfiguration": object{"types": list{"REGIONAL"}}},
	})
	stage := object{"stageName": "prod", "deploymentId": g.hex(6), "cacheClusterEnabled": g.often(5), "cacheClusterStatus": "NOT_AVAILABLE", "tracingEnabled": g.often(5), "methodSettings": object{"*/*": object{"loggingLevel": pick(g, "INFO", "ERROR", "OFF"), "metricsEnabled": true, "cachingEnabled": g.often(5), "cacheDataEncrypted": g.often(5), "dataTraceEnabled": false}}, "createdDate": g.past(90), "lastUpdatedDate": g.past(9)}
	if g.often(5) {
		stage["clientCertificateId"] = g.hex(6)
	}
	if g.often(5) {
		stage["webAclArn"] = acl
	}
	g.add(resource{
		typ: "AWS::ApiGateway::Stage", id: rest + "/stages/prod", name: "prod", arn: rest + "/stages/prod", configuration: stage,
		relations: []inventory.Relationship{rel("Is contained in ", "AWS::ApiGateway::RestApi", rest)},
	})
}
