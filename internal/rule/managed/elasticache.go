package managed

import "github.com/tickmark/tickmark/internal/rule"

const (
	cacheCluster     = "AWS::ElastiCache::CacheCluster"
	replicationGroup = "AWS::ElastiCache::ReplicationGroup"
)

func elasticacheRules() []rule.Rule { return []rule.Rule{cacheBackup()} }

func cacheBackup() rule.Rule {
	ofGroup := rule.Required("configuration.SnapshotRetentionLimit").Of(replicationGroup)
	engine := rule.Required("configuration.Engine").Of(cacheCluster)
	member := rule.Absent("configuration.ReplicationGroupId", "", "ElastiCache DescribeCacheClusters gives it for members of a group only").Of(cacheCluster)
	ofCluster := rule.Absent("configuration.SnapshotRetentionLimit", 0, "ElastiCache leaves it out for a cluster without automatic backups").Of(cacheCluster)
	return rule.Rule{
		Identifier: "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
		Params:     []rule.Param{{Name: "snapshotRetentionPeriod", Type: rule.Int, Default: "15", Min: 1, Max: 35, Doc: "days backups must be kept at least"}},
		Severity:   rule.Medium,
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
