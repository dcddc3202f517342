// Package queue receives messages from queues of SQS, AWS's own or another one's.
//
// A message that is not taken off comes again after the time that the queue itself says.
package queue

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/profile"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/feed"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Options say how to reach a queue.
type Options struct {
	// URL of the queue.
	URL string
	// Profile of the shared configuration files has the credentials; empty takes the usual ones.
	Profile string
	// Region of the queue; empty takes that of the URL, or of the profile.
	Region string
	// Wait is how long Receive waits for messages; 0 is 20 seconds, the longest.
	Wait time.Duration
}

// Queue is one queue.
type Queue struct {
	o        Options
	endpoint string
	client   *client.Client
	profile  profile.Held
}

// New reads no credentials yet.
func New(o Options) (*Queue, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") == "" {
		return nil, fault.Invalidf("trail-queue", "--trail-queue %q is not the URL of a queue: it must be like https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.", o.URL)
	}
	if o.Wait <= 0 || o.Wait > 20*time.Second {
		o.Wait = 20 * time.Second
	}
	if parts := strings.Split(u.Hostname(), "."); o.Region == "" && len(parts) > 3 && parts[0] == "sqs" {
		o.Region = parts[1]
	}
	return &Queue{
		o: o, endpoint: u.Scheme + "://" + u.Host, profile: profile.Held{Name: o.Profile},
		client: client.New(&http.Client{Timeout: o.Wait + 40*time.Second}, stamp.System, attempts, 0),
	}, nil
}

const attempts = 3

func (q *Queue) target(ctx context.Context) (client.Target, error) {
	own, home, err := q.profile.Load(ctx)
	if err != nil {
		return client.Target{}, &fault.Error{Kind: fault.Denied, Err: err, Message: "There are no AWS credentials for the queue " + q.o.URL + ". Give --trail-s3-profile, a profile of the AWS configuration files"}
	}
	if q.o.Region != "" {
		home = q.o.Region
	}
	return client.Target{Region: home, Credentials: own, EndpointURL: q.endpoint}, nil
}

// Receive implements feed.Queue.
func (q *Queue) Receive(ctx context.Context) ([]feed.Message, error) {
	at, err := q.target(ctx)
	if err != nil {
		return nil, err
	}
	out, err := q.client.Do(ctx, at, "sqs:ReceiveMessage", wire.Object{"QueueUrl": q.o.URL, "MaxNumberOfMessages": 10, "WaitTimeSeconds": int64(q.o.Wait / time.Second)})
	if err != nil {
		return nil, err
	}
	var all []feed.Message
	for _, m := range client.List(out, "Messages") {
		all = append(all, feed.Message{ID: client.String(m, "MessageId"), Body: client.String(m, "Body"), Receipt: client.String(m, "ReceiptHandle")})
	}
	return all, nil
}

// Done implements feed.Queue.
func (q *Queue) Done(ctx context.Context, m feed.Message) error {
	at, err := q.target(ctx)
	if err == nil {
		_, err = q.client.Do(ctx, at, "sqs:DeleteMessage", wire.Object{"QueueUrl": q.o.URL, "ReceiptHandle": m.Receipt})
	}
	return err
}
