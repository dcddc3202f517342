package cloudtrail

import (
	"context"
	"slices"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/lake"
)

func (s *Service) registerDashboards(r *awswire.Registry) map[string]string {
	api.OnCreateDashboard(r, s.createDashboard)
	api.OnGetDashboard(r, s.getDashboard)
	api.OnListDashboards(r, s.listDashboards)
	api.OnUpdateDashboard(r, s.updateDashboard)
	api.OnDeleteDashboard(r, s.deleteDashboard)
	api.OnStartDashboardRefresh(r, s.startDashboardRefresh)
	return nil
}

func (s *Service) createDashboard(ctx context.Context, in *api.CreateDashboardRequest) (*api.CreateDashboardResponse, error) {
	tags, err := tagMap(in.TagsList)
	if err != nil {
		return nil, err
	}
	d, err := s.Lake.CreateDashboard(ctx, lake.Dashboard{
		Place: lakePlace(ctx), Name: awswire.Val(in.Name), Widgets: widgetsIn(in.Widgets), Schedule: scheduleIn(in.RefreshSchedule),
		Protected: awswire.Val(in.TerminationProtectionEnabled),
	}, tags)
	if err != nil {
		return nil, err
	}
	return &api.CreateDashboardResponse{
		DashboardArn: new(d.ARN()), Name: &d.Name, Type: new(dashboardType(&d)), Widgets: widgetsOut(&d), RefreshSchedule: in.RefreshSchedule,
		TerminationProtectionEnabled: &d.Protected, TagsList: in.TagsList,
	}, nil
}

func (s *Service) getDashboard(ctx context.Context, in *api.GetDashboardRequest) (*api.GetDashboardResponse, error) {
	d, err := s.Lake.Dashboard(ctx, lakePlace(ctx), awswire.Val(in.DashboardId))
	if err != nil {
		return nil, err
	}
	failure, err := s.Lake.RefreshFailure(ctx, &d)
	if err != nil {
		return nil, err
	}
	return &api.GetDashboardResponse{
		DashboardArn: new(d.ARN()), Type: new(dashboardType(&d)), Status: &d.Status, Widgets: widgetsOut(&d), RefreshSchedule: scheduleOut(d.Schedule),
		CreatedTimestamp: moment(d.Created), UpdatedTimestamp: moment(d.Updated), LastRefreshId: text(d.RefreshID), LastRefreshFailureReason: text(failure),
		TerminationProtectionEnabled: &d.Protected,
	}, nil
}

func (s *Service) listDashboards(ctx context.Context, in *api.ListDashboardsRequest) (*api.ListDashboardsResponse, error) {
	list, err := s.Lake.Dashboards(ctx, lakePlace(ctx))
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(d lake.Dashboard) bool {
		return in.Type != nil && *in.Type != dashboardType(&d) || !strings.HasPrefix(d.Name, awswire.Val(in.NamePrefix))
	})
	page, next, err := awswire.Page(ctx, s.Tokens, "ListDashboards", in, in.NextToken, in.MaxResults, lakePage, list, func(d *lake.Dashboard) string { return d.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListDashboardsResponse{Dashboards: []api.DashboardDetail{}, NextToken: next}
	for _, d := range page {
		out.Dashboards = append(out.Dashboards, api.DashboardDetail{DashboardArn: new(d.ARN()), Type: new(dashboardType(&d))})
	}
	return out, nil
}

func (s *Service) updateDashboard(ctx context.Context, in *api.UpdateDashboardRequest) (*api.UpdateDashboardResponse, error) {
	d, err := s.Lake.UpdateDashboard(ctx, lakePlace(ctx), awswire.Val(in.DashboardId), widgetsIn(in.Widgets), scheduleIn(in.RefreshSchedule), in.TerminationProtectionEnabled)
	if err != nil {
		return nil, err
	}
	return &api.UpdateDashboardResponse{
		DashboardArn: new(d.ARN()), Name: &d.Name, Type: new(dashboardType(&d)), Widgets: widgetsOut(&d), RefreshSchedule: scheduleOut(d.Schedule),
		CreatedTimestamp: &d.Created, UpdatedTimestamp: &d.Updated, TerminationProtectionEnabled: &d.Protected,
	}, nil
}

func (s *Service) deleteDashboard(ctx context.Context, in *api.DeleteDashboardRequest) (*api.DeleteDashboardResponse, error) {
	return nil, s.Lake.DeleteDashboard(ctx, lakePlace(ctx), awswire.Val(in.DashboardId))
}

func (s *Service) startDashboardRefresh(ctx context.Context, in *api.StartDashboardRefreshRequest) (*api.StartDashboardRefreshResponse, error) {
	id, err := s.Lake.RefreshDashboard(ctx, lakePlace(ctx), awswire.Val(in.DashboardId), in.QueryParameterValues)
	if err != nil {
		return nil, err
	}
	return &api.StartDashboardRefreshResponse{RefreshId: &id}, nil
}

func dashboardType(d *lake.Dashboard) string {
	if d.Managed {
		return api.DashboardTypeManaged
	}
	return api.DashboardTypeCustom
}

func widgetsIn(in []api.RequestWidget) (out []lake.Widget) {
	for _, w := range in {
		out = append(out, lake.Widget{Statement: awswire.Val(w.QueryStatement), Parameters: w.QueryParameters, View: w.ViewProperties})
	}
	return out
}

func widgetsOut(d *lake.Dashboard) []api.Widget {
	out := []api.Widget{}
	for _, w := range d.Widgets {
		out = append(out, api.Widget{QueryAlias: new(w.Alias), QueryStatement: new(w.Statement), QueryParameters: w.Parameters, ViewProperties: w.View})
	}
	return out
}

func scheduleIn(in *api.RefreshSchedule) *lake.Schedule {
	if in == nil {
		return nil
	}
	out := &lake.Schedule{Enabled: awswire.Val(in.Status) != api.RefreshScheduleStatusDisabled, TimeOfDay: awswire.Val(in.TimeOfDay)}
	if in.Frequency != nil {
		out.Unit, out.Value = awswire.Val(in.Frequency.Unit), awswire.Val(in.Frequency.Value)
	}
	return out
}

func scheduleOut(s *lake.Schedule) *api.RefreshSchedule {
	if s == nil {
		return nil
	}
	out := &api.RefreshSchedule{Status: new(api.RefreshScheduleStatusEnabled), TimeOfDay: text(s.TimeOfDay)}
	if !s.Enabled {
		out.Status = new(api.RefreshScheduleStatusDisabled)
	}
	if s.Unit != "" {
		out.Frequency = &api.RefreshScheduleFrequency{Unit: &s.Unit, Value: &s.Value}
	}
	return out
}
