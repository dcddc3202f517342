package delivery

import (
	"encoding/json"

	"github.com/tickmark/tickmark/internal/inventory"
)

// FileItem is an item in the form of files and messages, without its secrets.
func FileItem(it *inventory.Item) ([]byte, error) {
	masked := inventory.Masked(it)
	if it.Field().Get("awsAccountId").Exists() {
		return masked, nil
	}
	if &masked[0] != &it.Raw()[0] {
		var err error
		if it, err = inventory.Decode(masked); err != nil {
			return nil, err
		}
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
