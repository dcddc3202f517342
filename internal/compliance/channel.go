package compliance

import (
	"context"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Channel is the delivery channel of an account and region; there is one.
type Channel struct {
	Name           string
	Bucket, Prefix string
	// Remote: the bucket lies at another S3.
	Remote            bool `json:",omitempty"`
	KMSKeyARN         string
	TopicARN          string
	Frequency         string // of snapshots; "" delivers them only when they are asked for
	Snapshot, History Delivery
	Stream            Delivery
}

// Delivery is how the last delivery of a kind went; an empty Status is Not_Applicable.
type Delivery struct {
	Status, ErrorCode, ErrorMessage string
	Attempted, Succeeded, Next      time.Time
}

var channels = docs.Collection[Channel]{Kind: "config-channel", Noun: "delivery channel"}

const channelID = "channel"

func noChannel(name string) *fault.Error {
	return fault.Missing("delivery channel", name).With("NoSuchDeliveryChannelException")
}

// PutChannel creates the delivery channel or changes it. An empty name is "default". Whether the bucket and the
// topic can be written to is for the caller to probe.
//
// Faults: NoAvailableConfigurationRecorderException, MaxNumberOfDeliveryChannelsExceededException,
// InvalidDeliveryChannelNameException, NoSuchBucketException, InvalidS3KeyPrefixException,
// InvalidS3KmsKeyArnException, InvalidSNSTopicARNException, ValidationException (frequency).
func (p *Program) PutChannel(ctx context.Context, at Place, c Channel) error {
	if c.Name == "" {
		c.Name = "default"
	}
	if err := c.Check(); err != nil {
		return err
	}
	return p.write(ctx, func(tx Tx) error {
		if err := needRecorder(tx, at); err != nil {
			return err
		}
		old, err := channels.Get(tx, at.Account, at.Region, channelID)
		if fault.KindOf(err) == fault.NotFound {
			return channels.Insert(tx, at.Account, at.Region, channelID, c.Name, c)
		}
		if err != nil {
			return err
		}
		if old.Value.Name != c.Name {
			return fault.New(fault.Quota, "There is a delivery channel %q already, and an account has one in a region.", old.Value.Name).With("MaxNumberOfDeliveryChannelsExceededException")
		}
		c.Snapshot, c.History, c.Stream = old.Value.Snapshot, old.Value.History, old.Value.Stream
		if c.Frequency != old.Value.Frequency {
			c.Snapshot.Next = time.Time{} // planned anew
		}
		old.Value = c
		return channels.Update(tx, old)
	})
}

func needRecorder(tx Tx, at Place) error {
	_, err := recorders.Get(tx, at.Account, at.Region, recorderID)
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Conflict, "There is no configuration recorder in %s: put one first.", at.Region).With("NoAvailableConfigurationRecorderException")
	}
	return err
}

// Check refuses what no channel can be. PutChannel checks, too; who probes the bucket and the topic checks before.
func (c *Channel) Check() error {
	if len(c.Name) > 256 {
		return fault.Invalidf("name", "The name of a delivery channel has at most 256 characters.").With("InvalidDeliveryChannelNameException")
	}
	if c.Bucket == "" {
		return fault.Invalidf("s3BucketName", "A delivery channel needs the name of a bucket.").With("NoSuchBucketException")
	}
	if strings.HasPrefix(c.Prefix, "/") || strings.HasSuffix(c.Prefix, "/") || strings.Contains(c.Prefix, "AWSLogs") {
		return fault.Invalidf("s3KeyPrefix", "The key prefix %q begins or ends with a slash, or holds AWSLogs.", c.Prefix).With("InvalidS3KeyPrefixException")
	}
	if c.KMSKeyARN != "" {
		if a, err := arn.Parse(c.KMSKeyARN); err != nil || a.Service != "kms" {
			return fault.Invalidf("s3KmsKeyArn", "%q is not the ARN of a KMS key.", c.KMSKeyARN).With("InvalidS3KmsKeyArnException")
		}
		if !c.Remote {
			return fault.Invalidf("s3KmsKeyArn", "Files in buckets of this installation are not encrypted with KMS keys, so the key %s would protect nothing: leave s3KmsKeyArn out.", c.KMSKeyARN).With("InvalidS3KmsKeyArnException")
		}
	}
	if c.TopicARN != "" {
		if a, err := arn.Parse(c.TopicARN); err != nil || a.Service != "sns" {
			return fault.Invalidf("snsTopicARN", "%q is not the ARN of an SNS topic.", c.TopicARN).With("InvalidSNSTopicARNException")
		}
	}
	if c.Frequency != "" && hours[c.Frequency] == 0 {
		return fault.Invalidf("deliveryFrequency", "%q is no delivery frequency; use One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours.", c.Frequency).With("ValidationException")
	}
	return nil
}

// Channels are the delivery channels of a place; with names, exactly those. Fault: NoSuchDeliveryChannelException.
func (p *Program) Channels(ctx context.Context, at Place, names ...string) ([]Channel, error) {
	return read(ctx, p, func(tx Tx) ([]Channel, error) {
		return named(tx, channels, own(at), names, func(c *Channel) string { return c.Name }, noChannel)
	})
}

// Post is a delivery channel with what decides about its deliveries.
type Post struct {
	Place
	Channel Channel
	// Since is when the channel was made.
	Since time.Time
	// Recorder is the place's recorder; zero when it was deleted.
	Recorder Recorder
}

// Every is the time between two scheduled snapshots; 0 when there are none.
func (c *Channel) Every() time.Duration { return time.Duration(hours[c.Frequency]) * time.Hour }

// Posts are the delivery channels in a scope.
func Posts(tx Tx, s arn.Scope) ([]Post, error) {
	list, err := channels.All(tx, s)
	if err != nil {
		return nil, err
	}
	out := make([]Post, 0, len(list))
	for _, d := range list {
		p := Post{Place: Place{Account: d.Account, Region: d.Region}, Channel: d.Value, Since: d.Created}
		if p.Recorder, err = RecorderOf(tx, p.Place); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// NoteDeliveries changes what the channel of a place tells of its deliveries; without a channel nothing is told.
func NoteDeliveries(tx Tx, at Place, change func(*Channel)) error {
	c, err := channels.Get(tx, at.Account, at.Region, channelID)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	change(&c.Value)
	return channels.Update(tx, c)
}

// DeleteChannel removes the delivery channel.
// Faults: NoSuchDeliveryChannelException, LastDeliveryChannelDeleteFailedException (the recorder runs).
func (p *Program) DeleteChannel(ctx context.Context, at Place, name string) error {
	return p.write(ctx, func(tx Tx) error {
		if _, err := channels.ByName(tx, at.Account, at.Region, name); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return noChannel(name)
			}
			return err
		}
		r, err := recorders.Get(tx, at.Account, at.Region, recorderID)
		if err == nil && r.Value.Status.Recording {
			return fault.New(fault.Conflict, "The recorder %q is running and needs its delivery channel. Stop it first.", r.Value.Name).With("LastDeliveryChannelDeleteFailedException")
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return channels.Delete(tx, at.Account, at.Region, channelID)
	})
}
