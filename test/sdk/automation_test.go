package sdk_test

import (
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const runbook = `schemaVersion: '0.3'
parameters: {Note: {type: String, default: none}}
mainSteps:
- {name: hold, action: aws:pause, inputs: {}}
- {name: nap, action: aws:sleep, inputs: {Duration: PT1H}}
`

// automations: a document, its versions, two executions: one resumed and then stopped, one that cannot begin.
func automations(k *kit) {
	c := ssm.NewFromConfig(k.config(home))
	ctx, name := k.Context(), aws.String("Hold")
	made, err := c.CreateDocument(ctx, &ssm.CreateDocumentInput{Name: name, DocumentType: types.DocumentTypeAutomation, DocumentFormat: types.DocumentFormatYaml, Content: aws.String(runbook)})
	k.ok(err)
	if d := made.DocumentDescription; aws.ToString(d.LatestVersion) != "1" || len(aws.ToString(d.Hash)) != 64 || len(d.Parameters) != 1 {
		k.Errorf("created %+v", d)
	}
	_, err = c.UpdateDocument(ctx, &ssm.UpdateDocumentInput{Name: name, DocumentVersion: aws.String("$LATEST"), DocumentFormat: types.DocumentFormatYaml, Content: aws.String(strings.ReplaceAll(runbook, "PT1H", "PT2H"))})
	k.ok(err)
	_, err = c.UpdateDocumentDefaultVersion(ctx, &ssm.UpdateDocumentDefaultVersionInput{Name: name, DocumentVersion: aws.String("2")})
	k.ok(err)
	got, err := c.GetDocument(ctx, &ssm.GetDocumentInput{Name: name, DocumentVersion: aws.String("$DEFAULT")})
	k.ok(err)
	if aws.ToString(got.DocumentVersion) != "2" {
		k.Errorf("the default is %s", aws.ToString(got.DocumentVersion))
	}
	_, err = c.DescribeDocument(ctx, &ssm.DescribeDocumentInput{Name: name})
	k.ok(err)
	all, err := c.ListDocumentVersions(ctx, &ssm.ListDocumentVersionsInput{Name: name})
	k.ok(err)
	own, err := c.ListDocuments(ctx, &ssm.ListDocumentsInput{Filters: []types.DocumentKeyValuesFilter{{Key: aws.String("Owner"), Values: []string{"Self"}}}})
	k.ok(err)
	if len(all.DocumentVersions) != 2 || len(own.DocumentIdentifiers) != 1 {
		k.Errorf("%d versions, %d documents", len(all.DocumentVersions), len(own.DocumentIdentifiers))
	}
	execute(k, c)
	_, err = c.DeleteDocument(ctx, &ssm.DeleteDocumentInput{Name: name})
	k.ok(err)
	var missing *types.InvalidDocument
	if _, err = c.DescribeDocument(ctx, &ssm.DescribeDocumentInput{Name: name}); !errors.As(err, &missing) {
		k.Errorf("described what was deleted: %v", err)
	}
}

func execute(k *kit, c *ssm.Client) {
	ctx := k.Context()
	started, err := c.StartAutomationExecution(ctx, &ssm.StartAutomationExecutionInput{DocumentName: aws.String("Hold"), Parameters: map[string][]string{"Note": {"x"}}})
	k.ok(err)
	id := started.AutomationExecutionId
	until(k, c, id, "hold", types.AutomationExecutionStatusWaiting)
	_, err = c.SendAutomationSignal(ctx, &ssm.SendAutomationSignalInput{AutomationExecutionId: id, SignalType: types.SignalTypeResume})
	k.ok(err)
	until(k, c, id, "nap", types.AutomationExecutionStatusInprogress)
	_, err = c.StopAutomationExecution(ctx, &ssm.StopAutomationExecutionInput{AutomationExecutionId: id})
	k.ok(err)
	until(k, c, id, "", types.AutomationExecutionStatusCancelled)
	steps, err := c.DescribeAutomationStepExecutions(ctx, &ssm.DescribeAutomationStepExecutionsInput{AutomationExecutionId: id})
	k.ok(err)
	list, err := c.DescribeAutomationExecutions(ctx, &ssm.DescribeAutomationExecutionsInput{})
	k.ok(err)
	if len(steps.StepExecutions) != 2 || aws.ToString(steps.StepExecutions[0].StepName) != "nap" || len(list.AutomationExecutionMetadataList) != 1 {
		k.Errorf("steps %+v, executions %d", steps.StepExecutions, len(list.AutomationExecutionMetadataList))
	}
	var none *types.AutomationDefinitionNotFoundException
	if _, err := c.StartAutomationExecution(ctx, &ssm.StartAutomationExecutionInput{DocumentName: aws.String("None")}); !errors.As(err, &none) {
		k.Errorf("started what is not there: %v", err)
	}
}

// until waits for a step and a status: the server works in the background.
func until(k *kit, c *ssm.Client, id *string, step string, want types.AutomationExecutionStatus) {
	k.Helper()
	for range 100 {
		got, err := c.GetAutomationExecution(k.Context(), &ssm.GetAutomationExecutionInput{AutomationExecutionId: id})
		k.ok(err)
		if e := got.AutomationExecution; aws.ToString(e.CurrentStepName) == step && e.AutomationExecutionStatus == want {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	k.Fatalf("the execution does not become %s", want)
}
