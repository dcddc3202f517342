// Package notify keeps SNS topics and subscriptions and delivers what is published to webhooks. A message is put into
// an outbox in its publisher's transaction, one entry a subscription, so it is sent if and only if that transaction
// commits; a worker delivers it at least once, in no particular order, with growing pauses between attempts.
//
// Beside topics an account has one channel: a webhook, whose notices are signed with a secret (HMAC-SHA256), and mail
// addresses, reached by the operator's SMTP server.
//
// Bodies of topics have the shape SNS gives them but carry no signature: we have no certificate a receiver would trust, and say
// nothing rather than something false. Receivers who need proof use https and keep the address secret.
package notify

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Tx is what topics need of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Directory is the topics and subscriptions of an installation and its outbox.
type Directory struct {
	store Store
	ids   stamp.Source
	// base is the address of the server that the links in messages point to.
	base    string
	targets Targets
	mail    Mail
	wake    chan struct{}
}

// New is the directory over a store. baseURL is the server's own address, as receivers reach it.
func New(store Store, ids stamp.Source, baseURL string, targets Targets) *Directory {
	return &Directory{store: store, ids: ids, base: baseURL, targets: targets, wake: make(chan struct{}, 1)}
}

// MailBy sets the server that mails leave by; before Run.
func (d *Directory) MailBy(m Mail) { d.mail = m }

var (
	topics        = docs.Collection[Topic]{Kind: "topic", Noun: "topic"}
	subscriptions = docs.Collection[Subscription]{Kind: "subscription", Noun: "subscription"}
	outbox        = docs.Collection[Delivery]{Kind: "notification", Noun: "notification"}
	failed        = docs.Collection[Delivery]{Kind: "undelivered-notification", Noun: "undelivered notification"}
)

func invalid(field, format string, args ...any) error {
	f := fault.Invalidf(field, format, args...)
	f.Message = "Invalid parameter: " + field + " Reason: " + f.Message
	return f
}
