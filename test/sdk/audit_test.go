package sdk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/report"
)

// auditing is the audit on its way from the first control to the end.
type auditing struct {
	*kit
	c *auditmanager.Client
	// framework, assessment and set are what was made; controls are the custom ones by name.
	framework, assessment string
	controls              map[string]string
	reportID              string
}

const auditSet = "Our set"

// audit walks from registration to the report, whose bundle is downloaded by its link and verified.
func audit(k *kit) {
	ctx := k.Context()
	a := &auditing{kit: k, c: auditmanager.NewFromConfig(k.config(home)), controls: map[string]string{}}
	_, err := a.c.GetSettings(ctx, &auditmanager.GetSettingsInput{Attribute: types.SettingAttributeAll})
	fails[*types.AccessDeniedException](k, err) // not registered yet
	a.settings()
	a.library()
	a.begin()
	a.evidence()
	a.report()
	a.insights()
	a.sharing()
	a.end()
}

func (a *auditing) settings() {
	ctx := a.Context()
	if s := must(a.c.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{}))(a.kit).Status; s != types.AccountStatusActive {
		a.Errorf("registered: %s", s)
	}
	if s := must(a.c.GetAccountStatus(ctx, &auditmanager.GetAccountStatusInput{}))(a.kit).Status; s != types.AccountStatusActive {
		a.Errorf("status: %s", s)
	}
	must(a.c.RegisterOrganizationAdminAccount(ctx, &auditmanager.RegisterOrganizationAdminAccountInput{AdminAccountId: aws.String(member)}))(a.kit)
	if g := must(a.c.GetOrganizationAdminAccount(ctx, &auditmanager.GetOrganizationAdminAccountInput{}))(a.kit); aws.ToString(g.AdminAccountId) != member {
		a.Errorf("administrator %+v", g)
	}
	must(a.c.DeregisterOrganizationAdminAccount(ctx, &auditmanager.DeregisterOrganizationAdminAccountInput{AdminAccountId: aws.String(member)}))(a.kit)
	must(a.c.UpdateSettings(ctx, &auditmanager.UpdateSettingsInput{DefaultAssessmentReportsDestination: destination()}))(a.kit)
	s := must(a.c.GetSettings(ctx, &auditmanager.GetSettingsInput{Attribute: types.SettingAttributeDefaultAssessmentReportsDestination}))(a.kit)
	if d := s.Settings.DefaultAssessmentReportsDestination; d == nil || *d.Destination != *destination().Destination {
		a.Errorf("settings %+v", s.Settings)
	}
}

