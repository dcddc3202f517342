package notify

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
	"unicode/utf8"
)

// Message is what is published to a topic.
type Message struct {
	TopicARN string
	// Subject has at most 100 characters; it may be empty.
	Subject string
	// Text is the message; ByProtocol replaces it for a protocol.
	Text       string
	ByProtocol map[string]string
	Attributes map[string]Attribute
}

// Attribute is one of a message's attributes in the form SNS sends them.
type Attribute struct{ Type, Value string }

// maxMessage is the largest message, in bytes, as SNS has it.
const maxMessage = 256 << 10

// envelope is the JSON body SNS posts, its members in SNS's order.
type envelope struct {
	Type              string
	MessageID         string `json:"MessageId"`
	Token             string `json:",omitempty"`
	TopicARN          string `json:"TopicArn"`
	Subject           string `json:",omitempty"`
	Message           string
	SubscribeURL      string `json:",omitempty"`
	Timestamp         string
	UnsubscribeURL    string               `json:",omitempty"`
	MessageAttributes map[string]Attribute `json:",omitempty"`
}

// The types of messages.
const (
	typeNotification = "Notification"
	typeConfirmation = "SubscriptionConfirmation"
)

// ParseStructure reads a message with MessageStructure=json: a text for each protocol and the default.
func ParseStructure(text string) (standard string, byProtocol map[string]string, err error) {
	if err := json.Unmarshal([]byte(text), &byProtocol); err != nil {
		return "", nil, invalid("Message", "with MessageStructure json the message must be a JSON object of strings.")
	}
	standard, ok := byProtocol["default"]
	if !ok {
		return "", nil, invalid("Message", "with MessageStructure json the message needs the member default.")
	}
	delete(byProtocol, "default")
	return standard, byProtocol, nil
}

// Publish puts a message into the outbox, once for each confirmed subscription of its topic, and returns its id. It is
// sent after the transaction has committed; call Wake then, or wait for the worker's next round.
func (d *Directory) Publish(tx Tx, m Message) (string, error) {
	if err := m.check(); err != nil {
		return "", err
	}
	topic, err := getTopic(tx, m.TopicARN)
	if err != nil {
		return "", err
	}
	list, err := subscriptionsOf(tx, topic.Value)
	if err != nil {
		return "", err
	}
	id := d.ids.NewID()
	for _, s := range list {
		if !s.Value.Confirmed {
			continue
		}
		v := d.notification(tx, s.Value, m, id)
		if err := outbox.Insert(tx, s.Account, s.Region, d.ids.NewID(), "", v); err != nil {
			return "", err
		}
	}
	return id, nil
}

// Send publishes a message in a transaction of its own and wakes the worker.
func (d *Directory) Send(ctx context.Context, m Message) (string, error) {
	var id string
	err := d.store.Write(ctx, func(tx Tx) (err error) {
		id, err = d.Publish(tx, m)
		return err
	})
	d.Wake()
	return id, err
}

func (m Message) check() error {
	switch {
	case m.Text == "":
		return invalid("Message", "the message must not be empty.")
	case len(m.Text) > maxMessage:
		return invalid("Message", "the message has %d bytes, more than %d.", len(m.Text), maxMessage)
	case utf8.RuneCountInString(m.Subject) > 100:
		return invalid("Subject", "a subject has at most 100 characters.")
	}
	for i := range len(m.Subject) {
		if c := m.Subject[i]; c < ' ' || c > '~' {
			return invalid("Subject", "a subject is printable ASCII on one line.")
		}
	}
	return nil
}

func (d *Directory) notification(tx Tx, s Subscription, m Message, id string) Delivery {
	text, ok := m.ByProtocol[s.Protocol]
	if !ok {
		text = m.Text
	}
	v := Delivery{Subscription: s.ARN(), Message: id, Type: typeNotification, Raw: s.Raw, Queued: tx.Now(), Next: tx.Now()}
	if v.Body = text; !s.Raw {
		v.Body = render(envelope{
			Type: typeNotification, MessageID: id, TopicARN: s.TopicARN(), Subject: m.Subject, Message: text,
			Timestamp: wireTime(tx.Now()), MessageAttributes: m.Attributes,
			UnsubscribeURL: d.link("Unsubscribe", "SubscriptionArn", s.ARN()),
		})
	}
	return v
}

func (d *Directory) confirmation(tx Tx, s Subscription, id string) Delivery {
	return Delivery{Subscription: s.ARN(), Message: id, Type: typeConfirmation, Queued: tx.Now(), Next: tx.Now(), Body: render(envelope{
		Type: typeConfirmation, MessageID: id, Token: s.Token, TopicARN: s.TopicARN(), Timestamp: wireTime(tx.Now()),
		Message: "You have chosen to subscribe to the topic " + s.TopicARN() +
			".\nTo confirm the subscription, visit the SubscribeURL included in this message.",
		SubscribeURL: d.link("ConfirmSubscription", "TopicArn", s.TopicARN(), "Token", s.Token),
	})}
}

func render(e envelope) string {
	b, err := json.MarshalIndent(e, "", "  ")
	if err != nil { // strings and maps of strings always encode
		panic(err)
	}
	return string(b)
}

func wireTime(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

// link is an unsigned query request to this server; empty when its address is not known.
func (d *Directory) link(action string, params ...string) string {
	if d.base == "" {
		return ""
	}
	q := url.Values{"Action": {action}, "Version": {"2010-03-31"}}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	return d.base + "/?" + q.Encode()
}
