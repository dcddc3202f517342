package sdk_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/testenv"
)

// small makes an assessment of one manual control by hand and tells its id and the control's.
func (k *kit) small(c *auditmanager.Client, name string) (assessment, control string) {
	k.Helper()
	ctx := k.Context()
	made := must(c.CreateControl(ctx, &auditmanager.CreateControlInput{Name: &name, ControlMappingSources: []types.CreateControlMappingSource{
		{SourceName: aws.String("by hand"), SourceType: types.SourceTypeManual, SourceSetUpOption: types.SourceSetUpOptionProceduralControlsMapping},
	}}))(k)
	f := must(c.CreateAssessmentFramework(ctx, &auditmanager.CreateAssessmentFrameworkInput{Name: &name, ControlSets: []types.CreateAssessmentFrameworkControlSet{
		{Name: aws.String(auditSet), Controls: []types.CreateAssessmentFrameworkControl{{Id: made.Control.Id}}},
	}}))(k)
	a := must(c.CreateAssessment(ctx, &auditmanager.CreateAssessmentInput{
		Name: &name, FrameworkId: f.Framework.Id, AssessmentReportsDestination: destination(), Scope: &types.Scope{},
		Roles: []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String("arn:aws:iam::" + k.env.Account + ":root")}},
	}))(k)
	return *a.Assessment.Metadata.Id, *made.Control.Id
}

// TestAuditEvents: a rule on the account's default bus sees each step of an audit, in AWS's form.
func TestAuditEvents(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	ctx, c := t.Context(), auditmanager.NewFromConfig(k.config(home))
	hook, topic := k.webhook("audit")
	k.events("PutRule", `{"Name":"audit","EventPattern":"{\"source\":[\"aws.auditmanager\"],\"detail-type\":[{\"prefix\":\"Assessment \"}]}"}`)
	k.events("PutTargets", `{"Rule":"audit","Targets":[{"Id":"tell","Arn":"`+topic+`"}]}`)
	began := time.Now().UnixMilli()
	must(c.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{}))(k)
	id, control := k.small(c, "Événements & co")
	set := aws.String(auditSet)
	must(c.UpdateAssessment(ctx, &auditmanager.UpdateAssessmentInput{AssessmentId: &id, Scope: &types.Scope{}, AssessmentDescription: aws.String("d")}))(k)
	must(c.BatchCreateDelegationByAssessment(ctx, &auditmanager.BatchCreateDelegationByAssessmentInput{AssessmentId: &id, CreateDelegationRequests: []types.CreateDelegationRequest{
		{ControlSetId: set, RoleType: types.RoleTypeResourceOwner, RoleArn: aws.String("arn:aws:iam::" + k.env.Account + ":role/Expert")},
	}}))(k)
	must(c.UpdateAssessmentControl(ctx, &auditmanager.UpdateAssessmentControlInput{AssessmentId: &id, ControlSetId: set, ControlId: &control, ControlStatus: types.ControlStatusReviewed}))(k)
	for _, s := range []types.ControlSetStatus{types.ControlSetStatusUnderReview, types.ControlSetStatusReviewed} {
		must(c.UpdateAssessmentControlSetStatus(ctx, &auditmanager.UpdateAssessmentControlSetStatusInput{AssessmentId: &id, ControlSetId: set, Status: s, Comment: aws.String("done")}))(k)
	}
	must(c.DeleteAssessment(ctx, &auditmanager.DeleteAssessmentInput{AssessmentId: &id}))(k)

	want := []string{
		"Assessment Control Reviewed: REVIEWED CONTROL", "Assessment ControlSet Delegation Created: CREATE DELEGATION",
		"Assessment ControlSet Reviewed: REVIEWED CONTROL_SET", "Assessment ControlSet Under Review: UNDER_REVIEW CONTROL_SET",
		"Assessment Created: CREATE ASSESSMENT", "Assessment Deleted: DELETE ASSESSMENT", "Assessment Updated: UPDATE_METADATA ASSESSMENT",
	}
	k.eventually("all events arrive", func() bool { return len(hook.got()) >= 1+len(want) })
	var got []string
	for _, body := range hook.got()[1:] {
		var e struct {
			Version, ID, Source, Account, Region, Time string
			DetailType                                 string `json:"detail-type"`
			Resources                                  []string
			Detail                                     struct {
				EventID, Author, AssessmentTenantID, AssessmentName, EventName, EventType, AssessmentID, ControlSetID, ControlID string

				EventTime int64
			}
		}
		k.ok(json.Unmarshal([]byte(body), &e))
		d := e.Detail
		got = append(got, e.DetailType+": "+d.EventName+" "+d.EventType)
		if e.Version != "0" || e.Source != "aws.auditmanager" || e.Account != k.env.Account || e.Region != home || len(e.Resources) != 1 ||
			e.Resources[0] != "arn:aws:auditmanager:"+home+":"+k.env.Account+":assessment/"+id || d.EventID != e.ID || d.EventID == "" ||
			d.Author != "arn:aws:iam::"+k.env.Account+":root" || d.AssessmentTenantID != k.env.Account || d.AssessmentName != "Événements & co" ||
			d.AssessmentID != id || d.EventTime < began || d.EventTime > time.Now().UnixMilli() {
			t.Errorf("event %s", body)
		}
		if e.DetailType == "Assessment Control Reviewed" && (d.ControlID != control || d.ControlSetID != auditSet) {
			t.Errorf("event %s", body)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}
