package rule

import "github.com/tickmark/tickmark/internal/inventory"

// Estate is a Source in memory: the items of one account, seen from a region. Tests and rule cases use it.
type Estate struct {
	Region string
	Items  []*inventory.Item
	// Complete are types of which Items holds all, even if that is none. A type with an item counts as recorded.
	Complete []string
}

// List gives the items of a type.
func (e *Estate) List(typ string, reach Reach) ([]*inventory.Item, bool, error) {
	var items []*inventory.Item
	recorded := false
	for _, t := range e.Complete {
		recorded = recorded || t == typ
	}
	for _, it := range e.Items {
		if it.Type != typ || it.Status == inventory.NotRecorded || it.Status == inventory.DeletedNotRecorded {
			continue
		}
		recorded = true // a deleted item shows as well that the type was recorded
		if it.Present() && (reach == Everywhere || it.Region == e.Region || it.Region == "global") {
			items = append(items, it)
		}
	}
	return items, recorded, nil
}
