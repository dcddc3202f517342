package sdk_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/server"
	"github.com/tickmark/tickmark/internal/testenv"
)

// account is what clients see of an account of Audit Manager, by id.
type account struct {
	controls, frameworks, assessments, reports, evidence map[string]string
	folders                                              map[string]int32
	comments, delegations, changes                       int
}

// TestMigrate copies an account of one server into another, as it copies one of AWS: counts and ids are equal, and doing it
// again adds nothing.
func TestMigrate(t *testing.T) {
	old := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	c := auditmanager.NewFromConfig(old.config(home))
	old.audited(c)

	fresh := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	file := filepath.Join(t.TempDir(), "credentials")
	keys := old.env.Credentials
	fresh.ok(os.WriteFile(file, []byte("[old]\naws_access_key_id = "+keys.AccessKeyID+"\naws_secret_access_key = "+keys.Secret+"\n"), 0o600))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	from := server.MigrateRequest{Profile: "old", Regions: []string{home, abroad}, EndpointURL: old.env.URL}
	done := must(fresh.env.Migrate(t.Context(), from, nil))(fresh)
	if len(done) != 2 || len(done[0].Problems)+len(done[1].Problems) > 0 || done[0].Evidence.New != 62 || done[1].Evidence.New != 0 || done[1].Assessments.New != 0 {
		t.Errorf("copied %+v", done)
	}
	again := must(fresh.env.Migrate(t.Context(), from, nil))(fresh)
	for _, r := range again {
		if r.Evidence.New+r.Controls.New+r.Frameworks.New+r.Assessments.New+r.Changes.New+r.Reports.New != 0 || r.Evidence.Found != 62 {
			t.Errorf("copied again: %+v", r)
		}
	}
	n := auditmanager.NewFromConfig(fresh.config(home))
	was, is := old.account(c), fresh.account(n)
	for name, pair := range map[string][2]map[string]string{
		"controls": {was.controls, is.controls}, "frameworks": {was.frameworks, is.frameworks}, "assessments": {was.assessments, is.assessments},
		"reports": {was.reports, is.reports}, "evidence": {was.evidence, is.evidence},
	} {
		if !maps.Equal(pair[0], pair[1]) || len(pair[0]) == 0 {
			t.Errorf("%s: there %v, here %v", name, pair[0], pair[1])
		}
	}
	if !maps.Equal(was.folders, is.folders) || was.comments != is.comments || was.delegations != is.delegations || was.changes != is.changes || was.changes < 5 {
		t.Errorf("folders there %v, here %v; comments %d, %d; delegations %d, %d; changes %d, %d", was.folders, is.folders, was.comments, is.comments, was.delegations, is.delegations, was.changes, is.changes)
	}
	if found := must(fresh.env.AuditLedger(t.Context(), ""))(fresh); len(found) != 2 || found[1].Leaves != 62 {
		t.Errorf("ledger %+v", found)
	}
	// A stranger's region, and credentials that do not exist.
	if _, err := fresh.env.Migrate(t.Context(), server.MigrateRequest{Profile: "old", Regions: []string{"mars-1"}}, nil); err == nil {
		t.Error("a region that does not exist is taken")
	}
	if _, err := fresh.env.Migrate(t.Context(), server.MigrateRequest{Profile: "nobody", EndpointURL: old.env.URL}, nil); err == nil {
		t.Error("a profile that does not exist is taken")
	}
}

