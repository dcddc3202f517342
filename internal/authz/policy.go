package authz

import "slices"

// The built-in policies.
const (
	Admin           = "Admin"
	ComplianceOwner = "ComplianceOwner"
	Delegate        = "Delegate"
	AuditorReadOnly = "AuditorReadOnly"
	Collector       = "Collector"
	ImportOnly      = "ImportOnly"
	RuleFunction    = "RuleFunction"
)

// policy is a table of operations, each "service:Operation" with wildcards.
type policy struct {
	allow []string
	// except takes operations out of allow again.
	except []string
	// around lists operations about no single assessment that a grant limited to assessments gives too: what is
	// needed to find one's way. Their answers must be filtered by Sees.
	around []string
	// evidence lists operations that a grant gives, limited to assessments or not, for the evidence that its holder may
	// see and for nothing else: who answers them asks DecideWhole before showing more.
	evidence []string
}

// reads are the verbs of operations that change nothing.
var reads = []string{"*:BatchGet*", "*:Describe*", "*:Get*", "*:List*", "*:Lookup*", "*:Search*", "*:Select*"}

// notReads look like reads and are not: they give upload or session rights.
var notReads = []string{"auditmanager:GetEvidenceFileUploadUrl", "sts:Get*Token"}

// queries read too, in a roundabout way: what they find is what the reads show. Who lets results be delivered to a
// bucket must be allowed to write there besides.
var queries = []string{"cloudtrail:StartQuery", "cloudtrail:CancelQuery", "cloudtrail:GenerateQuery", "tickmark:FindEvidence", "tickmark:StartEvidenceExport", "cloudtrail:StartDashboardRefresh"}

// findEvidence is what the evidence finder is asked by.
var findEvidence = []string{
	"cloudtrail:StartQuery", "cloudtrail:DescribeQuery", "cloudtrail:GetQueryResults", "cloudtrail:CancelQuery", "cloudtrail:ListQueries",
	"cloudtrail:GetEventDataStore", "cloudtrail:ListEventDataStores",
}

// findOwnWay is what every user of Audit Manager sees of the account around the assessments.
var findOwnWay = []string{
	"auditmanager:GetAccountStatus", "auditmanager:GetDelegations", "auditmanager:GetSettings", "auditmanager:GetServicesInScope",
	"auditmanager:GetControl", "auditmanager:GetAssessmentFramework", "auditmanager:ListAssessments", "auditmanager:ListControls",
	"auditmanager:ListAssessmentFrameworks", "auditmanager:ListKeywordsForDataSource", "auditmanager:ListNotifications",
	"auditmanager:ListTagsForResource", "auditmanager:ValidateAssessmentReportIntegrity", "auditmanager:ListAssessmentReports",
	"tickmark:ListEvidenceRequests", "tickmark:GetControlProblems",
	"tickmark:GetFrameworkProblems", "controlcatalog:Get*", "controlcatalog:List*",
}

var policies = map[string]policy{
	// Everything, the assumption of TickmarkAccess included.
	Admin: {allow: []string{"*:*"}},

	// The audit owner: assessments, frameworks, evidence, review and report, and reading what they rest on. Not the
	// account's registration and settings.
	ComplianceOwner: {
		allow: slices.Concat([]string{"auditmanager:*", "tickmark:*", "events:TestEventPattern", "securityhub:BatchUpdateFindings"}, reads, queries),
		except: []string{
			"auditmanager:RegisterAccount", "auditmanager:DeregisterAccount", "auditmanager:UpdateSettings",
			"auditmanager:RegisterOrganizationAdminAccount", "auditmanager:DeregisterOrganizationAdminAccount", "sts:Get*Token",
			"tickmark:PutNotificationChannel", // a setting of the account
			"tickmark:Import*",                // recordings are the collector's
		},
		around: findOwnWay, evidence: findEvidence,
	},

	// A subject expert: sees the assessment, comments, adds manual evidence, reviews the controls. Not its scope, roles,
	// reports or completion; to which control sets it extends is the assessment's own record.
	Delegate: {
		allow: append([]string{
			"auditmanager:GetAssessment", "auditmanager:GetChangeLogs", "auditmanager:GetEvidence*",
			"auditmanager:BatchImportEvidenceToAssessmentControl", "auditmanager:UpdateAssessmentControl",
			"auditmanager:UpdateAssessmentControlSetStatus",
			"tickmark:AnswerEvidenceRequest", "tickmark:ListEvidenceRequests", "tickmark:FindEvidence", "tickmark:StartEvidenceExport",
		}, findOwnWay...),
		around: findOwnWay, evidence: findEvidence,
	},

	// Reads everything, changes nothing; it may ask for evidence and judge the answers.
	AuditorReadOnly: {
		allow: slices.Concat([]string{
			"auditmanager:ValidateAssessmentReportIntegrity", "events:TestEventPattern", "tickmark:CreateEvidenceRequest", "tickmark:ReviewEvidenceRequest",
		}, reads, queries),
		except: notReads,
		around: findOwnWay, evidence: findEvidence,
	},

	// Writes what it has seen in the cloud, and reads what it has to look at.
	Collector: {allow: []string{
		"config:PutResourceConfig", "config:DeleteResourceConfig", "config:PutEvaluations", "config:PutExternalEvaluation",
		"config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus", "config:DescribeConfigRules",
		"securityhub:BatchImportFindings", "cloudtrail-data:PutAuditEvents", "tickmark:Import*",
		"organizations:DescribeOrganization", "organizations:ListAccounts",
	}},

	// Hands in recordings and sees nothing.
	ImportOnly: {allow: []string{
		"config:PutResourceConfig", "securityhub:BatchImportFindings", "cloudtrail-data:PutAuditEvents", "tickmark:Import*",
	}},

	// The function of a custom rule: hands in its evaluations, and reads what rules judge by.
	RuleFunction: {allow: []string{
		"config:PutEvaluations", "config:BatchGet*", "config:Describe*", "config:Get*", "config:List*", "config:Select*",
	}},
}

// everyone lists what any principal may ask about itself, without a grant.
var everyone = []string{"sts:GetCallerIdentity", "sts:GetSessionToken"}

// PolicyNames lists the built-in policies, the most powerful first.
func PolicyNames() []string {
	return []string{Admin, ComplianceOwner, Delegate, AuditorReadOnly, Collector, ImportOnly, RuleFunction}
}
