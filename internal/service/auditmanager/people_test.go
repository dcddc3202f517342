package auditmanager_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// people is every operation with a request that is right, and who may make it: the audit owner (o), the delegate of the
// control set (d), another delegate (x), the auditor (a). Nobody of them may what is the administrator's.
const people = `
GetAccountStatus odxa GET /account/status
GetSettings odxa GET /settings/ALL
GetServicesInScope odxa GET /services
ListKeywordsForDataSource odxa GET /dataSourceKeywords?source=AWS_Config&maxResults=1
ListNotifications odxa GET /notifications
GetDelegations odxa GET /delegations
ListAssessments odxa GET /assessments
ListControls odxa GET /controls?controlType=Custom
GetControl odxa GET /controls/$control
ListAssessmentFrameworks odxa GET /assessmentFrameworks?frameworkType=Custom
GetAssessmentFramework odxa GET /assessmentFrameworks/$framework
ListTagsForResource odxa GET /tags/$arn
ValidateAssessmentReportIntegrity odxa POST /assessmentReports/integrity {"s3RelativePath": "s3://audit-reports"}
GetOrganizationAdminAccount oa GET /account/organizationAdminAccount
GetInsights oa GET /insights
GetInsightsByAssessment oa GET /insights/assessments/$a
ListControlDomainInsights oa GET /insights/control-domains
ListControlDomainInsightsByAssessment oa GET /insights/control-domains-by-assessment?assessmentId=$a
ListControlInsightsByControlDomain oa GET /insights/controls?controlDomainId=UNCATEGORIZED
ListAssessmentControlInsightsByControlDomain oa GET /insights/controls-by-assessment?controlDomainId=UNCATEGORIZED&assessmentId=$a
ListAssessmentReports odxa GET /assessmentReports
ListAssessmentFrameworkShareRequests oa GET /assessmentFrameworkShareRequests?requestType=SENT
GetAssessmentReportUrl oa GET /assessments/$a/reports/$report/url
GetEvidenceFoldersByAssessment oa GET /assessments/$a/evidenceFolders
GetAssessment oda GET /assessments/$a
GetChangeLogs oda GET /assessments/$a/changelogs
GetEvidenceFoldersByAssessmentControl oda GET /assessments/$a/evidenceFolders-by-assessment-control/$set/$control
GetEvidenceFolder oda GET /assessments/$a/controlSets/$set/evidenceFolders/$folder
GetEvidenceByEvidenceFolder oda GET /assessments/$a/controlSets/$set/evidenceFolders/$folder/evidence
GetEvidence oda GET /assessments/$a/controlSets/$set/evidenceFolders/$folder/evidence/$evidence
GetEvidenceFileUploadUrl odx GET /evidenceFileUploadUrl?fileName=a.txt
BatchImportEvidenceToAssessmentControl od POST /assessments/$a/controlSets/$set/controls/$control/evidence {"manualEvidence": [{"textResponse": "x"}]}
UpdateAssessmentControl od PUT /assessments/$a/controlSets/$set/controls/$control {"commentBody": "x"}
UpdateAssessmentControlSetStatus od PUT /assessments/$a/controlSets/$set/status {"status": "UNDER_REVIEW", "comment": "x"}
UpdateAssessment o PUT /assessments/$a {"scope": {}}
BatchCreateDelegationByAssessment o POST /assessments/$a/delegations {"createDelegationRequests": [{"controlSetId": "none", "roleArn": "arn:aws:iam::111122223333:role/x", "roleType": "RESOURCE_OWNER"}]}
BatchDeleteDelegationByAssessment o PUT /assessments/$a/delegations {"delegationIds": ["00000000-0000-4000-8000-000000000000"]}
AssociateAssessmentReportEvidenceFolder o PUT /assessments/$a/associateToAssessmentReport {"evidenceFolderId": "$folder"}
DisassociateAssessmentReportEvidenceFolder o PUT /assessments/$a/disassociateFromAssessmentReport {"evidenceFolderId": "$folder"}
BatchAssociateAssessmentReportEvidence o PUT /assessments/$a/batchAssociateToAssessmentReport {"evidenceFolderId": "$folder", "evidenceIds": ["$evidence"]}
BatchDisassociateAssessmentReportEvidence o PUT /assessments/$a/batchDisassociateFromAssessmentReport {"evidenceFolderId": "$folder", "evidenceIds": ["$evidence"]}
CreateAssessmentReport o POST /assessments/$a/reports {"name": "r"}
DeleteAssessmentReport o DELETE /assessments/$a/reports/$report
TagResource o POST /tags/$arn {"tags": {"a": "b"}}
UntagResource o DELETE /tags/$arn?tagKeys=a
CreateControl o POST /controls {"name": "x", "controlMappingSources": [{"sourceType": "MANUAL", "sourceName": "m", "sourceSetUpOption": "Procedural_Controls_Mapping"}]}
UpdateControl o PUT /controls/$control {"name": "y", "controlMappingSources": [{"sourceType": "MANUAL", "sourceName": "m", "sourceSetUpOption": "Procedural_Controls_Mapping"}]}
CreateAssessmentFramework o POST /assessmentFrameworks {"name": "x", "controlSets": [{"name": "s", "controls": [{"id": "$control"}]}]}
UpdateAssessmentFramework o PUT /assessmentFrameworks/$framework {"name": "y", "controlSets": [{"name": "s", "controls": [{"id": "$control"}]}]}
CreateAssessment o POST /assessments {"name": "x", "frameworkId": "$framework", "assessmentReportsDestination": {"destinationType": "S3", "destination": "s3://audit-reports"}, "scope": {}, "roles": [{"roleType": "PROCESS_OWNER", "roleArn": "arn:aws:iam::111122223333:role/Owner"}]}
StartAssessmentFrameworkShare o POST /assessmentFrameworks/$framework/shareRequests {"destinationAccount": "777788889999", "destinationRegion": "us-east-1"}
UpdateAssessmentFrameworkShare o PUT /assessmentFrameworkShareRequests/$share {"requestType": "SENT", "action": "REVOKE"}
DeleteAssessmentFrameworkShare o DELETE /assessmentFrameworkShareRequests/$share?requestType=SENT
UpdateAssessmentStatus o PUT /assessments/$a/status {"status": "INACTIVE"}
DeleteAssessment o DELETE /assessments/$a
DeleteAssessmentFramework o DELETE /assessmentFrameworks/$framework
DeleteControl o DELETE /controls/$control
RegisterAccount - POST /account/registerAccount {}
UpdateSettings - PUT /settings {"snsTopic": "NONE"}
RegisterOrganizationAdminAccount - POST /account/registerOrganizationAdminAccount {"adminAccountId": "444455556666"}
DeregisterOrganizationAdminAccount - POST /account/deregisterOrganizationAdminAccount {}
DeregisterAccount - POST /account/deregisterAccount {}
`

