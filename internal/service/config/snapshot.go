package config

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
)

// deliverConfigSnapshot writes the current items into the channel's bucket before it answers. A bucket that can no
// longer be written to shows in the channel's status, as in AWS.
func (s *Service) deliverConfigSnapshot(ctx context.Context, in *api.DeliverConfigSnapshotRequest) (*api.DeliverConfigSnapshotResponse, error) {
	at := here(ctx)
	channels, err := s.program.Channels(ctx, at, awswire.Val(in.DeliveryChannelName))
	if err != nil {
		return nil, err
	}
	recorder, err := s.running(ctx)
	if err != nil {
		return nil, err
	}
	d := snapshot{s: s, at: at, channel: channels[0], recorder: recorder, id: s.clock.NewID(), now: s.clock.Now()}
	if err := d.tell(ctx, "ConfigurationSnapshotDeliveryStarted"); err != nil {
		return nil, err
	}
	outcome, kind := compliance.Delivery{Status: api.DeliveryStatusSuccess, Attempted: d.now, Succeeded: d.now}, "ConfigurationSnapshotDeliveryCompleted"
	if err := d.deliver(ctx); err != nil {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind == fault.Internal {
			return nil, err
		}
		outcome = compliance.Delivery{Status: api.DeliveryStatusFailure, ErrorCode: f.Code, ErrorMessage: f.Message, Attempted: d.now, Succeeded: d.channel.Snapshot.Succeeded}
		kind = "ConfigurationSnapshotDeliveryFailed"
	}
	if err := s.program.Delivered(ctx, at, "snapshot", outcome); err != nil {
		return nil, err
	}
	return &api.DeliverConfigSnapshotResponse{ConfigSnapshotId: new(d.id)}, d.tell(ctx, kind)
}

// snapshot is one delivery.
type snapshot struct {
	s        *Service
	at       compliance.Place
	channel  compliance.Channel
	recorder compliance.Recorder
	id       string
	now      time.Time
}

// key is where AWS puts a snapshot; the parts of the date have no leading zeros.
func (d *snapshot) key() string {
	y, m, day := d.now.Date()
	return fmt.Sprintf("%s%s/%d/%d/%d/ConfigSnapshot/%s_Config_%s_ConfigSnapshot_%s_%s.json.gz",
		keyPrefix(d.at, d.channel), d.at.Region, y, int(m), day, d.at.Account, d.at.Region, d.now.Format("20060102T150405Z"), d.id)
}

// deliver streams the file into the bucket.
func (d *snapshot) deliver(ctx context.Context) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(d.write(ctx, w)) }()
	_, err := d.s.shelf.Put(ctx, d.at.Account, object.Object{Bucket: d.channel.Bucket, Key: d.key(), ContentType: "application/x-gzip", Modified: d.now}, r)
	r.CloseWithError(errors.New("the snapshot is no longer wanted")) // ends the writer when the bucket refused
	return err
}

func (d *snapshot) write(ctx context.Context, w io.Writer) error {
	z := gzip.NewWriter(w)
	if _, err := fmt.Fprintf(z, `{"fileVersion":"1.0","configSnapshotId":%q,"configurationItems":[`, d.id); err != nil {
		return err
	}
	var after inventory.Key
	for first := true; ; {
		var page []*inventory.Item
		err := d.s.items.Read(ctx, func(tx inventory.Tx) (err error) { // a transaction a page: readers never wait for the bucket
			page, err = tx.Items(seen(ctx), inventory.Filter{}, after, snapshotPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, it := range page {
			after = it.Key
			if strings.HasPrefix(it.Type, "Tickmark::") || !d.recorder.Records(it.Type) {
				continue
			}
			text, err := fileItem(it)
			if err != nil {
				return err
			}
			if !first {
				text = append([]byte{','}, text...)
			}
			first = false
			if _, err := z.Write(text); err != nil {
				return err
			}
		}
		if len(page) < snapshotPage {
			break
		}
	}
	if _, err := io.WriteString(z, "]}"); err != nil {
		return err
	}
	return z.Close()
}

// snapshotPage is how many items are read at once.
const snapshotPage = 500

// tell publishes what goes on to the channel's topic, if it has one.
func (d *snapshot) tell(ctx context.Context, kind string) error {
	if d.channel.TopicARN == "" {
		return nil
	}
	message := map[string]string{
		"messageType": kind, "notificationCreationTime": d.now.Format("2006-01-02T15:04:05.000Z"), "recordVersion": "1.1", "configSnapshotId": d.id,
	}
	if kind == "ConfigurationSnapshotDeliveryCompleted" {
		message["s3Bucket"], message["s3ObjectKey"] = d.channel.Bucket, d.key()
	}
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = d.s.topics.Send(ctx, notify.Message{TopicARN: d.channel.TopicARN, Subject: "[AWS Config:" + d.at.Region + "] Configuration Snapshot Delivery", Text: string(body)})
	if fault.KindOf(err) == fault.NotFound { // the topic was deleted: the delivery goes on
		return nil
	}
	return err
}

// fileItem is an item in the file form without its secrets.
func fileItem(it *inventory.Item) ([]byte, error) {
	it, err := shown(it)
	if err != nil {
		return nil, err
	}
	if it.Field().Get("awsAccountId").Exists() {
		return it.Raw(), nil
	}
	spec := inventory.Spec{
		Key: it.Key, Name: it.Name, ARN: it.ARN, Zone: it.Zone, Status: it.Status, Captured: it.Captured, Created: it.Created, StateID: it.StateID,
		Supplementary: map[string]any{}, Tags: map[string]string{},
	}
	if c := it.Configuration(); c.Exists() {
		spec.Configuration = json.RawMessage(c.Raw())
	}
	for k, v := range it.Supplementaries() {
		spec.Supplementary[k] = json.RawMessage(v.Raw())
	}
	for k, v := range it.Tags() {
		spec.Tags[k] = v
	}
	for r := range it.Relationships() {
		spec.Relationships = append(spec.Relationships, r)
	}
	built, err := inventory.Build(spec)
	if err != nil {
		return nil, err
	}
	return built.Raw(), nil
}
