package tickmark_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

const account = "111122223333"

var root = authz.Anyone(account, "TKIAROOT")

// auditor may read one assessment.
func auditor(assessment string) authz.Caller {
	return authz.Caller{
		Account: account, Kind: authz.User, Name: "auditor", ID: "AIDAAUDITOR", AccessKeyID: "TKIAAUDITOR",
		Grants: []authz.Grant{{Policy: authz.AuditorReadOnly, Account: account, Assessments: []string{assessment}}},
	}
}

// desk sends requests to an installation.
type desk struct {
	testing.TB
	servicetest.Env
}

func (d *desk) send(who authz.Caller, svc *awswire.Service, op *awswire.Operation, r *http.Request) (int, string) {
	if svc.Protocol == awswire.JSON {
		r.Header.Set("Content-Type", "application/x-amz-json-"+svc.JSONVersion)
		r.Header.Set("X-Amz-Target", svc.TargetPrefix+"."+op.Name)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	d.Registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), who)), svc.SigningName, awswire.Caller{
		Account: who.Account, Region: servicetest.Region, PrincipalARN: who.ARN(), UserID: who.UserID(), AccessKeyID: who.AccessKeyID,
	})
	return w.Code, w.Body.String()
}

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

// call asks for an operation with every member it may have: those of its path, and all as query and as body.
func (d *desk) call(who authz.Caller, svc *awswire.Service, name string, members map[string]any) (int, string) {
	d.Helper()
	for i := range svc.Operations {
		op := &svc.Operations[i]
		if op.Name != name {
			continue
		}
		if members == nil {
			members = map[string]any{}
		}
		body, err := json.Marshal(members)
		if err != nil {
			d.Fatal(err)
		}
		path := placeholder.ReplaceAllStringFunc(op.URI, func(m string) string { return url.PathEscape(fmt.Sprint(members[m[1:len(m)-1]])) })
		if op.Method == http.MethodGet {
			q := url.Values{}
			for k, v := range members {
				if s, ok := v.(string); ok {
					q.Set(k, s)
				}
			}
			path += "?" + q.Encode()
		}
		return d.send(who, svc, op, httptest.NewRequest(op.Method, "http://localhost"+path, strings.NewReader(string(body))))
	}
	d.Fatalf("%s has no operation %s", svc.Name, name)
	return 0, ""
}

// must is call by root, and what a pattern finds in the answer.
func (d *desk) must(service int, name, pattern string, members map[string]any) string {
	d.Helper()
	code, answer := d.call(root, d.Services[service], name, members)
	m := regexp.MustCompile(pattern).FindStringSubmatch(answer)
	if code != http.StatusOK || m == nil {
		d.Fatalf("%s: %d %s", name, code, answer)
	}
	return m[len(m)-1]
}

const ours, aws = 0, 1 // the services of the installation

// audited makes an assessment with a bit of everything in it, each marked with a word, and gives the ids of it all.
func (d *desk) audited(word string) map[string]any {
	d.Helper()
	control := d.must(aws, "CreateControl", `:control/([^"]*)"`, map[string]any{"name": "control of " + word, "controlMappingSources": []any{map[string]any{
		"sourceName": word, "sourceType": "MANUAL", "sourceSetUpOption": "Procedural_Controls_Mapping",
	}}})
	set := "Set " + fmt.Sprint(len(word))
	framework := d.must(aws, "CreateAssessmentFramework", `:assessmentFramework/([^"]*)"`, map[string]any{
		"name": "framework " + fmt.Sprint(len(word)), "controlSets": []any{map[string]any{"name": set, "controls": []any{map[string]any{"id": control}}}},
	})
	m := map[string]any{"controlSetId": set, "controlId": control, "frameworkId": framework}
	m["assessmentId"] = d.must(aws, "CreateAssessment", `:assessment/([^"]*)"`, map[string]any{
		"name": "assessment " + word, "description": "about " + word, "frameworkId": framework, "scope": map[string]any{}, "tags": map[string]any{"project": word},
		"assessmentReportsDestination": map[string]any{"destinationType": "S3", "destination": "s3://audit-reports"},
		"roles":                        []any{map[string]any{"roleType": "PROCESS_OWNER", "roleArn": "arn:aws:iam::111122223333:role/" + word}},
	})
	with := func(more map[string]any) map[string]any {
		out := map[string]any{}
		for _, x := range []map[string]any{m, more} {
			for k, v := range x {
				out[k] = v
			}
		}
		return out
	}
	d.must(aws, "BatchImportEvidenceToAssessmentControl", `(errors)`, with(map[string]any{"manualEvidence": []any{map[string]any{"textResponse": "evidence of " + word}}}))
	d.must(aws, "BatchCreateDelegationByAssessment", `"id":"([^"]*)"`, with(map[string]any{"createDelegationRequests": []any{map[string]any{
		"controlSetId": set, "roleType": "RESOURCE_OWNER", "roleArn": "arn:aws:iam::111122223333:role/expert-" + word, "comment": "please, " + word,
	}}}))
	m["evidenceFolderId"] = d.must(aws, "GetEvidenceFoldersByAssessment", `"id":"([^"]*)"`, m)
	m["evidenceId"] = d.must(aws, "GetEvidenceByEvidenceFolder", `"id":"([0-9a-f-]{36})","resources`, m)
	m["evidenceRequestId"] = d.must(ours, "CreateEvidenceRequest", `"id":"([^"]*)"`, with(map[string]any{"title": "request about " + word, "dueDate": "2026-06-01"}))
	m["freezeId"] = d.must(ours, "FreezePeriod", `"id":"([^"]*)"`, with(map[string]any{"from": "2026-01-15", "to": "2026-01-15", "reason": "frozen for " + word}))
	m["assessmentReportId"] = d.must(aws, "CreateAssessmentReport", `"id":"([^"]*)"`, with(map[string]any{"name": "report-" + word}))
	d.Clock.Advance(time.Minute)
	if err := d.Work(d.Context()); err != nil {
		d.Fatal(err)
	}
	m["resourceArn"] = "arn:aws:auditmanager:eu-west-1:111122223333:assessment/" + m["assessmentId"].(string)
	m["s3RelativePath"] = "s3://audit-reports/report-" + word + "-" + m["assessmentReportId"].(string) + ".zip"
	return m
}

