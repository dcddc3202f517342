package auditmanager_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// trail calls CloudTrail as somebody, and gives the code of the error, if it is one.
func (h *house) trail(who authz.Caller, operation string, in, out any) (code string) {
	h.Helper()
	body, err := json.Marshal(in)
	h.ok(err)
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "CloudTrail_20131101."+operation)
	w := httptest.NewRecorder()
	h.registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), who)), "cloudtrail", awswire.Caller{Account: account, Region: servicetest.Region, PrincipalARN: who.ARN()})
	if w.Code != http.StatusOK {
		var e struct {
			Type string `json:"__type"`
		}
		h.ok(json.Unmarshal(w.Body.Bytes(), &e))
		return e.Type
	}
	if out != nil {
		h.ok(json.Unmarshal(w.Body.Bytes(), out))
	}
	return ""
}

// find runs a statement over the evidence and gives its only column.
func (h *house) find(who authz.Caller, statement string) (rows []string, query, code string) {
	h.Helper()
	var started struct{ QueryId string }
	if code := h.trail(who, "StartQuery", map[string]string{"QueryStatement": fmt.Sprintf(statement, finder.StoreID(account))}, &started); code != "" {
		return nil, "", code
	}
	h.ok(h.lake.Work(h.Context()))
	rows, code = h.results(who, started.QueryId)
	return rows, started.QueryId, code
}

func (h *house) results(who authz.Caller, query string) (rows []string, code string) {
	h.Helper()
	var found struct {
		QueryStatus     string
		QueryResultRows [][]map[string]string
	}
	code = h.trail(who, "GetQueryResults", map[string]string{"QueryId": query}, &found)
	if code == "" && found.QueryStatus != "FINISHED" {
		h.Fatalf("the query is %s", found.QueryStatus)
	}
	for _, r := range found.QueryResultRows {
		for _, cell := range r[0] {
			rows = append(rows, cell)
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows), code
}

// TestFinderAccess: a query shows evidence of the assessments, and of delegates the sets, that its caller may see; its
// results are for those who see as much; and who may see some evidence may read no events.
func TestFinderAccess(t *testing.T) {
	h := newHouse(t)
	h.estate()
	ctx, owner := t.Context(), h.client(root, servicetest.Region)
	framework, one := h.begin(owner)
	more, err := owner.CreateAssessment(ctx, &sdk.CreateAssessmentInput{
		Name: aws.String("Q2"), FrameworkId: &framework, Scope: &types.Scope{AwsAccounts: []types.AWSAccount{{Id: aws.String(account)}}},
		AssessmentReportsDestination: &types.AssessmentReportsDestination{DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://audit-reports")},
		Roles:                        []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String("arn:aws:iam::" + account + ":role/Second")}},
	})
	h.ok(err)
	two := *more.Assessment.Metadata.Id
	h.work()
	_, err = owner.BatchCreateDelegationByAssessment(ctx, &sdk.BatchCreateDelegationByAssessmentInput{
		AssessmentId: &one, CreateDelegationRequests: []types.CreateDelegationRequest{{
			ControlSetId: aws.String(setName), RoleType: types.RoleTypeResourceOwner, RoleArn: aws.String("arn:aws:iam::" + account + ":role/Expert"),
		}},
	})
	h.ok(err)

	const assessments = `SELECT eventData.assessmentId FROM %s`
	both := []string{one, two}
	slices.Sort(both)
	rows, wide, code := h.find(root, assessments)
	if code != "" || !slices.Equal(rows, both) {
		t.Fatalf("the administrator finds %v, %s", rows, code)
	}
	var events struct{ EventDataStoreArn string }
	if code := h.trail(root, "CreateEventDataStore", map[string]string{"Name": "events"}, &events); code != "" {
		t.Fatal(code)
	}
	for _, x := range []struct {
		name   string
		caller authz.Caller
		finds  []string
		all    bool // may see the administrator's results
		events string
	}{
		{"compliance owner", as("Owner", authz.ComplianceOwner), both, true, ""},
		{"compliance owner of one", as("Owner", authz.ComplianceOwner, one), []string{one}, false, "EventDataStoreNotFoundException"},
		{"auditor", as("Auditor", authz.AuditorReadOnly), both, true, ""},
		{"auditor of the other", as("Auditor", authz.AuditorReadOnly, two), []string{two}, false, "EventDataStoreNotFoundException"},
		{"auditor of both", as("Auditor", authz.AuditorReadOnly, one, two), both, false, "EventDataStoreNotFoundException"},
		{"delegate", as("Expert", authz.Delegate), []string{one}, false, "EventDataStoreNotFoundException"},
		{"somebody else", as("Other", authz.Delegate), nil, false, "EventDataStoreNotFoundException"},
	} {
		t.Run(x.name, func(t *testing.T) {
			rows, _, code := h.find(x.caller, assessments)
			if code != "" || !slices.Equal(rows, x.finds) {
				t.Errorf("finds %v, %s", rows, code)
			}
			for _, operation := range []string{"GetQueryResults", "DescribeQuery"} {
				code = h.trail(x.caller, operation, map[string]string{"QueryId": wide}, nil)
				if want := map[bool]string{true: "", false: "QueryIdNotFoundException"}[x.all]; code != want {
					t.Errorf("%s of the administrator's query: %q", operation, code)
				}
			}
			statement := "SELECT eventID FROM " + events.EventDataStoreArn[strings.LastIndex(events.EventDataStoreArn, "/")+1:]
			if code = h.trail(x.caller, "StartQuery", map[string]string{"QueryStatement": statement}, nil); code != x.events {
				t.Errorf("a query on events: %q", code)
			}
			var list struct{ EventDataStores []struct{ Name string } }
			h.trail(x.caller, "ListEventDataStores", map[string]string{}, &list)
			if want := map[bool]int{true: 2, false: 1}[x.events == ""]; len(list.EventDataStores) != want {
				t.Errorf("data stores %+v", list)
			}
		})
	}
}

