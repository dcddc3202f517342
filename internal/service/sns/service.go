package sns

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

// Service answers the operations of SNS.
type Service struct {
	topics *notify.Directory
	tokens *awswire.Tokens
}

// New is the service over a directory of topics; tokens make its page tokens.
func New(topics *notify.Directory, tokens *awswire.Tokens) *Service { return &Service{topics, tokens} }

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)

	api.OnCreateTopic(r, s.createTopic)
	api.OnDeleteTopic(r, s.deleteTopic)
	api.OnGetTopicAttributes(r, s.getTopicAttributes)
	api.OnSetTopicAttributes(r, s.setTopicAttributes)
	api.OnListTopics(r, s.listTopics)
	api.OnPublish(r, s.publish)

	api.OnSubscribe(r, s.subscribe)
	api.OnConfirmSubscription(r, s.confirmSubscription)
	api.OnUnsubscribe(r, s.unsubscribe)
	api.OnGetSubscriptionAttributes(r, s.getSubscriptionAttributes)
	api.OnSetSubscriptionAttributes(r, s.setSubscriptionAttributes)
	api.OnListSubscriptions(r, s.listSubscriptions)
	api.OnListSubscriptionsByTopic(r, s.listSubscriptionsByTopic)
}

// Unsigned lists the operations that messages link to; the composition lets them in without a signature.
func Unsigned() []string { return []string{"ConfirmSubscription", "Unsubscribe"} }

// pageSize is SNS's.
const pageSize = 100

func scope(ctx context.Context) arn.Scope {
	c := awswire.CallerFrom(ctx)
	return arn.In(c.Account, c.Region)
}

// own refuses what is not of the caller's account and region. What is wrong with the ARN itself is found later.
func own(ctx context.Context, field string, name *string) (string, error) {
	text := awswire.Val(name)
	a, err := arn.Parse(text)
	c := awswire.CallerFrom(ctx)
	if err == nil && a.Account != c.Account {
		return "", fault.New(fault.Denied, "The account %s may not use %s.", c.Account, text)
	}
	if err == nil && a.Region != c.Region {
		return "", fault.Invalidf(field, "Invalid parameter: %s Reason: %s is in another region than %s, which was asked.", field, text, c.Region)
	}
	return text, nil
}

// mapFault spells mistakes in the input as SNS does: the model has codes that would come first.
func mapFault(f *fault.Error) *awswire.Error {
	switch {
	case f.Kind == fault.Invalid:
		return awswire.Errorf("InvalidParameter", "%s", f.Message)
	case f.Kind == fault.NotFound && f.Type == "topic":
		return awswire.Errorf("NotFound", "Topic does not exist")
	case f.Kind == fault.NotFound && f.Type == "subscription":
		return awswire.Errorf("NotFound", "Subscription does not exist")
	}
	return nil
}
