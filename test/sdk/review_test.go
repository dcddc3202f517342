package sdk_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
)

// end reviews the set by a delegate, closes the assessment, and takes everything down.
func (a *auditing) end() {
	a.delegation()
	ctx, id, set := a.Context(), &a.assessment, aws.String(auditSet)
	control := aws.String(a.controls["Users"])
	must(a.c.UpdateAssessmentControl(ctx, &auditmanager.UpdateAssessmentControlInput{AssessmentId: id, ControlSetId: set, ControlId: control, ControlStatus: types.ControlStatusReviewed, CommentBody: aws.String("seen")}))(a.kit)
	must(a.c.UpdateAssessmentControlSetStatus(ctx, &auditmanager.UpdateAssessmentControlSetStatusInput{AssessmentId: id, ControlSetId: set, Status: types.ControlSetStatusReviewed, Comment: aws.String("done")}))(a.kit)
	if n := walk(a.kit, auditmanager.NewGetChangeLogsPaginator(a.c, &auditmanager.GetChangeLogsInput{AssessmentId: id, MaxResults: aws.Int32(2)}), func(o *auditmanager.GetChangeLogsOutput) int { return len(o.ChangeLogs) }); n < 4 {
		a.Errorf("%d changes are logged", n)
	}
	must(a.c.UpdateAssessmentStatus(ctx, &auditmanager.UpdateAssessmentStatusInput{AssessmentId: id, Status: types.AssessmentStatusInactive}))(a.kit)
	_, err := a.c.UpdateAssessmentControl(ctx, &auditmanager.UpdateAssessmentControlInput{AssessmentId: id, ControlSetId: set, ControlId: control, CommentBody: aws.String("late")})
	fails[*types.ValidationException](a.kit, err)
	must(a.c.DeleteAssessmentReport(ctx, &auditmanager.DeleteAssessmentReportInput{AssessmentId: id, AssessmentReportId: &a.reportID}))(a.kit)
	a.takeDown()
}

func (a *auditing) delegation() {
	ctx := a.Context()
	made := must(a.c.BatchCreateDelegationByAssessment(ctx, &auditmanager.BatchCreateDelegationByAssessmentInput{AssessmentId: &a.assessment, CreateDelegationRequests: []types.CreateDelegationRequest{{
		ControlSetId: aws.String(auditSet), RoleArn: aws.String("arn:aws:iam::" + a.env.Account + ":role/TickmarkAccess"), RoleType: types.RoleTypeResourceOwner, Comment: aws.String("please"),
	}}}))(a.kit)
	if len(made.Delegations) != 1 {
		a.Fatalf("delegations %+v", made.Errors)
	}
	if l := must(a.c.GetDelegations(ctx, &auditmanager.GetDelegationsInput{}))(a.kit); len(l.Delegations) != 1 {
		a.Errorf("%d delegations", len(l.Delegations))
	}
	must(a.c.ListNotifications(ctx, &auditmanager.ListNotificationsInput{}))(a.kit)
	must(a.c.BatchDeleteDelegationByAssessment(ctx, &auditmanager.BatchDeleteDelegationByAssessmentInput{AssessmentId: &a.assessment, DelegationIds: []string{*made.Delegations[0].Id}}))(a.kit)
}

func (a *auditing) takeDown() {
	ctx := a.Context()
	f := must(a.c.GetAssessmentFramework(ctx, &auditmanager.GetAssessmentFrameworkInput{FrameworkId: &a.framework}))(a.kit).Framework
	set := types.UpdateAssessmentFrameworkControlSet{Id: f.ControlSets[0].Id, Name: f.ControlSets[0].Name}
	for _, k := range f.ControlSets[0].Controls {
		set.Controls = append(set.Controls, types.CreateAssessmentFrameworkControl{Id: k.Id})
	}
	must(a.c.UpdateAssessmentFramework(ctx, &auditmanager.UpdateAssessmentFrameworkInput{FrameworkId: &a.framework, Name: aws.String("Ours, renamed"), ControlSets: []types.UpdateAssessmentFrameworkControlSet{set}}))(a.kit)
	users := aws.String(a.controls["Users"])
	k := must(a.c.GetControl(ctx, &auditmanager.GetControlInput{ControlId: users}))(a.kit).Control
	must(a.c.UpdateControl(ctx, &auditmanager.UpdateControlInput{ControlId: users, Name: aws.String("Users, renamed"), ControlMappingSources: k.ControlMappingSources}))(a.kit)
	must(a.c.DeleteAssessment(ctx, &auditmanager.DeleteAssessmentInput{AssessmentId: &a.assessment}))(a.kit)
	_, err := a.c.GetAssessment(ctx, &auditmanager.GetAssessmentInput{AssessmentId: &a.assessment})
	fails[*types.ResourceNotFoundException](a.kit, err)
	must(a.c.DeleteAssessmentFramework(ctx, &auditmanager.DeleteAssessmentFrameworkInput{FrameworkId: &a.framework}))(a.kit)
	for _, id := range a.controls {
		must(a.c.DeleteControl(ctx, &auditmanager.DeleteControlInput{ControlId: &id}))(a.kit)
	}
	must(a.c.DeregisterAccount(ctx, &auditmanager.DeregisterAccountInput{}))(a.kit)
}

// put and get follow links that the server has signed.
func (k *kit) put(url, body string) {
	k.Helper()
	k.follow(http.MethodPut, url, body)
}

func (k *kit) get(url string) string { return k.follow(http.MethodGet, url, "") }

func (k *kit) follow(method, url, body string) string {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), method, url, strings.NewReader(body))
	k.ok(err)
	resp, err := http.DefaultClient.Do(req)
	k.ok(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	k.ok(err)
	if resp.StatusCode != http.StatusOK {
		k.Fatalf("%s %s: %s %s", method, url, resp.Status, answer)
	}
	return string(answer)
}

func (k *kit) unzip(bundle []byte) map[string]string {
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	k.ok(err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		k.ok(err)
		text, err := io.ReadAll(r)
		k.ok(err)
		files[f.Name] = string(text)
	}
	return files
}
