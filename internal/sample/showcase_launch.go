package sample

// showLaunch builds what instances are started from: templates, configurations, groups, fleets and reservations.
func (g *gen) showLaunch() {
	id, name := "lt-"+g.hex(17), "web"
	g.add(resource{
		typ: "AWS::EC2::LaunchTemplate", id: id, name: name, arn: g.arn("ec2", "launch-template/"+id),
		configuration: object{"Id": id, "LaunchTemplateName": name, "DefaultVersionNumber": "1", "LatestVersionNumber": "1", "LaunchTemplateData": object{
			"ImageId": "ami-" + g.hex(17), "InstanceType": "m5.large", "EbsOptimized": true, "Monitoring": object{"Enabled": true},
			"MetadataOptions":     object{"HttpEndpoint": "enabled", "HttpTokens": either(g, "required", "optional"), "HttpPutResponseHopLimit": 1},
			"BlockDeviceMappings": list{object{"DeviceName": "/dev/xvda", "Ebs": object{"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": g.sound, "DeleteOnTermination": true}}},
			"NetworkInterfaces":   list{object{"DeviceIndex": 0, "AssociatePublicIpAddress": !g.sound, "Groups": list{g.vpc.closed}, "SubnetId": g.vpc.subnet, "DeleteOnTermination": true}},
		}},
	})
	config := g.showLaunchConfiguration()
	arn := g.arn("autoscaling", "autoScalingGroup:"+g.hex(8)+":autoScalingGroupName/web")
	zones := either(g, list{g.region + "a", g.region + "b"}, list{g.region + "a"})
	mixed := func(types ...string) object {
		overrides := list{}
		for _, t := range types {
			overrides = append(overrides, object{"instanceType": t})
		}
		return object{
			"launchTemplate":        object{"launchTemplateSpecification": object{"launchTemplateId": id, "launchTemplateName": name, "version": "$Default"}, "overrides": overrides},
			"instancesDistribution": object{"onDemandAllocationStrategy": "prioritized", "onDemandBaseCapacity": 1, "onDemandPercentageAboveBaseCapacity": 50, "spotAllocationStrategy": "price-capacity-optimized"},
		}
	}
	c := object{
		"autoScalingGroupName": "web", "autoScalingGroupARN": arn, "minSize": 1, "maxSize": 4, "desiredCapacity": 2, "defaultCooldown": 300, "availabilityZones": zones,
		"healthCheckType": either(g, "ELB", "EC2"), "healthCheckGracePeriod": 300, "capacityRebalance": g.sound, "vpczoneIdentifier": g.vpc.subnet, "newInstancesProtectedFromScaleIn": false,
		"loadBalancerNames": list{}, "targetGroupARNs": list{g.arn("elasticloadbalancing", "targetgroup/web/"+g.hex(16))}, "instances": list{}, "suspendedProcesses": list{}, "enabledMetrics": list{},
		"terminationPolicies": list{"Default"}, "serviceLinkedRoleARN": g.iam("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"), "createdTime": g.past(90),
	}
	g.onlySound(c, object{"mixedInstancesPolicy": mixed("m5.large", "m6i.large")})
	g.onlyFaulty(c, object{"launchConfigurationName": config})
	g.add(resource{typ: "AWS::AutoScaling::AutoScalingGroup", id: arn, name: "web", arn: arn, zone: "Multiple Availability Zones", configuration: c})
	if !g.sound {
		spot := g.arn("autoscaling", "autoScalingGroup:"+g.hex(8)+":autoScalingGroupName/spot")
		one := clone(c).(object)
		delete(one, "launchConfigurationName")
		g.merge(true, one, object{"autoScalingGroupName": "spot", "autoScalingGroupARN": spot, "mixedInstancesPolicy": mixed("m5.large")})
		g.add(resource{typ: "AWS::AutoScaling::AutoScalingGroup", id: spot, name: "spot", arn: spot, zone: "Multiple Availability Zones", configuration: one})
	}
	g.showFleets(id)
}

