package cloudtrail

import (
	"context"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
)

// getTrailStatus tells how the trail's deliveries go in the region that asks. Some times come twice: as times and, as
// clients from the first days read them, as texts that are empty when there is none.
func (s *Service) getTrailStatus(ctx context.Context, in *api.GetTrailStatusRequest) (*api.GetTrailStatusResponse, error) {
	t, st, err := s.Trails.Status(ctx, trailPlace(ctx), awswire.Val(in.Name))
	if err != nil {
		return nil, err
	}
	return &api.GetTrailStatusResponse{
		IsLogging: &t.Logging, StartLoggingTime: moment(t.Started), StopLoggingTime: moment(t.Stopped),
		TimeLoggingStarted: words(t.Started), TimeLoggingStopped: words(t.Stopped),
		LatestDeliveryTime: moment(st.Delivered), LatestDeliveryError: text(st.Error),
		LatestDeliveryAttemptTime: words(st.Attempted), LatestDeliveryAttemptSucceeded: words(st.Delivered),
		LatestDigestDeliveryTime: moment(st.DigestDelivered), LatestDigestDeliveryError: text(st.DigestError),
		LatestNotificationTime: moment(st.NotifiedAt), LatestNotificationError: text(st.NotificationError),
		LatestNotificationAttemptTime: words(st.NotificationAttempted), LatestNotificationAttemptSucceeded: words(st.NotifiedAt),
	}, nil
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func words(t time.Time) *string {
	if t.IsZero() {
		return new("")
	}
	return new(t.UTC().Format(time.RFC3339))
}

func (s *Service) startLogging(ctx context.Context, in *api.StartLoggingRequest) (*api.StartLoggingResponse, error) {
	return nil, s.Trails.Start(ctx, trailPlace(ctx), awswire.Val(in.Name))
}

func (s *Service) stopLogging(ctx context.Context, in *api.StopLoggingRequest) (*api.StopLoggingResponse, error) {
	return nil, s.Trails.Stop(ctx, trailPlace(ctx), awswire.Val(in.Name))
}
