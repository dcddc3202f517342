package auditmanager

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Options are what the service stands on.
type Options struct {
	Audit *assess.Service
	// Library is the standard content, the one the audit has too; nil takes the one that ships with the program.
	Library *catalog.Library
	// Tokens make page tokens.
	Tokens *awswire.Tokens
	// Signer knows the public keys of the reports, the one in use and earlier ones.
	Signer interface {
		Known(id string) (ledger.Public, bool)
	}
	// Presign makes a URL for one request on an object of the S3 face.
	Presign func(ctx context.Context, method, bucket, key string, expires time.Duration) (string, error)
	// Finder is the evidence finder; nil: there is none.
	Finder *finder.Finder
	// OrganizationID is the id of the organization (o-...); nil, or an empty id: there is none.
	OrganizationID func(ctx context.Context) (string, error)
}

// Service answers the operations of Audit Manager.
type Service struct {
	o     Options
	audit *assess.Service
}

// New is the service.
func New(o Options) *Service { return &Service{o, o.Audit} }

// library is the standard content, which takes a moment to load and is not needed to register.
func (s *Service) library() *catalog.Library {
	if s.o.Library != nil {
		return s.o.Library
	}
	return catalog.Standard()
}

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	s.registerAccount(r)
	s.registerLibrary(r)
	s.registerAssessments(r)
	s.registerEvidence(r)
	s.registerReports(r)
	s.registerInsights(r)
}

func (s *Service) registerAccount(r *awswire.Registry) {
	api.OnGetAccountStatus(r, s.getAccountStatus)
	api.OnRegisterAccount(r, s.registerAccountOp)
	api.OnDeregisterAccount(r, s.deregisterAccount)
	api.OnGetOrganizationAdminAccount(r, s.getOrganizationAdminAccount)
	api.OnRegisterOrganizationAdminAccount(r, s.registerOrganizationAdminAccount)
	api.OnDeregisterOrganizationAdminAccount(r, s.deregisterOrganizationAdminAccount)
	api.OnGetSettings(r, s.getSettings)
	api.OnUpdateSettings(r, s.updateSettings)
	api.OnGetServicesInScope(r, s.getServicesInScope)
	api.OnListKeywordsForDataSource(r, s.listKeywordsForDataSource)
	api.OnListNotifications(r, s.listNotifications)
	api.OnListTagsForResource(r, s.listTagsForResource)
	api.OnTagResource(r, s.tagResource)
	api.OnUntagResource(r, s.untagResource)
}

func (s *Service) registerLibrary(r *awswire.Registry) {
	api.OnCreateControl(r, s.createControl)
	api.OnGetControl(r, s.getControl)
	api.OnListControls(r, s.listControls)
	api.OnUpdateControl(r, s.updateControl)
	api.OnDeleteControl(r, s.deleteControl)
	api.OnCreateAssessmentFramework(r, s.createAssessmentFramework)
	api.OnGetAssessmentFramework(r, s.getAssessmentFramework)
	api.OnListAssessmentFrameworks(r, s.listAssessmentFrameworks)
	api.OnUpdateAssessmentFramework(r, s.updateAssessmentFramework)
	api.OnDeleteAssessmentFramework(r, s.deleteAssessmentFramework)
	api.OnStartAssessmentFrameworkShare(r, s.startAssessmentFrameworkShare)
	api.OnListAssessmentFrameworkShareRequests(r, s.listAssessmentFrameworkShareRequests)
	api.OnUpdateAssessmentFrameworkShare(r, s.updateAssessmentFrameworkShare)
	api.OnDeleteAssessmentFrameworkShare(r, s.deleteAssessmentFrameworkShare)
}

func (s *Service) registerAssessments(r *awswire.Registry) {
	api.OnCreateAssessment(r, s.createAssessment)
	api.OnGetAssessment(r, s.getAssessment)
	api.OnListAssessments(r, s.listAssessments)
	api.OnUpdateAssessment(r, s.updateAssessment)
	api.OnUpdateAssessmentStatus(r, s.updateAssessmentStatus)
	api.OnDeleteAssessment(r, s.deleteAssessment)
	api.OnGetChangeLogs(r, s.getChangeLogs)
	api.OnUpdateAssessmentControl(r, s.updateAssessmentControl)
	api.OnUpdateAssessmentControlSetStatus(r, s.updateAssessmentControlSetStatus)
	api.OnBatchCreateDelegationByAssessment(r, s.batchCreateDelegationByAssessment)
	api.OnBatchDeleteDelegationByAssessment(r, s.batchDeleteDelegationByAssessment)
	api.OnGetDelegations(r, s.getDelegations)
}

func (s *Service) registerEvidence(r *awswire.Registry) {
	api.OnGetEvidenceFoldersByAssessment(r, s.getEvidenceFoldersByAssessment)
	api.OnGetEvidenceFoldersByAssessmentControl(r, s.getEvidenceFoldersByAssessmentControl)
	api.OnGetEvidenceFolder(r, s.getEvidenceFolder)
	api.OnGetEvidenceByEvidenceFolder(r, s.getEvidenceByEvidenceFolder)
	api.OnGetEvidence(r, s.getEvidence)
	api.OnGetEvidenceFileUploadUrl(r, s.getEvidenceFileUploadURL)
	api.OnBatchImportEvidenceToAssessmentControl(r, s.batchImportEvidenceToAssessmentControl)
}

func (s *Service) registerReports(r *awswire.Registry) {
	api.OnAssociateAssessmentReportEvidenceFolder(r, s.associateAssessmentReportEvidenceFolder)
	api.OnDisassociateAssessmentReportEvidenceFolder(r, s.disassociateAssessmentReportEvidenceFolder)
	api.OnBatchAssociateAssessmentReportEvidence(r, s.batchAssociateAssessmentReportEvidence)
	api.OnBatchDisassociateAssessmentReportEvidence(r, s.batchDisassociateAssessmentReportEvidence)
	api.OnCreateAssessmentReport(r, s.createAssessmentReport)
	api.OnListAssessmentReports(r, s.listAssessmentReports)
	api.OnGetAssessmentReportUrl(r, s.getAssessmentReportURL)
	api.OnDeleteAssessmentReport(r, s.deleteAssessmentReport)
	api.OnValidateAssessmentReportIntegrity(r, s.validateAssessmentReportIntegrity)
}

func (s *Service) registerInsights(r *awswire.Registry) {
	api.OnGetInsights(r, s.getInsights)
	api.OnGetInsightsByAssessment(r, s.getInsightsByAssessment)
	api.OnListControlDomainInsights(r, s.listControlDomainInsights)
	api.OnListControlDomainInsightsByAssessment(r, s.listControlDomainInsightsByAssessment)
	api.OnListControlInsightsByControlDomain(r, s.listControlInsightsByControlDomain)
	api.OnListAssessmentControlInsightsByControlDomain(r, s.listAssessmentControlInsightsByControlDomain)
}
