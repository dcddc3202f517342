package sample

import "fmt"

// delivery builds what brings applications to where they run: a build project, task definitions and a platform
// environment.
func (g *gen) delivery() {
	project := "build-" + g.hex(6)
	variables := list{object{"name": "STAGE", "value": "sample", "type": "PLAINTEXT"}}
	if g.often(2) {
		variables = append(variables, object{"name": "AWS_SECRET_ACCESS_KEY", "value": "synthetic", "type": pick(g, "PLAINTEXT", "SECRETS_MANAGER")})
	}
	url := "https://bitbucket.org/example/app.git"
	if g.often(2) {
		url = "https://deploy@bitbucket.org/example/app.git"
	}
	g.add(resource{
		typ: "AWS::CodeBuild::Project", id: g.arn("codebuild", "project/"+project), name: project, arn: g.arn("codebuild", "project/"+project),
		configuration: object{"name": project, "source": list{object{"type": "BITBUCKET", "location": url, "gitCloneDepth": 1}}, "secondarySources": list{}, "serviceRole": g.iam("role/app"), "encryptionKey": g.key(), "artifacts": list{object{"type": "NO_ARTIFACTS"}}, "timeoutInMinutes": 60, "environment": object{"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL", "privilegedMode": g.often(3), "environmentVariables": variables}, "logsConfig": object{"cloudWatchLogs": object{"status": "ENABLED"}, "s3Logs": object{"status": "DISABLED"}}},
	})
	for i, network := range []string{"awsvpc", "host"} {
		family := fmt.Sprintf("task-%s", g.hex(6))
		arn := g.arn("ecs", "task-definition/"+family+":1")
		container := object{"Name": "app", "Image": "example/app:1", "Essential": true, "Environment": list{}, "LogConfiguration": object{"LogDriver": "awslogs"}, "ReadonlyRootFilesystem": g.often(5)}
		if i == 0 || g.often(5) {
			container["User"] = "1000:1000"
		}
		g.add(resource{
			typ: "AWS::ECS::TaskDefinition", id: arn, name: family + ":1", arn: arn,
			configuration: object{"Family": family, "TaskDefinitionArn": arn, "Status": "ACTIVE", "NetworkMode": network, "Cpu": "256", "Memory": "512", "ContainerDefinitions": list{container}, "Volumes": list{}, "RequiresCompatibilities": list{"EC2"}},
		})
	}
	env := "e-" + g.hex(10)
	g.add(resource{
		typ: "AWS::ElasticBeanstalk::Environment", id: env, name: "shop", arn: g.arn("elasticbeanstalk", "environment/shop/"+env),
		configuration: object{"environmentId": env, "environmentName": "shop", "applicationName": "shop", "status": "Ready", "dateCreated": g.past(200), "dateUpdated": g.past(20), "optionSettings": object{
			"aws:elasticbeanstalk:managedactions":                object{"ManagedActionsEnabled": object{"value": pick(g, "true", "false")}},
			"aws:elasticbeanstalk:managedactions:platformupdate": object{"UpdateLevel": object{"value": "minor"}},
		}},
	})
}
