package auditmanager

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
)

func (s *Service) getSettings(ctx context.Context, in *api.GetSettingsRequest) (*api.GetSettingsResponse, error) {
	c, err := caller(ctx, "GetSettings", "")
	if err != nil {
		return nil, err
	}
	v, err := s.audit.Settings(ctx, c)
	if err != nil {
		return nil, err
	}
	all := settings(&v)
	if all.EvidenceFinderEnablement, err = s.enablement(ctx, c); err != nil {
		return nil, err
	}
	all.IsAwsOrgEnabled = new(s.inOrganization(ctx, c))
	return &api.GetSettingsResponse{Settings: only(all, awswire.Val(in.Attribute))}, nil
}

func (s *Service) inOrganization(ctx context.Context, c assess.Caller) bool {
	_, management, err := s.audit.Administrator(ctx, c)
	return err == nil && management != ""
}

// settings shows what was set; the topic by its name, as AWS does.
func settings(v *assess.Settings) *api.Settings {
	out := &api.Settings{
		DefaultProcessOwners: roles(v.Owners),
		DeregistrationPolicy: &api.DeregistrationPolicy{DeleteResources: new(api.DeleteResourcesDefault)}, KmsKey: new(v.KMSKey),
	}
	if v.Topic != "" {
		out.SnsTopic = new(v.Topic)
		if a, err := arn.Parse(v.Topic); err == nil {
			out.SnsTopic = new(a.Resource)
		}
	}
	if v.Reports.Path != "" {
		out.DefaultAssessmentReportsDestination = destination(v.Reports)
	}
	if v.Exports.Path != "" {
		out.DefaultExportDestination = &api.DefaultExportDestination{DestinationType: new(v.Exports.Type), Destination: new(v.Exports.Path)}
	}
	if v.DeregistrationKeep != "" {
		out.DeregistrationPolicy.DeleteResources = new(v.DeregistrationKeep)
	}
	return out
}

// enablement is how far the evidence finder is: always on, and behind for a moment when much was recorded.
func (s *Service) enablement(ctx context.Context, c assess.Caller) (*api.EvidenceFinderEnablement, error) {
	if s.o.Finder == nil {
		return &api.EvidenceFinderEnablement{EnablementStatus: new(api.EvidenceFinderEnablementStatusDisabled), BackfillStatus: new(api.EvidenceFinderBackfillStatusNotStarted)}, nil
	}
	behind, err := s.o.Finder.Behind(ctx, c.Account)
	backfill := api.EvidenceFinderBackfillStatusCompleted
	if behind > farBehind {
		backfill = api.EvidenceFinderBackfillStatusInProgress
	}
	return &api.EvidenceFinderEnablement{
		EventDataStoreArn: new(finder.StoreARN(c.Account, c.Region)), EnablementStatus: new(api.EvidenceFinderEnablementStatusEnabled), BackfillStatus: new(backfill),
	}, err
}

// farBehind is how many pieces the evidence finder lacks when it says that it is not up to date. A query takes those that
// are missing before it answers.
const farBehind = 100_000

// only leaves the attribute that was asked for.
func only(v *api.Settings, attribute string) *api.Settings {
	switch attribute {
	case api.SettingAttributeIsAwsOrgEnabled:
		return &api.Settings{IsAwsOrgEnabled: v.IsAwsOrgEnabled}
	case api.SettingAttributeSnsTopic:
		return &api.Settings{SnsTopic: v.SnsTopic}
	case api.SettingAttributeDefaultAssessmentReportsDestination:
		return &api.Settings{DefaultAssessmentReportsDestination: v.DefaultAssessmentReportsDestination}
	case api.SettingAttributeDefaultProcessOwners:
		return &api.Settings{DefaultProcessOwners: v.DefaultProcessOwners}
	case api.SettingAttributeEvidenceFinderEnablement:
		return &api.Settings{EvidenceFinderEnablement: v.EvidenceFinderEnablement}
	case api.SettingAttributeDeregistrationPolicy:
		return &api.Settings{DeregistrationPolicy: v.DeregistrationPolicy}
	case api.SettingAttributeDefaultExportDestination:
		return &api.Settings{DefaultExportDestination: v.DefaultExportDestination}
	}
	return v
}

func (s *Service) updateSettings(ctx context.Context, in *api.UpdateSettingsRequest) (*api.UpdateSettingsResponse, error) {
	c, err := caller(ctx, "UpdateSettings", "")
	if err != nil {
		return nil, err
	}
	if in.EvidenceFinderEnabled != nil && !*in.EvidenceFinderEnabled {
		return nil, fault.Invalidf("evidenceFinderEnabled", "Evidence finder is always on: it costs nothing here and keeps nothing that could be deleted. Leave evidenceFinderEnabled out, or true.")
	}
	u := assess.SettingsUpdate{Topic: in.SnsTopic, KMSKey: in.KmsKey, Owners: rolesOf(in.DefaultProcessOwners)}
	if d := in.DefaultAssessmentReportsDestination; d != nil {
		u.Reports = new(destinationOf(d))
	}
	if d := in.DefaultExportDestination; d != nil {
		u.Exports = &assess.Destination{Type: awswire.Val(d.DestinationType), Path: awswire.Val(d.Destination)}
	}
	if in.DeregistrationPolicy != nil {
		u.DeregistrationKeep = in.DeregistrationPolicy.DeleteResources
	}
	v, err := s.audit.UpdateSettings(ctx, c, u)
	if err != nil {
		return nil, err
	}
	out := settings(&v)
	if out.EvidenceFinderEnablement, err = s.enablement(ctx, c); err != nil {
		return nil, err
	}
	out.IsAwsOrgEnabled = new(s.inOrganization(ctx, c))
	return &api.UpdateSettingsResponse{Settings: out}, nil
}

func (s *Service) getServicesInScope(ctx context.Context, _ *api.GetServicesInScopeRequest) (*api.GetServicesInScopeResponse, error) {
	if _, err := s.member(ctx, "GetServicesInScope"); err != nil {
		return nil, err
	}
	return &api.GetServicesInScopeResponse{ServiceMetadata: convert(catalog.Services(), func(v *catalog.Service) api.ServiceMetadata {
		return api.ServiceMetadata{Name: &v.Name, DisplayName: &v.DisplayName, Description: &v.Description, Category: &v.Category}
	})}, nil
}

func (s *Service) listKeywordsForDataSource(ctx context.Context, in *api.ListKeywordsForDataSourceRequest) (*api.ListKeywordsForDataSourceResponse, error) {
	if _, err := s.member(ctx, "ListKeywordsForDataSource"); err != nil {
		return nil, err
	}
	all := catalog.Keywords(catalog.SourceType(awswire.Val(in.Source)))
	words, next, err := page(ctx, s, "ListKeywordsForDataSource", in, in.NextToken, in.MaxResults, all, func(w *string) string { return *w })
	if words == nil {
		words = []string{}
	}
	return &api.ListKeywordsForDataSourceResponse{Keywords: words, NextToken: next}, err
}
