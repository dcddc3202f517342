package store

import (
	"database/sql"
	"slices"

	"github.com/tickmark/tickmark/internal/inventory"
)

func (tx *Tx) insertRelations(it *inventory.Item) error {
	n := 0
	for r := range it.Relationships() {
		ref, byName := r.ID, 0
		if ref == "" {
			ref, byName = r.Name, 1
		}
		if len(ref) > maxIndexed || len(r.Type) > maxBeside { // nothing can have such an id; the item keeps the edge
			continue
		}
		if _, err := tx.exec("INSERT INTO relations (account, region, type, id, n, to_type, to_ref, by_name, to_name, label) VALUES (?,?,?,?,?,?,?,?,?,?)",
			it.Account, it.Region, it.Type, it.ID, n, clean(r.Type), clean(ref), byName, beside(r.Name), beside(r.Label)); err != nil {
			return err
		}
		n++
	}
	return nil
}

// maxBeside bounds what stands beside a reference in the index of edges, which as a whole must fit its page.
const maxBeside = 256

func beside(s string) string {
	if len(s) > maxBeside {
		return ""
	}
	return clean(s)
}

const relationColumns = "SELECT account, region, type, id, to_type, to_ref, by_name, to_name, label FROM relations"

func scanRelation(rows *sql.Rows) (inventory.Relation, error) {
	var r inventory.Relation
	var ref string
	var byName bool
	err := rows.Scan(&r.From.Account, &r.From.Region, &r.From.Type, &r.From.ID, &r.Type, &ref, &byName, &r.Name, &r.Label)
	if !byName {
		r.ID = ref
	}
	return r, err
}

// ItemRelations implements inventory.Tx.
func (tx *Tx) ItemRelations(k inventory.Key) ([]inventory.Relation, error) {
	return collect(tx, scanRelation, relationColumns+atKey+" ORDER BY n", k.Account, k.Region, k.Type, k.ID)
}

// ItemRelationsTo implements inventory.Tx. Edges name no region, so one that begins in another region leads here
// only when either end is global.
func (tx *Tx) ItemRelationsTo(k inventory.Key, name string) ([]inventory.Relation, error) {
	all, err := collect(tx, scanRelation, relationColumns+" WHERE account = ? AND to_type = ? AND to_ref IN (?,?)",
		k.Account, k.Type, k.ID, name)
	if err != nil {
		return nil, err
	}
	// Sorted here: asked to sort, SQLite would walk the whole account in the order of keys.
	slices.SortStableFunc(all, func(a, b inventory.Relation) int { return a.From.Compare(b.From) })
	out := all[:0]
	for _, r := range all {
		led := r.ID == k.ID
		if r.ID == "" {
			led = r.Name == name
		}
		if led && inventory.Reaches(r.From.Region, k.Region) {
			out = append(out, r)
		}
	}
	return out, nil
}
