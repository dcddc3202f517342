package notify

import (
	"context"
	"encoding/json"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Channel is where an account is told of what happens in its audits, beside topics.
type Channel struct {
	Account string
	// Webhook is the URL that notices are posted to; Secret the key of the HMAC over them.
	Webhook string `json:",omitempty"`
	Secret  string `json:",omitempty"`
	// Mail are the addresses of recipients.
	Mail []string `json:",omitempty"`
}

// Notice is what a channel carries; its JSON form is the body that webhooks get.
type Notice struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	Account    string    `json:"accountId"`
	Region     string    `json:"region,omitempty"`
	Assessment string    `json:"assessmentId,omitempty"`
	Name       string    `json:"assessmentName,omitempty"`
	ControlSet string    `json:"controlSetId,omitempty"`
	Control    string    `json:"controlId,omitempty"`
	Author     string    `json:"author,omitempty"`
	Time       time.Time `json:"time"`
	Message    string    `json:"message"`
}

// MaxRecipients bounds the mail addresses of a channel.
const MaxRecipients = 20

// minSecret is the shortest secret in characters.
const minSecret = 16

var channels = docs.Collection[Channel]{Kind: "notification-channel", Noun: "notification channel"}

const theChannel = "channel" // the id of an account's one document

// The kinds of deliveries of a channel.
const (
	toWebhook = "webhook"
	toMail    = "mailto:"
)

// Channel is an account's; the zero Channel when it has none.
func (d *Directory) Channel(ctx context.Context, account string) (Channel, error) {
	c := Channel{Account: account}
	err := d.store.Read(ctx, func(tx Tx) error {
		v, err := channels.Get(tx, account, "", theChannel)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		c = v.Value
		return err
	})
	return c, err
}

// SetChannel replaces an account's channel. An empty secret keeps the one of the same URL.
func (d *Directory) SetChannel(ctx context.Context, c Channel) error {
	if err := d.checkChannel(&c); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx Tx) error {
		old, err := channels.Get(tx, c.Account, "", theChannel)
		missing := fault.KindOf(err) == fault.NotFound
		if err != nil && !missing {
			return err
		}
		if c.Webhook != "" && c.Secret == "" {
			if c.Secret = old.Value.Secret; c.Webhook != old.Value.Webhook || c.Secret == "" {
				return fault.Invalidf("webhookSecret", "A webhook needs a secret of at least %d characters, with which its notices are signed.", minSecret)
			}
		}
		if missing {
			return channels.Insert(tx, c.Account, "", theChannel, "", c)
		}
		old.Value = c
		return channels.Update(tx, old)
	})
}

func (d *Directory) checkChannel(c *Channel) error {
	if c.Webhook != "" {
		u, err := url.Parse(c.Webhook)
		if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || len(c.Webhook) > 2048 || u.User != nil {
			return fault.Invalidf("webhookUrl", "Give an https URL with a host and without credentials, as in https://example.com/hook.")
		}
		if err := d.targets.checkHost(u.Hostname()); err != nil {
			return fault.Invalidf("webhookUrl", "%s", err)
		}
	}
	if n := len(c.Secret); n > 0 && (n < minSecret || n > 256 || c.Webhook == "") {
		return fault.Invalidf("webhookSecret", "A secret has %d to 256 characters and belongs to a webhook.", minSecret)
	}
	if len(c.Mail) > MaxRecipients {
		return fault.Invalidf("mailRecipients", "At most %d recipients are allowed.", MaxRecipients)
	}
	for i, to := range c.Mail {
		if a, err := mail.ParseAddress(to); err != nil || a.Address != to || len(to) > 254 || strings.ContainsAny(to, "\r\n<> ") {
			return fault.Invalidf("mailRecipients", "%q is not a plain mail address such as audit@example.com.", to)
		}
		if slices.Contains(c.Mail[:i], to) {
			return fault.Invalidf("mailRecipients", "%q is named twice.", to)
		}
	}
	return nil
}

// Tell puts a notice into the outbox, once for the webhook and once for each recipient of its account's channel. A
// notice of an id that waits there already is not put again.
func (d *Directory) Tell(ctx context.Context, n Notice) error {
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx Tx) error {
		c, err := channels.Get(tx, n.Account, "", theChannel)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		v := Delivery{Message: n.ID, Type: n.Type, Queued: tx.Now(), Next: tx.Now()}
		if c.Value.Webhook != "" {
			v.To, v.Body = toWebhook, string(body)
			if err := put(tx, n.Account, v); err != nil {
				return err
			}
		}
		v.Body = mailText(n)
		v.Subject = "Tickmark: " + n.Type
		if n.Name != "" {
			v.Subject += ", " + n.Name
		}
		for _, to := range c.Value.Mail {
			v.To = toMail + to
			if err := put(tx, n.Account, v); err != nil {
				return err
			}
		}
		return nil
	})
	d.Wake()
	return err
}

func put(tx Tx, account string, v Delivery) error {
	err := outbox.Insert(tx, account, "", v.Message+" "+v.To, "", v)
	if fault.KindOf(err) == fault.Exists {
		return nil
	}
	return err
}

func mailText(n Notice) string {
	var b strings.Builder
	b.WriteString(n.Message + "\n\n")
	for _, l := range [][2]string{
		{"Assessment", strings.TrimSpace(n.Name + " " + n.Assessment)},
		{"Control set", n.ControlSet},
		{"Control", n.Control},
		{"By", n.Author},
		{"Account", n.Account},
		{"Time", n.Time.UTC().Format(time.RFC3339)},
	} {
		if l[1] != "" {
			b.WriteString(l[0] + ": " + l[1] + "\n")
		}
	}
	return b.String()
}

// reach finds where a delivery of a channel goes now; ok is false when the account does not want it any more.
func reach(tx Tx, account string, v *Delivery) (c Channel, ok bool, err error) {
	doc, err := channels.Get(tx, account, "", theChannel)
	if fault.KindOf(err) == fault.NotFound {
		return c, false, nil
	}
	c = doc.Value
	if v.To == toWebhook {
		return c, c.Webhook != "", err
	}
	return c, slices.Contains(c.Mail, strings.TrimPrefix(v.To, toMail)), err
}
