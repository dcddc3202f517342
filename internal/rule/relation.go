package rule

import "cmp"

// Linked gives the ids of the items of a type that stand in a relationship with the subject, whichever of the two
// names the other. When the subject names none, the type must be recorded, as for All; keep it to types of which an
// account has few.
func (c *Context) Linked(typ string) []string {
	c.uses(typ)
	var ids []string
	for edge := range c.item.Relationships() {
		if edge.Type == typ {
			ids = append(ids, cmp.Or(edge.ID, edge.Name))
		}
	}
	if ids != nil {
		return ids
	}
	for _, other := range c.All(typ) {
		for edge := range other.item.Relationships() {
			if edge.Type == c.item.Type && (c.Is(edge.ID) || edge.ID == "" && c.Is(edge.Name)) {
				ids = append(ids, other.item.ID)
				break
			}
		}
	}
	return ids
}