// ask makes a request as somebody and gives its status.
func (h *house) ask(who authz.Caller, method, path, body string) (int, string) {
	h.Helper()
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), who)), "auditmanager", awswire.Caller{Account: who.Account, Region: servicetest.Region, PrincipalARN: who.ARN()})
	return w.Code, w.Body.String()
}

// TestPeople has people of each kind ask for every operation there is.
func TestPeople(t *testing.T) {
	h := newHouse(t)
	vars := h.audited(h.client(root, servicetest.Region))
	var operations []string
	for _, who := range []struct {
		letter string
		caller authz.Caller
	}{
		{"a", as("Auditor", authz.AuditorReadOnly)}, {"x", as("Other", authz.Delegate)}, {"d", as("Expert", authz.Delegate)}, {"o", as("Owner", authz.ComplianceOwner)},
	} {
		for line := range strings.Lines(strings.TrimSpace(people)) {
			f := strings.SplitN(strings.TrimSpace(line), " ", 5)
			f = append(f, "")
			expand := func(s string) string { return os.Expand(s, func(v string) string { return vars[v] }) }
			code, answer := h.ask(who.caller, f[2], expand(f[3]), expand(f[4]))
			denied := code == http.StatusForbidden || code == http.StatusNotFound
			if denied == strings.Contains(f[1], who.letter) || code >= 500 {
				t.Errorf("%s asks for %s: %d %s", who.letter, f[0], code, answer)
			}
			if who.letter == "o" {
				operations = append(operations, f[0])
			}
		}
	}
	slices.Sort(operations)
	if served := h.registry.Served()["auditmanager"]; !slices.Equal(operations, served) {
		t.Errorf("%d operations were asked for, %d are served", len(operations), len(served))
	}
}

