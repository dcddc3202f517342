package sample

import "strconv"

// showBalancers builds the certificate of a site and load balancers of each kind before it.
func (g *gen) showBalancers() {
	cert := g.showCertificates()
	zones := list{object{"zoneName": g.region + "a", "subnetId": g.vpc.subnet, "loadBalancerAddresses": list{}}}
	if g.sound {
		zones = append(zones, object{"zoneName": g.region + "b", "subnetId": "subnet-" + g.hex(17), "loadBalancerAddresses": list{}})
	}
	on := strconv.FormatBool(g.sound)
	app := g.showBalancer("application", "app", zones, map[string]string{
		"access_logs.s3.enabled": on, "access_logs.s3.bucket": "tickmark-sample-logs-" + g.account, "access_logs.s3.prefix": "", "idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": on,
		"routing.http2.enabled": "true", "routing.http.drop_invalid_header_fields.enabled": on, "routing.http.desync_mitigation_mode": either(g, "defensive", "monitor"), "load_balancing.cross_zone.enabled": "true",
	})
	web := g.arn("elasticloadbalancing", "targetgroup/web/"+g.hex(16))
	forward := list{object{"Type": "forward", "TargetGroupArn": web, "Order": 1, "ForwardConfig": object{"TargetGroups": list{object{"TargetGroupArn": web, "Weight": 1}}}}}
	if g.sound {
		g.showListener(app, "HTTPS", 443, forward, cert)
	} else {
		g.showListener(app, "HTTP", 80, forward, "")
	}
	redirect := g.showBalancer("application", "redirect", zones, map[string]string{"access_logs.s3.enabled": on, "deletion_protection.enabled": on, "routing.http.drop_invalid_header_fields.enabled": on, "routing.http.desync_mitigation_mode": either(g, "strictest", "monitor")})
	g.showListener(redirect, "HTTP", 80, list{object{"Type": "redirect", "Order": 1, "RedirectConfig": object{"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"}}}, "")
	net := g.showBalancer("network", "net", zones, map[string]string{"access_logs.s3.enabled": on, "access_logs.s3.bucket": "tickmark-sample-logs-" + g.account, "deletion_protection.enabled": on, "load_balancing.cross_zone.enabled": on})
	if g.sound {
		g.showListener(net, "TLS", 443, forward, cert)
	} else {
		g.showListener(net, "TCP", 443, forward, "")
	}
	g.showClassicBalancers(cert)
}

// showCertificates builds the certificate of the site and returns its ARN, and a private authority.
func (g *gen) showCertificates() string {
	arn := g.arn("acm", "certificate/"+g.hex(8)+"-0000-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::ACM::Certificate", id: arn, arn: arn,
		configuration: object{
			"certificateArn": arn, "domainName": "www.example.com", "subjectAlternativeNames": list{"www.example.com"}, "subject": "CN=www.example.com", "issuer": "Amazon", "serial": "0a:0b", "status": "ISSUED", "type": either(g, "AMAZON_ISSUED", "IMPORTED"),
			"keyAlgorithm": either(g, "RSA-2048", "RSA-1024"), "signatureAlgorithm": "SHA256WITHRSA", "createdAt": g.past(200), "issuedAt": g.past(200), "notBefore": g.past(200), "notAfter": g.past(either(g, -190, -10)), "inUseBy": list{},
			"keyUsages": list{object{"name": "DIGITAL_SIGNATURE"}}, "extendedKeyUsages": list{object{"name": "TLS_WEB_SERVER_AUTHENTICATION", "oID": "1.3.6.1.5.5.7.3.1"}}, "renewalEligibility": either(g, "ELIGIBLE", "INELIGIBLE"), "options": object{"certificateTransparencyLoggingPreference": "ENABLED"},
		},
	})
	ca := g.arn("acm-pca", "certificate-authority/"+g.hex(8)+"-0000-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::ACMPCA::CertificateAuthority", id: ca, arn: ca,
		configuration: object{
			"Arn": ca, "Type": "ROOT", "Status": either(g, "DISABLED", "ACTIVE"), "KeyAlgorithm": "RSA_4096", "SigningAlgorithm": "SHA512WITHRSA", "KeyStorageSecurityStandard": "FIPS_140_2_LEVEL_3_OR_HIGHER",
			"Subject": object{"CommonName": "Example Root", "Organization": "Example", "Country": "DE"}, "RevocationConfiguration": object{"CrlConfiguration": object{"Enabled": false}, "OcspConfiguration": object{"Enabled": false}},
		},
	})
	return arn
}

