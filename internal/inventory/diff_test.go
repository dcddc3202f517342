package inventory_test

import (
	"encoding/json"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory"
)

// A difference reads as AWS's configurationItemDiff does, whichever spelling the two items have.
func TestDiff(t *testing.T) {
	const head = `"configurationItemCaptureTime":"2026-01-01T00:00:00Z","configurationStateId":1,"awsAccountId":"111122223333","awsRegion":"eu-west-1","resourceType":"AWS::EC2::Instance","resourceId":"i-1",`
	const apiHead = `"configurationItemCaptureTime":1767312000,"configurationStateId":"2","accountId":"111122223333","awsRegion":"eu-west-1","resourceType":"AWS::EC2::Instance","resourceId":"i-1",`
	full := `{` + head + `"configurationItemStatus":"ResourceDiscovered","ARN":"arn:1","configuration":{"state":{"name":"running","code":16},"ids":["a","b"],"x":1},` +
		`"supplementaryConfiguration":{"Policy":{"text":"p"},"Gone":true},"tags":{"a":"1","b":"2"},` +
		`"relationships":[{"resourceType":"AWS::EC2::Subnet","resourceId":"subnet-1","name":"Is contained in Subnet"}]}`
	for _, tt := range []struct{ name, old, now, want string }{
		{"new", "", full, `{"changedProperties":{},"changeType":"CREATE"}`},
		{"same", full, full, `{"changedProperties":{},"changeType":"UPDATE"}`},
		{
			"the same in the API's spelling", full,
			`{` + apiHead + `"configurationItemStatus":"OK","arn":"arn:1","configuration":"{\"x\":1.0,\"state\":{\"code\":16,\"name\":\"running\"},\"ids\":[\"b\",\"a\"]}",` +
				`"supplementaryConfiguration":{"Policy":"{\"text\":\"p\"}","Gone":"true"},"tags":{"b":"2","a":"1"},` +
				`"relationships":[{"resourceType":"AWS::EC2::Subnet","resourceId":"subnet-1","relationshipName":"Is contained in Subnet"}]}`,
			`{"changedProperties":{},"changeType":"UPDATE"}`,
		},
		{
			"changed", full,
			`{` + head + `"configurationItemStatus":"OK","ARN":"arn:2","configuration":{"state":{"name":"stopped","code":16},"ids":["b","c"],"y":[1]},` +
				`"supplementaryConfiguration":{"Policy":{"text":"q"}},"tags":{"a":"3","b":"2"},"relationships":[]}`,
			`{"changedProperties":{` +
				`"ARN":{"previousValue":"arn:1","updatedValue":"arn:2","changeType":"UPDATE"},` +
				`"Configuration.Ids.0":{"previousValue":"a","updatedValue":null,"changeType":"DELETE"},` +
				`"Configuration.Ids.1":{"previousValue":null,"updatedValue":"c","changeType":"CREATE"},` +
				`"Configuration.State.Name":{"previousValue":"running","updatedValue":"stopped","changeType":"UPDATE"},` +
				`"Configuration.X":{"previousValue":1,"updatedValue":null,"changeType":"DELETE"},` +
				`"Configuration.Y":{"previousValue":null,"updatedValue":[1],"changeType":"CREATE"},` +
				`"Relationships.0":{"previousValue":{"resourceId":"subnet-1","resourceType":"AWS::EC2::Subnet","name":"Is contained in Subnet"},"updatedValue":null,"changeType":"DELETE"},` +
				`"SupplementaryConfiguration.Gone":{"previousValue":true,"updatedValue":null,"changeType":"DELETE"},` +
				`"SupplementaryConfiguration.Policy.Text":{"previousValue":"p","updatedValue":"q","changeType":"UPDATE"},` +
				`"Tags.0":{"previousValue":{"key":"a","value":"1"},"updatedValue":null,"changeType":"DELETE"},` +
				`"Tags.1":{"previousValue":null,"updatedValue":{"key":"a","value":"3"},"changeType":"CREATE"}},"changeType":"UPDATE"}`,
		},
		{
			"gone", full, `{` + head + `"configurationItemStatus":"ResourceDeleted","configuration":null,"tags":{},"relationships":[]}`,
			`{"changedProperties":{"Configuration":{"previousValue":{"state":{"name":"running","code":16},"ids":["a","b"],"x":1},"updatedValue":null,"changeType":"DELETE"},` +
				`"Relationships.0":{"previousValue":{"resourceId":"subnet-1","resourceType":"AWS::EC2::Subnet","name":"Is contained in Subnet"},"updatedValue":null,"changeType":"DELETE"}},"changeType":"DELETE"}`,
		},
		{"back", `{` + head + `"configurationItemStatus":"ResourceDeleted"}`, full, `{"changedProperties":{},"changeType":"CREATE"}`},
		{
			"two keys that differ in their first letter alone", `{` + head + `"configuration":{"a":1,"A":2}}`, `{` + head + `"configuration":{"a":3,"A":4}}`,
			`{"changedProperties":{"Configuration.A":{"previousValue":2,"updatedValue":4,"changeType":"UPDATE"},"Configuration.A.1":{"previousValue":1,"updatedValue":3,"changeType":"UPDATE"}},"changeType":"UPDATE"}`,
		},
	} {
		got, err := json.Marshal(inventory.Diff(itemOf(t, tt.old), itemOf(t, tt.now)))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n got %s\nwant %s", tt.name, err, got, tt.want)
		}
	}
}

func itemOf(t *testing.T, text string) *inventory.Item {
	t.Helper()
	if text == "" {
		return nil
	}
	it, err := inventory.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return it
}
