package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/lake"
)

func (s *Service) registerChannels(r *awswire.Registry) map[string]string {
	api.OnCreateChannel(r, s.createChannel)
	api.OnGetChannel(r, s.getChannel)
	api.OnListChannels(r, s.listChannels)
	api.OnUpdateChannel(r, s.updateChannel)
	api.OnDeleteChannel(r, s.deleteChannel)
	return map[string]string{"CreateChannel.Source": "InvalidSourceException"}
}

func (s *Service) createChannel(ctx context.Context, in *api.CreateChannelRequest) (*api.CreateChannelResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	to, err := destinationsIn(in.Destinations)
	if err != nil {
		return nil, err
	}
	c, err := s.Lake.CreateChannel(ctx, lake.Channel{Place: lakePlace(ctx), Name: awswire.Val(in.Name), Source: awswire.Val(in.Source), Stores: to}, tags)
	if err != nil {
		return nil, err
	}
	return &api.CreateChannelResponse{ChannelArn: new(c.ARN()), Name: &c.Name, Source: &c.Source, Destinations: destinationsOut(&c), Tags: in.Tags}, nil
}

func (s *Service) getChannel(ctx context.Context, in *api.GetChannelRequest) (*api.GetChannelResponse, error) {
	c, use, err := s.Lake.Channel(ctx, lakePlace(ctx), awswire.Val(in.Channel))
	if err != nil {
		return nil, err
	}
	out := &api.GetChannelResponse{ChannelArn: new(c.ARN()), Name: &c.Name, Source: &c.Source, Destinations: destinationsOut(&c)}
	if !use.Attempted.IsZero() {
		out.IngestionStatus = &api.IngestionStatus{LatestIngestionAttemptTime: &use.Attempted, LatestIngestionAttemptEventID: text(use.AttemptedID), LatestIngestionErrorCode: text(use.Error)}
		if !use.Succeeded.IsZero() {
			out.IngestionStatus.LatestIngestionSuccessTime, out.IngestionStatus.LatestIngestionSuccessEventID = &use.Succeeded, &use.SucceededID
		}
	}
	return out, nil
}

func (s *Service) listChannels(ctx context.Context, in *api.ListChannelsRequest) (*api.ListChannelsResponse, error) {
	list, err := s.Lake.Channels(ctx, lakePlace(ctx))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "ListChannels", in, in.NextToken, in.MaxResults, lakePage, list, func(c *lake.Channel) string { return c.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListChannelsResponse{Channels: []api.Channel{}, NextToken: next}
	for _, c := range page {
		out.Channels = append(out.Channels, api.Channel{ChannelArn: new(c.ARN()), Name: &c.Name})
	}
	return out, nil
}

func (s *Service) updateChannel(ctx context.Context, in *api.UpdateChannelRequest) (*api.UpdateChannelResponse, error) {
	to, err := destinationsIn(in.Destinations)
	if err != nil {
		return nil, err
	}
	c, err := s.Lake.UpdateChannel(ctx, lakePlace(ctx), awswire.Val(in.Channel), awswire.Val(in.Name), to)
	if err != nil {
		return nil, err
	}
	return &api.UpdateChannelResponse{ChannelArn: new(c.ARN()), Name: &c.Name, Source: &c.Source, Destinations: destinationsOut(&c)}, nil
}

func (s *Service) deleteChannel(ctx context.Context, in *api.DeleteChannelRequest) (*api.DeleteChannelResponse, error) {
	return nil, s.Lake.DeleteChannel(ctx, lakePlace(ctx), awswire.Val(in.Channel))
}

// destinationsIn are the data stores that a request names. Channels of AWS services are made by those alone.
func destinationsIn(in []api.Destination) (out []string, err error) {
	for _, d := range in {
		if awswire.Val(d.Type) != api.DestinationTypeEventDataStore {
			return nil, awswire.Errorf("InvalidParameterException", "Destinations of type %s are for channels that AWS services make: use EVENT_DATA_STORE.", awswire.Val(d.Type))
		}
		out = append(out, awswire.Val(d.Location))
	}
	return out, nil
}

func destinationsOut(c *lake.Channel) []api.Destination {
	out := []api.Destination{}
	for _, id := range c.Stores {
		d := lake.DataStore{Place: c.Place, ID: id}
		out = append(out, api.Destination{Type: new(api.DestinationTypeEventDataStore), Location: new(d.ARN())})
	}
	return out
}
