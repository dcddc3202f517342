package rule

import (
	"slices"

	"github.com/tickmark/tickmark/internal/inventory"
)

// Estate is a Source in memory: the items of one account, seen from a region. Tests and rule cases use it.
type Estate struct {
	Region string
	Items  []*inventory.Item
	// Complete are types of which Items holds all, even if that is none. A type with an item counts as recorded.
	Complete []string
}

// List gives the items of a type.
func (e *Estate) List(typ string, reach Reach) ([]*inventory.Item, string, error) {
	var items []*inventory.Item
	lacks := Unrecorded(typ)
	if slices.Contains(e.Complete, typ) {
		lacks = ""
	}
	for _, it := range e.Items {
		if it.Type != typ || it.Status == inventory.NotRecorded || it.Status == inventory.DeletedNotRecorded {
			continue
		}
		lacks = "" // a deleted item shows as well that the type was recorded
		if it.Present() && (reach == Everywhere || it.Region == e.Region || it.Region == "global") {
			items = append(items, it)
		}
	}
	return items, lacks, nil
}
