package inventory

import "encoding/json"

// FileForm is an item in the form of files, messages and rule events, without its secrets.
func FileForm(it *Item) ([]byte, error) {
	masked := Masked(it)
	if it.Field().Get("awsAccountId").Exists() {
		return masked, nil
	}
	if &masked[0] != &it.Raw()[0] {
		var err error
		if it, err = Decode(masked); err != nil {
			return nil, err
		}
	}
	spec := Spec{
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
	built, err := Build(spec)
	if err != nil {
		return nil, err
	}
	return built.Raw(), nil
}