func destination() *types.AssessmentReportsDestination {
	return &types.AssessmentReportsDestination{DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://sdk-audit-reports")}
}

func source(typ types.SourceType, keyword string) types.CreateControlMappingSource {
	m := types.CreateControlMappingSource{
		SourceName: &keyword, SourceType: typ, SourceSetUpOption: types.SourceSetUpOptionSystemControlsMapping,
		SourceKeyword: &types.SourceKeyword{KeywordInputType: types.KeywordInputTypeSelectFromList, KeywordValue: &keyword},
	}
	if typ == types.SourceTypeAwsApiCall {
		m.SourceFrequency = types.SourceFrequencyDaily
	}
	return m
}

// library makes one control for every data source, and a framework of them and two standard ones.
func (a *auditing) library() {
	ctx := a.Context()
	for name, m := range map[string]types.CreateControlMappingSource{
		"Sign-ins": source(types.SourceTypeAwsCloudtrail, "signin_ConsoleLogin"), "Encryption": source(types.SourceTypeAwsConfig, "S3_BUCKET_ENCRYPTION_ENABLED"),
		"Images": source(types.SourceTypeAwsConfig, "APPROVED_AMIS_BY_ID"), "Users": source(types.SourceTypeAwsApiCall, "iam_ListUsers"),
		"Findings": source(types.SourceTypeAwsSecurityHub, "EC2.8"),
		"By hand":  {SourceName: aws.String("by hand"), SourceType: types.SourceTypeManual, SourceSetUpOption: types.SourceSetUpOptionProceduralControlsMapping},
	} {
		out := must(a.c.CreateControl(ctx, &auditmanager.CreateControlInput{
			Name: &name, Description: aws.String("d"), TestingInformation: aws.String("t"), ControlMappingSources: []types.CreateControlMappingSource{m},
		}))(a.kit)
		a.controls[name] = *out.Control.Id
	}
	wrong := source(types.SourceTypeAwsApiCall, "iam_ListUsers")
	wrong.SourceFrequency = "HOURLY"
	_, err := a.c.CreateControl(ctx, &auditmanager.CreateControlInput{Name: aws.String("x"), ControlMappingSources: []types.CreateControlMappingSource{wrong}})
	fails[*types.ValidationException](a.kit, err)
	if n := walk(a.kit, auditmanager.NewListKeywordsForDataSourcePaginator(a.c, &auditmanager.ListKeywordsForDataSourceInput{Source: types.DataSourceTypeAwsConfig}), func(o *auditmanager.ListKeywordsForDataSourceOutput) int { return len(o.Keywords) }); n < 200 {
		a.Errorf("%d keywords of Config", n)
	}
	walk(a.kit, auditmanager.NewListControlsPaginator(a.c, &auditmanager.ListControlsInput{ControlType: types.ControlTypeCustom, MaxResults: aws.Int32(2)}), func(o *auditmanager.ListControlsOutput) int { return len(o.ControlMetadataList) })
	walk(a.kit, auditmanager.NewListAssessmentFrameworksPaginator(a.c, &auditmanager.ListAssessmentFrameworksInput{FrameworkType: types.FrameworkTypeStandard, MaxResults: aws.Int32(5)}), func(o *auditmanager.ListAssessmentFrameworksOutput) int { return len(o.FrameworkMetadataList) })
	set := types.CreateAssessmentFrameworkControlSet{Name: aws.String(auditSet)}
	for _, id := range a.controls {
		set.Controls = append(set.Controls, types.CreateAssessmentFrameworkControl{Id: &id})
	}
	for _, m := range must(a.c.ListControls(ctx, &auditmanager.ListControlsInput{ControlType: types.ControlTypeStandard, MaxResults: aws.Int32(2)}))(a.kit).ControlMetadataList {
		set.Controls = append(set.Controls, types.CreateAssessmentFrameworkControl{Id: m.Id})
	}
	f := must(a.c.CreateAssessmentFramework(ctx, &auditmanager.CreateAssessmentFrameworkInput{Name: aws.String("Ours"), ControlSets: []types.CreateAssessmentFrameworkControlSet{set}}))(a.kit)
	a.framework = *f.Framework.Id
	far := auditmanager.NewFromConfig(a.member("ap-southeast-2"))
	_, err = far.GetControl(ctx, &auditmanager.GetControlInput{ControlId: aws.String(a.controls["Users"])})
	if got := must(auditmanager.NewFromConfig(a.config("ap-southeast-2")).GetAssessmentFramework(ctx, &auditmanager.GetAssessmentFrameworkInput{FrameworkId: &a.framework}))(a.kit); len(got.Framework.ControlSets[0].Controls) != 8 {
		a.Errorf("in another region the framework has %d controls", len(got.Framework.ControlSets[0].Controls))
	}
	fails[*types.AccessDeniedException](a.kit, err) // the member account is not registered
	a.tags(*f.Framework.Arn)
}

func (a *auditing) tags(arn string) {
	ctx := a.Context()
	must(a.c.TagResource(ctx, &auditmanager.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"team": "sre"}}))(a.kit)
	if l := must(a.c.ListTagsForResource(ctx, &auditmanager.ListTagsForResourceInput{ResourceArn: &arn}))(a.kit); l.Tags["team"] != "sre" {
		a.Errorf("tags %v", l.Tags)
	}
	must(a.c.UntagResource(ctx, &auditmanager.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"team"}}))(a.kit)
}

