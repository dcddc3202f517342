package sample

// showEdge builds what people meet first: sites and their accounts.
func (g *gen) showEdge() {
	g.showSite(true)
	g.showSite(false)
	g.showUsers()
}

// showSite builds a distribution of a bucket, by an origin access control or, when old, by an identity.
func (g *gen) showSite(old bool) {
	id := "E" + g.upper(13)
	arn := "arn:aws:cloudfront::" + g.account + ":distribution/" + id
	files := object{"id": "files", "domainName": g.bucketName(archive) + ".s3." + g.region + ".amazonaws.com", "originPath": "", "connectionAttempts": 3, "connectionTimeout": 10, "customHeaders": object{"quantity": 0}, "originAccessControlId": "", "s3OriginConfig": object{"originAccessIdentity": ""}, "originShield": object{"enabled": false}}
	if g.sound && old {
		files["s3OriginConfig"] = object{"originAccessIdentity": "origin-access-identity/cloudfront/E" + g.upper(13)}
	} else if g.sound {
		files["originAccessControlId"] = "E" + g.upper(13)
	}
	server := object{"id": "server", "domainName": "app.example.com", "originPath": "", "connectionAttempts": 3, "connectionTimeout": 10, "customHeaders": object{"quantity": 0}, "originAccessControlId": "", "originShield": object{"enabled": false}, "customOriginConfig": object{
		"httpPort": 80, "httpsPort": 443, "originKeepaliveTimeout": 5, "originReadTimeout": 30, "originProtocolPolicy": either(g, "https-only", "http-only"),
		"originSslProtocols": object{"quantity": 1, "items": either(g, list{"TLSv1.2"}, list{"SSLv3"})},
	}}
	c := object{
		"callerReference": g.hex(16), "comment": "", "enabled": true, "httpVersion": "http2", "isIPV6Enabled": true, "priceClass": "PriceClass_All", "staging": false, "continuousDeploymentPolicyId": "", "customErrorResponses": object{"quantity": 0},
		"aliases": object{"quantity": 0}, "origins": object{"quantity": 2, "items": list{files, server}}, "originGroups": g.originGroups(), "cacheBehaviors": object{"quantity": 0},
		"defaultCacheBehavior": object{
			"targetOriginId": "server", "viewerProtocolPolicy": either(g, "redirect-to-https", "allow-all"), "compress": true, "smoothStreaming": false, "cachePolicyId": g.uuid(), "fieldLevelEncryptionId": "",
			"trustedKeyGroups": object{"enabled": false, "quantity": 0}, "trustedSigners": object{"enabled": false, "quantity": 0}, "allowedMethods": object{"quantity": 2, "items": list{"HEAD", "GET"}, "cachedMethods": object{"quantity": 2, "items": list{"HEAD", "GET"}}},
			"functionAssociations": object{"quantity": 0}, "lambdaFunctionAssociations": object{"quantity": 0},
		},
		"defaultRootObject": either(g, "index.html", ""), "logging": object{"enabled": g.sound, "includeCookies": false, "bucket": either(g, g.bucketName(vault)+".s3.amazonaws.com", ""), "prefix": ""},
		"restrictions": object{"geoRestriction": object{"restrictionType": "none", "quantity": 0}}, "webACLId": either(g, "arn:aws:wafv2:us-east-1:"+g.account+":global/webacl/site/"+g.uuid(), ""), "viewerCertificate": g.viewerCertificate(old),
	}
	g.add(resource{
		typ: "AWS::CloudFront::Distribution", id: id, name: id, arn: arn, global: true,
		configuration: object{"id": id, "arn": arn, "domainName": "d" + g.hex(13) + ".cloudfront.net", "lastModifiedTime": g.past(20), "distributionConfig": c, "activeTrustedSigners": object{"enabled": false, "quantity": 0}, "activeTrustedKeyGroups": object{"enabled": false, "quantity": 0}, "aliasICPRecordals": list{}},
		supplementary: object{"OriginBuckets": list{object{"name": g.bucketName(archive), "exists": true}}},
	})
}

// originGroups are the origins that stand in for each other.
func (g *gen) originGroups() object {
	if !g.sound {
		return object{"quantity": 0}
	}
	return object{"quantity": 1, "items": list{object{
		"id": "both", "failoverCriteria": object{"statusCodes": object{"quantity": 2, "items": list{502, 503}}},
		"members": object{"quantity": 2, "items": list{object{"originId": "server"}, object{"originId": "files"}}},
	}}}
}

// viewerCertificate is the certificate of a site: in the faulty account one has its own address for it, and the other
// the default one.
func (g *gen) viewerCertificate(old bool) object {
	arn := g.arn("acm", "certificate/site")
	switch {
	case g.sound:
		return object{"cloudFrontDefaultCertificate": false, "acmCertificateArn": arn, "certificate": arn, "certificateSource": "acm", "sslSupportMethod": "sni-only", "minimumProtocolVersion": "TLSv1.2_2021"}
	case old:
		return object{"cloudFrontDefaultCertificate": false, "acmCertificateArn": arn, "certificate": arn, "certificateSource": "acm", "sslSupportMethod": "vip", "minimumProtocolVersion": "TLSv1"}
	}
	return object{"cloudFrontDefaultCertificate": true, "certificateSource": "cloudfront", "sslSupportMethod": "vip", "minimumProtocolVersion": "TLSv1"}
}

// showUsers builds a pool of users and one of identities.
func (g *gen) showUsers() {
	pool := g.region + "_" + g.hex(9)
	mode := either(g, "ENFORCED", "OFF")
	addOns := object{"AdvancedSecurityMode": mode}
	g.onlySound(addOns, object{"AdvancedSecurityAdditionalFlows": object{"CustomAuthMode": mode}})
	g.add(resource{
		typ: "AWS::Cognito::UserPool", id: pool, name: "customers", arn: g.arn("cognito-idp", "userpool/"+pool),
		configuration: object{
			"UserPoolId": pool, "UserPoolName": "customers", "Arn": g.arn("cognito-idp", "userpool/"+pool), "ProviderName": "cognito-idp." + g.region + ".amazonaws.com/" + pool, "DeletionProtection": either(g, "ACTIVE", "INACTIVE"), "MfaConfiguration": either(g, "ON", "OFF"), "UserPoolAddOns": addOns,
			"Policies": object{
				"PasswordPolicy": object{"MinimumLength": either(g, 14, 6), "RequireUppercase": g.sound, "RequireLowercase": g.sound, "RequireNumbers": g.sound, "RequireSymbols": g.sound, "TemporaryPasswordValidityDays": either(g, 1, 30)},
				"SignInPolicy":   object{"AllowedFirstAuthFactors": list{"PASSWORD"}},
			},
			"UserPoolTags": object{},
		},
	})
	ids := g.region + ":" + g.uuid()
	g.add(resource{
		typ: "AWS::Cognito::IdentityPool", id: ids, name: "visitors", arn: g.arn("cognito-identity", "identitypool/"+ids),
		configuration: object{"Id": ids, "Name": "visitors", "IdentityPoolName": "visitors", "AllowUnauthenticatedIdentities": !g.sound, "AllowClassicFlow": false, "CognitoIdentityProviders": list{}, "OpenIdConnectProviderARNs": list{}, "SamlProviderARNs": list{}},
	})
}
