package builtin_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/automation/builtin"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// missing are documents that managed rules name and that do not come with the house.
var missing = map[string]bool{
	"AWS-RunPatchBaseline": true, // runs commands on instances

	"AWSConfigRemediation-EnableVPCFlowLogsToCloudWatch":         true,
	"AWSConfigRemediation-EnableWAFClassicLogging":               true,
	"AWSConfigRemediation-EnableWAFV2Logging":                    true,
	"AWSConfigRemediation-RemovePrincipalStarFromS3BucketPolicy": true,
	"AWSConfigRemediation-RemoveUnrestrictedSourceIngressRules":  true,
	"AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules":    true,
	"AWSConfigRemediation-ReplaceIAMInlinePolicy":                true,
	"AWSConfigRemediation-RestrictBucketSSLRequestsOnly":         true,
	"AWSConfigRemediation-RevokeUnusedIAMUserCredentials":        true,
	"AWSConfigRemediation-SetIAMPasswordPolicy":                  true,
}

// TestDocumentsOfRules: what a managed rule names as its remediation can be run.
func TestDocumentsOfRules(t *testing.T) {
	named := 0
	for _, r := range managed.All() {
		name := r.Remediation.Document
		if name == "" {
			continue
		}
		named++
		if _, ok := builtin.Lookup(name); !ok && !missing[name] {
			t.Errorf("%s names %s, and there is no such document", r.Identifier, name)
		}
	}
	if named == 0 {
		t.Error("no rule names a document")
	}
}

// TestAliases: each alias leads to a document.
func TestAliases(t *testing.T) {
	for alias, want := range map[string]string{
		"AWS-DisableS3BucketPublicRead": "AWS-DisableS3BucketPublicReadWrite",
		"AWS-EnableEBSVolumeEncryption": "AWSConfigRemediation-EnableEbsEncryptionByDefault",
	} {
		if d, ok := builtin.Lookup(alias); !ok || d.Name != want {
			t.Errorf("Lookup(%s) = %q, %v", alias, d.Name, ok)
		}
	}
}
