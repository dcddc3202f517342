package sample

import "github.com/tickmark/tickmark/internal/inventory"

// databases builds relational, key-value, warehouse and cache stores.
func (g *gen) databases() {
	for range 2 {
		g.relational()
	}
	g.cluster()
	g.tables()
	g.warehouse()
	id := "cache-" + g.hex(6)
	g.add(resource{
		typ: "AWS::ElastiCache::ReplicationGroup", id: id, name: id, arn: g.arn("elasticache", "replicationgroup:"+id),
		configuration: object{"ReplicationGroupId": id, "Engine": "redis", "EngineVersion": "7.1", "CacheNodeType": "cache.t4g.small", "SnapshotRetentionLimit": pick(g, 0, 15, 30), "AtRestEncryptionEnabled": g.often(7), "TransitEncryptionEnabled": g.often(7), "AutomaticFailover": map[bool]string{true: "enabled", false: "disabled"}[g.often(6)], "MultiAZ": "disabled", "MemberClusters": list{id + "-001"}},
	})
}

func (g *gen) relational() {
	id, name := "db-"+g.upper(26), "app-"+g.hex(6)
	arn := g.arn("rds", "db:"+name)
	c := object{"dBInstanceIdentifier": name, "dbiResourceId": id, "dBInstanceArn": arn, "dBInstanceClass": "db.t4g.medium", "engine": "postgres", "engineVersion": "16.9", "dBInstanceStatus": "available", "allocatedStorage": 100, "storageEncrypted": g.often(7), "publiclyAccessible": g.often(2), "multiAZ": g.often(6), "backupRetentionPeriod": pick(g, 0, 7, 35), "preferredBackupWindow": "03:00-04:00", "autoMinorVersionUpgrade": g.often(8), "deletionProtection": g.often(5), "iAMDatabaseAuthenticationEnabled": g.often(4), "monitoringInterval": pick(g, 0, 60), "copyTagsToSnapshot": true, "masterUsername": "app", "instanceCreateTime": g.past(100), "readReplicaDBInstanceIdentifiers": list{}, "enabledCloudwatchLogsExports": list{}, "dBSubnetGroup": object{"dBSubnetGroupName": "private", "vpcId": g.vpc.vpc, "subnets": list{object{"subnetIdentifier": g.vpc.subnet, "subnetAvailabilityZone": object{"name": g.region + "a"}, "subnetStatus": "Active"}}}, "vpcSecurityGroups": list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}}, "endpoint": object{"address": name + ".example.internal", "port": 5432}}
	if c["storageEncrypted"] == true {
		c["kmsKeyId"] = g.key()
	}
	if g.often(6) {
		c["enabledCloudwatchLogsExports"] = list{"postgresql", "upgrade"}
	}
	g.add(resource{
		typ: "AWS::RDS::DBInstance", id: id, name: name, arn: arn, zone: g.region + "a", configuration: c,
		relations: []inventory.Relationship{rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)},
		before:    func(c, _ object) { c["publiclyAccessible"] = true },
	})
	snap := name + "-2026"
	g.add(resource{
		typ: "AWS::RDS::DBSnapshot", id: snap, name: snap, arn: g.arn("rds", "snapshot:"+snap), zone: g.region + "a",
		configuration: object{"dBSnapshotIdentifier": snap, "dBInstanceIdentifier": name, "dbiResourceId": id, "dBSnapshotArn": g.arn("rds", "snapshot:"+snap), "snapshotType": "manual", "status": "available", "engine": "postgres", "encrypted": c["storageEncrypted"], "allocatedStorage": 100, "snapshotCreateTime": g.past(10)},
		supplementary: object{"DBSnapshotAttributes": list{object{"attributeName": "restore", "attributeValues": pick(g, list{}, list{}, list{"all"})}}},
	})
}

// cluster builds an Aurora cluster; its instances are not part of the estate.
func (g *gen) cluster() {
	id, name := "cluster-"+g.upper(26), "orders-"+g.hex(6)
	arn := g.arn("rds", "cluster:"+name)
	g.add(resource{
		typ: "AWS::RDS::DBCluster", id: id, name: name, arn: arn,
		configuration: object{"dbclusterIdentifier": name, "dbClusterResourceId": id, "dbclusterArn": arn, "engine": "aurora-postgresql", "engineVersion": "16.6", "engineMode": "provisioned", "status": "available", "multiAZ": g.often(7), "storageEncrypted": true, "kmsKeyId": g.key(), "deletionProtection": g.often(6), "backupRetentionPeriod": pick(g, 1, 7, 35), "autoMinorVersionUpgrade": true, "iamdatabaseAuthenticationEnabled": g.often(4), "copyTagsToSnapshot": true, "availabilityZones": list{g.region + "a", g.region + "b"}, "enabledCloudwatchLogsExports": list{"postgresql"}, "masterUsername": "app", "clusterCreateTime": g.past(100), "port": 5432, "dbclusterMembers": list{}, "vpcSecurityGroups": list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}}},
		relations:     []inventory.Relationship{rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)},
	})
}

