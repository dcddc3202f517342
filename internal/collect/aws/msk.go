package aws

import "github.com/tickmark/tickmark/internal/collect"

// mskClusterPolicy is the resource policy of a cluster; its id is that of the cluster.
var mskClusterPolicy = &collect.Type{
	Name: "AWS::MSK::ClusterPolicy",
	Find: []collect.Step{
		{API: "kafka:ListClustersV2", Each: "ClusterInfoList"},
		{API: "kafka:GetClusterPolicy", From: map[string]string{"ClusterArn": "ClusterArn"}, Merge: true, Absent: []string{"NotFoundException"}},
	},
	ID: "{ClusterArn}", Title: "{ClusterName}",
	Shape: func(r *collect.Resource) any {
		out := object{"ClusterArn": r.At("ClusterArn")}
		collect.Set(out, "CurrentVersion", r.At("CurrentVersion"))
		collect.Set(out, "Policy", collect.JSONText(r.At("Policy")))
		return out
	},
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::MSK::Cluster", ID: "ClusterArn"}},
}

// mskBatchScramSecret are the secrets with which users of a cluster log in: their names, never their values.
var mskBatchScramSecret = &collect.Type{
	Name: "AWS::MSK::BatchScramSecret",
	Find: []collect.Step{
		{
			API: "kafka:ListClustersV2", Input: object{"ClusterTypeFilter": "PROVISIONED"}, Each: "ClusterInfoList",
			Keep: func(e *collect.Element) bool {
				return e.At("Provisioned.ClientAuthentication.Sasl.Scram.Enabled") == true
			},
		},
	},
	ID: "{ClusterArn}", Title: "{ClusterName}",
	Details: []collect.Detail{{
		API: "kafka:ListScramSecrets", From: map[string]string{"ClusterArn": "ClusterArn"}, Take: "SecretArnList", Key: ".Secrets", Instead: []any{},
		Covers: []string{"configuration.SecretArnList"},
	}},
	Shape:     collect.Fields(map[string]string{"ClusterArn": "ClusterArn", "SecretArnList": "Secrets"}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::MSK::Cluster", ID: "ClusterArn"}},
}
