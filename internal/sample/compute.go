package sample

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/inventory"
)

// compute builds instances with their management state, functions, containers and scaling groups.
func (g *gen) compute() {
	for range 3 {
		g.instance()
	}
	g.function("api", true)
	g.function("batch", g.often(5))
	name := "lc-" + g.hex(6)
	g.add(resource{
		typ: "AWS::AutoScaling::LaunchConfiguration", id: g.arn("autoscaling", "launchConfiguration:"+g.hex(8)+":launchConfigurationName/"+name), name: name,
		configuration: object{"launchConfigurationName": name, "imageId": "ami-" + g.hex(17), "instanceType": "t3.small", "associatePublicIpAddress": g.often(3), "securityGroups": list{g.vpc.closed}, "metadataOptions": object{"httpTokens": pick(g, "required", "optional"), "httpEndpoint": "enabled", "httpPutResponseHopLimit": 1}, "blockDeviceMappings": list{}, "instanceMonitoring": object{"enabled": true}, "createdTime": g.past(90)},
	})
	asg := "asg-" + g.hex(6)
	asgARN := g.arn("autoscaling", "autoScalingGroup:"+g.hex(8)+":autoScalingGroupName/"+asg)
	g.add(resource{
		typ: "AWS::AutoScaling::AutoScalingGroup", id: asgARN, name: asg, arn: asgARN, zone: "Multiple Availability Zones",
		configuration: object{"autoScalingGroupName": asg, "autoScalingGroupARN": asgARN, "launchConfigurationName": name, "minSize": 1, "maxSize": 3, "desiredCapacity": 2, "healthCheckType": pick(g, "ELB", "EC2"), "healthCheckGracePeriod": 300, "availabilityZones": list{g.region + "a", g.region + "b"}, "loadBalancerNames": list{}, "targetGroupARNs": list{g.arn("elasticloadbalancing", "targetgroup/web/"+g.hex(16))}, "instances": list{}, "createdTime": g.past(90)},
	})
	g.containers()
	g.delivery()
}

// instance builds an instance and returns its private DNS name.
func (g *gen) instance() string {
	id, eni, host := "i-"+g.hex(17), "eni-"+g.hex(17), 4+g.IntN(250)
	dns := fmt.Sprintf("ip-10-0-1-%d.%s.compute.internal", host, g.region)
	c := object{
		"instanceId": id, "imageId": "ami-" + g.hex(17), "instanceType": pick(g, "t3.small", "m6i.large", "c7g.large", "m3.xlarge"), "state": object{"name": "running", "code": 16}, "subnetId": g.vpc.subnet, "vpcId": g.vpc.vpc, "privateIpAddress": fmt.Sprintf("10.0.1.%d", host), "privateDnsName": dns, "monitoring": object{"state": pick(g, "enabled", "disabled")}, "ebsOptimized": g.often(8), "launchTime": g.past(40),
		"metadataOptions": object{"httpTokens": pick(g, "required", "required", "optional"), "httpEndpoint": "enabled", "state": "applied", "httpPutResponseHopLimit": 2}, "securityGroups": list{object{"groupId": g.vpc.closed, "groupName": "app"}}, "networkInterfaces": list{object{"networkInterfaceId": eni, "status": "in-use"}}, "blockDeviceMappings": list{}, "rootDeviceType": "ebs", "virtualizationType": "hvm", "placement": object{"availabilityZone": g.region + "a", "tenancy": "default"},
	}
	if g.often(3) {
		c["publicIpAddress"] = fmt.Sprintf("203.0.113.%d", g.IntN(255))
		c["networkInterfaces"] = list{object{"networkInterfaceId": eni, "status": "in-use", "association": object{"publicIp": c["publicIpAddress"]}}}
	}
	if g.often(8) {
		c["iamInstanceProfile"] = object{"arn": "arn:aws:iam::" + g.account + ":instance-profile/app", "id": "AIPA" + g.upper(17)}
	}
	g.add(resource{
		typ: "AWS::EC2::Instance", id: id, arn: g.arn("ec2", "instance/"+id), zone: g.region + "a", configuration: c, noTags: g.often(2),
		relations: []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc), rel("Is contained in Subnet", "AWS::EC2::Subnet", g.vpc.subnet), rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)},
	})
	if g.often(7) {
		g.managed(id)
	}
	return dns
}

