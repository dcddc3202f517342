package sample

// showLearning builds what machine learning needs: SageMaker, Glue and Fraud Detector.
func (g *gen) showLearning() {
	g.showStudio()
	g.showModels()
	g.showJobs()
	for _, f := range []struct{ typ, path, name string }{
		{"EntityType", "entity-type", "customer"}, {"Label", "label", "fraud"}, {"Outcome", "outcome", "review"}, {"Variable", "variable", "order_price"},
	} {
		arn := g.arn("frauddetector", f.path+"/"+f.name)
		c := object{"Arn": arn, "Name": f.name, "Description": "synthetic", "CreatedTime": g.past(90), "LastUpdatedTime": g.past(30)}
		g.merge(f.typ == "Variable", c, object{"DataSource": "EVENT", "DataType": "FLOAT", "DefaultValue": "0.0", "VariableType": "PRICE"})
		g.add(resource{typ: "AWS::FraudDetector::" + f.typ, id: arn, name: f.name, arn: arn, configuration: c, untagged: !g.sound})
	}
}

// showStudio builds a domain of SageMaker with an image and its settings, and a notebook instance.
func (g *gen) showStudio() {
	id := "d-" + g.hex(12)
	domain := object{
		"DomainId": id, "DomainArn": g.arn("sagemaker", "domain/"+id), "DomainName": "studio", "AuthMode": "IAM", "AppNetworkAccessType": either(g, "VpcOnly", "PublicInternetOnly"),
		"VpcId": g.vpc.vpc, "SubnetIds": g.private(), "HomeEfsFileSystemId": "fs-" + g.hex(17), "SecurityGroupIdForDomainBoundary": g.vpc.closed,
		"Url":                 "https://" + id + ".studio." + g.region + ".sagemaker.aws",
		"DefaultUserSettings": object{"ExecutionRole": g.iam("role/studio"), "SecurityGroups": list{g.vpc.closed}, "SharingSettings": object{"NotebookOutputOption": "Disabled"}},
	}
	g.add(resource{typ: "AWS::SageMaker::Domain", id: id, name: "studio", arn: g.arn("sagemaker", "domain/"+id), configuration: g.onlySound(domain, object{"KmsKeyId": g.key()}), untagged: !g.sound})
	image := g.arn("sagemaker", "image/analysis")
	g.add(resource{
		typ: "AWS::SageMaker::Image", id: image, name: "analysis", arn: image, untagged: !g.sound,
		configuration: g.onlySound(object{"ImageArn": image, "ImageName": "analysis", "ImageDisplayName": "Analysis", "ImageRoleArn": g.iam("role/studio")}, object{"ImageDescription": "what analysts start from"}),
	})
	settings := g.arn("sagemaker", "app-image-config/analysis")
	g.add(resource{
		typ: "AWS::SageMaker::AppImageConfig", id: settings, name: "analysis", arn: settings, untagged: !g.sound,
		configuration: object{"AppImageConfigArn": settings, "AppImageConfigName": "analysis", "KernelGatewayImageConfig": object{
			"KernelSpecs":      list{object{"Name": "python3", "DisplayName": "Python 3"}},
			"FileSystemConfig": object{"MountPath": "/home/sagemaker-user", "DefaultUid": 1000, "DefaultGid": 100},
		}},
	})
	notebook := object{
		"Id": g.arn("sagemaker", "notebook-instance/explore"), "NotebookInstanceName": "explore", "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 20, "RoleArn": g.iam("role/explore"),
		"PlatformIdentifier": either(g, "notebook-al2-v2", "notebook-al1-v1"), "RootAccess": either(g, "Disabled", "Enabled"), "DirectInternetAccess": either(g, "Disabled", "Enabled"),
	}
	g.onlySound(notebook, object{"KmsKeyId": g.key(), "SubnetId": g.private()[0], "SecurityGroupIds": list{g.vpc.closed}})
	g.add(resource{typ: "AWS::SageMaker::NotebookInstance", id: "explore", name: "explore", arn: g.arn("sagemaker", "notebook-instance/explore"), configuration: notebook})
}