func (a *auditing) begin() {
	ctx := a.Context()
	a.s3(home, "PUT", "/sdk-audit-reports", "")
	in := &auditmanager.CreateAssessmentInput{
		Name: aws.String("Audit <b>by SDK</b>"), FrameworkId: aws.String("6f0b5a54-3d0e-4c1c-9a53-5c1e6ea4f1d3"), AssessmentReportsDestination: destination(),
		Scope: &types.Scope{AwsAccounts: []types.AWSAccount{{Id: &a.env.Account}}}, Roles: []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String("arn:aws:iam::" + a.env.Account + ":root")}},
	}
	_, err := a.c.CreateAssessment(ctx, in)
	fails[*types.ResourceNotFoundException](a.kit, err)
	in.FrameworkId = &a.framework
	a.assessment = *must(a.c.CreateAssessment(ctx, in))(a.kit).Assessment.Metadata.Id
	if l := must(a.c.ListAssessments(ctx, &auditmanager.ListAssessmentsInput{Status: types.AssessmentStatusActive}))(a.kit); len(l.AssessmentMetadata) != 1 {
		a.Errorf("%d assessments", len(l.AssessmentMetadata))
	}
	must(a.c.UpdateAssessment(ctx, &auditmanager.UpdateAssessmentInput{AssessmentId: &a.assessment, Scope: in.Scope, AssessmentDescription: aws.String("changed")}))(a.kit)
	if g := must(a.c.GetAssessment(ctx, &auditmanager.GetAssessmentInput{AssessmentId: &a.assessment}))(a.kit); *g.Assessment.Metadata.Description != "changed" {
		a.Errorf("description %q", *g.Assessment.Metadata.Description)
	}
	must(a.c.GetServicesInScope(ctx, &auditmanager.GetServicesInScopeInput{}))(a.kit)
	a.manual()
}

// manual imports a text and a file that is uploaded by its link; a wrong item fails alone.
func (a *auditing) manual() {
	ctx := a.Context()
	link := must(a.c.GetEvidenceFileUploadUrl(ctx, &auditmanager.GetEvidenceFileUploadUrlInput{FileName: aws.String("proof.txt")}))(a.kit)
	a.put(*link.UploadUrl, "proof")
	_, err := a.c.GetEvidenceFileUploadUrl(ctx, &auditmanager.GetEvidenceFileUploadUrlInput{FileName: aws.String("../../etc/passwd.txt")})
	fails[*types.ValidationException](a.kit, err)
	out := must(a.c.BatchImportEvidenceToAssessmentControl(ctx, &auditmanager.BatchImportEvidenceToAssessmentControlInput{
		AssessmentId: &a.assessment, ControlSetId: aws.String(auditSet), ControlId: aws.String(a.controls["By hand"]),
		ManualEvidence: []types.ManualEvidence{{TextResponse: aws.String("=cmd|' /C calc'!A0")}, {EvidenceFileName: link.EvidenceFileName}, {EvidenceFileName: aws.String("none.txt")}},
	}))(a.kit)
	if len(out.Errors) != 1 {
		a.Errorf("import: %+v", out.Errors)
	}
}

