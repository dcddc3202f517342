package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
)

// deliverConfigSnapshot begins a delivery and answers, as AWS does; the channel's status tells how it ended.
func (s *Service) deliverConfigSnapshot(ctx context.Context, in *api.DeliverConfigSnapshotRequest) (*api.DeliverConfigSnapshotResponse, error) {
	at := here(ctx)
	if _, err := s.program.Channels(ctx, at, awswire.Val(in.DeliveryChannelName)); err != nil {
		return nil, err
	}
	if _, err := s.running(ctx); err != nil {
		return nil, err
	}
	id, err := s.courier.AskSnapshot(ctx, at)
	if err != nil {
		return nil, err
	}
	return &api.DeliverConfigSnapshotResponse{ConfigSnapshotId: new(id)}, nil
}
