package sample

// showContainers builds repositories, clusters, task definitions and a service.
func (g *gen) showContainers() {
	name := "shop"
	arn := g.arn("ecr", "repository/"+name)
	key := g.showOwnKey()
	repo := object{
		"RepositoryName": name, "Arn": arn, "ImageTagMutability": either(g, "IMMUTABLE", "MUTABLE"), "ImageScanningConfiguration": object{"ScanOnPush": g.sound},
		"EncryptionConfiguration": either(g, object{"EncryptionType": "KMS", "KmsKey": key}, object{"EncryptionType": "AES256"}),
	}
	g.onlySound(repo, object{"LifecyclePolicy": object{"RegistryId": g.account, "LifecyclePolicyText": text(object{"rules": list{object{"rulePriority": 1, "selection": object{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}, "action": object{"type": "expire"}}}})}})
	g.add(resource{
		typ: "AWS::ECR::Repository", id: name, name: name, arn: arn, configuration: repo,
		supplementary: object{"ScanningConfiguration": object{"scanFrequency": either(g, "SCAN_ON_PUSH", "MANUAL"), "scanOnPush": g.sound, "appliedScanFilters": list{}}},
	})
	cluster := g.arn("ecs", "cluster/shop")
	g.add(resource{
		typ: "AWS::ECS::Cluster", id: cluster, name: "shop", arn: cluster,
		configuration: object{"ClusterName": "shop", "Arn": cluster, "CapacityProviders": list{"FARGATE"}, "DefaultCapacityProviderStrategy": list{}, "ClusterSettings": list{object{"Name": "containerInsights", "Value": either(g, "enabled", "disabled")}}},
	})
	task := g.showTask()
	service := g.arn("ecs", "service/shop/web")
	g.add(resource{
		typ: "AWS::ECS::Service", id: service, name: "web", arn: service,
		configuration: object{
			"ServiceArn": service, "ServiceName": "web", "Name": "web", "Cluster": cluster, "TaskDefinition": task, "LaunchType": "FARGATE", "PlatformVersion": either(g, "LATEST", "1.3.0"), "DesiredCount": 2, "SchedulingStrategy": "REPLICA", "EnableExecuteCommand": false, "EnableECSManagedTags": true, "PropagateTags": "SERVICE",
			"DeploymentConfiguration": object{"MaximumPercent": 200, "MinimumHealthyPercent": 100, "DeploymentCircuitBreaker": object{"Enable": true, "Rollback": true}}, "DeploymentController": object{"Type": "ECS"}, "LoadBalancers": list{}, "ServiceRegistries": list{}, "PlacementConstraints": list{}, "PlacementStrategies": list{},
			"NetworkConfiguration": object{"AwsvpcConfiguration": object{"AssignPublicIp": either(g, "DISABLED", "ENABLED"), "SecurityGroups": list{g.vpc.closed}, "Subnets": list{g.vpc.subnet}}},
		},
	})
	g.showKubernetes(key)
}

// showOwnKey builds a key that the account manages itself and returns its ARN.
func (g *gen) showOwnKey() string {
	arn := g.key()
	id := arn[len(arn)-36:]
	g.add(resource{
		typ: "AWS::KMS::Key", id: id, name: id, arn: arn,
		configuration: object{"arn": arn, "keyId": id, "awsaccountId": g.account, "enabled": true, "keyState": "Enabled", "keyManager": "CUSTOMER", "keyUsage": "ENCRYPT_DECRYPT", "keySpec": "SYMMETRIC_DEFAULT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS", "multiRegion": false, "creationDate": g.past(300), "description": "images"},
		supplementary: object{"KeyRotationStatus": g.sound, "Policy": text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"AWS": g.iam("root")}, "Action": "kms:*", "Resource": "*"}}})},
	})
	return arn
}

// showTask builds a task definition and returns its ARN; in the faulty account it shares network, processes and rights
// of its host.
func (g *gen) showTask() string {
	arn := g.arn("ecs", "task-definition/web:1")
	container := object{
		"Name": "app", "Image": g.account + ".dkr.ecr." + g.region + ".amazonaws.com/shop:1", "Essential": true, "Cpu": 0, "ReadonlyRootFilesystem": g.sound, "PortMappings": list{object{"ContainerPort": 8080, "HostPort": 8080, "Protocol": "tcp"}}, "MountPoints": list{}, "VolumesFrom": list{},
		"Environment": either(g, list{object{"Name": "STAGE", "Value": "prod"}}, list{object{"Name": "AWS_ACCESS_KEY_ID", "Value": "synthetic"}, object{"Name": "password", "Value": "synthetic"}}), "Secrets": list{},
	}
	g.onlySound(container, object{"User": "1000:1000", "Memory": 512, "Privileged": false, "LogConfiguration": object{"LogDriver": "awslogs", "SecretOptions": list{}}})
	plain := clone(container).(object)
	plain["Name"] = "helper"
	g.onlyFaulty(container, object{"Privileged": true, "MemoryReservation": 256})
	c := object{
		"Family": "web", "TaskDefinitionArn": arn, "Status": "ACTIVE", "NetworkMode": either(g, "awsvpc", "host"), "Cpu": "256", "Memory": "1024", "RequiresCompatibilities": list{either(g, "FARGATE", "EC2")}, "ExecutionRoleArn": g.iam("role/tasks"), "TaskRoleArn": g.iam("role/web"),
		"ContainerDefinitions": list{container, plain}, "Volumes": list{}, "PlacementConstraints": list{}, "InferenceAccelerators": list{},
	}
	g.onlySound(c, object{"RuntimePlatform": object{"OperatingSystemFamily": "LINUX", "CpuArchitecture": "ARM64"}})
	g.onlyFaulty(c, object{"PidMode": "host"})
	g.add(resource{typ: "AWS::ECS::TaskDefinition", id: arn, name: "web:1", arn: arn, configuration: c})
	return arn
}

// showKubernetes builds an EKS cluster: with all that protects it, or of the oldest version and open.
func (g *gen) showKubernetes(key string) {
	arn := g.arn("eks", "cluster/shop")
	types := list{}
	for _, kind := range either(g, []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}, []string{"api"}) {
		types = append(types, object{"Type": kind})
	}
	c := object{
		"Name": "shop", "Arn": arn, "Version": either(g, "1.33", "1.2"), "RoleArn": g.iam("role/eks"), "Endpoint": "https://" + g.hex(32) + ".eks.amazonaws.com", "CertificateAuthorityData": "LS0t",
		"ResourcesVpcConfig":      object{"EndpointPublicAccess": !g.sound, "EndpointPrivateAccess": g.sound, "PublicAccessCidrs": either(g, list{}, list{"0.0.0.0/0"}), "SubnetIds": list{g.vpc.subnet}, "SecurityGroupIds": list{g.vpc.closed}},
		"Logging":                 object{"ClusterLogging": object{"EnabledTypes": types}},
		"KubernetesNetworkConfig": object{"IpFamily": "ipv4", "ServiceIpv4Cidr": "172.20.0.0/16"},
	}
	g.onlySound(c, object{"EncryptionConfig": list{object{"Provider": object{"KeyArn": key}, "Resources": list{"secrets"}}}, "EncryptionConfigKeyArn": key})
	g.add(resource{typ: "AWS::EKS::Cluster", id: "shop", name: "shop", arn: arn, configuration: c})
}
