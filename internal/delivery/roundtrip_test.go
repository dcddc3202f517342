package delivery_test

import (
	"context"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/query"
	"github.com/tickmark/tickmark/internal/store"
)

// asked are statements that read every part of an item.
var asked = []string{
	"SELECT *, configuration, supplementaryConfiguration, tags, relationships, configurationItemStatus, configurationStateId",
	"SELECT resourceType, COUNT(*), COUNT(tags.key), COUNT(relationships.resourceId) GROUP BY resourceType ORDER BY COUNT(*) DESC",
	"SELECT tags.tag, COUNT(*) GROUP BY tags.tag",
	"SELECT resourceId WHERE relationships.resourceType = 'AWS::EC2::VPC' AND NOT tags.value = 'prod'",
	"SELECT resourceId, configuration.size WHERE configuration.encrypted = false ORDER BY configuration.size DESC, resourceId",
	"SELECT resourceId WHERE configuration.ipPermissions.ipv4Ranges.cidrIp = '10.1.2.3' OR supplementaryConfiguration.BucketVersioningConfiguration.status = 'Enabled'",
}

// sameWorld holds two stores against each other by what is read of them: states and edges of the resources, and the
// answers of advanced queries.
func sameWorld(t *testing.T, a, b store.Repo[inventory.Tx], resources map[inventory.Key]*inventory.Item) {
	t.Helper()
	ctx := context.Background()
	read := func(s store.Repo[inventory.Tx], fn func(inventory.Tx) error) {
		t.Helper()
		if err := s.Read(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	read(a, func(left inventory.Tx) error {
		read(b, func(right inventory.Tx) error {
			edges := 0
			for k, it := range resources {
				shown, err := inventory.Shown(it)
				if err != nil {
					return err
				}
				again, err := right.Item(k)
				if err != nil {
					return err
				}
				if !inventory.SameItem(shown, again) {
					t.Errorf("%s has another state", k)
				}
				for _, ask := range []func(inventory.Tx) ([]inventory.Relation, error){
					func(tx inventory.Tx) ([]inventory.Relation, error) { return tx.ItemRelations(k) },
					func(tx inventory.Tx) ([]inventory.Relation, error) { return tx.ItemRelationsTo(k, it.Name) },
				} {
					x, err := ask(left)
					if err != nil {
						return err
					}
					y, err := ask(right)
					if err != nil {
						return err
					}
					if edges += len(x); !slices.Equal(x, y) {
						t.Errorf("%s has the edges %v, and after import %v", k, x, y)
					}
				}
			}
			if edges < len(resources) {
				t.Errorf("only %d edges were compared", edges)
			}
			return nil
		})
		return nil
	})
	for _, sql := range asked {
		var x, y []string
		read(a, func(tx inventory.Tx) error { x = rows(t, tx, sql); return nil })
		read(b, func(tx inventory.Tx) error { y = rows(t, tx, sql); return nil })
		if len(x) == 0 || !slices.Equal(x, y) {
			t.Errorf("%s\n%d rows, %d after import; they differ", sql, len(x), len(y))
		}
	}
}

// rows are all rows of a statement.
func rows(t *testing.T, tx inventory.Tx, sql string) (out []string) {
	t.Helper()
	st, err := query.Parse(sql)
	if err != nil {
		t.Fatal(err)
	}
	r := query.Request{Scope: arn.Everything(), Limit: 1000}
	for {
		page, err := st.Run(tx, r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Rows...)
		if page.Next == nil {
			return out
		}
		r.After = *page.Next
	}
}
