package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Service) putDeliveryChannel(ctx context.Context, in *api.PutDeliveryChannelRequest) (*api.PutDeliveryChannelOutput, error) {
	c := in.DeliveryChannel
	ch := compliance.Channel{
		Name: awswire.Val(c.Name), Bucket: awswire.Val(c.S3BucketName), Prefix: awswire.Val(c.S3KeyPrefix),
		KMSKeyARN: awswire.Val(c.S3KmsKeyArn), TopicARN: awswire.Val(c.SnsTopicARN),
	}
	if c.ConfigSnapshotDeliveryProperties != nil {
		ch.Frequency = awswire.Val(c.ConfigSnapshotDeliveryProperties.DeliveryFrequency)
	}
	if err := s.examine(ctx, &ch); err != nil {
		return nil, err
	}
	if err := s.program.PutChannel(ctx, here(ctx), ch); err != nil {
		return nil, err
	}
	return nil, s.courier.Attach(ctx, here(ctx))
}

// examine finds where the channel's bucket lies, and proves that it takes files and that the topic exists.
func (s *Service) examine(ctx context.Context, c *compliance.Channel) (err error) {
	at := here(ctx)
	if c.Bucket != "" {
		if c.Remote, err = s.courier.Locate(ctx, at.Account, c.Bucket); err != nil {
			return err
		}
	}
	if err := c.Check(); err != nil { // before the probe leaves its file
		return err
	}
	if recorders, err := s.program.Recorders(ctx, at); err != nil || len(recorders) == 0 {
		return err // PutChannel has the words for what is missing
	}
	err = s.courier.Probe(ctx, at, *c)
	if err != nil || c.TopicARN == "" {
		return err
	}
	_, _, _, err = s.topics.Topic(ctx, c.TopicARN)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Invalid {
		return fault.Invalidf("snsTopicARN", "There is no topic %s here: create it first.", c.TopicARN).With("InvalidSNSTopicARNException")
	}
	return err
}

func (s *Service) describeDeliveryChannels(ctx context.Context, in *api.DescribeDeliveryChannelsRequest) (*api.DescribeDeliveryChannelsResponse, error) {
	list, err := s.program.Channels(ctx, here(ctx), in.DeliveryChannelNames...)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeDeliveryChannelsResponse{DeliveryChannels: []api.DeliveryChannel{}}
	for _, c := range list {
		d := api.DeliveryChannel{
			Name: new(c.Name), S3BucketName: new(c.Bucket), S3KeyPrefix: text(c.Prefix), S3KmsKeyArn: text(c.KMSKeyARN), SnsTopicARN: text(c.TopicARN),
		}
		if c.Frequency != "" {
			d.ConfigSnapshotDeliveryProperties = &api.ConfigSnapshotDeliveryProperties{DeliveryFrequency: new(c.Frequency)}
		}
		out.DeliveryChannels = append(out.DeliveryChannels, d)
	}
	return out, nil
}

func (s *Service) describeDeliveryChannelStatus(ctx context.Context, in *api.DescribeDeliveryChannelStatusRequest) (*api.DescribeDeliveryChannelStatusResponse, error) {
	list, err := s.program.Channels(ctx, here(ctx), in.DeliveryChannelNames...)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeDeliveryChannelStatusResponse{DeliveryChannelsStatus: []api.DeliveryChannelStatus{}}
	for _, c := range list {
		out.DeliveryChannelsStatus = append(out.DeliveryChannelsStatus, api.DeliveryChannelStatus{
			Name: new(c.Name), ConfigSnapshotDeliveryInfo: export(c.Snapshot), ConfigHistoryDeliveryInfo: export(c.History),
			ConfigStreamDeliveryInfo: &api.ConfigStreamDeliveryInfo{
				LastStatus: new(status(c.Stream)), LastErrorCode: text(c.Stream.ErrorCode), LastErrorMessage: text(c.Stream.ErrorMessage),
				LastStatusChangeTime: moment(c.Stream.Attempted),
			},
		})
	}
	return out, nil
}

func status(d compliance.Delivery) string {
	if d.Status == "" {
		return api.DeliveryStatusNotApplicable
	}
	return d.Status
}

func export(d compliance.Delivery) *api.ConfigExportDeliveryInfo {
	return &api.ConfigExportDeliveryInfo{
		LastStatus: new(status(d)), LastErrorCode: text(d.ErrorCode), LastErrorMessage: text(d.ErrorMessage),
		LastAttemptTime: moment(d.Attempted), LastSuccessfulTime: moment(d.Succeeded), NextDeliveryTime: moment(d.Next),
	}
}

func (s *Service) deleteDeliveryChannel(ctx context.Context, in *api.DeleteDeliveryChannelRequest) (*api.DeleteDeliveryChannelOutput, error) {
	return nil, s.program.DeleteChannel(ctx, here(ctx), awswire.Val(in.DeliveryChannelName))
}
