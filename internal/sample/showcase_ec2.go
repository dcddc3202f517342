package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showServers builds a running instance, one that stands still and, in the faulty account, one outside of any VPC as
// there were before 2022.
func (g *gen) showServers() {
	g.showServer("web", object{"state": object{"name": "running", "code": "16"}, "stateTransitionReason": ""})
	if g.sound {
		return
	}
	g.showServer("idle", object{"state": object{"name": "stopped", "code": "80"}, "stateTransitionReason": "User initiated (2026-07-01 10:00:00 GMT)"})
	g.showServer("classic", object{"state": object{"name": "running", "code": "16"}, "stateTransitionReason": "", "virtualizationType": "paravirtual", "instanceType": "m3.xlarge", "vpcId": nil, "subnetId": nil, "networkInterfaces": list{}})
}

// showServer builds an instance with the given differences, a volume and what Systems Manager and AWS Backup know of it.
func (g *gen) showServer(name string, differs object) {
	id, volume := "i-"+g.hex(17), "vol-"+g.hex(17)
	interfaces := list{g.showAttached("10.0.1.30", 0)}
	if !g.sound {
		interfaces = append(interfaces, g.showAttached("10.0.1.31", 1))
	}
	c := object{
		"instanceId": id, "imageId": "ami-" + g.hex(17), "instanceType": either(g, "m5.large", "c3.xlarge"), "architecture": "x86_64", "hypervisor": "xen", "virtualizationType": "hvm",
		"amiLaunchIndex": 0, "launchTime": g.past(40), "rootDeviceName": "/dev/xvda", "rootDeviceType": "ebs", "platformDetails": "Linux/UNIX", "usageOperation": "RunInstances",
		"vpcId": g.vpc.vpc, "subnetId": g.vpc.subnet, "privateIpAddress": "10.0.1.30", "privateDnsName": "ip-10-0-1-30.ec2.internal", "publicDnsName": "", "sourceDestCheck": g.sound, "enaSupport": true,
		"ebsOptimized": g.sound, "monitoring": object{"state": either(g, "enabled", "disabled")}, "placement": object{"availabilityZone": g.region + "a", "groupName": "", "tenancy": either(g, "default", "host")},
		"metadataOptions": object{"state": "applied", "httpEndpoint": "enabled", "httpTokens": either(g, "required", "optional"), "httpPutResponseHopLimit": either(g, 1, 2)},
		"securityGroups":  list{object{"groupId": g.vpc.closed, "groupName": "app"}}, "networkInterfaces": interfaces, "productCodes": list{},
		"blockDeviceMappings": list{object{"deviceName": "/dev/xvda", "ebs": object{"volumeId": volume, "status": "attached", "deleteOnTermination": g.sound, "attachTime": g.past(40)}}},
		"cpuOptions":          object{"coreCount": 1, "threadsPerCore": 2}, "enclaveOptions": object{"enabled": false}, "hibernationOptions": object{"configured": false}, "maintenanceOptions": object{"autoRecovery": "default"},
	}
	g.onlySound(c, object{"iamInstanceProfile": object{"arn": g.iam("instance-profile/app"), "id": "AIPA" + g.upper(17)}})
	g.onlyFaulty(c, object{"keyName": "admin", "publicIpAddress": "203.0.113.30", "publicDnsName": "ec2-203-0-113-30.compute-1.amazonaws.com"})
	g.merge(true, c, differs)
	arn := g.arn("ec2", "instance/"+id)
	g.add(resource{
		typ: "AWS::EC2::Instance", id: id, arn: arn, zone: g.region + "a", configuration: c,
		supplementary: object{
			"ImageMetadata": object{"imageAllowed": g.sound},
			"ImageTags":     list{object{"Key": "Environment", "Value": either(g, "production", "sandbox")}},
		},
		relations: []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc), rel("Is attached to Volume", "AWS::EC2::Volume", volume), rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)},
	})
	g.backedUp("EC2", arn)
	g.showVolume(volume, id)
	g.showInstanceAlarm(name, id)
	if g.sound || name == "idle" {
		g.add(resource{
			typ: "AWS::SSM::ManagedInstanceInventory", id: id, zone: "Not Applicable", relations: []inventory.Relationship{rel("Is associated with ", "AWS::EC2::Instance", id)},
			configuration: object{"AWS:InstanceInformation": object{"SchemaVersion": "1.0", "Content": object{id: object{"InstanceId": id, "InstanceStatus": "Active", "PlatformType": "Linux", "PlatformName": "Amazon Linux", "AgentVersion": "3.3.1"}}}},
		})
	}
}

