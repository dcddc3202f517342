package inventory

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// places finds resources and edges at a moment; zero is now.
type places struct {
	tx Tx
	at AsOf
	// ids remembers the ids of past resources by their names, of which there is no index, by account, region and type.
	ids map[Key]map[string]string
}

func (p *places) now() bool { return p.at == AsOf{} }

// item is the state of a resource; NotFound when it was not known.
func (p *places) item(k Key) (*Item, error) {
	if p.now() {
		return p.tx.Item(k)
	}
	return p.tx.ItemAsOf(k, p.at)
}

// presentAt is the state in which a resource was; nil when it was not there.
func presentAt(tx Tx, k Key, at AsOf) (*Item, error) {
	it, err := tx.ItemAsOf(k, at)
	if err != nil && fault.KindOf(err) == fault.NotFound || err == nil && !it.Present() {
		return nil, nil
	}
	return it, err
}

// target is where an edge leads. What no item tells of is placed beside the edge's beginning, and has no item.
func (p *places) target(from Key, r Relationship) (Key, *Item, error) {
	var it *Item
	var err error
	if p.now() {
		it, err = Target(p.tx, from, r)
	} else {
		it, err = p.targetThen(from, r)
	}
	switch {
	case err == nil && it != nil:
		return it.Key, it, nil
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return Key{}, nil, err
	}
	id := r.ID
	if id == "" {
		id = r.Name
	}
	return Key{from.Account, from.Region, r.Type, id}, nil, nil
}

// targetThen is Target at the moment; nil when there is none.
func (p *places) targetThen(from Key, r Relationship) (*Item, error) {
	regions := []string{from.Region, arn.Global}
	if from.Region == arn.Global {
		feeds, err := p.tx.ItemFeeds(arn.Scope{Accounts: []string{from.Account}})
		if err != nil {
			return nil, err
		}
		for _, f := range feeds {
			regions = append(regions, f.Region)
		}
	}
	for _, region := range regions {
		it, err := p.known(Key{from.Account, region, r.Type, r.ID}, r.Name)
		if it != nil || err != nil && fault.KindOf(err) != fault.NotFound {
			return it, err
		}
	}
	return nil, nil
}

// known is the resource with the id, or with the name when the key has no id; nil or NotFound when there is none.
func (p *places) known(k Key, name string) (*Item, error) {
	if k.ID != "" {
		return p.tx.ItemAsOf(k, p.at)
	}
	if p.ids[k] == nil {
		byName := map[string]string{}
		scope := arn.Scope{Accounts: []string{k.Account}, Regions: []string{k.Region}}
		for it, err := range AllAsOf(p.tx, scope, Filter{Types: []string{k.Type}}, p.at) {
			if err != nil {
				return nil, err
			}
			if _, taken := byName[it.Name]; !taken {
				byName[it.Name] = it.ID
			}
		}
		if p.ids == nil {
			p.ids = map[Key]map[string]string{}
		}
		p.ids[k] = byName
	}
	id, ok := p.ids[k][name]
	if !ok {
		return nil, nil
	}
	return p.tx.ItemAsOf(Key{k.Account, k.Region, k.Type, id}, p.at)
}

// leading calls yield for every edge that leads to one of the nodes, with the node's place among them. Now an index
// answers; in the past the account is read once.
func (p *places) leading(nodes []Node, yield func(to int, from Key, label string) error) error {
	if !p.now() {
		return p.leadingThen(nodes, yield)
	}
	for i, n := range nodes {
		edges, err := p.tx.ItemRelationsTo(n.Key, nameOf(n))
		if err != nil {
			return err
		}
		for _, e := range edges {
			if err := yield(i, e.From, e.Label); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *places) leadingThen(nodes []Node, yield func(to int, from Key, label string) error) error {
	type ref struct{ typ, id, name string }
	wanted := map[ref][]int{}
	for i, n := range nodes {
		wanted[ref{n.Type, n.ID, ""}] = append(wanted[ref{n.Type, n.ID, ""}], i)
		if name := nameOf(n); name != "" {
			wanted[ref{n.Type, "", name}] = append(wanted[ref{n.Type, "", name}], i)
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	for it, err := range AllAsOf(p.tx, arn.Scope{Accounts: []string{nodes[0].Account}}, Filter{}, p.at) {
		if err != nil {
			return err
		}
		for r := range it.Relationships() {
			to := ref{r.Type, r.ID, ""}
			if r.ID == "" {
				to.name = r.Name
			}
			for _, i := range wanted[to] {
				if !Reaches(it.Region, nodes[i].Region) {
					continue
				}
				if err := yield(i, it.Key, r.Label); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func nameOf(n Node) string {
	if n.Item == nil {
		return ""
	}
	return n.Item.Name
}
