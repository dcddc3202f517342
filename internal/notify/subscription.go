package notify

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Subscription sends a topic's messages to an endpoint, once that has confirmed that it wants them.
type Subscription struct {
	// ID ends the ARN.
	ID, Account, Region, Topic string
	// Protocol is http or https.
	Protocol, Endpoint string
	// Token is what the endpoint sends back to confirm; it stays valid, confirming again changes nothing.
	Token     string
	Confirmed bool
	// Signed says that unsubscribing needs a signed request.
	Signed bool `json:",omitempty"`
	// Raw subscriptions get the message alone, without the JSON around it.
	Raw bool `json:",omitempty"`
}

// ARN names the subscription.
func (s Subscription) ARN() string { return arn.New("sns", s.Region, s.Account, s.Topic+":"+s.ID) }

// TopicARN names its topic.
func (s Subscription) TopicARN() string { return arn.New("sns", s.Region, s.Account, s.Topic) }

// Subscribe adds a subscription, not confirmed yet, and sends the endpoint a request to confirm it. The same
// subscription once more is the old one; while it is not confirmed the request is sent again.
func (d *Directory) Subscribe(ctx context.Context, topicARN, protocol, endpoint string, attributes map[string]string) (Subscription, error) {
	if err := d.checkEndpoint(protocol, endpoint); err != nil {
		return Subscription{}, err
	}
	fresh := Subscription{ID: d.ids.NewID(), Protocol: protocol, Endpoint: endpoint}
	for name, value := range attributes {
		if err := fresh.set(name, value); err != nil {
			return Subscription{}, err
		}
	}
	token := sha256.Sum256([]byte(d.ids.NewID() + d.ids.NewID() + d.ids.NewID() + d.ids.NewID()))
	fresh.Token = hex.EncodeToString(token[:])
	message, entry := d.ids.NewID(), d.ids.NewID()
	var s Subscription
	err := d.store.Write(ctx, func(tx Tx) error {
		topic, err := getTopic(tx, topicARN)
		if err != nil {
			return err
		}
		s = fresh
		s.Account, s.Region, s.Topic = topic.Account, topic.Region, topic.ID
		name := s.Topic + "|" + protocol + "|" + endpoint
		old, err := subscriptions.ByName(tx, s.Account, s.Region, name)
		switch {
		case err == nil:
			s = old.Value
		case fault.KindOf(err) != fault.NotFound:
			return err
		default:
			if err := subscriptions.Insert(tx, s.Account, s.Region, s.ID, name, s); err != nil {
				return err
			}
		}
		if s.Confirmed {
			return nil
		}
		return outbox.Insert(tx, s.Account, s.Region, entry, "", d.confirmation(tx, s, message))
	})
	d.Wake()
	return s, err
}

func (d *Directory) checkEndpoint(protocol, endpoint string) error {
	if protocol != "http" && protocol != "https" {
		return invalid("Protocol", "%q cannot be delivered here: use http or https.", protocol)
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || !strings.EqualFold(u.Scheme, protocol) || len(endpoint) > 2048 {
		return invalid("Endpoint", "give a %s URL with a host, as in %s://example.com/hook.", protocol, protocol)
	}
	if err := d.targets.checkHost(u.Hostname()); err != nil {
		return invalid("Endpoint", "%s", err)
	}
	return nil
}

// set changes one attribute that can be changed.
func (s *Subscription) set(name, value string) error {
	switch name {
	case "RawMessageDelivery":
		if value != "true" && value != "false" {
			return invalid(name, "RawMessageDelivery is true or false.")
		}
		s.Raw = value == "true"
		return nil
	}
	return invalid("AttributeName", "the attribute %q is not supported: use RawMessageDelivery.", name)
}

// SetSubscriptionAttribute sets one attribute.
func (d *Directory) SetSubscriptionAttribute(ctx context.Context, subscriptionARN, name, value string) error {
	return d.store.Write(ctx, func(tx Tx) error {
		doc, err := getSubscription(tx, subscriptionARN)
		if err != nil {
			return err
		}
		if err := doc.Value.set(name, value); err != nil {
			return err
		}
		return subscriptions.Update(tx, doc)
	})
}

// Confirm marks the subscription of the topic that was sent this token as confirmed.
func (d *Directory) Confirm(ctx context.Context, topicARN, token string, signedUnsubscribe bool) (Subscription, error) {
	var s Subscription
	err := d.store.Write(ctx, func(tx Tx) error {
		topic, err := getTopic(tx, topicARN)
		if err != nil {
			return err
		}
		list, err := subscriptionsOf(tx, topic.Value)
		if err != nil {
			return err
		}
		for _, doc := range list {
			if subtle.ConstantTimeCompare([]byte(doc.Value.Token), []byte(token)) != 1 {
				continue
			}
			if !doc.Value.Confirmed {
				doc.Value.Confirmed, doc.Value.Signed = true, signedUnsubscribe
				err = subscriptions.Update(tx, doc)
			}
			s = doc.Value
			return err
		}
		return invalid("Token", "the token belongs to no subscription of this topic.")
	})
	return s, err
}

// Subscription reads one subscription.
func (d *Directory) Subscription(ctx context.Context, subscriptionARN string) (Subscription, error) {
	var s Subscription
	err := d.store.Read(ctx, func(tx Tx) error {
		doc, err := getSubscription(tx, subscriptionARN)
		s = doc.Value
		return err
	})
	return s, err
}

// Subscriptions lists those in the scope, or those of one topic when topicARN is not empty.
func (d *Directory) Subscriptions(ctx context.Context, s arn.Scope, topicARN string) ([]Subscription, error) {
	var out []Subscription
	err := d.store.Read(ctx, func(tx Tx) error {
		if topicARN != "" {
			if _, err := getTopic(tx, topicARN); err != nil {
				return err
			}
		}
		list, err := subscriptions.All(tx, s)
		for _, doc := range list {
			if topicARN == "" || doc.Value.TopicARN() == topicARN {
				out = append(out, doc.Value)
			}
		}
		return err
	})
	return out, err
}

// Unsubscribe removes a subscription; one that is not there is no error. signed tells whether the request was.
func (d *Directory) Unsubscribe(ctx context.Context, subscriptionARN string, signed bool) error {
	return d.store.Write(ctx, func(tx Tx) error {
		doc, err := getSubscription(tx, subscriptionARN)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if doc.Value.Signed && !signed {
			return fault.New(fault.Denied, "This subscription was confirmed with AuthenticateOnUnsubscribe: sign the request.")
		}
		return subscriptions.Delete(tx, doc.Account, doc.Region, doc.ID)
	})
}

func getSubscription(tx Tx, subscriptionARN string) (docs.Doc[Subscription], error) {
	a, err := arn.Parse(subscriptionARN)
	_, id, ok := strings.Cut(a.Resource, ":")
	if err != nil || a.Service != "sns" || !ok {
		return docs.Doc[Subscription]{}, invalid("SubscriptionArn", "%q is not the ARN of a subscription.", subscriptionARN)
	}
	return subscriptions.Get(tx, a.Account, a.Region, id)
}

func subscriptionsOf(tx Tx, t Topic) ([]docs.Doc[Subscription], error) {
	list, err := subscriptions.All(tx, arn.Scope{Accounts: []string{t.Account}, Regions: []string{t.Region}})
	var own []docs.Doc[Subscription]
	for _, s := range list {
		if s.Value.Topic == t.Name {
			own = append(own, s)
		}
	}
	return own, err
}
