package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showDatabases builds instances of two engines, clusters of three, their snapshots and a security group of old.
func (g *gen) showDatabases() {
	g.showInstance("orders", "postgres", "16.9", list{"postgresql", "upgrade"}, "rds.force_ssl", either(g, "1", "0"))
	g.showInstance("shop", "mysql", "8.0.42", list{"audit", "error", "general", "slowquery"}, "require_secure_transport", either(g, "ON", "OFF"))
	g.showCluster("ledger", "aurora-postgresql", "16.6", list{"postgresql"})
	g.showCluster("articles", "docdb", "5.0.0", list{"audit", "profiler"})
	g.showCluster("friends", "neptune", "1.4.1.0", list{"audit"})
	name := either(g, "default", "partners")
	g.add(resource{
		typ: "AWS::RDS::DBSecurityGroup", id: name, name: name, arn: g.arn("rds", "secgrp:"+name), zone: "Not Applicable",
		configuration: object{
			"ownerId": g.account, "dBSecurityGroupName": name, "dBSecurityGroupDescription": name, "dBSecurityGroupArn": g.arn("rds", "secgrp:"+name),
			"eC2SecurityGroups": list{}, "iPRanges": either(g, list{}, list{object{"status": "authorized", "cIDRIP": "203.0.113.0/24"}}),
		},
	})
}

// showInstance builds a DB instance with its parameter group and a snapshot.
func (g *gen) showInstance(name, engine, version string, logs list, parameter, value string) {
	id, arn, group := "db-"+g.upper(26), g.arn("rds", "db:"+name), name+"-"+engine
	g.add(resource{
		typ: "AWS::RDS::DBParameterGroup", id: group, name: group, arn: g.arn("rds", "pg:"+group), configuration: object{},
		supplementary: object{"Parameters": list{
			object{"parameterName": "autocommit"},
			object{"parameterName": parameter, "parameterValue": value},
		}},
	})
	c := object{
		"dBInstanceIdentifier": name, "dbiResourceId": id, "dBInstanceArn": arn, "dBInstanceClass": "db.m7g.large", "engine": engine, "engineVersion": version, "dBInstanceStatus": "available",
		"dBName": name, "masterUsername": either(g, "keeper_"+name, "admin"), "endpoint": object{"address": name + "." + g.region + ".rds.amazonaws.com", "port": 5432, "hostedZoneId": "Z" + g.upper(13)},
		"allocatedStorage": 100, "storageType": "gp3", "storageEncrypted": g.sound, "instanceCreateTime": g.past(100), "latestRestorableTime": g.past(0), "availabilityZone": g.region + "a",
		"publiclyAccessible": !g.sound, "multiAZ": g.sound, "autoMinorVersionUpgrade": g.sound, "deletionProtection": g.sound, "iAMDatabaseAuthenticationEnabled": g.sound,
		"backupRetentionPeriod": either(g, 35, 0), "preferredBackupWindow": "03:00-04:00", "preferredMaintenanceWindow": "sun:05:00-sun:06:00", "copyTagsToSnapshot": g.sound,
		"monitoringInterval": either(g, 60, 0), "performanceInsightsEnabled": g.sound, "enabledCloudwatchLogsExports": either(g, logs, list{}),
		"dBParameterGroups": list{object{"dBParameterGroupName": group, "parameterApplyStatus": "in-sync"}}, "dBSecurityGroups": list{},
		"vpcSecurityGroups":                list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}},
		"dBSubnetGroup":                    object{"dBSubnetGroupName": "private", "vpcId": g.vpc.vpc, "subnetGroupStatus": "Complete", "subnets": g.subnetGroup()},
		"readReplicaDBInstanceIdentifiers": list{}, "statusInfos": list{}, "domainMemberships": list{}, "associatedRoles": list{}, "cACertificateIdentifier": "rds-ca-rsa2048-g1", "licenseModel": "general-public-license",
	}
	g.onlySound(c, object{"kmsKeyId": g.key(), "monitoringRoleArn": g.iam("role/rds-monitoring"), "secondaryAvailabilityZone": g.region + "b"})
	g.add(resource{
		typ: "AWS::RDS::DBInstance", id: id, name: name, arn: arn, zone: either(g, "Multiple Availability Zones", g.region+"a"), configuration: c,
		relations: []inventory.Relationship{rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)},
	})
	g.backedUp("RDS", arn)
	snapshot := name + "-before-upgrade"
	g.add(resource{
		typ: "AWS::RDS::DBSnapshot", id: snapshot, name: snapshot, arn: g.arn("rds", "snapshot:"+snapshot), zone: g.region + "a",
		configuration: g.onlySound(object{
			"dBSnapshotIdentifier": snapshot, "dBSnapshotArn": g.arn("rds", "snapshot:"+snapshot), "dBInstanceIdentifier": name, "dbiResourceId": id, "snapshotType": "manual", "status": "available",
			"engine": engine, "engineVersion": version, "allocatedStorage": 100, "storageType": "gp3", "encrypted": g.sound, "percentProgress": 100, "masterUsername": c["masterUsername"],
			"iAMDatabaseAuthenticationEnabled": g.sound, "availabilityZone": g.region + "a", "vpcId": g.vpc.vpc, "instanceCreateTime": g.past(100), "snapshotCreateTime": g.past(10),
		}, object{"kmsKeyId": g.key()}),
		supplementary: object{"DBSnapshotAttributes": g.restorable()},
	})
}

