package courier

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/trails"
)

// maxTold is how many files one message names.
const maxTold = 300

// advance moves behind the open window, whose files are in the bucket, and tells of them, in one transaction.
func (v *visit) advance(ctx context.Context, files []delivered) error {
	w := v.Value.Window
	slices.SortStableFunc(files, func(a, b delivered) int {
		return cmp.Or(cmp.Compare(a.Place.Account, b.Place.Account), cmp.Compare(a.Place.Region, b.Place.Region))
	})
	err := v.save(ctx, func(p *plan) { p.Seq, p.Last, p.Window = w.To, w.At, nil }, func(tx Tx) error {
		for rest := files; len(rest) > 0; { // a copy: the transaction may be run again
			n := 1
			for n < len(rest) && rest[n].Place == rest[0].Place {
				n++
			}
			if err := v.announce(tx, rest[0].Place, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	if err == nil {
		v.c.Topics.Wake()
	}
	return err
}

// announce tells of the files of a place: to the chain of its digests, to the topic, in the status.
func (v *visit) announce(tx Tx, at trails.Place, files []delivered) error {
	if !v.Value.Hour.IsZero() {
		if err := v.link(tx, at, files); err != nil {
			return err
		}
	}
	told, err := v.tell(tx, files)
	if err != nil || v.now == nil {
		return err
	}
	return trails.Note(tx, v.Value.Trail.ARN, at, func(s *trails.Status) {
		s.Delivered, s.Attempted, s.Error = tx.Now(), tx.Now(), ""
		if v.Value.Trail.TopicARN == "" {
			return
		}
		s.NotificationAttempted, s.NotificationError = tx.Now(), told
		if told == "" {
			s.NotifiedAt = tx.Now()
		}
	})
}

// message is what the topic is told.
type message struct {
	Bucket string   `json:"s3Bucket"`
	Keys   []string `json:"s3ObjectKey"`
}

// tell puts messages into the outbox of the trail's topic; failure is the code of what the topic's owner can mend.
func (v *visit) tell(tx Tx, files []delivered) (failure string, err error) {
	topic := v.Value.Trail.TopicARN
	if topic == "" {
		return "", nil
	}
	for some := range slices.Chunk(files, maxTold) {
		m := message{Bucket: some[0].File.Bucket}
		for _, f := range some {
			m.Keys = append(m.Keys, f.File.Key)
		}
		text, err := json.Marshal(m)
		if err != nil {
			return "", err
		}
		_, err = v.c.Topics.Publish(tx, notify.Message{TopicARN: topic, Text: string(text)})
		if fault.KindOf(err) == fault.NotFound {
			return "NotFound", nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}