// audited makes an account with something of everything that is copied.
func (k *kit) audited(c *auditmanager.Client) {
	ctx := k.Context()
	must(c.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{}))(k)
	id, control := k.small(c, "Prüfung / one")
	set := aws.String(auditSet)
	must(c.BatchCreateDelegationByAssessment(ctx, &auditmanager.BatchCreateDelegationByAssessmentInput{AssessmentId: &id, CreateDelegationRequests: []types.CreateDelegationRequest{
		{ControlSetId: set, RoleType: types.RoleTypeResourceOwner, RoleArn: aws.String("arn:aws:iam::" + k.env.Account + ":role/Expert"), Comment: aws.String("please look")},
	}}))(k)
	for range 2 { // 62 pieces: more than a batch takes, so that pages are met
		var texts []types.ManualEvidence
		for i := range 31 {
			texts = append(texts, types.ManualEvidence{TextResponse: aws.String("answer " + string(rune('a'+i)))})
		}
		out := must(c.BatchImportEvidenceToAssessmentControl(ctx, &auditmanager.BatchImportEvidenceToAssessmentControlInput{AssessmentId: &id, ControlSetId: set, ControlId: &control, ManualEvidence: texts}))(k)
		if len(out.Errors) > 0 {
			k.Fatalf("import: %+v", out.Errors)
		}
	}
	must(c.UpdateAssessmentControl(ctx, &auditmanager.UpdateAssessmentControlInput{AssessmentId: &id, ControlSetId: set, ControlId: &control, ControlStatus: types.ControlStatusReviewed, CommentBody: aws.String("looks good")}))(k)
	f := must(c.GetEvidenceFoldersByAssessment(ctx, &auditmanager.GetEvidenceFoldersByAssessmentInput{AssessmentId: &id}))(k).EvidenceFolders
	must(c.AssociateAssessmentReportEvidenceFolder(ctx, &auditmanager.AssociateAssessmentReportEvidenceFolderInput{AssessmentId: &id, EvidenceFolderId: f[0].Id}))(k)
	r := must(c.CreateAssessmentReport(ctx, &auditmanager.CreateAssessmentReportInput{AssessmentId: &id, Name: aws.String("Q1")}))(k)
	k.eventually("the report is there", func() bool {
		list := must(c.ListAssessmentReports(ctx, &auditmanager.ListAssessmentReportsInput{}))(k).AssessmentReports
		return len(list) == 1 && *list[0].Id == *r.AssessmentReport.Id && list[0].Status == types.AssessmentReportStatusComplete
	})
}

// account reads what a migration must keep.
func (k *kit) account(c *auditmanager.Client) account {
	ctx := k.Context()
	a := account{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]int32{}, 0, 0, 0}
	for _, x := range must(c.ListControls(ctx, &auditmanager.ListControlsInput{ControlType: types.ControlTypeCustom}))(k).ControlMetadataList {
		a.controls[*x.Id] = *x.Name
	}
	for _, x := range must(c.ListAssessmentFrameworks(ctx, &auditmanager.ListAssessmentFrameworksInput{FrameworkType: types.FrameworkTypeCustom}))(k).FrameworkMetadataList {
		a.frameworks[*x.Id] = *x.Name
	}
	for _, x := range must(c.ListAssessmentReports(ctx, &auditmanager.ListAssessmentReportsInput{}))(k).AssessmentReports {
		a.reports[*x.Id] = *x.Name + " " + string(x.Status)
		must(c.GetAssessmentReportUrl(ctx, &auditmanager.GetAssessmentReportUrlInput{AssessmentId: x.AssessmentId, AssessmentReportId: x.Id}))(k)
	}
	for _, m := range must(c.ListAssessments(ctx, &auditmanager.ListAssessmentsInput{}))(k).AssessmentMetadata {
		got := must(c.GetAssessment(ctx, &auditmanager.GetAssessmentInput{AssessmentId: m.Id}))(k).Assessment
		a.assessments[*m.Id] = *m.Name + " " + string(m.Status)
		a.delegations += len(got.Metadata.Delegations)
		for _, set := range got.Framework.ControlSets {
			for _, x := range set.Controls {
				a.comments += len(x.Comments)
			}
		}
		a.changes += len(must(c.GetChangeLogs(ctx, &auditmanager.GetChangeLogsInput{AssessmentId: m.Id}))(k).ChangeLogs)
		for _, f := range must(c.GetEvidenceFoldersByAssessment(ctx, &auditmanager.GetEvidenceFoldersByAssessmentInput{AssessmentId: m.Id}))(k).EvidenceFolders {
			a.folders[*f.Id] = f.TotalEvidence*1000 + f.AssessmentReportSelectionCount
			k.pagesOf(c, &f, a.evidence)
		}
	}
	return a
}

func (k *kit) pagesOf(c *auditmanager.Client, f *types.AssessmentEvidenceFolder, into map[string]string) {
	p := auditmanager.NewGetEvidenceByEvidenceFolderPaginator(c, &auditmanager.GetEvidenceByEvidenceFolderInput{AssessmentId: f.AssessmentId, ControlSetId: f.ControlSetId, EvidenceFolderId: f.Id, MaxResults: aws.Int32(25)})
	for p.HasMorePages() {
		for _, e := range must(p.NextPage(k.Context()))(k).Evidence {
			keys := slices.Sorted(maps.Keys(e.Attributes))
			into[*e.Id] = *e.DataSource + " " + e.Time.String() + " " + e.Attributes["textResponse"] + " " + *e.AssessmentReportSelection
			if !slices.Contains(keys, "textResponse") {
				k.Errorf("evidence %s has lost its text: %v", *e.Id, keys)
			}
		}
	}
}