// TestAuditorOfOneAssessment asks every operation of both services about an assessment that the auditor has not been
// given, with the ids of everything in it. No answer may hold a word of it, and nothing may change.
func TestAuditorOfOneAssessment(t *testing.T) {
	d := &desk{t, open(t)}
	d.must(aws, "RegisterAccount", `(ACTIVE)`, nil)
	mine, theirs := d.audited("heron"), d.audited("flamingo")
	known := map[string]bool{ // what everybody may see of the library, which belongs to the whole installation
		"auditmanager.GetControl": true, "auditmanager.ListControls": true, "auditmanager.GetAssessmentFramework": true, "auditmanager.ListAssessmentFrameworks": true,
	}
	who := auditor(mine["assessmentId"].(string))
	seen := map[string]int{}
	for _, svc := range d.Services {
		for _, op := range svc.Operations {
			name := svc.Name + "." + op.Name
			if known[name] || op.Name == "DeregisterAccount" || op.Name == "UpdateSettings" {
				continue
			}
			asked := map[string]any{
				"controlType": "Custom", "status": "ACTIVE", "reason": "x", "comment": "x", "title": "x", "name": "x", "dueDate": "2026-06-01",
				"from": "2026-01-15", "to": "2026-01-15", "frameworkType": "Custom", "controlDomainId": "uncategorized",
			}
			for k, v := range theirs {
				asked[k] = v
			}
			if op.Name == "ReviewEvidenceRequest" {
				asked["status"] = "ACCEPTED"
			}
			if op.Name == "ListEvidenceRequests" || op.Name == "ListExceptions" || op.Name == "ListAssessments" {
				delete(asked, "status")
			}
			code, answer := d.call(who, svc, op.Name, asked)
			if strings.Contains(answer, "flamingo") && !strings.Contains(answer, theirs["s3RelativePath"].(string)) {
				t.Errorf("%s tells of another assessment: %d %s", name, code, answer)
			}
			if code == http.StatusOK && op.Method != http.MethodGet && svc == d.Services[aws] && op.Name != "ValidateAssessmentReportIntegrity" {
				t.Errorf("%s is done: %s", name, answer)
			}
			// Of its own assessment the auditor sees what there is, and of lists what is its own.
			for k, v := range mine {
				asked[k] = v
			}
			if _, answer := d.call(who, svc, op.Name, asked); strings.Contains(answer, "heron") {
				seen[op.Name]++
			} else if strings.Contains(answer, "flamingo") {
				t.Errorf("%s mixes assessments: %s", name, answer)
			}
		}
	}
	for _, op := range []string{
		"GetAssessment", "ListAssessments", "GetChangeLogs", "GetDelegations", "GetEvidence", "GetEvidenceByEvidenceFolder", "ListNotifications",
		"ListAssessmentReports", "ListTagsForResource", "ListDecisions", "ListFreezes", "ListEvidenceRequests",
	} {
		if seen[op] == 0 {
			t.Errorf("the auditor sees nothing of its own by %s", op)
		}
	}
	if code, answer := d.call(who, d.Services[aws], "GetAssessmentReportUrl", mine); code != http.StatusOK || !strings.Contains(answer, "report-heron") {
		t.Errorf("the auditor cannot download its report: %d %s", code, answer)
	}
	if code, answer := d.call(who, d.Services[aws], "ValidateAssessmentReportIntegrity", theirs); code != http.StatusNotFound {
		t.Errorf("the report of another assessment is validated: %d %s", code, answer)
	}
	swapped := map[string]any{}
	for k, v := range theirs {
		swapped[k] = v
	}
	swapped["assessmentId"] = mine["assessmentId"] // what belongs to another assessment is not found in this one
	for _, op := range []string{"GetEvidence", "GetEvidenceFolder", "GetEvidenceByEvidenceFolder", "GetAssessmentReportUrl"} {
		if code, answer := d.call(who, d.Services[aws], op, swapped); code == http.StatusOK || strings.Contains(answer, "flamingo") {
			t.Errorf("%s finds it under another assessment: %d %s", op, code, answer)
		}
	}
	for _, x := range []string{"heron", "flamingo"} { // the auditor's own request is the one thing that it may have written
		if code, answer := d.call(root, d.Services[aws], "ListAssessments", nil); code != http.StatusOK || !strings.Contains(answer, "assessment "+x) {
			t.Errorf("%s: %d %s", x, code, answer)
		}
	}
}
