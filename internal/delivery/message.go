package delivery

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

// DeliveryMessage tells of a delivery of files.
type DeliveryMessage struct {
	Type     string `json:"messageType"`
	Created  string `json:"notificationCreationTime"`
	Version  string `json:"recordVersion"`
	Snapshot string `json:"configSnapshotId,omitempty"`
	Bucket   string `json:"s3Bucket,omitempty"`
	Key      string `json:"s3ObjectKey,omitempty"`
	Code     string `json:"errorCode,omitempty"`
	Reason   string `json:"errorMessage,omitempty"`
}

// subjects follow the region in the subject of a message.
var subjects = map[string]string{
	"ConfigurationSnapshotDeliveryStarted": "Configuration Snapshot Delivery Started", "ConfigurationSnapshotDeliveryCompleted": "Configuration Snapshot Delivery Completed",
	"ConfigurationSnapshotDeliveryFailed": "Configuration Snapshot Delivery Failed", "ConfigurationHistoryDeliveryCompleted": "Configuration History Delivery Completed",
}

// tell publishes a message about files to the channel's topic, if it has one.
func (c *Courier) tell(tx compliance.Tx, p compliance.Post, m DeliveryMessage) error {
	m.Created, m.Version = tx.Now().Format(wireTime), "1.1"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return gone(c.publish(tx, p, subjects[m.Type]+" for account "+p.Account, body))
}

// gone makes nothing of a topic that was deleted: files are delivered all the same.
func gone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// MaxMessage is the largest message a topic or a function takes.
const MaxMessage = 256 << 10

func (c *Courier) publish(tx compliance.Tx, p compliance.Post, subject string, body []byte) error {
	if p.Channel.TopicARN == "" {
		return nil
	}
	_, err := c.topics.Publish(tx, notify.Message{TopicARN: p.Channel.TopicARN, Subject: line("[AWS Config:" + p.Region + "] " + subject), Text: string(body)})
	return err
}

// line makes a subject of a text: one line of printable ASCII, at most 100 characters.
func line(s string) string {
	out := make([]byte, 0, 100)
	for _, r := range s {
		if r < ' ' || r > '~' || r == utf8.RuneError {
			r = '?'
		}
		if len(out) == 100 {
			return string(out[:97]) + "..."
		}
		out = append(out, byte(r))
	}
	return string(out)
}