// audited is an assessment of one control with a piece of evidence, a report, a share and a delegate, by name.
func (h *house) audited(c *sdk.Client) map[string]string {
	h.Helper()
	ctx := h.Context()
	_, err := c.RegisterAccount(ctx, &sdk.RegisterAccountInput{})
	h.ok(err)
	k, err := c.CreateControl(ctx, &sdk.CreateControlInput{Name: aws.String("By hand"), ControlMappingSources: []types.CreateControlMappingSource{sources["By hand"]}})
	h.ok(err)
	f, err := c.CreateAssessmentFramework(ctx, &sdk.CreateAssessmentFrameworkInput{Name: aws.String("Ours"), ControlSets: []types.CreateAssessmentFrameworkControlSet{
		{Name: aws.String(setName), Controls: []types.CreateAssessmentFrameworkControl{{Id: k.Control.Id}}},
	}})
	h.ok(err)
	a, err := c.CreateAssessment(ctx, &sdk.CreateAssessmentInput{
		Name: aws.String("Q1"), FrameworkId: f.Framework.Id, Scope: &types.Scope{}, Roles: []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String(root.ARN())}},
		AssessmentReportsDestination: &types.AssessmentReportsDestination{DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://audit-reports")},
	})
	h.ok(err)
	id := a.Assessment.Metadata.Id
	_, err = c.BatchCreateDelegationByAssessment(ctx, &sdk.BatchCreateDelegationByAssessmentInput{AssessmentId: id, CreateDelegationRequests: []types.CreateDelegationRequest{
		{ControlSetId: aws.String(setName), RoleType: types.RoleTypeResourceOwner, RoleArn: aws.String("arn:aws:iam::" + account + ":role/Expert")},
	}})
	h.ok(err)
	_, err = c.BatchImportEvidenceToAssessmentControl(ctx, &sdk.BatchImportEvidenceToAssessmentControlInput{
		AssessmentId: id, ControlSetId: aws.String(setName), ControlId: k.Control.Id, ManualEvidence: []types.ManualEvidence{{TextResponse: aws.String("Seen.")}},
	})
	h.ok(err)
	folders, err := c.GetEvidenceFoldersByAssessment(ctx, &sdk.GetEvidenceFoldersByAssessmentInput{AssessmentId: id})
	h.ok(err)
	folder := folders.EvidenceFolders[0].Id
	items, err := c.GetEvidenceByEvidenceFolder(ctx, &sdk.GetEvidenceByEvidenceFolderInput{AssessmentId: id, ControlSetId: aws.String(setName), EvidenceFolderId: folder})
	h.ok(err)
	report, err := c.CreateAssessmentReport(ctx, &sdk.CreateAssessmentReportInput{AssessmentId: id, Name: aws.String("r")})
	h.ok(err)
	share, err := c.StartAssessmentFrameworkShare(ctx, &sdk.StartAssessmentFrameworkShareInput{FrameworkId: f.Framework.Id, DestinationAccount: aws.String("444455556666"), DestinationRegion: aws.String("us-east-1")})
	h.ok(err)
	h.work()
	return map[string]string{
		"control": *k.Control.Id, "framework": *f.Framework.Id, "arn": url.PathEscape(*f.Framework.Arn), "a": *id, "set": url.PathEscape(setName), "folder": *folder,
		"evidence": *items.Evidence[0].Id, "report": *report.AssessmentReport.Id, "share": *share.AssessmentFrameworkShareRequest.Id,
	}
}