// showBalancer builds a load balancer of the second generation and returns its ARN.
func (g *gen) showBalancer(kind, name string, zones list, attributes map[string]string) string {
	arn := g.arn("elasticloadbalancing", "loadbalancer/"+kind[:3]+"/"+name+"/"+g.hex(16))
	pairs := list{}
	for _, key := range sortedKeys(attributes) {
		pairs = append(pairs, object{"key": key, "value": attributes[key]})
	}
	g.add(resource{
		typ: "AWS::ElasticLoadBalancingV2::LoadBalancer", id: arn, name: name, arn: arn, zone: "Multiple Availability Zones",
		configuration: object{
			"loadBalancerArn": arn, "loadBalancerName": name, "dNSName": name + "-1.elb.amazonaws.com", "canonicalHostedZoneId": "Z35SXDOTRQ7X7K", "scheme": "internet-facing", "type": kind, "vpcId": g.vpc.vpc,
			"state": object{"code": "active"}, "ipAddressType": "ipv4", "securityGroups": list{g.vpc.open}, "availabilityZones": zones, "createdTime": g.past(120),
		},
		supplementary: object{"LoadBalancerAttributes": pairs},
	})
	if kind == "application" {
		g.showWebACLOf(arn, name)
	}
	return arn
}

func (g *gen) showListener(balancer, protocol string, port int, actions list, cert string) {
	arn := balancer + "/" + g.hex(16)
	c := object{"ListenerArn": arn, "LoadBalancerArn": balancer, "Protocol": protocol, "Port": port, "DefaultActions": actions, "Certificates": list{}, "AlpnPolicy": list{}}
	g.merge(cert != "", c, object{"SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "Certificates": list{object{"CertificateArn": cert}}})
	g.add(resource{typ: "AWS::ElasticLoadBalancingV2::Listener", id: arn, arn: arn, configuration: c})
}

// showClassicBalancers builds a load balancer with a predefined policy and one with a policy of its own.
func (g *gen) showClassicBalancers(cert string) {
	refers := object{"policyName": "site", "policyTypeName": "SSLNegotiationPolicyType", "policyAttributeDescriptions": list{
		object{"attributeName": "Reference-Security-Policy", "attributeValue": either(g, "ELBSecurityPolicy-TLS-1-2-2017-01", "ELBSecurityPolicy-2016-08")}, object{"attributeName": "Protocol-TLSv1.2", "attributeValue": "true"},
	}}
	own := object{"policyName": "site", "policyTypeName": "SSLNegotiationPolicyType", "policyAttributeDescriptions": list{
		object{"attributeName": "Protocol-TLSv1", "attributeValue": strconv.FormatBool(!g.sound)}, object{"attributeName": "Protocol-TLSv1.2", "attributeValue": "true"},
	}}
	g.showClassicBalancer("classic", cert, refers)
	g.showClassicBalancer("custom", cert, own)
}

func (g *gen) showClassicBalancer(name, cert string, policy object) {
	listeners := list{object{"listener": object{"protocol": "HTTPS", "loadBalancerPort": 443, "instanceProtocol": "HTTP", "instancePort": 80, "sslcertificateId": either(g, cert, g.iam("server-certificate/site"))}, "policyNames": list{"site"}}}
	if !g.sound {
		listeners = append(listeners, object{"listener": object{"protocol": "HTTP", "loadBalancerPort": 80, "instanceProtocol": "HTTP", "instancePort": 80}, "policyNames": list{}})
	}
	g.add(resource{
		typ: "AWS::ElasticLoadBalancing::LoadBalancer", id: name, name: name, arn: g.arn("elasticloadbalancing", "loadbalancer/"+name), zone: "Multiple Availability Zones",
		configuration: object{
			"loadBalancerName": name, "scheme": "internet-facing", "vpcid": g.vpc.vpc, "dnsname": name + "-1.elb.amazonaws.com", "canonicalHostedZoneName": name + "-1.elb.amazonaws.com", "canonicalHostedZoneNameID": "Z35SXDOTRQ7X7K",
			"securityGroups": list{g.vpc.open}, "subnets": list{g.vpc.subnet}, "availabilityZones": either(g, list{g.region + "a", g.region + "b"}, list{g.region + "a"}), "instances": list{}, "listenerDescriptions": listeners, "backendServerDescriptions": list{},
			"policies": object{"appCookieStickinessPolicies": list{}, "lbcookieStickinessPolicies": list{}, "otherPolicies": list{"site"}}, "createdTime": g.past(400),
			"healthCheck": object{"target": "HTTP:80/", "interval": 30, "timeout": 5, "healthyThreshold": 10, "unhealthyThreshold": 2}, "sourceSecurityGroup": object{"groupName": "web", "ownerAlias": g.account},
		},
		supplementary: object{
			"LoadBalancerPolicies": list{policy},
			"LoadBalancerAttributes": object{
				"accessLog": object{"enabled": g.sound, "s3BucketName": "tickmark-sample-logs-" + g.account}, "crossZoneLoadBalancing": object{"enabled": g.sound}, "connectionDraining": object{"enabled": g.sound, "timeout": 300}, "connectionSettings": object{"idleTimeout": 60},
				"additionalAttributes": list{object{"key": "elb.http.desyncmitigationmode", "value": either(g, "defensive", "monitor")}},
			},
		},
	})
}
