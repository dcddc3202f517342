package models

import (
	"encoding/json"
	"testing"
)

func TestTickmarkVersion(t *testing.T) {
	var m struct{ Metadata struct{ APIVersion string } }
	if err := json.Unmarshal(Tickmark, &m); err != nil || m.Metadata.APIVersion != TickmarkVersion {
		t.Errorf("the model is of %s, not %s: %v", m.Metadata.APIVersion, TickmarkVersion, err)
	}
}
