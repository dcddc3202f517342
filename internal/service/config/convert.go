package config

import (
	"strconv"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// text is a string member, left out when it is empty; moment a time, left out when it is zero.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func number(n int) *int64 { return new(int64(n)) }

// shown is an item without its secrets.
func shown(it *inventory.Item) (*inventory.Item, error) {
	masked := inventory.Masked(it)
	if &masked[0] == &it.Raw()[0] { // there are none: it is the same text
		return it, nil
	}
	return inventory.Decode(masked)
}

// fullItem writes an item in the API form, with the two members that clients index without looking: the hash, always
// empty, and the related events, always none.
func fullItem(it *inventory.Item) (api.ConfigurationItem, error) {
	b, err := baseItem(it)
	if err != nil {
		return api.ConfigurationItem{}, err
	}
	out := api.ConfigurationItem{
		AccountId: b.AccountId, Arn: b.Arn, AvailabilityZone: b.AvailabilityZone, AwsRegion: b.AwsRegion,
		Configuration: b.Configuration, SupplementaryConfiguration: b.SupplementaryConfiguration,
		ConfigurationItemCaptureTime: b.ConfigurationItemCaptureTime, ConfigurationItemDeliveryTime: b.ConfigurationItemDeliveryTime,
		ConfigurationItemStatus: b.ConfigurationItemStatus, ConfigurationStateId: b.ConfigurationStateId,
		RecordingFrequency: b.RecordingFrequency, ResourceCreationTime: b.ResourceCreationTime,
		ResourceId: b.ResourceId, ResourceName: b.ResourceName, ResourceType: b.ResourceType, Version: b.Version,
		ConfigurationItemMD5Hash: new(""), RelatedEvents: []string{}, Relationships: []api.Relationship{}, Tags: map[string]string{},
	}
	for k, v := range it.Tags() {
		out.Tags[k] = v
	}
	for r := range it.Relationships() {
		out.Relationships = append(out.Relationships, api.Relationship{
			ResourceType: new(r.Type), ResourceId: text(r.ID), ResourceName: text(r.Name), RelationshipName: new(r.Label),
		})
	}
	return out, nil
}

// baseItem is an item without tags and relationships.
func baseItem(it *inventory.Item) (api.BaseConfigurationItem, error) {
	status := it.Status
	if status == "" {
		status = inventory.OK
	}
	out := api.BaseConfigurationItem{
		AccountId: new(it.Account), Arn: text(it.ARN), AvailabilityZone: text(it.Zone), AwsRegion: new(it.Region),
		ConfigurationItemCaptureTime: moment(it.Captured), ResourceCreationTime: moment(it.Created),
		ConfigurationItemStatus: new(string(status)), ConfigurationStateId: new(strconv.FormatInt(it.StateID, 10)),
		ResourceId: new(it.ID), ResourceName: text(it.Name), ResourceType: new(it.Type), Version: text(it.Version),
		RecordingFrequency:            text(it.Field("recordingFrequency").Str()),
		ConfigurationItemDeliveryTime: delivered(it.Field("configurationItemDeliveryTime")),
		SupplementaryConfiguration:    map[string]string{},
	}
	it, err := shown(it)
	if err != nil {
		return out, err
	}
	switch c := it.Field().Get("configuration"); {
	case c.Kind() == tree.String: // an item that was imported in the API form
		out.Configuration = new(c.Str())
	case c.Exists():
		out.Configuration = new(c.Raw())
	}
	// In the file form a member is JSON, and JSON text in the API form: text there is quoted once more here.
	fileForm := it.Field().Get("awsAccountId").Exists()
	for k, v := range it.Field().Get("supplementaryConfiguration").Members {
		if v.Kind() == tree.String && !fileForm {
			out.SupplementaryConfiguration[k] = v.Str()
		} else {
			out.SupplementaryConfiguration[k] = v.Raw()
		}
	}
	return out, nil
}

// delivered reads the delivery time of a daily item, which is ISO text or epoch seconds.
func delivered(n tree.Node) *time.Time {
	if t, err := time.Parse(time.RFC3339Nano, n.Str()); err == nil && n.Kind() == tree.String {
		return moment(t.UTC())
	}
	if f, ok := n.Float(); ok && f > 0 {
		return new(time.UnixMilli(int64(f * 1000)).UTC())
	}
	return nil
}
