package ssm

import (
	"context"

	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

// Service answers the operations of Systems Manager.
type Service struct {
	library *automation.Library
	runner  *automation.Runner
	tokens  *awswire.Tokens
}

// New is the service over documents and their executions; tokens make its page tokens.
func New(l *automation.Library, r *automation.Runner, tokens *awswire.Tokens) *Service {
	return &Service{l, r, tokens}
}

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)

	api.OnCreateDocument(r, s.createDocument)
	api.OnUpdateDocument(r, s.updateDocument)
	api.OnUpdateDocumentDefaultVersion(r, s.updateDocumentDefaultVersion)
	api.OnDeleteDocument(r, s.deleteDocument)
	api.OnGetDocument(r, s.getDocument)
	api.OnDescribeDocument(r, s.describeDocument)
	api.OnListDocuments(r, s.listDocuments)
	api.OnListDocumentVersions(r, s.listDocumentVersions)

	api.OnStartAutomationExecution(r, s.startAutomationExecution)
	api.OnStopAutomationExecution(r, s.stopAutomationExecution)
	api.OnSendAutomationSignal(r, s.sendAutomationSignal)
	api.OnGetAutomationExecution(r, s.getAutomationExecution)
	api.OnDescribeAutomationExecutions(r, s.describeAutomationExecutions)
	api.OnDescribeAutomationStepExecutions(r, s.describeAutomationStepExecutions)
}

func place(ctx context.Context) automation.Place {
	c := awswire.CallerFrom(ctx)
	return automation.Place{Account: c.Account, Region: c.Region}
}

// mapFault spells faults that carry no code of the model as Systems Manager does.
func mapFault(f *fault.Error) *awswire.Error {
	if f.Code == "" && f.Kind == fault.Invalid {
		return awswire.Errorf("ValidationException", "%s", f.Message)
	}
	return nil
}