// showAttached is a network interface as an instance shows it.
func (g *gen) showAttached(address string, index int) object {
	o := object{
		"networkInterfaceId": "eni-" + g.hex(17), "status": "in-use", "interfaceType": "interface", "vpcId": g.vpc.vpc, "subnetId": g.vpc.subnet, "ownerId": g.account, "description": "",
		"macAddress": "0a:00:00:00:00:02", "privateIpAddress": address, "sourceDestCheck": g.sound, "groups": list{object{"groupId": g.vpc.closed, "groupName": "app"}}, "ipv6Addresses": list{},
		"attachment":         object{"attachmentId": "eni-attach-" + g.hex(17), "deviceIndex": index, "networkCardIndex": 0, "status": "attached", "deleteOnTermination": true, "attachTime": g.past(40)},
		"privateIpAddresses": list{object{"primary": true, "privateIpAddress": address}},
	}
	if !g.sound && index == 0 {
		o["association"] = object{"publicIp": "203.0.113.30", "ipOwnerId": "amazon", "publicDnsName": "ec2-203-0-113-30.compute-1.amazonaws.com"}
	}
	return o
}

// showVolume builds the volume of an instance.
func (g *gen) showVolume(id, instance string) {
	arn := g.arn("ec2", "volume/"+id)
	c := object{
		"volumeId": id, "size": 8, "state": "in-use", "volumeType": "gp3", "iops": 3000, "throughput": 125, "availabilityZone": g.region + "a", "createTime": g.past(40),
		"encrypted": g.sound, "multiAttachEnabled": false, "snapshotId": "snap-" + g.hex(17),
		"attachments": list{object{"volumeId": id, "instanceId": instance, "state": "attached", "device": "/dev/xvda", "deleteOnTermination": g.sound, "attachTime": g.past(40)}},
	}
	g.onlySound(c, object{"kmsKeyId": g.key()})
	g.add(resource{
		typ: "AWS::EC2::Volume", id: id, arn: arn, zone: g.region + "a", configuration: c,
		relations: []inventory.Relationship{rel("Is attached to Instance", "AWS::EC2::Instance", instance)},
	})
	g.backedUp("EBS", arn)
}

// showInstanceAlarm builds an alarm on an instance's processor, or one on all instances together that does nothing.
func (g *gen) showInstanceAlarm(name, instance string) {
	alarm := "cpu-" + name
	arn := g.arn("cloudwatch", "alarm:"+alarm)
	topic := list{g.arn("sns", "alerts")}
	g.add(resource{
		typ: "AWS::CloudWatch::Alarm", id: arn, name: alarm, arn: arn,
		configuration: object{
			"alarmName": alarm, "alarmArn": arn, "alarmDescription": "", "namespace": "AWS/EC2", "metricName": "CPUUtilization", "statistic": "Average", "period": either(g, 300, 60), "evaluationPeriods": 3, "datapointsToAlarm": 3,
			"threshold": 90, "comparisonOperator": "GreaterThanThreshold", "treatMissingData": "missing", "actionsEnabled": g.sound, "alarmConfigurationUpdatedTimestamp": g.past(50),
			"alarmActions": either(g, topic, list{}), "insufficientDataActions": either(g, topic, list{}), "okactions": either(g, topic, list{}),
			"dimensions": either(g, list{object{"name": "InstanceId", "value": instance}}, list{}),
		},
	})
}
