package sample

// showDelivery builds what brings applications to where they run.
func (g *gen) showDelivery() {
	g.showTrail()
	g.showStack()
	g.showProject()
	g.showDeployments()
	g.showPipeline()
	g.showEnvironment()
}

// showTrail builds a trail of the whole account, or one that leaves out most of it.
func (g *gen) showTrail() {
	name := either(g, "everything", "legacy")
	arn := g.arn("cloudtrail", "trail/"+name)
	c := object{
		"name": name, "trailARN": arn, "homeRegion": g.region, "isMultiRegionTrail": g.sound, "isOrganizationTrail": false, "includeGlobalServiceEvents": g.sound, "logFileValidationEnabled": g.sound,
		"s3BucketName": g.bucketName(archive), "hasCustomEventSelectors": true, "hasInsightSelectors": false,
	}
	g.onlySound(c, object{"kmsKeyId": g.key(), "cloudWatchLogsLogGroupArn": g.arn("logs", "log-group:trail:*"), "cloudWatchLogsRoleArn": g.iam("role/trail"), "snsTopicName": "trail", "snsTopicARN": g.arn("sns", "trail")})
	data := list{object{"type": "AWS::S3::Object", "values": list{"arn:aws:s3"}}}
	status := object{"isLogging": true, "latestDeliveryTime": g.past(0)}
	g.onlySound(status, object{"latestCloudWatchLogsDeliveryTime": g.past(0)})
	g.add(resource{
		typ: "AWS::CloudTrail::Trail", id: arn, name: name, arn: arn, configuration: c,
		supplementary: object{
			"EventSelectors": object{"eventSelectors": list{object{"readWriteType": either(g, "All", "WriteOnly"), "includeManagementEvents": true, "dataResources": either(g, data, list{}), "excludeManagementEventSources": list{}}}},
			"TrailStatus":    status,
		},
	})
}

func (g *gen) showStack() {
	arn := g.arn("cloudformation", "stack/shop/"+g.hex(8)+"-0000-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::CloudFormation::Stack", id: arn, name: "shop", arn: arn,
		configuration: object{
			"stackId": arn, "stackName": "shop", "description": "", "stackStatus": "UPDATE_COMPLETE", "creationTime": g.past(100), "lastUpdatedTime": g.past(5), "notificationARNs": either(g, list{g.arn("sns", "alerts")}, list{}), "parameters": list{}, "outputs": list{},
			"capabilities": list{}, "disableRollback": false, "enableTerminationProtection": g.sound, "roleARN": g.iam("role/stacks"), "driftInformation": object{"stackDriftStatus": either(g, "IN_SYNC", "DRIFTED")},
		},
	})
}

// showProject builds a build project, which in the faulty account has its keys in plain sight.
func (g *gen) showProject() {
	name := "shop"
	arn := g.arn("codebuild", "project/"+name)
	variables := list{object{"name": "STAGE", "value": "prod", "type": "PLAINTEXT"}}
	if !g.sound {
		variables = append(variables, object{"name": "AWS_SECRET_ACCESS_KEY", "value": "synthetic", "type": "PLAINTEXT"})
	}
	artifacts := object{"type": "S3", "location": g.bucketName(archive), "path": "", "namespaceType": "NONE", "name": name, "packaging": "ZIP", "encryptionDisabled": !g.sound, "overrideArtifactName": false}
	g.add(resource{
		typ: "AWS::CodeBuild::Project", id: arn, name: name, arn: arn,
		configuration: object{
			"name": name, "description": "", "serviceRole": g.iam("role/build"), "encryptionKey": g.key(), "timeoutInMinutes": 60, "queuedtimeoutInMinutes": 480, "artifacts": list{artifacts}, "secondaryArtifacts": list{}, "secondarySources": list{}, "cache": object{"type": "NO_CACHE"},
			"source": list{object{"type": "BITBUCKET", "gitCloneDepth": 1, "reportBuildStatus": false, "location": either(g, "https://bitbucket.org/example/shop.git", "https://deploy:synthetic@bitbucket.org/example/shop.git")}},
			"environment": object{
				"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL", "imagePullCredentialsType": "CODEBUILD", "privilegedMode": !g.sound, "environmentVariables": variables,
			},
			"logsConfig": object{
				"cloudWatchLogs": object{"status": either(g, "ENABLED", "DISABLED")},
				"s3Logs":         object{"status": "ENABLED", "location": g.bucketName(archive) + "/builds", "encryptionDisabled": !g.sound},
			},
		},
	})
	if !g.sound {
		quiet := g.arn("codebuild", "project/quiet")
		g.add(resource{
			typ: "AWS::CodeBuild::Project", id: quiet, name: "quiet", arn: quiet,
			configuration: object{
				"name": "quiet", "serviceRole": g.iam("role/build"), "artifacts": list{object{"type": "NO_ARTIFACTS"}}, "source": list{object{"type": "NO_SOURCE"}}, "timeoutInMinutes": 60,
				"environment": object{"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL", "privilegedMode": false, "environmentVariables": list{}},
				"logsConfig":  object{"cloudWatchLogs": object{"status": "DISABLED"}, "s3Logs": object{"status": "DISABLED", "encryptionDisabled": false}},
			},
		})
	}
}

