package config

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Service) putConfigurationRecorder(ctx context.Context, in *api.PutConfigurationRecorderRequest) (*api.PutConfigurationRecorderOutput, error) {
	r := in.ConfigurationRecorder
	if r.ServicePrincipal != nil || r.ConnectorArn != nil || r.ScopeConfiguration != nil {
		return nil, fault.Invalidf("servicePrincipal", "A service-linked recorder is made by PutServiceLinkedConfigurationRecorder; leave servicePrincipal, connectorArn and scopeConfiguration out.").With("UnmodifiableEntityException")
	}
	if awswire.Val(r.RecordingScope) == api.RecordingScopeInternal {
		return nil, fault.Invalidf("recordingScope", "The recording scope of a customer managed recorder is PAID.").With("ValidationException")
	}
	group, err := recordingGroup(r.RecordingGroup)
	if err != nil {
		return nil, err
	}
	mode, err := recordingMode(r.RecordingMode)
	if err != nil {
		return nil, err
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	stored, err := s.program.PutRecorder(ctx, here(ctx), compliance.Recorder{
		Name: awswire.Val(r.Name), RoleARN: awswire.Val(r.RoleARN), Group: group, Mode: mode,
	})
	if err != nil {
		return nil, err
	}
	return nil, s.tagNew(ctx, stored.ARN, tags)
}

// recordingGroup reads a group; one that is left out is AWS's default, everything but the global IAM types. An empty
// list beside another form is what consoles and Terraform send.
func recordingGroup(g *api.RecordingGroup) (compliance.RecordingGroup, error) {
	if g == nil {
		return compliance.RecordingGroup{AllSupported: true}, nil
	}
	out := compliance.RecordingGroup{AllSupported: awswire.Val(g.AllSupported), IncludeGlobal: awswire.Val(g.IncludeGlobalResourceTypes), Types: g.ResourceTypes}
	if g.ExclusionByResourceTypes != nil {
		out.Exclude = g.ExclusionByResourceTypes.ResourceTypes
	}
	if g.RecordingStrategy != nil {
		out.Strategy = awswire.Val(g.RecordingStrategy.UseOnly)
	}
	return out, nil
}

func recordingMode(m *api.RecordingMode) (compliance.RecordingMode, error) {
	if m == nil {
		return compliance.RecordingMode{}, nil
	}
	out := compliance.RecordingMode{Frequency: awswire.Val(m.RecordingFrequency)}
	if len(m.RecordingModeOverrides) > 1 {
		return out, fault.Invalidf("recordingModeOverrides", "A recording mode has at most one override.").With("ValidationException")
	}
	for _, o := range m.RecordingModeOverrides {
		out.Override = &compliance.RecordingOverride{Description: awswire.Val(o.Description), Types: o.ResourceTypes, Frequency: awswire.Val(o.RecordingFrequency)}
	}
	return out, nil
}

func (s *Service) describeConfigurationRecorders(ctx context.Context, in *api.DescribeConfigurationRecordersRequest) (*api.DescribeConfigurationRecordersResponse, error) {
	list, err := s.program.FindRecorders(ctx, here(ctx), compliance.RecorderQuery{Names: in.ConfigurationRecorderNames, ARN: awswire.Val(in.Arn), Principal: awswire.Val(in.ServicePrincipal)})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConfigurationRecordersResponse{ConfigurationRecorders: []api.ConfigurationRecorder{}}
	for _, r := range list {
		out.ConfigurationRecorders = append(out.ConfigurationRecorders, recorder(r))
	}
	return out, nil
}

func recorder(r compliance.Recorder) api.ConfigurationRecorder {
	mode := &api.RecordingMode{RecordingFrequency: new(r.Mode.Frequency)}
	if o := r.Mode.Override; o != nil {
		mode.RecordingModeOverrides = []api.RecordingModeOverride{{Description: text(o.Description), ResourceTypes: o.Types, RecordingFrequency: new(o.Frequency)}}
	}
	return api.ConfigurationRecorder{
		Arn: new(r.ARN), Name: new(r.Name), RoleARN: new(r.RoleARN), RecordingScope: new(recordingScope(r)), RecordingMode: mode,
		ServicePrincipal: text(r.Principal), ConnectorArn: text(r.Connector), ScopeConfiguration: thirdPartyScope(r.Scope),
		RecordingGroup: &api.RecordingGroup{
			AllSupported: new(r.Group.AllSupported), IncludeGlobalResourceTypes: new(r.Group.IncludeGlobal),
			ResourceTypes: some(r.Group.Types), ExclusionByResourceTypes: &api.ExclusionByResourceTypes{ResourceTypes: some(r.Group.Exclude)},
			RecordingStrategy: &api.RecordingStrategy{UseOnly: new(r.Group.Strategy)},
		},
	}
}

// recordingScope tells who pays: services for the recorders that are linked to them.
func recordingScope(r compliance.Recorder) string {
	if r.Principal != "" {
		return api.RecordingScopeInternal
	}
	return api.RecordingScopePaid
}

func thirdPartyScope(sc *compliance.ThirdPartyScope) *api.ScopeConfiguration {
	if sc == nil {
		return nil
	}
	return &api.ScopeConfiguration{ScopeType: new(sc.Type), ScopeValues: sc.Values, AllRegions: new(sc.AllRegions), IncludedRegions: sc.Regions}
}

// some is a list that shows even when it is empty.
func some(list []string) []string { return append([]string{}, list...) }

func (s *Service) describeConfigurationRecorderStatus(ctx context.Context, in *api.DescribeConfigurationRecorderStatusRequest) (*api.DescribeConfigurationRecorderStatusResponse, error) {
	list, err := s.program.FindRecorders(ctx, here(ctx), compliance.RecorderQuery{Names: in.ConfigurationRecorderNames, ARN: awswire.Val(in.Arn), Principal: awswire.Val(in.ServicePrincipal)})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConfigurationRecorderStatusResponse{ConfigurationRecordersStatus: []api.ConfigurationRecorderStatus{}}
	for _, r := range list {
		st := r.Status
		out.ConfigurationRecordersStatus = append(out.ConfigurationRecordersStatus, api.ConfigurationRecorderStatus{
			Arn: new(r.ARN), Name: new(r.Name), Recording: new(st.Recording), LastStatus: text(st.LastStatus),
			LastStartTime: moment(st.Started), LastStopTime: moment(st.Stopped), LastStatusChangeTime: moment(st.Changed),
			LastErrorCode: text(st.ErrorCode), LastErrorMessage: text(st.ErrorMessage),
			ServicePrincipal: text(r.Principal),
		})
	}
	return out, nil
}

func (s *Service) listConfigurationRecorders(ctx context.Context, in *api.ListConfigurationRecordersRequest) (*api.ListConfigurationRecordersResponse, error) {
	list, err := s.program.AllRecorders(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		if err := oneOf("filterValue", f.FilterValue, api.RecordingScopeInternal, api.RecordingScopePaid); err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(r compliance.Recorder) bool { return !slices.Contains(f.FilterValue, recordingScope(r)) })
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListConfigurationRecorders", in, in.NextToken, in.MaxResults, 20, list,
		func(r *compliance.Recorder) string { return r.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListConfigurationRecordersResponse{ConfigurationRecorderSummaries: []api.ConfigurationRecorderSummary{}, NextToken: next}
	for _, r := range page {
		sum := api.ConfigurationRecorderSummary{Arn: new(r.ARN), Name: new(r.Name), RecordingScope: new(recordingScope(r)), ServicePrincipal: text(r.Principal)}
		if r.Connector != "" {
			sum.Provider = new(compliance.Azure)
		}
		out.ConfigurationRecorderSummaries = append(out.ConfigurationRecorderSummaries, sum)
	}
	return out, nil
}

func (s *Service) startConfigurationRecorder(ctx context.Context, in *api.StartConfigurationRecorderRequest) (*api.StartConfigurationRecorderOutput, error) {
	return nil, s.program.StartRecorder(ctx, here(ctx), awswire.Val(in.ConfigurationRecorderName))
}

func (s *Service) stopConfigurationRecorder(ctx context.Context, in *api.StopConfigurationRecorderRequest) (*api.StopConfigurationRecorderOutput, error) {
	return nil, s.program.StopRecorder(ctx, here(ctx), awswire.Val(in.ConfigurationRecorderName))
}

func (s *Service) deleteConfigurationRecorder(ctx context.Context, in *api.DeleteConfigurationRecorderRequest) (*api.DeleteConfigurationRecorderOutput, error) {
	return nil, s.program.DeleteRecorder(ctx, here(ctx), awswire.Val(in.ConfigurationRecorderName))
}
