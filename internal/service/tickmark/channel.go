package tickmark

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/notify"
)

// Channels keep where accounts are told of what happens in their audits.
type Channels interface {
	Channel(ctx context.Context, account string) (notify.Channel, error)
	SetChannel(ctx context.Context, c notify.Channel) error
}

func (s *Service) getNotificationChannel(ctx context.Context, _ *api.GetNotificationChannelRequest) (*api.GetNotificationChannelResponse, error) {
	c, err := caller(ctx, "GetNotificationChannel", "")
	if err != nil {
		return nil, err
	}
	v, err := s.Channels.Channel(ctx, c.Account)
	return &api.GetNotificationChannelResponse{NotificationChannel: channel(v)}, err
}

// putNotificationChannel replaces the whole channel; what is not given is taken away.
func (s *Service) putNotificationChannel(ctx context.Context, in *api.PutNotificationChannelRequest) (*api.PutNotificationChannelResponse, error) {
	c, err := caller(ctx, "PutNotificationChannel", "")
	if err != nil {
		return nil, err
	}
	v := notify.Channel{Account: c.Account, Webhook: awswire.Val(in.WebhookUrl), Secret: awswire.Val(in.WebhookSecret), Mail: in.MailRecipients}
	if err := s.Channels.SetChannel(ctx, v); err != nil {
		return nil, err
	}
	v, err = s.Channels.Channel(ctx, c.Account)
	return &api.PutNotificationChannelResponse{NotificationChannel: channel(v)}, err
}

// channel is shown without its secret.
func channel(v notify.Channel) *api.NotificationChannel {
	return &api.NotificationChannel{WebhookUrl: text(v.Webhook), WebhookSecretSet: new(v.Secret != ""), MailRecipients: append([]string{}, v.Mail...)}
}