// showLaunchConfiguration builds a launch configuration and returns its name.
func (g *gen) showLaunchConfiguration() string {
	arn := g.arn("autoscaling", "launchConfiguration:"+g.hex(8)+":launchConfigurationName/web-old")
	g.add(resource{
		typ: "AWS::AutoScaling::LaunchConfiguration", id: arn, name: "web-old", arn: arn,
		configuration: object{
			"launchConfigurationName": "web-old", "launchConfigurationARN": arn, "imageId": "ami-" + g.hex(17), "instanceType": "m5.large", "associatePublicIpAddress": !g.sound, "ebsOptimized": true,
			"securityGroups": list{g.vpc.closed}, "instanceMonitoring": object{"enabled": true}, "keyName": "", "kernelId": "", "ramdiskId": "", "userData": "", "classicLinkVPCSecurityGroups": list{},
			"metadataOptions":     object{"httpEndpoint": "enabled", "httpTokens": either(g, "required", "optional"), "httpPutResponseHopLimit": either(g, 1, 3)},
			"blockDeviceMappings": list{object{"deviceName": "/dev/xvda", "ebs": object{"volumeSize": 20, "volumeType": "gp3", "encrypted": g.sound, "deleteOnTermination": true}}}, "createdTime": g.past(400),
		},
	})
	return "web-old"
}

// showFleets builds a fleet, a Spot Fleet request and a reservation of capacity.
func (g *gen) showFleets(template string) {
	fleet, request, reservation := "fleet-"+g.hex(8), "sfr-"+g.hex(8), "cr-"+g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::EC2Fleet", id: fleet, arn: g.arn("ec2", "fleet/"+fleet),
		configuration: object{
			"FleetId": fleet, "Type": "maintain", "ExcessCapacityTerminationPolicy": "termination", "ReplaceUnhealthyInstances": false, "TerminateInstancesWithExpiration": false,
			"LaunchTemplateConfigs":       list{object{"LaunchTemplateSpecification": object{"LaunchTemplateId": template, "Version": "1"}, "Overrides": list{}}},
			"TargetCapacitySpecification": object{"TotalTargetCapacity": 1, "OnDemandTargetCapacity": 0, "SpotTargetCapacity": 1, "DefaultTargetCapacityType": "spot"},
			"SpotOptions":                 object{"AllocationStrategy": "price-capacity-optimized", "InstanceInterruptionBehavior": "terminate"},
		},
	})
	g.add(resource{
		typ: "AWS::EC2::SpotFleet", id: request, arn: g.arn("ec2", "spot-fleet-request/"+request),
		configuration: object{"Id": request, "SpotFleetRequestConfigData": object{
			"AllocationStrategy": "priceCapacityOptimized", "IamFleetRole": g.iam("role/spot-fleet"), "TargetCapacity": 1, "Type": "maintain", "LaunchTemplateConfigs": list{},
			"LaunchSpecifications": list{object{
				"ImageId": "ami-" + g.hex(17), "InstanceType": "m5.large", "SubnetId": g.vpc.subnet, "EbsOptimized": true,
				"BlockDeviceMappings": list{object{"DeviceName": "/dev/xvda", "Ebs": object{"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": g.sound, "DeleteOnTermination": true}}},
			}},
		}},
	})
	g.add(resource{
		typ: "AWS::EC2::CapacityReservation", id: reservation, arn: g.arn("ec2", "capacity-reservation/"+reservation),
		configuration: object{"Id": reservation, "AvailabilityZone": g.region + "a", "InstanceType": "m5.large", "InstancePlatform": "Linux/UNIX", "InstanceCount": 1, "TotalInstanceCount": 1, "AvailableInstanceCount": 0, "Tenancy": "default", "EbsOptimized": true, "EphemeralStorage": false, "EndDateType": "unlimited", "InstanceMatchCriteria": "open"},
		supplementary: object{"Arn": g.arn("ec2", "capacity-reservation/"+reservation)},
	})
}
