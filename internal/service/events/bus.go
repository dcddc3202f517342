package events

import (
	"context"
	"strings"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
)

// notOffered refuses what buses cannot have here. A log level OFF asks for nothing.
func notOffered(dlq *api.DeadLetterConfig, key *string, log *api.LogConfig) error {
	if err := refuse("DeadLetterConfig", dlq != nil && dlq.Arn != nil); err != nil {
		return err
	}
	if err := refuse("KmsKeyIdentifier", awswire.Val(key) != ""); err != nil {
		return err
	}
	return refuse("LogConfig", log != nil && awswire.Val(log.Level) != "" && awswire.Val(log.Level) != api.LevelOff)
}

func (s *Service) createEventBus(ctx context.Context, in *api.CreateEventBusRequest) (*api.CreateEventBusResponse, error) {
	err := notOffered(in.DeadLetterConfig, in.KmsKeyIdentifier, in.LogConfig)
	if err == nil {
		err = refuse("EventSourceName", in.EventSourceName != nil)
	}
	if err != nil {
		return nil, err
	}
	b, err := s.program.CreateBus(ctx, eventbus.Bus{
		Place: place(ctx), Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), Tags: tags(in.Tags),
	})
	return &api.CreateEventBusResponse{EventBusArn: new(b.ARN()), Description: text(b.Description)}, err
}

func (s *Service) updateEventBus(ctx context.Context, in *api.UpdateEventBusRequest) (*api.UpdateEventBusResponse, error) {
	if err := notOffered(in.DeadLetterConfig, in.KmsKeyIdentifier, in.LogConfig); err != nil {
		return nil, err
	}
	at, name, err := on(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, err := s.program.UpdateBus(ctx, at, name, awswire.Val(in.Description))
	return &api.UpdateEventBusResponse{Arn: new(b.ARN()), Name: new(b.Name), Description: text(b.Description)}, err
}

func (s *Service) deleteEventBus(ctx context.Context, in *api.DeleteEventBusRequest) (*api.DeleteEventBusOutput, error) {
	at, name, err := on(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	return nil, s.program.DeleteBus(ctx, at, name)
}

func (s *Service) describeEventBus(ctx context.Context, in *api.DescribeEventBusRequest) (*api.DescribeEventBusResponse, error) {
	at, name, err := on(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	b, err := s.program.Bus(ctx, at, name)
	return &api.DescribeEventBusResponse{
		Arn: new(b.ARN()), Name: new(b.Name), Description: text(b.Description), CreationTime: when(b.Created), LastModifiedTime: when(b.Changed),
	}, err
}

func (s *Service) listEventBuses(ctx context.Context, in *api.ListEventBusesRequest) (*api.ListEventBusesResponse, error) {
	all, err := s.program.Buses(ctx, place(ctx))
	if err != nil {
		return nil, err
	}
	var fit []eventbus.Bus
	for _, b := range all {
		if strings.HasPrefix(b.Name, awswire.Val(in.NamePrefix)) {
			fit = append(fit, b)
		}
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListEventBuses", in, in.NextToken, in.Limit, pageSize, fit, func(b *eventbus.Bus) string { return b.Name })
	out := &api.ListEventBusesResponse{EventBuses: []api.EventBus{}, NextToken: next}
	for _, b := range page {
		out.EventBuses = append(out.EventBuses, api.EventBus{
			Arn: new(b.ARN()), Name: new(b.Name), Description: text(b.Description), CreationTime: when(b.Created), LastModifiedTime: when(b.Changed),
		})
	}
	return out, err
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
