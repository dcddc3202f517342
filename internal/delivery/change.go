package delivery

import (
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// ChangeMessage tells of one change of one resource; it has no Diff when the resource is shown without a change.
type ChangeMessage struct {
	Diff    *inventory.Difference `json:"configurationItemDiff"`
	Item    json.RawMessage       `json:"configurationItem"`
	Created string                `json:"notificationCreationTime"`
	Type    string                `json:"messageType"`
	Version string                `json:"recordVersion"`
}

// OversizeMessage stands for a change whose item is too long for a message.
type OversizeMessage struct {
	Summary ItemSummary `json:"configurationItemSummary"`
	File    FileSummary `json:"s3DeliverySummary"`
	Created string      `json:"notificationCreationTime"`
	Type    string      `json:"messageType"`
	Version string      `json:"recordVersion"`
}

// ItemSummary names a state of a resource.
type ItemSummary struct {
	Kind     inventory.ChangeKind `json:"changeType"`
	Version  string               `json:"configurationItemVersion"`
	Captured string               `json:"configurationItemCaptureTime"`
	StateID  int64                `json:"configurationStateId"`
	Account  string               `json:"awsAccountId"`
	Status   inventory.Status     `json:"configurationItemStatus"`
	Type     string               `json:"resourceType"`
	ID       string               `json:"resourceId"`
	Name     *string              `json:"resourceName"`
	ARN      *string              `json:"ARN"`
	Region   string               `json:"awsRegion"`
	Zone     *string              `json:"availabilityZone"`
	Hash     string               `json:"configurationStateMd5Hash"`
}

// FileSummary tells where the whole item is, or why it is nowhere.
type FileSummary struct {
	Location *string `json:"s3BucketLocation"`
	Code     *string `json:"errorCode"`
	Reason   *string `json:"errorMessage"`
}

// Shown is the message about a resource as it is.
func Shown(it *inventory.Item, now time.Time) (ChangeMessage, error) {
	form, err := inventory.FileForm(it)
	return ChangeMessage{Item: form, Created: now.Format(wireTime), Type: compliance.ItemChanged, Version: "1.3"}, err
}

// Changed is the message about a change; old may be past its retention.
func Changed(it, old *inventory.Item, kind inventory.ChangeKind, now time.Time) (ChangeMessage, error) {
	m, err := Shown(it, now)
	if err != nil {
		return m, err
	}
	shown, err := inventory.Decode(m.Item)
	if err != nil {
		return m, err
	}
	if old != nil {
		before, err := inventory.FileForm(old)
		if err != nil {
			return m, err
		}
		if old, err = inventory.Decode(before); err != nil {
			return m, err
		}
	}
	diff := inventory.Diff(old, shown)
	diff.Kind = kind
	m.Diff = &diff
	return m, nil
}

// Oversized is the message that stands for a change whose item is too long for one.
func Oversized(it *inventory.Item, kind inventory.ChangeKind, now time.Time) OversizeMessage {
	return OversizeMessage{
		Summary: ItemSummary{
			kind, it.Version, it.Captured.Format(wireTime), it.StateID, it.Account, it.Status, it.Type, it.ID,
			text(it.Name), text(it.ARN), it.Region, text(it.Zone), "",
		},
		Created: now.Format(wireTime), Type: compliance.OversizedChanged, Version: "1.0",
	}
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