// managed builds what Systems Manager records about an instance under its management.
func (g *gen) managed(instance string) {
	rels := []inventory.Relationship{rel("Is associated with ", "AWS::EC2::Instance", instance)}
	g.add(resource{
		typ: "AWS::SSM::ManagedInstanceInventory", id: instance, zone: "Not Applicable", noTags: true, relations: rels,
		configuration: object{"AWS:InstanceInformation": object{"SchemaVersion": "1.0", "Content": object{instance: object{"InstanceId": instance, "InstanceStatus": "Active", "PlatformType": "Linux", "PlatformName": "Amazon Linux", "AgentVersion": "3.3.1"}}}},
	})
	g.compliance("AWS::SSM::AssociationCompliance", "Association", instance, rels)
	g.compliance("AWS::SSM::PatchCompliance", "Patch", instance, rels)
}

func (g *gen) compliance(typ, content, instance string, rels []inventory.Relationship) {
	status := pick(g, "COMPLIANT", "COMPLIANT", "NON_COMPLIANT")
	g.add(resource{
		typ: typ, id: typ + "/" + instance, zone: "Not Applicable", noTags: true, relations: rels,
		configuration: object{"AWS:ComplianceSummary": object{"SchemaVersion": "1.0", "Content": object{content: object{"ComplianceType": content, "Status": status, "OverallSeverity": "UNSPECIFIED", "ExecutionType": "Command"}}}},
	})
}

func (g *gen) function(purpose string, inside bool) {
	name := purpose + "-" + g.hex(6)
	arn := g.arn("lambda", "function:"+name)
	c := object{"functionName": name, "functionArn": arn, "runtime": pick(g, "nodejs22.x", "python3.13", "python3.8"), "role": "arn:aws:iam::" + g.account + ":role/app", "handler": "main.handler", "codeSize": 1000 + g.IntN(90000), "timeout": 30, "memorySize": 256, "version": "$LATEST", "packageType": "Zip", "architectures": list{"arm64"}, "state": object{"value": "Active"}, "tracingConfig": object{"mode": pick(g, "Active", "PassThrough")}, "lastModified": g.past(30), "loggingConfig": object{"logFormat": map[bool]string{true: "JSON", false: "Text"}[inside], "logGroup": "/aws/lambda/" + name}, "vpcConfig": object{"subnetIds": list{}, "securityGroupIds": list{}}}
	var rels []inventory.Relationship
	if inside {
		c["vpcConfig"] = object{"subnetIds": list{g.vpc.subnet}, "securityGroupIds": list{g.vpc.closed}}
		rels = []inventory.Relationship{rel("Is contained in ", "AWS::EC2::Subnet", g.vpc.subnet)}
	}
	principal := any(object{"Service": "events.amazonaws.com"})
	condition := object{"StringEquals": object{"AWS:SourceAccount": g.account}}
	if g.often(1) {
		principal, condition = "*", object{}
	}
	policy := text(object{"Version": "2012-10-17", "Id": "default", "Statement": list{object{"Sid": "invoke", "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": arn, "Condition": condition}}})
	g.add(resource{
		typ: "AWS::Lambda::Function", id: name, name: name, arn: arn, configuration: c, relations: rels,
		supplementary: object{"Policy": text(policy), "Concurrency": object{"reservedConcurrentExecutions": 10}},
	})
}

func (g *gen) containers() {
	repo := "app-" + g.hex(6)
	g.add(resource{
		typ: "AWS::ECR::Repository", id: repo, name: repo, arn: g.arn("ecr", "repository/"+repo),
		configuration: object{"RepositoryName": repo, "Arn": g.arn("ecr", "repository/"+repo), "ImageTagMutability": pick(g, "IMMUTABLE", "MUTABLE"), "ImageScanningConfiguration": object{"ScanOnPush": g.often(6)}, "EncryptionConfiguration": object{"EncryptionType": "AES256"}},
	})
	cluster := "apps-" + g.hex(6)
	g.add(resource{
		typ: "AWS::ECS::Cluster", id: g.arn("ecs", "cluster/"+cluster), name: cluster, arn: g.arn("ecs", "cluster/"+cluster),
		configuration: object{"ClusterName": cluster, "Arn": g.arn("ecs", "cluster/"+cluster), "ClusterSettings": list{object{"Name": "containerInsights", "Value": pick(g, "enabled", "disabled")}}},
	})
	g.add(resource{
		typ: "AWS::EKS::Cluster", id: cluster, name: cluster, arn: g.arn("eks", "cluster/"+cluster),
		configuration: object{"Name": cluster, "Arn": g.arn("eks", "cluster/"+cluster), "Version": "1.33", "ResourcesVpcConfig": object{"EndpointPublicAccess": g.often(5), "EndpointPrivateAccess": true, "SubnetIds": list{g.vpc.subnet}}, "Logging": object{"ClusterLogging": object{"EnabledTypes": list{}}}},
	})
}