// evidence walks folders as the command list says, selects some, and leaves some out.
func (a *auditing) evidence() {
	ctx, seen := a.Context(), map[string]int{}
	var folders []types.AssessmentEvidenceFolder
	a.until("evidence of five controls", func() bool {
		folders = must(a.c.GetEvidenceFoldersByAssessment(ctx, &auditmanager.GetEvidenceFoldersByAssessmentInput{AssessmentId: &a.assessment, MaxResults: aws.Int32(1000)}))(a.kit).EvidenceFolders
		clear(seen)
		for _, f := range folders {
			seen[*f.ControlName] += int(f.TotalEvidence)
		}
		return seen["By hand"] > 0 && seen["Encryption"] > 0 && seen["Users"] > 0 && seen["Findings"] > 0
	})
	if n := walk(a.kit, auditmanager.NewGetEvidenceFoldersByAssessmentPaginator(a.c, &auditmanager.GetEvidenceFoldersByAssessmentInput{AssessmentId: &a.assessment, MaxResults: aws.Int32(1)}), func(o *auditmanager.GetEvidenceFoldersByAssessmentOutput) int { return len(o.EvidenceFolders) }); n < 4 {
		a.Errorf("%d folders by pages", n)
	}
	for _, f := range folders {
		one := must(a.c.GetEvidenceFolder(ctx, &auditmanager.GetEvidenceFolderInput{AssessmentId: &a.assessment, ControlSetId: f.ControlSetId, EvidenceFolderId: f.Id}))(a.kit).EvidenceFolder
		if one.TotalEvidence != one.EvidenceByTypeComplianceCheckCount+one.EvidenceByTypeConfigurationDataCount+one.EvidenceByTypeManualCount+one.EvidenceByTypeUserActivityCount {
			a.Errorf("folder of %s does not add up: %+v", *f.ControlName, one)
		}
		must(a.c.AssociateAssessmentReportEvidenceFolder(ctx, &auditmanager.AssociateAssessmentReportEvidenceFolderInput{AssessmentId: &a.assessment, EvidenceFolderId: f.Id}))(a.kit)
		if *f.ControlName == "By hand" {
			a.pieces(f)
		}
	}
}

func (a *auditing) pieces(f types.AssessmentEvidenceFolder) {
	ctx := a.Context()
	by := must(a.c.GetEvidenceFoldersByAssessmentControl(ctx, &auditmanager.GetEvidenceFoldersByAssessmentControlInput{AssessmentId: &a.assessment, ControlSetId: f.ControlSetId, ControlId: f.ControlId}))(a.kit)
	if len(by.EvidenceFolders) != 1 {
		a.Errorf("%d folders of the control", len(by.EvidenceFolders))
	}
	var ids []string
	walk(a.kit, auditmanager.NewGetEvidenceByEvidenceFolderPaginator(a.c, &auditmanager.GetEvidenceByEvidenceFolderInput{AssessmentId: &a.assessment, ControlSetId: f.ControlSetId, EvidenceFolderId: f.Id, MaxResults: aws.Int32(1)}), func(o *auditmanager.GetEvidenceByEvidenceFolderOutput) int {
		for _, e := range o.Evidence {
			ids = append(ids, *e.Id)
		}
		return len(o.Evidence)
	})
	if len(ids) != 2 {
		a.Fatalf("%d pieces by hand", len(ids))
	}
	get := &auditmanager.GetEvidenceInput{AssessmentId: &a.assessment, ControlSetId: f.ControlSetId, EvidenceFolderId: f.Id, EvidenceId: &ids[0]}
	if e := must(a.c.GetEvidence(ctx, get))(a.kit).Evidence; *e.DataSource != "Manual" {
		a.Errorf("source %s", *e.DataSource)
	}
	get.EvidenceId = aws.String("11111111-1111-4111-8111-111111111111")
	_, err := a.c.GetEvidence(ctx, get)
	fails[*types.ResourceNotFoundException](a.kit, err)
	must(a.c.DisassociateAssessmentReportEvidenceFolder(ctx, &auditmanager.DisassociateAssessmentReportEvidenceFolderInput{AssessmentId: &a.assessment, EvidenceFolderId: f.Id}))(a.kit)
	must(a.c.BatchAssociateAssessmentReportEvidence(ctx, &auditmanager.BatchAssociateAssessmentReportEvidenceInput{AssessmentId: &a.assessment, EvidenceFolderId: f.Id, EvidenceIds: ids}))(a.kit)
	must(a.c.BatchDisassociateAssessmentReportEvidence(ctx, &auditmanager.BatchDisassociateAssessmentReportEvidenceInput{AssessmentId: &a.assessment, EvidenceFolderId: f.Id, EvidenceIds: ids[:1]}))(a.kit)
}