// showDeployments builds deployment groups of servers and of functions, and the configuration of the former.
func (g *gen) showDeployments() {
	config := either(g, "most", "none")
	g.add(resource{
		typ: "AWS::CodeDeploy::DeploymentConfig", id: config, name: config, arn: g.arn("codedeploy", "deploymentconfig:"+config),
		configuration: object{"deploymentConfigId": g.hex(8) + "-0000-4000-8000-" + g.hex(12), "deploymentConfigName": config, "computePlatform": "Server", "createTime": g.past(300), "minimumHealthyHosts": object{"type": "FLEET_PERCENT", "value": either(g, 75, 0)}},
	})
	g.deploymentGroup("servers", "Server", config)
	g.deploymentGroup("functions", "Lambda", either(g, "CodeDeployDefault.LambdaCanary10Percent5Minutes", "CodeDeployDefault.LambdaAllAtOnce"))
}

func (g *gen) deploymentGroup(name, platform, config string) {
	arn := g.arn("codedeploy", "deploymentgroup:shop/"+name)
	g.add(resource{
		typ: "AWS::CodeDeploy::DeploymentGroup", id: arn, name: name, arn: arn,
		configuration: object{
			"applicationName": "shop", "deploymentGroupId": name + "-0000-4000-8000", "deploymentGroupName": name, "deploymentConfigName": config, "computePlatform": platform, "serviceRoleArn": g.iam("role/deploy"), "outdatedInstancesStrategy": "UPDATE",
			"autoRollbackConfiguration": object{"enabled": g.sound, "events": either(g, list{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"}, list{})},
			"alarmConfiguration":        object{"enabled": g.sound, "ignorePollAlarmFailure": false, "alarms": either(g, list{object{"name": "cpu-web"}}, list{})},
			"deploymentStyle":           object{"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}, "autoScalingGroups": list{}, "ec2TagFilters": list{}, "ecsServices": list{}, "triggerConfigurations": list{},
		},
	})
}

// showPipeline builds a pipeline that reaches one region first, or many at once.
func (g *gen) showPipeline() {
	arn := g.arn("codepipeline", "shop")
	action := func(name, category, provider, region string) object {
		return object{"name": name, "region": region, "runOrder": 1, "inputArtifacts": list{}, "outputArtifacts": list{object{"name": "source"}}, "actionTypeId": object{"category": category, "owner": "AWS", "provider": provider, "version": "1"}}
	}
	stages := list{object{"name": "Source", "actions": list{action("Source", "Source", "CodeCommit", g.region)}}}
	regions := []string{"us-east-1", "us-west-2", "eu-west-1", "eu-central-1"}
	if g.sound {
		stages = append(stages, object{"name": "First", "actions": list{action("First", "Deploy", "CodeDeploy", regions[0])}})
		regions = regions[1:]
	}
	deploy := list{}
	for _, region := range regions {
		deploy = append(deploy, action("Deploy-"+region, "Deploy", "CodeDeploy", region))
	}
	stages = append(stages, object{"name": "Deploy", "actions": deploy})
	g.add(resource{
		typ: "AWS::CodePipeline::Pipeline", id: "shop", name: "shop", arn: arn,
		configuration: object{
			"pipeline": object{"name": "shop", "roleArn": g.iam("role/pipeline"), "version": 1, "stages": stages, "artifactStore": object{"type": "S3", "location": g.bucketName(archive)}},
			"metadata": object{"pipelineArn": arn, "created": g.past(100)},
		},
	})
}

// showEnvironment builds a platform environment.
func (g *gen) showEnvironment() {
	id := "e-" + g.hex(10)
	arn := g.arn("elasticbeanstalk", "environment/shop/shop")
	option := func(name, value string) object { return object{name: object{"value": value}} }
	g.add(resource{
		typ: "AWS::ElasticBeanstalk::Environment", id: id, name: "shop", arn: arn,
		configuration: object{
			"environmentId": id, "environmentName": "shop", "environmentArn": arn, "applicationName": "shop", "status": "Ready", "dateCreated": g.past(200), "dateUpdated": g.past(20), "endpointURL": "shop-1.elb.amazonaws.com", "cNAME": "shop.elasticbeanstalk.com",
			"solutionStackName": "64bit Amazon Linux 2023 v4.7.0 running Python 3.13", "tier": object{"name": "WebServer", "type": "Standard", "version": "1.0"}, "environmentLinks": list{},
			"optionSettings": object{
				"aws:elasticbeanstalk:managedactions":                option("ManagedActionsEnabled", either(g, "true", "false")),
				"aws:elasticbeanstalk:healthreporting:system":        option("SystemType", either(g, "enhanced", "basic")),
				"aws:elasticbeanstalk:cloudwatch:logs":               object{"StreamLogs": object{"value": either(g, "true", "false")}, "RetentionInDays": object{"value": "7"}, "DeleteOnTerminate": object{"value": "false"}},
				"aws:elasticbeanstalk:managedactions:platformupdate": option("UpdateLevel", "minor"),
			},
		},
	})
}