// subnetGroup is what a subnet group says of the private subnets.
func (g *gen) subnetGroup() list {
	var members list
	for i, id := range g.private() {
		zone := object{"name": g.region + either(g, []string{"a", "b"}, []string{"a", "a"})[i]}
		members = append(members, object{"subnetIdentifier": id, "subnetAvailabilityZone": zone, "subnetStatus": "Active"})
	}
	return members
}

// restorable are the attributes of a snapshot: nobody else may restore it, or everyone.
func (g *gen) restorable() list {
	return list{object{"attributeName": "restore", "attributeValues": either(g, list{}, list{"all"})}}
}

// showCluster builds a DB cluster and a snapshot of it.
func (g *gen) showCluster(name, engine, version string, logs list) {
	id, arn := "cluster-"+g.upper(26), g.arn("rds", "cluster:"+name)
	user := either(g, "keeper_"+name, "postgres")
	zones := list{g.region + "a", g.region + "b", g.region + "c"}
	c := object{
		"dbclusterIdentifier": name, "dbClusterResourceId": id, "dbclusterArn": arn, "engine": engine, "engineVersion": version, "engineMode": "provisioned", "status": "available",
		"databaseName": name, "masterUsername": user, "port": 5432, "endpoint": name + ".cluster." + g.region + ".rds.amazonaws.com", "readerEndpoint": name + ".cluster-ro." + g.region + ".rds.amazonaws.com",
		"hostedZoneId": "Z" + g.upper(13), "availabilityZones": zones, "multiAZ": g.sound, "clusterCreateTime": g.past(100), "allocatedStorage": 1,
		"storageEncrypted": g.sound, "deletionProtection": g.sound, "iamdatabaseAuthenticationEnabled": g.sound, "copyTagsToSnapshot": g.sound, "autoMinorVersionUpgrade": g.sound,
		"backupRetentionPeriod": either(g, 35, 1), "preferredBackupWindow": "03:00-03:30", "preferredMaintenanceWindow": "sun:05:00-sun:05:30", "enabledCloudwatchLogsExports": either(g, logs, list{}),
		"activityStreamStatus": "stopped", "crossAccountClone": false, "httpEndpointEnabled": false, "customEndpoints": list{}, "readReplicaIdentifiers": list{}, "associatedRoles": list{}, "domainMemberships": list{},
		"dbclusterParameterGroup": "default." + engine, "dbsubnetGroup": "private", "vpcSecurityGroups": list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}},
		"dbclusterMembers": list{object{"dbinstanceIdentifier": name + "-1", "clusterWriter": true, "isClusterWriter": true, "promotionTier": 1, "dbclusterParameterGroupStatus": "in-sync"}},
	}
	g.add(resource{
		typ: "AWS::RDS::DBCluster", id: id, name: name, arn: arn, zone: "Multiple Availability Zones", configuration: g.onlySound(c, object{"kmsKeyId": g.key()}),
		relations: []inventory.Relationship{rel("Is associated with ", "AWS::EC2::SecurityGroup", g.vpc.closed)},
	})
	if engine == "aurora-postgresql" {
		g.backedUp("Aurora", arn)
	}
	snapshot := name + "-before-upgrade"
	g.add(resource{
		typ: "AWS::RDS::DBClusterSnapshot", id: snapshot, name: snapshot, arn: g.arn("rds", "cluster-snapshot:"+snapshot), zone: "Multiple Availability Zones",
		configuration: g.onlySound(object{
			"dbclusterSnapshotIdentifier": snapshot, "dbclusterSnapshotArn": g.arn("rds", "cluster-snapshot:"+snapshot), "dbclusterIdentifier": name, "snapshotType": "manual", "status": "available",
			"engine": engine, "engineVersion": version, "engineMode": "provisioned", "allocatedStorage": 1, "storageEncrypted": g.sound, "percentProgress": 100, "masterUsername": user, "port": 0,
			"availabilityZones": zones, "vpcId": g.vpc.vpc, "licenseModel": engine, "iamdatabaseAuthenticationEnabled": g.sound, "clusterCreateTime": g.past(100), "snapshotCreateTime": g.past(10),
		}, object{"kmsKeyId": g.key()}),
		supplementary: object{"DBClusterSnapshotAttributes": g.restorable()},
	})
}