// report asks for the report, downloads it by its link, and verifies it as an auditor would.
func (a *auditing) report() {
	ctx := a.Context()
	asked := must(a.c.CreateAssessmentReport(ctx, &auditmanager.CreateAssessmentReportInput{AssessmentId: &a.assessment, Name: aws.String("sdk-report")}))(a.kit)
	a.reportID = *asked.AssessmentReport.Id
	a.until("the report", func() bool {
		l := must(a.c.ListAssessmentReports(ctx, &auditmanager.ListAssessmentReportsInput{}))(a.kit).AssessmentReports
		return len(l) == 1 && l[0].Status == types.AssessmentReportStatusComplete
	})
	link := must(a.c.GetAssessmentReportUrl(ctx, &auditmanager.GetAssessmentReportUrlInput{AssessmentId: &a.assessment, AssessmentReportId: &a.reportID}))(a.kit)
	bundle := []byte(a.get(*link.PreSignedUrl.Link))
	line, err := os.ReadFile(filepath.Join(a.env.Data, "ledger.pub"))
	a.ok(err)
	key, err := ledger.ParsePublic(string(line))
	a.ok(err)
	r, err := report.VerifyReader(ctx, bytes.NewReader(bundle), int64(len(bundle)), report.Options{Key: key})
	a.ok(err)
	if r.Status != report.Intact || r.LeftOut < 1 {
		a.Errorf("the bundle: %v %s %s, %d left out", r.Status, r.Entry, r.Problem, r.LeftOut)
	}
	a.inside(bundle)
	path := "s3://sdk-audit-reports/" + *link.PreSignedUrl.HyperlinkName
	if v := must(a.c.ValidateAssessmentReportIntegrity(ctx, &auditmanager.ValidateAssessmentReportIntegrityInput{S3RelativePath: &path}))(a.kit); !*v.SignatureValid {
		a.Errorf("integrity %+v", v)
	}
}

func (a *auditing) insights() {
	ctx := a.Context()
	must(a.c.GetInsights(ctx, &auditmanager.GetInsightsInput{}))(a.kit)
	if i := must(a.c.GetInsightsByAssessment(ctx, &auditmanager.GetInsightsByAssessmentInput{AssessmentId: &a.assessment}))(a.kit); i.Insights.NoncompliantEvidenceCount == nil {
		a.Error("no numbers")
	}
	all := must(a.c.ListControlDomainInsights(ctx, &auditmanager.ListControlDomainInsightsInput{}))(a.kit).ControlDomainInsights
	ours := must(a.c.ListControlDomainInsightsByAssessment(ctx, &auditmanager.ListControlDomainInsightsByAssessmentInput{AssessmentId: &a.assessment}))(a.kit).ControlDomainInsights
	if len(all) == 0 || len(ours) == 0 {
		a.Fatalf("%d and %d domains", len(all), len(ours))
	}
	must(a.c.ListControlInsightsByControlDomain(ctx, &auditmanager.ListControlInsightsByControlDomainInput{ControlDomainId: all[0].Id}))(a.kit)
	must(a.c.ListAssessmentControlInsightsByControlDomain(ctx, &auditmanager.ListAssessmentControlInsightsByControlDomainInput{AssessmentId: &a.assessment, ControlDomainId: ours[0].Id}))(a.kit)
}

// until waits for the work in the background.
func (a *auditing) until(what string, done func() bool) {
	a.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			a.Fatalf("%s did not come", what)
		}
	}
}

// inside looks at what a reader opens: nothing that users wrote is markup or a formula.
func (a *auditing) inside(bundle []byte) {
	for name, text := range a.unzip(bundle) {
		switch {
		case strings.HasSuffix(name, ".html") && strings.Contains(text, "<b>by SDK"):
			a.Errorf("%s holds the markup of a name", name)
		case strings.HasSuffix(name, ".csv"):
			for cell := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '\n' }) {
				if strings.HasPrefix(strings.Trim(cell, `"`), "=") {
					a.Errorf("%s holds the formula %s", name, cell)
				}
			}
		}
	}
}