func (g *gen) tables() {
	for _, purpose := range []string{"orders", "sessions"} {
		name := purpose + "-" + g.hex(6)
		arn := g.arn("dynamodb", "table/"+name)
		c := object{"tableName": name, "tableArn": arn, "tableId": g.hex(32), "tableStatus": "ACTIVE", "itemCount": g.IntN(9000), "tableSizeBytes": g.IntN(900000), "creationDateTime": g.past(150), "billingModeSummary": object{"billingMode": pick(g, "PAY_PER_REQUEST", "PROVISIONED", "PROVISIONED", "PROVISIONED")}, "provisionedThroughput": object{"readCapacityUnits": 5, "writeCapacityUnits": 5}, "keySchema": list{object{"attributeName": "id", "keyType": "HASH"}}, "attributeDefinitions": list{object{"attributeName": "id", "attributeType": "S"}}, "deletionProtectionEnabled": g.often(5)}
		if g.often(6) {
			c["ssedescription"] = object{"status": "ENABLED", "ssetype": "KMS", "kmsmasterKeyArn": g.key()}
		}
		supplement := object{"ContinuousBackupsDescription": recovery(pick(g, "ENABLED", "DISABLED"))}
		if purpose == "orders" || g.often(8) { // of the others the collector could not read it
			supplement["AutoScaling"] = object{"scalableTargets": g.scaling("table/" + name)}
		}
		g.add(resource{
			typ: "AWS::DynamoDB::Table", id: name, name: name, arn: arn, configuration: c,
			supplementary: supplement,
			before:        func(_, s object) { s["ContinuousBackupsDescription"] = recovery("DISABLED") },
		})
	}
}

func recovery(status string) object {
	return object{"continuousBackupsStatus": "ENABLED", "pointInTimeRecoveryDescription": object{"pointInTimeRecoveryStatus": status}}
}

// scaling is what Application Auto Scaling has for a table: targets for reads and writes, or none.
func (g *gen) scaling(table string) list {
	targets := list{}
	if g.often(6) {
		for _, d := range []string{"Read", "Write"} {
			targets = append(targets, object{"resourceId": table, "scalableDimension": "dynamodb:table:" + d + "CapacityUnits", "minCapacity": 5, "maxCapacity": 50, "targetValue": 70})
		}
	}
	return targets
}

func (g *gen) warehouse() {
	group := "params-" + g.hex(6)
	g.add(resource{
		typ: "AWS::Redshift::ClusterParameterGroup", id: group, name: group, arn: g.arn("redshift", "parametergroup:"+group),
		configuration: object{"parameterGroupName": group, "parameterGroupFamily": "redshift-1.0", "description": "synthetic"},
		supplementary: object{"Parameters": list{object{"parameterName": "require_ssl", "parameterValue": pick(g, "true", "false"), "source": "user"}}},
	})
	id := "wh-" + g.hex(6)
	c := object{"clusterIdentifier": id, "nodeType": "ra3.large", "clusterStatus": "available", "numberOfNodes": 2, "encrypted": g.often(7), "publiclyAccessible": g.often(2), "automatedSnapshotRetentionPeriod": pick(g, 0, 7), "allowVersionUpgrade": g.often(8), "enhancedVpcRouting": g.often(5), "preferredMaintenanceWindow": "sat:16:00-sat:16:30", "masterUsername": "admin", "dBName": "dev", "vpcId": g.vpc.vpc, "multiAZ": "Disabled", "endpoint": object{"address": id + ".example.internal", "port": 5439}, "vpcSecurityGroups": list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}}, "clusterCreateTime": g.past(100), "clusterParameterGroups": list{object{"parameterGroupName": group, "parameterApplyStatus": "in-sync"}}}
	if c["encrypted"] == true {
		c["kmsKeyId"] = g.key()
	}
	g.add(resource{
		typ: "AWS::Redshift::Cluster", id: id, name: id, arn: g.arn("redshift", "cluster:"+id), zone: g.region + "a", configuration: c,
		supplementary: object{"LoggingStatus": object{"loggingEnabled": g.often(6), "bucketName": "tickmark-sample-logs-" + g.account}},
		relations:     []inventory.Relationship{rel("Is associated with ClusterParameterGroup", "AWS::Redshift::ClusterParameterGroup", group)},
	})
}
