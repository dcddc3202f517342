package sns

import (
	"context"
	"strconv"

	api "github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/notify"
)

func (s *Service) subscribe(ctx context.Context, in *api.SubscribeInput) (*api.SubscribeResponse, error) {
	topic, err := own(ctx, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	sub, err := s.topics.Subscribe(ctx, topic, awswire.Val(in.Protocol), awswire.Val(in.Endpoint), in.Attributes)
	if err != nil {
		return nil, err
	}
	name := sub.ARN()
	if !sub.Confirmed && !awswire.Val(in.ReturnSubscriptionArn) {
		name = "pending confirmation"
	}
	return &api.SubscribeResponse{SubscriptionArn: new(name)}, nil
}

// confirmSubscription takes account and region from the topic: the link in a message is followed by anyone.
func (s *Service) confirmSubscription(ctx context.Context, in *api.ConfirmSubscriptionInput) (*api.ConfirmSubscriptionResponse, error) {
	sub, err := s.topics.Confirm(ctx, awswire.Val(in.TopicArn), awswire.Val(in.Token), awswire.Val(in.AuthenticateOnUnsubscribe) == "true")
	if err != nil {
		return nil, err
	}
	return &api.ConfirmSubscriptionResponse{SubscriptionArn: new(sub.ARN())}, nil
}

func (s *Service) unsubscribe(ctx context.Context, in *api.UnsubscribeInput) (*api.UnsubscribeOutput, error) {
	signed := awswire.CallerFrom(ctx).AccessKeyID != ""
	name := awswire.Val(in.SubscriptionArn)
	if signed {
		var err error
		if name, err = own(ctx, "SubscriptionArn", in.SubscriptionArn); err != nil {
			return nil, err
		}
	}
	return nil, s.topics.Unsubscribe(ctx, name, signed)
}

func (s *Service) getSubscriptionAttributes(ctx context.Context, in *api.GetSubscriptionAttributesInput) (*api.GetSubscriptionAttributesResponse, error) {
	name, err := own(ctx, "SubscriptionArn", in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	sub, err := s.topics.Subscription(ctx, name)
	if err != nil {
		return nil, err
	}
	return &api.GetSubscriptionAttributesResponse{Attributes: map[string]string{
		"SubscriptionArn": sub.ARN(), "TopicArn": sub.TopicARN(), "Owner": sub.Account, "Protocol": sub.Protocol, "Endpoint": sub.Endpoint,
		"PendingConfirmation": strconv.FormatBool(!sub.Confirmed), "RawMessageDelivery": strconv.FormatBool(sub.Raw),
		"ConfirmationWasAuthenticated": strconv.FormatBool(sub.Signed),
	}}, nil
}

func (s *Service) setSubscriptionAttributes(ctx context.Context, in *api.SetSubscriptionAttributesInput) (*api.SetSubscriptionAttributesOutput, error) {
	name, err := own(ctx, "SubscriptionArn", in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	return nil, s.topics.SetSubscriptionAttribute(ctx, name, awswire.Val(in.AttributeName), awswire.Val(in.AttributeValue))
}

func (s *Service) listSubscriptions(ctx context.Context, in *api.ListSubscriptionsInput) (*api.ListSubscriptionsResponse, error) {
	page, next, err := s.subscriptions(ctx, "ListSubscriptions", in, in.NextToken, "")
	return &api.ListSubscriptionsResponse{Subscriptions: page, NextToken: next}, err
}

func (s *Service) listSubscriptionsByTopic(ctx context.Context, in *api.ListSubscriptionsByTopicInput) (*api.ListSubscriptionsByTopicResponse, error) {
	topic, err := own(ctx, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	page, next, err := s.subscriptions(ctx, "ListSubscriptionsByTopic", in, in.NextToken, topic)
	return &api.ListSubscriptionsByTopicResponse{Subscriptions: page, NextToken: next}, err
}

func (s *Service) subscriptions(ctx context.Context, op string, in any, token *string, topic string) ([]api.Subscription, *string, error) {
	list, err := s.topics.Subscriptions(ctx, scope(ctx), topic)
	if err != nil {
		return nil, nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, op, in, token, nil, pageSize, list, func(sub *notify.Subscription) string { return sub.ID })
	if err != nil {
		return nil, nil, err
	}
	out := []api.Subscription{}
	for _, sub := range page {
		out = append(out, subscription(sub))
	}
	return out, next, nil
}
