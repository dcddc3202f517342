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
	if r.ServicePrincipal != nil {
		return nil, fault.Invalidf("servicePrincipal", "A service-linked recorder cannot be put or changed here; leave servicePrincipal out.").With("UnmodifiableEntityException")
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

// recorders finds the caller's recorders by names or by ARN; none belongs to another service.
func (s *Service) recorders(ctx context.Context, names []string, byARN, principal *string) ([]compliance.Recorder, error) {
	if awswire.Val(principal) != "" {
		return nil, fault.Missing("configuration recorder of service", *principal).With("NoSuchConfigurationRecorderException")
	}
	all, err := s.program.Recorders(ctx, here(ctx), names...)
	if err != nil || awswire.Val(byARN) == "" {
		return all, err
	}
	all = slices.DeleteFunc(all, func(r compliance.Recorder) bool { return r.ARN != *byARN })
	if len(all) == 0 {
		return nil, fault.Missing("configuration recorder", *byARN).With("NoSuchConfigurationRecorderException")
	}
	return all, nil
}

func (s *Service) describeConfigurationRecorders(ctx context.Context, in *api.DescribeConfigurationRecordersRequest) (*api.DescribeConfigurationRecordersResponse, error) {
	list, err := s.recorders(ctx, in.ConfigurationRecorderNames, in.Arn, in.ServicePrincipal)
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
		Arn: new(r.ARN), Name: new(r.Name), RoleARN: new(r.RoleARN), RecordingScope: new("PAID"), RecordingMode: mode,
		RecordingGroup: &api.RecordingGroup{
			AllSupported: new(r.Group.AllSupported), IncludeGlobalResourceTypes: new(r.Group.IncludeGlobal),
			ResourceTypes: some(r.Group.Types), ExclusionByResourceTypes: &api.ExclusionByResourceTypes{ResourceTypes: some(r.Group.Exclude)},
			RecordingStrategy: &api.RecordingStrategy{UseOnly: new(r.Group.Strategy)},
		},
	}
}

// some is a list that shows even when it is empty.
func some(list []string) []string { return append([]string{}, list...) }

func (s *Service) describeConfigurationRecorderStatus(ctx context.Context, in *api.DescribeConfigurationRecorderStatusRequest) (*api.DescribeConfigurationRecorderStatusResponse, error) {
	list, err := s.recorders(ctx, in.ConfigurationRecorderNames, in.Arn, in.ServicePrincipal)
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
		})
	}
	return out, nil
}

func (s *Service) listConfigurationRecorders(ctx context.Context, in *api.ListConfigurationRecordersRequest) (*api.ListConfigurationRecordersResponse, error) {
	list, err := s.program.Recorders(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		if !slices.Contains(f.FilterValue, "PAID") {
			list = nil // every recorder here is the customer's own
		}
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListConfigurationRecorders", in, in.NextToken, in.MaxResults, 20, list,
		func(r *compliance.Recorder) string { return r.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListConfigurationRecordersResponse{ConfigurationRecorderSummaries: []api.ConfigurationRecorderSummary{}, NextToken: next}
	for _, r := range page {
		out.ConfigurationRecorderSummaries = append(out.ConfigurationRecorderSummaries, api.ConfigurationRecorderSummary{
			Arn: new(r.ARN), Name: new(r.Name), RecordingScope: new("PAID"),
		})
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