// showModels builds a model, the configuration of its endpoint and a feature group.
func (g *gen) showModels() {
	model := g.arn("sagemaker", "model/prices")
	m := object{
		"Id": model, "ModelName": "prices", "ExecutionRoleArn": g.iam("role/prices"), "EnableNetworkIsolation": g.sound,
		"PrimaryContainer": object{"Image": g.account + ".dkr.ecr." + g.region + ".amazonaws.com/prices:1", "Mode": "SingleModel", "ImageConfig": object{"RepositoryAccessMode": either(g, "Vpc", "Platform")}, "ModelDataUrl": "s3://" + g.bucketName(archive) + "/prices.tar.gz"},
	}
	g.add(resource{
		typ: "AWS::SageMaker::Model", id: model, name: "prices", arn: model,
		configuration: g.onlySound(m, object{"VpcConfig": object{"Subnets": g.private(), "SecurityGroupIds": list{g.vpc.closed}}}),
	})
	endpoint := g.arn("sagemaker", "endpoint-config/prices")
	e := object{"Id": endpoint, "EndpointConfigName": "prices", "ProductionVariants": list{object{
		"VariantName": "all", "ModelName": "prices", "InstanceType": "ml.m7i.large", "InitialInstanceCount": either(g, 2, 1), "InitialVariantWeight": 1.0,
	}}}
	g.add(resource{typ: "AWS::SageMaker::EndpointConfig", id: endpoint, name: "prices", arn: endpoint, configuration: g.onlySound(e, object{"KmsKeyId": g.key()})})
	feature := func(name, typ string) object { return object{"FeatureName": name, "FeatureType": typ} }
	g.add(resource{
		typ: "AWS::SageMaker::FeatureGroup", id: "baskets", name: "baskets", arn: g.arn("sagemaker", "feature-group/baskets"), untagged: !g.sound,
		configuration: object{
			"FeatureGroupName": "baskets", "Description": either(g, "synthetic", ""), "RecordIdentifierFeatureName": "basket", "EventTimeFeatureName": "at", "RoleArn": g.iam("role/baskets"),
			"FeatureDefinitions": list{feature("basket", "String"), feature("at", "String"), feature("total", "Fractional")},
			"OnlineStoreConfig":  g.onlySound(object{"EnableOnlineStore": true}, object{"SecurityConfig": object{"KmsKeyId": g.key()}}),
			"OfflineStoreConfig": object{"S3StorageConfig": g.onlySound(object{"S3Uri": "s3://" + g.bucketName(archive) + "/features"}, object{"KmsKeyId": g.key()}), "TableFormat": "Glue"},
		},
	})
}

// showJobs builds a job and a transform of Glue.
func (g *gen) showJobs() {
	arguments := object{"--job-language": "python", "--TempDir": "s3://" + g.bucketName(archive) + "/temporary/", "--enable-continuous-cloudwatch-log": either(g, "true", "false")}
	g.add(resource{
		typ: "AWS::Glue::Job", id: "nightly", name: "nightly", arn: g.arn("glue", "job/nightly"),
		configuration: object{
			"Id": "nightly", "Name": "nightly", "Description": "synthetic", "Role": g.iam("role/nightly"), "GlueVersion": either(g, "4.0", "2.0"), "WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2, "AllocatedCapacity": 2,
			"MaxRetries": 0, "Timeout": 480, "ExecutionProperty": object{"MaxConcurrentRuns": 1}, "DefaultArguments": arguments,
			"Command": object{"Name": "glueetl", "PythonVersion": "3", "ScriptLocation": "s3://" + g.bucketName(archive) + "/nightly.py"},
		},
	})
	id := "tfm-" + g.hex(40)
	encryption := g.onlySound(object{"MLUserDataEncryptionMode": either(g, "SSE-KMS", "DISABLED")}, object{"KmsKeyId": g.key()})
	g.add(resource{
		typ: "AWS::Glue::MLTransform", id: id, name: "duplicates", arn: g.arn("glue", "mlTransform/"+id), untagged: !g.sound,
		configuration: object{
			"Id": id, "Name": "duplicates", "Description": "synthetic", "Role": g.iam("role/nightly"), "GlueVersion": "2.0", "WorkerType": "G.2X", "NumberOfWorkers": 10, "MaxRetries": 0, "Timeout": 2880,
			"TransformEncryption": object{"MLUserDataEncryption": encryption}, "InputRecordTables": object{"GlueTables": list{object{"DatabaseName": "shop", "TableName": "customers"}}},
			"TransformParameters": object{"TransformType": "FIND_MATCHES", "FindMatchesParameters": object{"PrimaryKeyColumnName": "customer", "PrecisionRecallTradeoff": 0.5, "AccuracyCostTradeoff": 0.5, "EnforceProvidedLabels": false}},
		},
	})
}
