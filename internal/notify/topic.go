package notify

import (
	"context"
	"maps"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Topic is something to publish to.
type Topic struct {
	Account, Region, Name string
	// Attributes are those that were set: see settable.
	Attributes map[string]string
	Tags       map[string]string `json:",omitempty"`
}

// ARN names the topic.
func (t Topic) ARN() string { return arn.New("sns", t.Region, t.Account, t.Name) }

// settable are the attributes a topic keeps. Policy is kept and shown but not enforced: access follows grants.
var settable = map[string]bool{"DisplayName": true, "Policy": true, "DeliveryPolicy": true}

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// CreateTopic adds a topic and returns its ARN. The same topic once more is no error, one with other attributes is.
func (d *Directory) CreateTopic(ctx context.Context, t Topic) (string, error) {
	if strings.HasSuffix(t.Name, ".fifo") || t.Attributes["FifoTopic"] == "true" {
		return "", invalid("Name", "FIFO topics are not supported: deliveries have no order.")
	}
	if !topicName.MatchString(t.Name) {
		return "", invalid("Name", "%q is not a topic name: use 1 to 256 letters, digits, - and _.", t.Name)
	}
	delete(t.Attributes, "FifoTopic")
	for name, value := range t.Attributes {
		if err := checkAttribute(name, value); err != nil {
			return "", err
		}
	}
	return t.ARN(), d.store.Write(ctx, func(tx Tx) error {
		old, err := topics.Get(tx, t.Account, t.Region, t.Name)
		if fault.KindOf(err) == fault.NotFound {
			return topics.Insert(tx, t.Account, t.Region, t.Name, "", t)
		}
		if err != nil {
			return err
		}
		for name, value := range t.Attributes {
			if old.Value.Attributes[name] != value {
				return invalid("Attributes", "Topic already exists with different attributes")
			}
		}
		if len(t.Tags) > 0 && !maps.Equal(old.Value.Tags, t.Tags) {
			return invalid("Tags", "Topic already exists with different tags")
		}
		return nil
	})
}

func checkAttribute(name, value string) error {
	if !settable[name] {
		return invalid("AttributeName", "the attribute %q is not supported: use DisplayName, Policy or DeliveryPolicy.", name)
	}
	if name == "DisplayName" && len(value) > 100 {
		return invalid("DisplayName", "a display name has at most 100 characters.")
	}
	return nil
}

// parseTopic splits a topic's ARN into what addresses its document.
func parseTopic(topicARN string) (account, region, name string, err error) {
	a, err := arn.Parse(topicARN)
	if err != nil || a.Service != "sns" || !topicName.MatchString(a.Resource) {
		return "", "", "", invalid("TopicArn", "%q is not the ARN of a topic.", topicARN)
	}
	return a.Account, a.Region, a.Resource, nil
}

func getTopic(tx Tx, topicARN string) (docs.Doc[Topic], error) {
	account, region, name, err := parseTopic(topicARN)
	if err != nil {
		return docs.Doc[Topic]{}, err
	}
	return topics.Get(tx, account, region, name)
}

// Topic reads a topic with the numbers of its confirmed and pending subscriptions.
func (d *Directory) Topic(ctx context.Context, topicARN string) (t Topic, confirmed, pending int, err error) {
	err = d.store.Read(ctx, func(tx Tx) error {
		doc, err := getTopic(tx, topicARN)
		if err != nil {
			return err
		}
		t = doc.Value
		list, err := subscriptionsOf(tx, t)
		for _, s := range list {
			if s.Value.Confirmed {
				confirmed++
			} else {
				pending++
			}
		}
		return err
	})
	return t, confirmed, pending, err
}

// Topics lists the topics in the scope.
func (d *Directory) Topics(ctx context.Context, s arn.Scope) ([]Topic, error) {
	var out []Topic
	err := d.store.Read(ctx, func(tx Tx) error {
		list, err := topics.All(tx, s)
		for _, t := range list {
			out = append(out, t.Value)
		}
		return err
	})
	return out, err
}

// SetTopicAttribute sets one attribute; the empty value removes it.
func (d *Directory) SetTopicAttribute(ctx context.Context, topicARN, name, value string) error {
	if err := checkAttribute(name, value); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx Tx) error {
		doc, err := getTopic(tx, topicARN)
		if err != nil {
			return err
		}
		if doc.Value.Attributes == nil {
			doc.Value.Attributes = map[string]string{}
		}
		doc.Value.Attributes[name] = value
		if value == "" {
			delete(doc.Value.Attributes, name)
		}
		return topics.Update(tx, doc)
	})
}

// DeleteTopic removes a topic and its subscriptions; one that is not there is no error. What waits in the outbox for
// it is dropped by the worker.
func (d *Directory) DeleteTopic(ctx context.Context, topicARN string) error {
	return d.store.Write(ctx, func(tx Tx) error {
		doc, err := getTopic(tx, topicARN)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := subscriptionsOf(tx, doc.Value)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := subscriptions.Delete(tx, s.Account, s.Region, s.ID); err != nil {
				return err
			}
		}
		return topics.Delete(tx, doc.Account, doc.Region, doc.ID)
	})
}
