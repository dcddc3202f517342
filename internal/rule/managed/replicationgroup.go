package managed

import "github.com/tickmark/tickmark/internal/rule"

func replicationGroupRules() []rule.Rule {
	return []rule.Rule{groupEncryptedAtRest(), groupEncryptedInTransit(), groupFailover(), groupRBAC(), groupAuth()}
}

func groupEncryptedAtRest() rule.Rule {
	key := rule.Absent("configuration.KmsKeyId", "", "ElastiCache DescribeReplicationGroups gives it for a customer managed key only")
	return mustBeEncrypted(rule.Rule{
		Identifier: "ELASTICACHE_REPL_GRP_ENCRYPTED_AT_REST",
		Params:     []rule.Param{keyParam("approvedKMSKeyIds")},
		Severity:   rule.Medium,
		Rationale: "Backups and swapped memory of a cache lie on disk. Encryption at rest of the replication group must be on, with one of approvedKMSKeyIds when that is " +
			"given.",
		Remediation: rule.Remediation{Hint: "Restore a backup of the group into a new one with encryption at rest."},
	}, rule.Required("configuration.AtRestEncryptionEnabled"), key, "approvedKMSKeyIds", "The replication group")
}

func groupEncryptedInTransit() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "ELASTICACHE_REPL_GRP_ENCRYPTED_IN_TRANSIT",
		Severity:   rule.Medium,
		Rationale: "What is cached crosses the network, and tokens for the cache with it. TransitEncryptionEnabled of the replication group must be true. The mode preferred, in which clients may still " +
			"connect without TLS, counts as on.",
		Remediation: rule.Remediation{Hint: "Turn on encryption in transit."},
	}, rule.Required("configuration.TransitEncryptionEnabled"), true, "Encryption in transit is on.", "Encryption in transit is off.")
}

func groupFailover() rule.Rule {
	return mustBeOneOf(rule.Rule{
		Identifier:  "ELASTICACHE_REPL_GRP_AUTO_FAILOVER_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "When the primary node of a cache fails, a replica should take over by itself. AutomaticFailover of the replication group must be enabled.",
		Remediation: rule.Remediation{Hint: "Add a replica and turn on automatic failover."},
	}, rule.Required("configuration.AutomaticFailover"), []string{"enabled"}, "Automatic failover is on.", "Automatic failover is not on.")
}

// groupVersion are the fields that lead from a replication group to the engine's version of its nodes.
type groupVersion struct{ members, version *rule.Field }

func nodeVersions() groupVersion {
	return groupVersion{rule.Required("configuration.MemberClusters"), rule.Required("configuration.EngineVersion").Of(cacheCluster)}
}

// hasACLs reports whether the nodes know access control lists, which came with version 6; ok is false when a node is
// not recorded.
func (f groupVersion) hasACLs(c *rule.Context) (acls, ok bool) {
	for id := range c.Strings(f.members) {
		node, found := c.Find(cacheCluster, id)
		if !found {
			return false, false
		}
		acls, ok = versionOrder(node.Str(f.version), "6") >= 0, true
	}
	return acls, ok
}

const nodesNotRecorded = "A node of the replication group is not recorded."

func groupRBAC() rule.Rule {
	f := nodeVersions()
	groups := rule.Absent("configuration.UserGroupIds", nil, "ElastiCache DescribeReplicationGroups leaves out an empty list")
	return rule.Rule{
		Identifier: "ELASTICACHE_RBAC_AUTH_ENABLED",
		Params:     []rule.Param{{Name: "allowedUserGroupIDs", Type: rule.CSV, Doc: "ids of the user groups that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "With one password for all, every client may do everything. The replication group must have a user group, and only such as allowedUserGroupIDs lists when that is given. Groups " +
			"whose nodes run a version before 6, which has no users, are not judged.",
		Remediation: rule.Remediation{Hint: "Create a user group and assign it to the replication group."},
		Fields:      []*rule.Field{f.members, f.version, groups},
		Uses:        []string{cacheCluster},
		Check: func(c *rule.Context) rule.Result {
			acls, ok := f.hasACLs(c)
			if !ok {
				return c.Unknown(nodesNotRecorded)
			}
			if !acls {
				return c.Skip("The version of the engine has no users.")
			}
			if c.Len(groups) == 0 {
				return c.Fail("The replication group has no user group.")
			}
			for id := range c.Strings(groups) {
				if !allowed(c.Params.List("allowedUserGroupIDs"), id) {
					return c.Fail("The user group " + id + " is not allowed.")
				}
			}
			return c.Pass("Access is by users of a user group.")
		},
	}
}

func groupAuth() rule.Rule {
	f := nodeVersions()
	token := rule.Required("configuration.AuthTokenEnabled")
	return rule.Rule{
		Identifier: "ELASTICACHE_REPL_GRP_REDIS_AUTH_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without a token whoever reaches a cache over the network may read and empty it. The replication group whose nodes run a version before 6 must have an AUTH token " +
			"(AuthTokenEnabled). From version 6 on users of a user group are the way, which ELASTICACHE_RBAC_AUTH_ENABLED judges.",
		Remediation: rule.Remediation{Hint: "Upgrade to version 6 or later and use a user group, or set an AUTH token."},
		Fields:      []*rule.Field{f.members, f.version, token},
		Uses:        []string{cacheCluster},
		Check: func(c *rule.Context) rule.Result {
			acls, ok := f.hasACLs(c)
			if !ok {
				return c.Unknown(nodesNotRecorded)
			}
			if acls {
				return c.Skip("The version of the engine has users.")
			}
			if c.Bool(token) {
				return c.Pass("The replication group has an AUTH token.")
			}
			return c.Fail("The replication group has no AUTH token.")
		},
	}
}
