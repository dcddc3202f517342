package sdk_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/testenv"
)

// TestEvidenceFinder: what Audit Manager's settings name is asked by CloudTrail's queries, as scripts for AWS do it, and a
// report is made of a query, whatever was selected by hand.
func TestEvidenceFinder(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	ctx, c, lake := t.Context(), auditmanager.NewFromConfig(k.config(home)), cloudtrail.NewFromConfig(k.config(home))
	k.audited(c)
	other, control := k.small(c, "Another")
	must(c.BatchImportEvidenceToAssessmentControl(ctx, &auditmanager.BatchImportEvidenceToAssessmentControlInput{
		AssessmentId: &other, ControlSetId: aws.String(auditSet), ControlId: &control, ManualEvidence: []types.ManualEvidence{{TextResponse: aws.String("the only answer")}},
	}))(k)

	settings := must(c.GetSettings(ctx, &auditmanager.GetSettingsInput{Attribute: types.SettingAttributeEvidenceFinderEnablement}))(k)
	e := settings.Settings.EvidenceFinderEnablement
	if e == nil || e.EnablementStatus != types.EvidenceFinderEnablementStatusEnabled || e.BackfillStatus != types.EvidenceFinderBackfillStatusCompleted {
		t.Fatalf("settings %+v", e)
	}
	store := aws.ToString(e.EventDataStoreArn)
	store = store[strings.LastIndex(store, "/")+1:]
	statement := "SELECT eventJson FROM \"" + store + "\" WHERE eventData.assessmentId = '" + other + "'"
	rows := k.asked(lake, statement)
	if len(rows) != 1 || !strings.Contains(rows[0][0]["eventJson"], other) {
		t.Fatalf("rows %v", rows)
	}
	if rows := k.asked(lake, "SELECT eventData.dataSource, count(*) AS n FROM \""+store+"\" GROUP BY 1"); len(rows) != 1 || rows[0][1]["n"] != "63" {
		t.Errorf("grouped %v", rows)
	}
	_, err := lake.DeleteEventDataStore(ctx, &cloudtrail.DeleteEventDataStoreInput{EventDataStore: &store})
	if err == nil {
		t.Error("the store of the evidence can be deleted")
	}

	for _, bad := range []string{"SELECT * FROM \"" + store + "\"", "SELECT eventJson FROM nothing", "SELECT eventJson FROM \"" + store + "\" WHERE eventData.assessmentId = 'another'", "SELECT"} {
		_, err := c.CreateAssessmentReport(ctx, &auditmanager.CreateAssessmentReportInput{AssessmentId: &other, Name: aws.String("bad"), QueryStatement: &bad})
		fails[*types.ValidationException](k, err)
	}
	r := must(c.CreateAssessmentReport(ctx, &auditmanager.CreateAssessmentReportInput{AssessmentId: &other, Name: aws.String("found"), QueryStatement: &statement}))(k)
	var link *auditmanager.GetAssessmentReportUrlOutput
	k.eventually("the report of the query is there", func() bool {
		link, err = c.GetAssessmentReportUrl(ctx, &auditmanager.GetAssessmentReportUrlInput{AssessmentId: &other, AssessmentReportId: r.AssessmentReport.Id})
		return err == nil
	})
	resp := must(http.Get(*link.PreSignedUrl.Link))(k)
	defer resp.Body.Close()
	b := must(io.ReadAll(resp.Body))(k)
	res := must(report.VerifyReader(ctx, bytes.NewReader(b), int64(len(b)), report.Options{}))(k)
	if res.Status == report.NotIntact || res.Evidence != 1 || res.Manifest.Totals.Selected.Total != 1 {
		shown, _ := json.Marshal(res.Manifest.Totals)
		t.Errorf("the report holds %d: %s %s", res.Evidence, res.Problem, shown)
	}
}

// asked runs a statement to its end and gives its rows.
func (k *kit) asked(c *cloudtrail.Client, statement string) (rows [][]map[string]string) {
	k.Helper()
	q := must(c.StartQuery(k.Context(), &cloudtrail.StartQueryInput{QueryStatement: &statement}))(k)
	var d *cloudtrail.DescribeQueryOutput
	k.eventually("the query ends", func() bool {
		d = must(c.DescribeQuery(k.Context(), &cloudtrail.DescribeQueryInput{QueryId: q.QueryId}))(k)
		return d.QueryStatus != trailtypes.QueryStatusQueued && d.QueryStatus != trailtypes.QueryStatusRunning
	})
	if d.QueryStatus != trailtypes.QueryStatusFinished {
		k.Fatalf("%s: %s %s", statement, d.QueryStatus, aws.ToString(d.ErrorMessage))
	}
	return must(c.GetQueryResults(k.Context(), &cloudtrail.GetQueryResultsInput{QueryId: q.QueryId}))(k).QueryResultRows
}
