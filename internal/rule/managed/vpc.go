package managed

import "github.com/tickmark/tickmark/internal/rule"

func vpcRules() []rule.Rule {
	return []rule.Rule{vpcFlowLogsEnabled()}
}

func vpcFlowLogsEnabled() rule.Rule {
	const flowLog = "AWS::EC2::FlowLog"
	resource := rule.Required("configuration.resourceId").Of(flowLog)
	status := rule.Required("configuration.flowLogStatus").Of(flowLog)
	traffic := rule.Required("configuration.trafficType").Of(flowLog)
	return rule.Rule{
		Identifier: "VPC_FLOW_LOGS_ENABLED",
		Params:     []rule.Param{{Name: "trafficType", Enum: []string{"ACCEPT", "REJECT", "ALL"}, Doc: "the traffic that must be logged"}},
		Severity:   rule.Medium,
		Rationale: "Without flow logs nobody can tell afterwards who spoke with whom in a network. The VPC itself must have " +
			"an active flow log; when trafficType is given, one of that traffic or of ALL. Flow logs of single subnets or interfaces do not count.",
		Remediation: rule.Remediation{Hint: "Create a flow log for the VPC.", Document: "AWSConfigRemediation-EnableVPCFlowLogsToCloudWatch"},
		Fields:      []*rule.Field{resource, status, traffic},
		Uses:        []string{flowLog},
		Check: func(c *rule.Context) rule.Result {
			want := c.Params.Str("trafficType")
			logs := c.Matching(resource, c.ID())
			for _, l := range logs {
				if l.Str(status) == "ACTIVE" && (want == "" || l.Str(traffic) == want || l.Str(traffic) == "ALL") {
					return c.Pass("The VPC has an active flow log.")
				}
			}
			if len(logs) > 0 {
				return c.Fail("The VPC has a flow log, but none that is active and logs the required traffic.")
			}
			return c.Fail("The VPC has no flow log.")
		},
	}
}