// TestFieldLimits has each field take what is as long as it may be, and refuse what is longer or holds what it must not.
func TestFieldLimits(t *testing.T) {
	h := newHouse(t)
	vars := h.audited(h.client(root, servicetest.Region))
	manual := `"controlMappingSources": [{"sourceType": "MANUAL", "sourceName": "m", "sourceSetUpOption": "Procedural_Controls_Mapping"}]`
	call := func(more string) string {
		return `{"name": "By hand", "controlMappingSources": [{"sourceType": "AWS_API_Call", "sourceName": "m", "sourceSetUpOption": "System_Controls_Mapping", ` + more + `}]}`
	}
	control, framework := "PUT /controls/$control ", "PUT /assessmentFrameworks/$framework "
	sets := `"controlSets": [{"name": "s", "controls": [{"id": "$control"}]}]`
	working := "PUT /assessments/$a/controlSets/$set/controls/$control "
	for name, x := range map[string]struct {
		request string // @ stands for the value
		most    int
		bad     []string // what the field must not hold
	}{
		"control name":             {control + `{"name": "@", ` + manual + `}`, 300, []string{`\\`}},
		"control description":      {control + `{"name": "By hand", "description": "@", ` + manual + `}`, 1000, nil},
		"testing information":      {control + `{"name": "By hand", "testingInformation": "@", ` + manual + `}`, 1000, nil},
		"action plan title":        {control + `{"name": "By hand", "actionPlanTitle": "@", ` + manual + `}`, 300, nil},
		"action plan":              {control + `{"name": "By hand", "actionPlanInstructions": "@", ` + manual + `}`, 1000, nil},
		"source description":       {control + call(`"sourceDescription": "@", "sourceKeyword": {"keywordInputType": "SELECT_FROM_LIST", "keywordValue": "k"}`), 1000, nil},
		"troubleshooting":          {control + call(`"troubleshootingText": "@", "sourceKeyword": {"keywordInputType": "SELECT_FROM_LIST", "keywordValue": "k"}`), 1000, nil},
		"keyword":                  {control + call(`"sourceKeyword": {"keywordInputType": "SELECT_FROM_LIST", "keywordValue": "@"}`), 100, []string{"é", ","}},
		"framework name":           {framework + `{"name": "@", ` + sets + `}`, 300, []string{`\\`}},
		"framework description":    {framework + `{"name": "Ours", "description": "@", ` + sets + `}`, 1000, nil},
		"compliance type":          {framework + `{"name": "Ours", "complianceType": "@", ` + sets + `}`, 100, nil},
		"control set name":         {framework + `{"name": "Ours", "controlSets": [{"name": "@", "controls": [{"id": "$control"}]}]}`, 300, []string{`\\`, "_"}},
		"assessment name":          {`PUT /assessments/$a {"scope": {}, "assessmentName": "@"}`, 300, []string{`\\`}},
		"assessment description":   {`PUT /assessments/$a {"scope": {}, "assessmentDescription": "@"}`, 1000, nil},
		"comment":                  {working + `{"commentBody": "@"}`, 500, nil},
		"comment of a control set": {`PUT /assessments/$a/controlSets/$set/status {"status": "UNDER_REVIEW", "comment": "@"}`, 350, nil},
		"report name":              {`POST /assessments/$a/reports {"name": "@"}`, 300, []string{" ", "é", "/"}},
		"report description":       {`POST /assessments/$a/reports {"name": "r", "description": "@"}`, 1000, nil},
		"share comment":            {`POST /assessmentFrameworks/$framework/shareRequests {"destinationAccount": "777788889999", "destinationRegion": "us-east-1", "comment": "@"}`, 500, nil},
		"file name":                {`GET /evidenceFileUploadUrl?fileName=@.txt`, 296, []string{"%2F"}},
		"tag key":                  {`POST /tags/$arn {"tags": {"@": "v"}}`, 128, nil},
		// The model says 256, and its pattern 255.
		// The model says 256, and its pattern 255.
		"tag value": {`POST /tags/$arn {"tags": {"k": "@"}}`, 255, nil},
	} {
		try := func(value string) int {
			f := strings.SplitN(os.Expand(x.request, func(v string) string { return vars[v] }), " ", 3)
			f = append(f, "")
			code, _ := h.ask(root, f[0], strings.Replace(f[1], "@", value, 1), strings.Replace(f[2], "@", value, 1))
			return code
		}
		if code := try(strings.Repeat("n", x.most)); code != http.StatusOK {
			t.Errorf("%s: %d characters answer %d", name, x.most, code)
		}
		if code := try(strings.Repeat("n", x.most+1)); code != http.StatusBadRequest {
			t.Errorf("%s: %d characters answer %d", name, x.most+1, code)
		}
		for _, bad := range x.bad {
			if code := try("a" + bad + "b"); code != http.StatusBadRequest {
				t.Errorf("%s: %q answers %d", name, bad, code)
			}
		}
	}
	if code, _ := h.ask(root, "PUT", "/assessmentFrameworks/"+vars["framework"], os.Expand(`{"name": "Ours", "description": "", `+sets+`}`, func(v string) string { return vars[v] })); code != http.StatusBadRequest {
		t.Errorf("an empty description of a framework answers %d", code)
	}
}
