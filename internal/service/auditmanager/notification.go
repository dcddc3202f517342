package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
)

func (s *Service) listNotifications(ctx context.Context, in *api.ListNotificationsRequest) (*api.ListNotificationsResponse, error) {
	c, err := caller(ctx, "ListNotifications", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.Notifications(ctx, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(n assess.Notification) bool { return !sees(ctx, n.Assessment) })
	all, next, err := page(ctx, s, "ListNotifications", in, in.NextToken, in.MaxResults, all, func(n *assess.Notification) string { return newest(n.ID) })
	return &api.ListNotificationsResponse{NextToken: next, Notifications: convert(all, notification)}, err
}

func notification(n *assess.Notification) api.Notification {
	return api.Notification{
		Id: &n.ID, AssessmentId: &n.Assessment, AssessmentName: &n.Name, ControlSetId: text(n.ControlSet), ControlSetName: text(n.ControlSet),
		Description: &n.Description, EventTime: &n.At, Source: &n.Source,
	}
}
