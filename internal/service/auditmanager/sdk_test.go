package auditmanager_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// client is the real SDK, asking as somebody in some region. Signatures are another package's matter.
func (h *house) client(who authz.Caller, region string) *sdk.Client {
	h.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.registry.Serve(w, r.WithContext(authz.WithCaller(r.Context(), who)), "auditmanager", awswire.Caller{
			Account: who.Account, Region: region, PrincipalARN: who.ARN(),
		})
	}))
	h.Cleanup(server.Close)
	return sdk.New(sdk.Options{
		Region: region, BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("TKIAEXAMPLE", "secret", ""),
	})
}

var root = authz.Anyone(account, "TKIAEXAMPLE")

// sources are one of every data source, as in the command list.
var sources = map[string]types.CreateControlMappingSource{
	"Sign-ins":   automated(types.SourceTypeAwsCloudtrail, "signin_ConsoleLogin"),
	"Encryption": automated(types.SourceTypeAwsConfig, "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED"),
	"Images":     automated(types.SourceTypeAwsConfig, "APPROVED_AMIS_BY_ID"),
	"Users":      automated(types.SourceTypeAwsApiCall, "iam_ListUsers"),
	"Metadata":   automated(types.SourceTypeAwsSecurityHub, "EC2.4"),
	"By hand":    {SourceName: aws.String("by hand"), SourceType: types.SourceTypeManual, SourceSetUpOption: types.SourceSetUpOptionProceduralControlsMapping},
}

func automated(typ types.SourceType, keyword string) types.CreateControlMappingSource {
	m := types.CreateControlMappingSource{
		SourceName: aws.String(keyword), SourceType: typ, SourceSetUpOption: types.SourceSetUpOptionSystemControlsMapping,
		SourceKeyword: &types.SourceKeyword{KeywordInputType: types.KeywordInputTypeSelectFromList, KeywordValue: aws.String(keyword)},
	}
	if typ == types.SourceTypeAwsApiCall {
		m.SourceFrequency = types.SourceFrequencyDaily
	}
	return m
}

// begin makes the controls, a framework of them and two standard ones, and an assessment of it, in one region.
func (h *house) begin(c *sdk.Client) (framework, assessment string) {
	h.Helper()
	ctx := h.Context()
	_, err := c.RegisterAccount(ctx, &sdk.RegisterAccountInput{})
	h.ok(err)
	var controls []types.CreateAssessmentFrameworkControl
	for name, m := range sources {
		out, err := c.CreateControl(ctx, &sdk.CreateControlInput{
			Name: aws.String(name), Description: aws.String("d"), TestingInformation: aws.String("t"), ControlMappingSources: []types.CreateControlMappingSource{m},
		})
		h.ok(err)
		controls = append(controls, types.CreateAssessmentFrameworkControl{Id: out.Control.Id})
	}
	standard, err := c.ListControls(ctx, &sdk.ListControlsInput{ControlType: types.ControlTypeStandard, MaxResults: aws.Int32(2)})
	h.ok(err)
	for _, k := range standard.ControlMetadataList {
		controls = append(controls, types.CreateAssessmentFrameworkControl{Id: k.Id})
	}
	f, err := c.CreateAssessmentFramework(ctx, &sdk.CreateAssessmentFrameworkInput{
		Name: aws.String("Ours"), ControlSets: []types.CreateAssessmentFrameworkControlSet{{Name: aws.String(setName), Controls: controls}},
	})
	h.ok(err)
	a, err := c.CreateAssessment(ctx, &sdk.CreateAssessmentInput{
		Name: aws.String("Q1"), FrameworkId: f.Framework.Id,
		AssessmentReportsDestination: &types.AssessmentReportsDestination{DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://audit-reports")},
		Scope:                        &types.Scope{AwsAccounts: []types.AWSAccount{{Id: aws.String(account)}}},
		Roles:                        []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String(root.ARN())}},
	})
	h.ok(err)
	return *f.Framework.Id, *a.Assessment.Metadata.Id
}

