package inventory

import (
	"iter"

	"github.com/tickmark/tickmark/internal/tree"
)

// Members yields the item's members under the names of the API form, whichever form it came in, in the item's order.
// The configuration is opened; members of supplementaryConfiguration are opened by Supplementaries.
func (it *Item) Members() iter.Seq2[string, tree.Node] {
	return func(yield func(string, tree.Node) bool) {
		for key, n := range it.doc.Root().Members {
			if name, ok := apiNames[key]; ok {
				key = name
			}
			if key == "configuration" {
				n = it.Configuration()
			}
			if !yield(key, n) {
				return
			}
		}
	}
}

// apiNames are the names in the API form of members that other forms, and older versions, spell otherwise.
var apiNames = map[string]string{
	"awsAccountId": "accountId", "ARN": "arn", "configurationItemVersion": "version", "snapshotVersion": "version",
	"availibilityZone": "availabilityZone", "configurationStateID": "configurationStateId",
	"configurationStateMd5Hash": "configurationItemMD5Hash",
}
