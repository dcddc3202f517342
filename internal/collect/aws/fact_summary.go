package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

var factSummary = &collect.Type{
	Name: "Tickmark::Account::Summary", Region: arn.Global, ID: "{account}",
	Find: []collect.Step{{API: "iam:GetAccountSummary"}},
	Details: []collect.Detail{{
		API: "iam:ListVirtualMFADevices", Input: collect.Object{"AssignmentStatus": "Assigned"}, When: rootHasMFA,
		Put: func(r *collect.Resource, answer collect.Object) {
			r.Object["RootHardwareMfa"] = !virtualRootDevice(answer)
		},
		Covers: []string{"configuration.rootHardwareMfa"},
	}},
	Maps:  []string{"SummaryMap"},
	Shape: collect.Fields(map[string]string{"summaryMap": "SummaryMap", "rootHardwareMfa": "RootHardwareMfa"}),
}

func rootHasMFA(e *collect.Element) bool { return e.Text("SummaryMap.AccountMFAEnabled") == "1" }

// virtualRootDevice reports whether the root user has a virtual device: that of the user ":root", or, where the user is
// not told, that with the name the console gives it.
func virtualRootDevice(devices collect.Object) bool {
	for _, d := range collect.Every(devices, "VirtualMFADevices[]") {
		user := collect.Text(d, "User.Arn")
		if strings.HasSuffix(user, ":root") || user == "" && strings.HasSuffix(collect.Text(d, "SerialNumber"), ":mfa/root-account-mfa-device") {
			return true
		}
	}
	return false
}
