package sns

import (
	"context"
	"encoding/json"
	"maps"
	"strconv"

	api "github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

func (s *Service) createTopic(ctx context.Context, in *api.CreateTopicInput) (*api.CreateTopicResponse, error) {
	if in.DataProtectionPolicy != nil {
		return nil, fault.Invalidf("DataProtectionPolicy", "Invalid parameter: DataProtectionPolicy Reason: data protection is not supported.")
	}
	c := awswire.CallerFrom(ctx)
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[awswire.Val(t.Key)] = awswire.Val(t.Value)
	}
	topic, err := s.topics.CreateTopic(ctx, notify.Topic{
		Account: c.Account, Region: c.Region, Name: awswire.Val(in.Name), Attributes: in.Attributes, Tags: tags,
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateTopicResponse{TopicArn: new(topic)}, nil
}

func (s *Service) deleteTopic(ctx context.Context, in *api.DeleteTopicInput) (*api.DeleteTopicOutput, error) {
	topic, err := own(ctx, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, s.topics.DeleteTopic(ctx, topic)
}

func (s *Service) getTopicAttributes(ctx context.Context, in *api.GetTopicAttributesInput) (*api.GetTopicAttributesResponse, error) {
	name, err := own(ctx, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	t, confirmed, pending, err := s.topics.Topic(ctx, name)
	if err != nil {
		return nil, err
	}
	out := map[string]string{
		"TopicArn": t.ARN(), "Owner": t.Account, "DisplayName": "", "Policy": standardPolicy(t),
		"SubscriptionsConfirmed": strconv.Itoa(confirmed), "SubscriptionsPending": strconv.Itoa(pending), "SubscriptionsDeleted": "0",
	}
	maps.Copy(out, t.Attributes)
	return &api.GetTopicAttributesResponse{Attributes: out}, nil
}

// standardPolicy is what a topic shows whose policy was never set: its account may use it.
func standardPolicy(t notify.Topic) string {
	b, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid": "owner", "Effect": "Allow", "Principal": map[string]string{"AWS": t.Account}, "Action": "sns:*", "Resource": t.ARN(),
		}},
	})
	if err != nil { // strings and maps always encode
		panic(err)
	}
	return string(b)
}

func (s *Service) setTopicAttributes(ctx context.Context, in *api.SetTopicAttributesInput) (*api.SetTopicAttributesOutput, error) {
	topic, err := own(ctx, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	return nil, s.topics.SetTopicAttribute(ctx, topic, awswire.Val(in.AttributeName), awswire.Val(in.AttributeValue))
}

func (s *Service) listTopics(ctx context.Context, in *api.ListTopicsInput) (*api.ListTopicsResponse, error) {
	list, err := s.topics.Topics(ctx, scope(ctx))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListTopics", in, in.NextToken, nil, pageSize, list, func(t *notify.Topic) string { return t.Name })
	if err != nil {
		return nil, err
	}
	out := &api.ListTopicsResponse{Topics: []api.Topic{}, NextToken: next}
	for _, t := range page {
		out.Topics = append(out.Topics, api.Topic{TopicArn: new(t.ARN())})
	}
	return out, nil
}

func (s *Service) publish(ctx context.Context, in *api.PublishInput) (*api.PublishResponse, error) {
	if in.PhoneNumber != nil {
		return nil, fault.Invalidf("PhoneNumber", "Invalid parameter: PhoneNumber Reason: text messages are not supported: publish to a topic.")
	}
	if in.MessageGroupId != nil || in.MessageDeduplicationId != nil {
		return nil, fault.Invalidf("MessageGroupId", "Invalid parameter: MessageGroupId Reason: FIFO topics are not supported.")
	}
	target := in.TopicArn
	if target == nil {
		target = in.TargetArn
	}
	topic, err := own(ctx, "TopicArn", target)
	if err != nil {
		return nil, err
	}
	m := notify.Message{TopicARN: topic, Subject: awswire.Val(in.Subject), Text: awswire.Val(in.Message)}
	switch awswire.Val(in.MessageStructure) {
	case "":
	case "json":
		if m.Text, m.ByProtocol, err = notify.ParseStructure(m.Text); err != nil {
			return nil, err
		}
	default:
		return nil, fault.Invalidf("MessageStructure", "Invalid parameter: MessageStructure Reason: it must be json or left out.")
	}
	if m.Attributes, err = attributes(in.MessageAttributes); err != nil {
		return nil, err
	}
	id, err := s.topics.Send(ctx, m)
	if err != nil {
		return nil, err
	}
	return &api.PublishResponse{MessageId: new(id)}, nil
}
