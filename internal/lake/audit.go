package lake

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// AuditEvent is an event from outside of AWS as it is handed in.
type AuditEvent struct {
	// ID is the sender's; an event that comes again with it is stored once.
	ID, Data string
	// Checksum, when there is one, is the SHA-256 of Data in base64.
	Checksum string
}

// Taken is what became of such an event: its id in the data store, or why it was not taken.
type Taken struct{ ID, EventID, Code, Message string }

// maxAudit is how large the events of a request may be together.
const maxAudit = 1 << 20

// PutAuditEvents takes events into the data stores of a channel. An event is stored for each of them, under an id that
// follows from the data store and the sender's id, so that a sender who tries again doubles nothing. For the same reason
// the record does not tell when it was taken: it must be the same again.
func (l *Lake) PutAuditEvents(ctx context.Context, p Place, channel string, events []AuditEvent) ([]Taken, error) {
	c, _, err := l.Channel(ctx, p, channel)
	if err != nil {
		return nil, err
	}
	if err := checkAudit(events); err != nil {
		return nil, err
	}
	var b trail.Batch
	out := make([]Taken, len(events))
	for i, e := range events {
		records, bad := c.records(e)
		if bad != nil {
			out[i] = Taken{ID: e.ID, Code: bad.Code, Message: bad.Message}
			continue
		}
		out[i] = Taken{ID: e.ID, EventID: records[0].ID}
		b.Events = append(b.Events, records...)
	}
	if len(b.Events) > 0 {
		stored, err := l.Events.Append(ctx, b)
		if err != nil {
			return nil, err
		}
		for _, conflict := range stored.Conflicts {
			c.disagree(events, out, conflict.ID)
		}
	}
	return out, l.used(ctx, &c, out)
}

// checkAudit refuses what is wrong with a request as a whole.
func checkAudit(events []AuditEvent) error {
	seen, size := map[string]bool{}, 0
	for _, e := range events {
		if seen[e.ID] {
			return fault.Invalidf("auditEvents", "Two events of the request have the id %s. Give each its own.", e.ID).With("DuplicatedAuditEventId")
		}
		seen[e.ID] = true
		if size += len(e.Data); size > maxAudit {
			return fault.Invalidf("auditEvents", "The events of the request are larger than 1 MB together. Send them in several requests.")
		}
	}
	return nil
}

// disagree marks the event that came with the id of another one.
func (c *Channel) disagree(events []AuditEvent, out []Taken, id string) {
	for i, e := range events {
		for _, store := range c.Stores {
			if out[i].EventID != "" && auditID(store, e.ID) == id {
				out[i] = Taken{ID: e.ID, Code: "ConflictingEvent", Message: "An event with this id and other data was taken before. Ids name events for ever."}
			}
		}
	}
}

// auditID is the id in a data store of an event with the sender's id, written as a UUID.
func auditID(store, id string) string {
	sum := sha256.Sum256([]byte(store + "\n" + id))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8: by own rules
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// auditData is what is looked at in an event's data.
type auditData struct {
	Version, UID, EventSource, EventName, EventTime, RecipientAccountID string
	UserIdentity                                                        struct{ Type, PrincipalID string }
}

// records makes of an event the records to store, one for each data store of the channel.
func (c *Channel) records(e AuditEvent) ([]trail.Event, *fault.Error) {
	if sum := sha256.Sum256([]byte(e.Data)); e.Checksum != "" && e.Checksum != base64.StdEncoding.EncodeToString(sum[:]) {
		return nil, fault.Invalidf("eventDataChecksum", "The checksum is not the base64 of the SHA-256 of eventData.").With("InvalidChecksum")
	}
	var d auditData
	if err := json.Unmarshal([]byte(e.Data), &d); err != nil {
		return nil, fault.Invalidf("eventData", "The eventData is not a JSON object of the schema of integrations.").With("InvalidData")
	}
	at, bad := d.check(c.Account)
	if bad != nil {
		return nil, bad
	}
	var out []trail.Event
	for _, store := range c.Stores {
		id := auditID(store, e.ID)
		raw, err := json.Marshal(map[string]any{
			"eventVersion": "1.08", "eventCategory": trail.ActivityAuditLog, "eventType": "ActivityLog", "eventID": id,
			"eventTime": at.Format(time.RFC3339), "awsRegion": c.Region, "recipientAccountId": c.Account,
			"metadata": map[string]string{"channelARN": c.ARN()}, "eventData": json.RawMessage(e.Data),
		})
		if err != nil {
			return nil, fault.Invalidf("eventData", "The eventData is not JSON.").With("InvalidData")
		}
		record, err := trail.Decode(raw)
		if err != nil {
			return nil, fault.Invalidf("eventData", "The event cannot be kept: %v.", err).With("InvalidData")
		}
		record.Origin = storeARN(c.Place, store)
		out = append(out, record)
	}
	return out, nil
}

// check wants the members that every event must have.
func (d *auditData) check(account string) (time.Time, *fault.Error) {
	for _, m := range []struct{ name, value string }{
		{"version", d.Version},
		{"UID", d.UID},
		{"eventSource", d.EventSource},
		{"eventName", d.EventName},
		{"eventTime", d.EventTime},
		{"userIdentity.type", d.UserIdentity.Type},
		{"userIdentity.principalId", d.UserIdentity.PrincipalID},
		{"recipientAccountId", d.RecipientAccountID},
	} {
		if m.value == "" {
			return time.Time{}, fault.Invalidf("eventData", "The eventData has no %s, which every event must have as text.", m.name).With("InvalidData")
		}
	}
	at, err := time.Parse(time.RFC3339, d.EventTime)
	if err != nil {
		return at, fault.Invalidf("eventData", "The eventTime %.40q is no time like 2026-01-31T12:00:00Z.", d.EventTime).With("InvalidData")
	}
	if d.RecipientAccountID != account {
		return at, fault.Invalidf("eventData", "The recipientAccountId is not the account of the channel, %s.", account).With("InvalidRecipient")
	}
	return at.UTC().Truncate(time.Second), nil
}

// used notes how a channel was used.
func (l *Lake) used(ctx context.Context, c *Channel, taken []Taken) error {
	return l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := ingestions.Get(tx, c.Account, c.Region, c.ID)
		fresh := fault.KindOf(err) == fault.NotFound
		if err != nil && !fresh {
			return err
		}
		u := &d.Value
		u.Attempted, u.Error = l.Clock.Now(), ""
		for _, t := range taken {
			if t.Code != "" {
				u.Error = t.Code
				continue
			}
			u.AttemptedID, u.SucceededID, u.Succeeded = t.EventID, t.EventID, u.Attempted
		}
		if fresh {
			return ingestions.Insert(tx, c.Account, c.Region, c.ID, "", *u)
		}
		return ingestions.Update(tx, d)
	})
}