// TestAuditOfTheSDK walks from the first control to the verified report with the real SDK.
func TestAuditOfTheSDK(t *testing.T) {
	h := newHouse(t)
	h.estate()
	ctx, c := t.Context(), h.client(root, servicetest.Region)
	framework, id := h.begin(c)
	h.work()

	// The framework is there in another region, with an ARN of that region, and so is the assessment.
	far := h.client(root, "us-east-1")
	f, err := far.GetAssessmentFramework(ctx, &sdk.GetAssessmentFrameworkInput{FrameworkId: &framework})
	h.ok(err)
	if !strings.HasPrefix(*f.Framework.Arn, "arn:aws:auditmanager:us-east-1:") || len(f.Framework.ControlSets[0].Controls) != len(sources)+2 {
		t.Errorf("in the other region: %s with %d controls", *f.Framework.Arn, len(f.Framework.ControlSets[0].Controls))
	}
	a, err := far.GetAssessment(ctx, &sdk.GetAssessmentInput{AssessmentId: &id})
	h.ok(err)
	if *a.Assessment.Arn != "arn:aws:auditmanager:eu-west-1:"+account+":assessment/"+id || a.UserRole.RoleType != types.RoleTypeProcessOwner {
		t.Errorf("assessment %s, role %v", *a.Assessment.Arn, a.UserRole)
	}

	byHand := ""
	for _, k := range a.Assessment.Framework.ControlSets[0].Controls {
		if *k.Name == "By hand" {
			byHand = *k.Id
		}
	}
	imported, err := c.BatchImportEvidenceToAssessmentControl(ctx, &sdk.BatchImportEvidenceToAssessmentControlInput{
		AssessmentId: &id, ControlSetId: aws.String(setName), ControlId: &byHand, ManualEvidence: []types.ManualEvidence{{TextResponse: aws.String("Seen.")}},
	})
	h.ok(err)
	if len(imported.Errors) > 0 {
		t.Fatal(*imported.Errors[0].ErrorMessage)
	}

	want := []string{
		"By hand: Manual Manual ", "Encryption: AWS Config Compliance check Non-compliant", "Metadata: AWS Security Hub Compliance check Fail",
		"Sign-ins: AWS CloudTrail User activity ", "Users: AWS API calls Configuration data ",
	}
	var got []string
	folders := sdk.NewGetEvidenceFoldersByAssessmentPaginator(c, &sdk.GetEvidenceFoldersByAssessmentInput{AssessmentId: &id, MaxResults: aws.Int32(2)})
	for folders.HasMorePages() {
		page, err := folders.NextPage(ctx)
		h.ok(err)
		for _, f := range page.EvidenceFolders {
			if *f.Name != "2026-01-15" || f.TotalEvidence != f.EvidenceByTypeComplianceCheckCount+f.EvidenceByTypeConfigurationDataCount+f.EvidenceByTypeManualCount+f.EvidenceByTypeUserActivityCount {
				t.Errorf("folder %s of %s does not add up", *f.Name, *f.ControlName)
			}
			// As AWS's own example does: the folder's id stands for the control set.
			list, err := c.GetEvidenceByEvidenceFolder(ctx, &sdk.GetEvidenceByEvidenceFolderInput{AssessmentId: &id, ControlSetId: f.Id, EvidenceFolderId: f.Id})
			h.ok(err)
			for _, e := range list.Evidence {
				one, err := c.GetEvidence(ctx, &sdk.GetEvidenceInput{AssessmentId: &id, ControlSetId: f.ControlSetId, EvidenceFolderId: f.Id, EvidenceId: e.Id})
				h.ok(err)
				got = append(got, fmt.Sprintf("%s: %s %s %s", *f.ControlName, *one.Evidence.DataSource, *one.Evidence.EvidenceByType, aws.ToString(one.Evidence.ComplianceCheck)))
			}
			_, err = c.AssociateAssessmentReportEvidenceFolder(ctx, &sdk.AssociateAssessmentReportEvidenceFolderInput{AssessmentId: &id, EvidenceFolderId: f.Id})
			h.ok(err)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("evidence\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	h.report(c, id)
}

// report asks for a report and follows it to its end.
func (h *house) report(c *sdk.Client, id string) {
	h.Helper()
	ctx := h.Context()
	asked, err := c.CreateAssessmentReport(ctx, &sdk.CreateAssessmentReportInput{AssessmentId: &id, Name: aws.String("Q1")})
	h.ok(err)
	report := asked.AssessmentReport.Id
	var invalid *types.ValidationException
	if _, err = c.GetAssessmentReportUrl(ctx, &sdk.GetAssessmentReportUrlInput{AssessmentId: &id, AssessmentReportId: report}); !errors.As(err, &invalid) {
		h.Errorf("the link of a report in progress: %v", err)
	}
	if _, err = c.DeleteAssessmentReport(ctx, &sdk.DeleteAssessmentReportInput{AssessmentId: &id, AssessmentReportId: report}); !errors.As(err, &invalid) {
		h.Errorf("a report in progress was deleted: %v", err)
	}
	h.work()
	list, err := c.ListAssessmentReports(ctx, &sdk.ListAssessmentReportsInput{})
	h.ok(err)
	if len(list.AssessmentReports) != 1 || list.AssessmentReports[0].Status != types.AssessmentReportStatusComplete {
		h.Fatalf("reports %+v", list.AssessmentReports)
	}
	link, err := c.GetAssessmentReportUrl(ctx, &sdk.GetAssessmentReportUrlInput{AssessmentId: &id, AssessmentReportId: report})
	h.ok(err)
	name := *link.PreSignedUrl.HyperlinkName
	if !strings.Contains(*link.PreSignedUrl.Link, "/audit-reports/"+name+"?method=GET") {
		h.Errorf("link %s", *link.PreSignedUrl.Link)
	}
	valid, err := c.ValidateAssessmentReportIntegrity(ctx, &sdk.ValidateAssessmentReportIntegrityInput{S3RelativePath: aws.String("s3://audit-reports/" + name)})
	h.ok(err)
	if !aws.ToBool(valid.SignatureValid) || len(valid.ValidationErrors) > 0 || aws.ToString(valid.SignatureKeyId) == "" || aws.ToString(valid.SignatureDateTime) == "" {
		h.Errorf("integrity: %+v", valid)
	}
	var missing *types.ResourceNotFoundException
	_, err = c.ValidateAssessmentReportIntegrity(ctx, &sdk.ValidateAssessmentReportIntegrityInput{S3RelativePath: aws.String("s3://audit-reports/none.zip")})
	if !errors.As(err, &missing) || aws.ToString(missing.ResourceType) != "assessment report" {
		h.Errorf("a report that is not there: %v", err)
	}
}

// TestPagesOfTheSDK pages through every standard control, and does it in good time.
func TestPagesOfTheSDK(t *testing.T) {
	h := newHouse(t)
	ctx, c := t.Context(), h.client(root, servicetest.Region)
	h.begin(c)
	count := func(typ types.ControlType, size int32) int {
		seen := map[string]bool{}
		pages := sdk.NewListControlsPaginator(c, &sdk.ListControlsInput{ControlType: typ, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			h.ok(err)
			if len(page.ControlMetadataList) > int(size) {
				t.Errorf("%d controls on a page", len(page.ControlMetadataList))
			}
			for _, k := range page.ControlMetadataList {
				if seen[*k.Id] {
					t.Errorf("%s comes twice", *k.Id)
				}
				seen[*k.Id] = true
			}
		}
		return len(seen)
	}
	if n := count(types.ControlTypeCustom, 4); n != len(sources) {
		t.Errorf("%d custom controls", n)
	}
	start := time.Now()
	all := 0
	for range catalog.Standard().Controls {
		all++
	}
	if n := count(types.ControlTypeStandard, 100); n != all || n < 1000 {
		t.Errorf("%d standard controls of %d", n, all)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("it took %s", d)
	}
	frameworks, pages := 0, sdk.NewListAssessmentFrameworksPaginator(c, &sdk.ListAssessmentFrameworksInput{FrameworkType: types.FrameworkTypeStandard, MaxResults: aws.Int32(7)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		h.ok(err)
		frameworks += len(page.FrameworkMetadataList)
	}
	if frameworks != len(catalog.Standard().Frameworks()) {
		t.Errorf("%d frameworks", frameworks)
	}
}
