package managed

import "github.com/tickmark/tickmark/internal/rule"

func codedeployRules() []rule.Rule {
	return []rule.Rule{rollbackAndMonitor(), rollback(), healthyHosts(), lambdaNotAtOnce(), outdatedInstances()}
}

const codedeployUnset = "CodeDeploy GetDeploymentGroup leaves out what the group does not set"

func deploymentGroupName() *rule.Field { return rule.Required("configuration.deploymentGroupName") }

func rollsBack() *rule.Field {
	return rule.Absent("configuration.autoRollbackConfiguration.enabled", false, codedeployUnset)
}

func computePlatform() *rule.Field {
	return rule.Absent("configuration.computePlatform", "Server", "items of before other platforms do not tell it, and are of groups of servers")
}

func rollbackAndMonitor() rule.Rule {
	name, back := deploymentGroupName(), rollsBack()
	watched := rule.Absent("configuration.alarmConfiguration.enabled", false, codedeployUnset)
	alarms := rule.Absent("configuration.alarmConfiguration.alarms", nil, codedeployUnset)
	return rule.Rule{
		Identifier: "CODEDEPLOY_AUTO_ROLLBACK_MONITOR_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A bad deployment should be noticed and undone before anybody is awake. The deployment group must roll back by itself, and watch at least one " +
			"alarm.",
		Remediation: rule.Remediation{Hint: "Turn on automatic rollback of the deployment group and add alarms to it."},
		Fields:      []*rule.Field{name, back, watched, alarms},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if !c.Bool(back) {
				return c.Fail("Deployments are not rolled back by themselves.")
			}
			if !c.Bool(watched) || c.Len(alarms) == 0 {
				return c.Fail("Deployments are not watched by an alarm.")
			}
			return c.Pass("Deployments are watched and rolled back by themselves.")
		},
	}
}

func rollback() rule.Rule {
	name, back := deploymentGroupName(), rollsBack()
	return rule.Rule{
		Identifier: "CODEDEPLOY_DEPLOYMENT_GROUP_AUTO_ROLLBACK_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A bad deployment should be undone before anybody is awake. The deployment group must roll back by itself, whatever the events " +
			"are.",
		Remediation: rule.Remediation{Hint: "Turn on automatic rollback of the deployment group."},
		Fields:      []*rule.Field{name, back},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if c.Bool(back) {
				return c.Pass("Deployments are rolled back by themselves.")
			}
			return c.Fail("Deployments are not rolled back by themselves.")
		},
	}
}

// healthy is how many hosts a deployment configuration keeps healthy, by number or in percent.
type healthy struct {
	kind  string
	value int64
}

// predefinedConfigs are the deployment configurations of CodeDeploy itself for servers, which not every account records.
// OneAtATime is not among them: it keeps all hosts but one healthy, however many there are.
var predefinedConfigs = map[string]healthy{
	"CodeDeployDefault.AllAtOnce":   {"HOST_COUNT", 0},
	"CodeDeployDefault.HalfAtATime": {"FLEET_PERCENT", 50},
}

const oneAtATime = "CodeDeployDefault.OneAtATime"

func healthyHosts() rule.Rule {
	const setting = "AWS::CodeDeploy::DeploymentConfig"
	platform := computePlatform()
	uses := rule.Required("configuration.deploymentConfigName")
	kind := rule.Required("configuration.minimumHealthyHosts.type").Of(setting)
	value := rule.Required("configuration.minimumHealthyHosts.value").Of(setting)
	return rule.Rule{
		Identifier: "CODEDEPLOY_EC2_MINIMUM_HEALTHY_HOSTS_CONFIGURED",
		Params: []rule.Param{
			{Name: "minimumHealthyHostsFleetPercent", Type: rule.Int, Default: "66", Min: 0, Max: 100, Doc: "the percent of the hosts that must stay healthy at least"},
			{Name: "minimumHealthyHostsHostCount", Type: rule.Int, Default: "1", Doc: "the number of hosts that must stay healthy at least"},
		},
		Severity: rule.Medium,
		Rationale: "A deployment to all hosts at once is an outage when it fails. The deployment configuration of a group of servers must keep as many hosts healthy as the parameters " +
			"say, in percent or in number, whichever it is set in. CodeDeployDefault.OneAtATime, which keeps all but one healthy, passes. Groups of other compute platforms are not judged.",
		Remediation: rule.Remediation{Hint: "Use a deployment configuration that keeps more hosts healthy."},
		Fields:      []*rule.Field{platform, uses, kind, value},
		Uses:        []string{setting},
		Check: func(c *rule.Context) rule.Result {
			name := c.Str(uses)
			if c.Str(platform) != "Server" {
				return c.Skip("The deployment group is not one of servers.")
			}
			if name == oneAtATime {
				return c.Pass("The deployment configuration takes one host at a time.")
			}
			keeps, ok := predefinedConfigs[name]
			if !ok {
				found, ok := c.Find(setting, name)
				if !ok {
					return c.Unknown("The deployment configuration " + name + " is not recorded.")
				}
				keeps = healthy{found.Str(kind), found.Int(value)}
			}
			least := c.Params.Int("minimumHealthyHostsFleetPercent")
			if keeps.kind == "HOST_COUNT" {
				least = c.Params.Int("minimumHealthyHostsHostCount")
			}
			if keeps.value < least {
				return c.Fail("The deployment configuration keeps fewer hosts healthy than required.")
			}
			return c.Pass("The deployment configuration keeps as many hosts healthy as required.")
		},
	}
}

func lambdaNotAtOnce() rule.Rule {
	platform := computePlatform()
	uses := rule.Required("configuration.deploymentConfigName")
	return rule.Rule{
		Identifier: "CODEDEPLOY_LAMBDA_ALLATONCE_TRAFFIC_SHIFT_DISABLED",
		Severity:   rule.Medium,
		Rationale: "A version that gets all requests at once fails all of them. The deployment configuration of a group of Lambda functions must not be " +
			"CodeDeployDefault.LambdaAllAtOnce. Groups of other compute platforms are not judged.",
		Remediation: rule.Remediation{Hint: "Use a canary or linear deployment configuration."},
		Fields:      []*rule.Field{platform, uses},
		Check: func(c *rule.Context) rule.Result {
			name := c.Str(uses)
			if c.Str(platform) != "Lambda" {
				return c.Skip("The deployment group is not one of Lambda functions.")
			}
			if name == "CodeDeployDefault.LambdaAllAtOnce" {
				return c.Fail("A new version gets all requests at once.")
			}
			return c.Pass("A new version does not get all requests at once.")
		},
	}
}

func outdatedInstances() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "CODEDEPLOY_DEPLOYMENT_GROUP_OUTDATED_INSTANCES_UPDATE",
		Severity:   rule.Low,
		Rationale: "An instance that was started during a deployment runs what was there before. The deployment group must update such instances: its strategy must not be " +
			"IGNORE; UPDATE is the default.",
		Remediation: rule.Remediation{Hint: "Set the strategy for outdated instances to UPDATE."},
	}, deploymentGroupName(), rule.Absent("configuration.outdatedInstancesStrategy", "UPDATE", "UPDATE is the default of a deployment group"), []string{"UPDATE"},
		"Outdated instances are updated.", "Outdated instances are left as they are.")
}
