package managed

import "github.com/tickmark/tickmark/internal/rule"

const (
	cacheCluster     = "AWS::ElastiCache::CacheCluster"
	replicationGroup = "AWS::ElastiCache::ReplicationGroup"
)

func elasticacheRules() []rule.Rule {
	return []rule.Rule{
		cacheBackup(), cacheMinorUpgrades(), cacheSubnetGroup(), cacheClusterBackup(), cacheVersion(),
	}
}

func cacheBackup() rule.Rule {
	ofGroup := rule.Required("configuration.SnapshotRetentionLimit").Of(replicationGroup)
	engine := rule.Required("configuration.Engine").Of(cacheCluster)
	member := rule.Absent("configuration.ReplicationGroupId", "", "ElastiCache DescribeCacheClusters gives it for members of a group only").Of(cacheCluster)
	ofCluster := rule.Absent("configuration.SnapshotRetentionLimit", 0, "ElastiCache leaves it out for a cluster without automatic backups").Of(cacheCluster)
	return rule.Rule{
		Identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
		Params:     []rule.Param{{Name: "snapshotRetentionPeriod", Type: rule.Int, Default: "15", Min: 1, Max: 35, Doc: "days backups must be kept at least"}},
		Severity:   rule.High,
		Rationale: "A cache that is filled slowly, or holds what is nowhere else, must come back from a backup. A replication group, and a Redis or " +
			"Valkey cluster outside of every group, must keep automatic backups for at least snapshotRetentionPeriod days. Members of a group are judged with " +
			"it; Memcached clusters are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on automatic backups and keep them long enough."},
		Fields:      []*rule.Field{ofGroup, engine, member, ofCluster},
		Check: func(c *rule.Context) rule.Result {
			f := ofGroup
			if c.Type() == cacheCluster {
				if c.Str(engine) == "memcached" {
					return c.Skip("Memcached clusters have no backups.")
				}
				if c.Has(member) {
					return c.Skip("The cluster is judged with its replication group.")
				}
				f = ofCluster
			}
			if c.Int(f) < c.Params.Int("snapshotRetentionPeriod") {
				return c.Fail("Automatic backups are off or kept for fewer days than required.")
			}
			return c.Pass("Automatic backups are kept for as many days as required.")
		},
	}
}

func cacheMinorUpgrades() rule.Rule {
	engine, on := rule.Required("configuration.Engine"), rule.Required("configuration.AutoMinorVersionUpgrade")
	return rule.Rule{
		Identifier: "ELASTICACHE_AUTO_MINOR_VERSION_UPGRADE_CHECK",
		Severity:   rule.High,
		Rationale: "Minor versions are where an engine's holes are closed. AutoMinorVersionUpgrade of the Redis or Valkey cluster must be true. Memcached clusters, which have no such upgrades, " +
			"are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on automatic minor version upgrades."},
		Fields:      []*rule.Field{engine, on},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(engine) == "memcached" {
				return c.Skip("Memcached clusters have no automatic upgrades.")
			}
			if c.Bool(on) {
				return c.Pass("Minor versions are installed by themselves.")
			}
			return c.Fail("Minor versions are not installed by themselves.")
		},
	}
}

func cacheSubnetGroup() rule.Rule {
	group := rule.Required("configuration.CacheSubnetGroupName")
	return rule.Rule{
		Identifier: "ELASTICACHE_SUBNET_GROUP_CHECK",
		Severity:   rule.High,
		Rationale: "The default subnet group holds every subnet of the default VPC, public ones too. The cache cluster must be in a subnet group of another name than " +
			"default.",
		Remediation: rule.Remediation{Hint: "Create the cluster in a subnet group of your own; it cannot be moved."},
		Fields:      []*rule.Field{group},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(group) == "default" {
				return c.Fail("The cluster is in the default subnet group.")
			}
			return c.Pass("The cluster is in a subnet group of its own.")
		},
	}
}

func cacheClusterBackup() rule.Rule {
	engine := rule.Required("configuration.Engine")
	member := rule.Absent("configuration.ReplicationGroupId", "", "ElastiCache DescribeCacheClusters gives it for members of a group only")
	ofCluster := rule.Absent("configuration.SnapshotRetentionLimit", 0, "ElastiCache leaves it out for a cluster without automatic backups")
	ofGroup := rule.Required("configuration.SnapshotRetentionLimit").Of(replicationGroup)
	return rule.Rule{
		Identifier: "ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED",
		Params:     []rule.Param{{Name: "snapshotRetentionPeriod", Type: rule.Int, Default: "1", Min: 1, Max: 35, Doc: "days backups must be kept at least"}},
		Severity:   rule.High,
		Rationale: "A cache that is filled slowly, or holds what is nowhere else, must come back from a backup. Automatic backups of the Redis or Valkey cluster must be kept for at least " +
			"snapshotRetentionPeriod days (1). A member of a replication group is judged by the setting of the group; Memcached clusters are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on automatic backups and keep them long enough."},
		Fields:      []*rule.Field{engine, member, ofCluster, ofGroup},
		Uses:        []string{replicationGroup},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(engine) == "memcached" {
				return c.Skip("Memcached clusters have no backups.")
			}
			kept := c.Int(ofCluster)
			if id := c.Str(member); id != "" {
				group, ok := c.Find(replicationGroup, id)
				if !ok {
					return c.Unknown("The replication group of the cluster is not recorded.")
				}
				kept = group.Int(ofGroup)
			}
			if kept < c.Params.Int("snapshotRetentionPeriod") {
				return c.Fail("Automatic backups are off or kept for fewer days than required.")
			}
			return c.Pass("Automatic backups are kept for as many days as required.")
		},
	}
}

func cacheVersion() rule.Rule {
	engine, version := rule.Required("configuration.Engine"), rule.Required("configuration.EngineVersion")
	return rule.Rule{
		Identifier: "ELASTICACHE_SUPPORTED_ENGINE_VERSION",
		Params: []rule.Param{
			{Name: "latestMemcachedVersion", Required: true, Doc: "the oldest version of Memcached that is allowed, such as 1.6.6"},
			{Name: "latestRedisVersion", Required: true, Doc: "the oldest version of Redis that is allowed, such as 7.0.5"},
		},
		Severity: rule.Medium,
		Rationale: "A version without support gets no fixes. The engine's version of the cache cluster must not be older than the one of the parameter for the engine, part by part as numbers. Other " +
			"engines, such as Valkey, are not judged.",
		Remediation: rule.Remediation{Hint: "Upgrade the engine's version."},
		Fields:      []*rule.Field{engine, version},
		Check: func(c *rule.Context) rule.Result {
			want := ""
			switch c.Str(engine) {
			case "memcached":
				want = c.Params.Str("latestMemcachedVersion")
			case "redis":
				want = c.Params.Str("latestRedisVersion")
			default:
				return c.Skip("No version is given for the engine.")
			}
			if versionOrder(c.Str(version), want) < 0 {
				return c.Fail("The version of the engine is older than " + want + ".")
			}
			return c.Pass("The version of the engine is not too old.")
		},
	}
}
