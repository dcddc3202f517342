package sample

import "github.com/tickmark/tickmark/internal/inventory"

// private are subnets in two zones, in the faulty account in one.
func (g *gen) private() list {
	return list{"subnet-0" + g.account + "000a", "subnet-0" + g.account + "000b"}
}

// showSubnets builds the private subnets.
func (g *gen) showSubnets() {
	for i, id := range g.private() {
		zone := g.region + either(g, []string{"a", "b"}, []string{"a", "a"})[i]
		g.add(resource{
			typ: "AWS::EC2::Subnet", id: id.(string), arn: g.arn("ec2", "subnet/"+id.(string)), zone: zone,
			configuration: object{
				"subnetId": id, "subnetArn": g.arn("ec2", "subnet/"+id.(string)), "vpcId": g.vpc.vpc, "ownerId": g.account, "state": "available", "availabilityZone": zone, "availabilityZoneId": "use1-az1",
				"cidrBlock": []string{"10.0.16.0/24", "10.0.17.0/24"}[i], "availableIpAddressCount": 250, "defaultForAz": false, "mapPublicIpOnLaunch": false, "assignIpv6AddressOnCreation": false, "ipv6Native": false,
			},
			relations: []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc)},
		})
	}
}

// showServerless builds two functions, of which the faulty account has one outside of its network, a topic, a state
// machine, and a log group.
func (g *gen) showServerless() {
	g.showFunction("api", g.private())
	g.showFunction("resize", either(g, g.private(), list{}))
	topic := "alerts"
	t := object{
		"TopicArn": g.arn("sns", topic), "Owner": g.account, "DisplayName": topic, "Subscription": list{}, "SubscriptionsConfirmed": 0,
		"Policy": text(object{"Version": "2012-10-17", "Statement": list{object{
			"Effect": "Allow", "Principal": object{"AWS": either(g, g.iam("root"), "*")}, "Action": "SNS:Publish", "Resource": g.arn("sns", topic),
		}}}),
	}
	g.add(resource{
		typ: "AWS::SNS::Topic", id: g.arn("sns", topic), name: topic, arn: g.arn("sns", topic), zone: "Not Applicable",
		configuration: g.onlySound(t, object{"KmsMasterKeyId": g.key(), "LambdaSuccessFeedbackRoleArn": g.iam("role/sns-feedback"), "LambdaFailureFeedbackRoleArn": g.iam("role/sns-feedback"), "LambdaSuccessFeedbackSampleRate": 100}),
	})
	machine := g.arn("states", "stateMachine:orders")
	destination := object{"CloudWatchLogsLogGroup": object{"LogGroupArn": g.arn("logs", "log-group:/states/orders:*")}}
	g.add(resource{
		typ: "AWS::StepFunctions::StateMachine", id: machine, name: "orders", arn: machine,
		configuration: object{
			"Arn": machine, "StateMachineName": "orders", "StateMachineType": "STANDARD", "RoleArn": g.iam("role/orders"), "TracingConfiguration": object{"Enabled": g.sound},
			"LoggingConfiguration": g.onlySound(object{"Level": either(g, "ALL", "OFF"), "IncludeExecutionData": false}, object{"Destinations": list{destination}}),
		},
	})
	group := "/states/orders"
	l := object{"LogGroupName": group, "Arn": g.arn("logs", "log-group:"+group+":*"), "RetentionInDays": either(g, 3653, 7), "LogGroupClass": "STANDARD"}
	g.add(resource{typ: "AWS::Logs::LogGroup", id: group, name: group, arn: g.arn("logs", "log-group:"+group), configuration: g.onlySound(l, object{"KmsKeyId": g.key()})})
}

func (g *gen) showFunction(name string, subnets list) {
	arn := g.arn("lambda", "function:"+name)
	groups := list{}
	if len(subnets) > 0 {
		groups = list{g.vpc.closed}
	}
	c := object{
		"functionName": name, "functionArn": arn, "description": either(g, "synthetic", ""), "runtime": either(g, "python3.12", "python2.7"), "role": g.iam("role/" + name), "handler": "main.handler", "codeSize": 52000, "codeSha256": g.hex(44),
		"timeout": 3, "memorySize": 128, "version": "$LATEST", "revisionId": g.uuid(), "packageType": "Zip", "architectures": list{"arm64"}, "state": object{"value": "Active"}, "lastUpdateStatus": "Successful",
		"lastModified": g.past(30), "ephemeralStorage": object{"size": 512}, "layers": list{}, "fileSystemConfigs": list{}, "loggingConfig": object{"logFormat": either(g, "JSON", "Text"), "logGroup": "/aws/lambda/" + name}, "tracingConfig": object{"mode": either(g, "Active", "PassThrough")},
		"vpcConfig": object{"subnetIds": subnets, "securityGroupIds": groups},
	}
	g.onlySound(c, object{"deadLetterConfig": object{"targetArn": g.arn("sqs", "failed")}, "kmskeyArn": g.key()})
	grant := object{"Sid": "call", "Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "lambda:InvokeFunction", "Resource": arn, "Condition": object{"ArnLike": object{"AWS:SourceArn": g.arn("events", "rule/nightly")}}}
	if !g.sound {
		grant = object{"Sid": "call", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": arn}
	}
	var inside []inventory.Relationship
	for _, s := range subnets {
		inside = append(inside, rel("Is contained in ", "AWS::EC2::Subnet", s.(string)))
	}
	g.add(resource{
		typ: "AWS::Lambda::Function", id: name, name: name, arn: arn, zone: "Not Applicable", configuration: c, relations: inside,
		supplementary: g.onlySound(object{"Policy": text(text(object{"Version": "2012-10-17", "Id": "default", "Statement": list{grant}}))}, object{"Concurrency": object{"reservedConcurrentExecutions": 600}}),
	})
}