// TestQueryReport: a report of a query has what the query chose, whatever was selected by hand.
func TestQueryReport(t *testing.T) {
	h := newHouse(t)
	h.estate()
	ctx, owner := t.Context(), h.client(root, servicetest.Region)
	_, one := h.begin(owner)
	h.work()
	folders, err := owner.GetEvidenceFoldersByAssessment(ctx, &sdk.GetEvidenceFoldersByAssessmentInput{AssessmentId: &one})
	h.ok(err)
	_, err = owner.AssociateAssessmentReportEvidenceFolder(ctx, &sdk.AssociateAssessmentReportEvidenceFolderInput{AssessmentId: &one, EvidenceFolderId: folders.EvidenceFolders[0].Id})
	h.ok(err)
	made, err := owner.CreateAssessmentReport(ctx, &sdk.CreateAssessmentReportInput{
		AssessmentId: &one, Name: aws.String("failing"),
		QueryStatement: aws.String(fmt.Sprintf(`SELECT eventJson FROM "arn:aws:cloudtrail:eu-west-1:%s:eventdatastore/%s" WHERE eventData.assessmentId = '%s' AND eventData.dataSource = 'AWS CloudTrail'`, account, finder.StoreID(account), one)),
	})
	h.ok(err)
	h.work()
	rep, err := h.audit.GetReport(ctx, assess.Caller{Account: account, Region: servicetest.Region, Principal: root.ARN(), Owner: true}, one, *made.AssessmentReport.Id)
	h.ok(err)
	if rep.Status != "COMPLETE" {
		t.Fatalf("the report is %s: %s", rep.Status, rep.Failure)
	}
	_, r, err := h.shelf.Get(ctx, account, rep.Bucket, rep.Key)
	h.ok(err)
	b, err := io.ReadAll(r)
	h.ok(err)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	h.ok(err)
	var kinds []string
	for _, f := range z.File {
		for _, source := range []string{"cloudtrail", "config", "securityhub", "security_hub", "api"} {
			if strings.Contains(strings.ToLower(f.Name), source) && !slices.Contains(kinds, source) {
				kinds = append(kinds, source)
			}
		}
	}
	if !slices.Equal(kinds, []string{"cloudtrail"}) {
		for _, f := range z.File {
			t.Log(f.Name)
		}
		t.Errorf("the report has evidence of %v", kinds)
	}
}
