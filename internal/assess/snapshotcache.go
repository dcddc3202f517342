package assess

import "sync"

// maxSnapshots is how many decoded snapshots are kept: one of a thousand controls takes some megabytes.
const maxSnapshots = 16

// snapshotCache keeps decoded snapshots, because they never change and decoding a large one takes longer than all the
// rest of showing its assessment. What it gives is shared: nobody may change it.
type snapshotCache struct {
	mu    sync.Mutex
	kept  map[string]Snapshot
	order []string // the one that was asked for longest ago first
}

// of is an assessment's snapshot, from what is kept or from the store. It must be read in a transaction that reads
// only: what a transaction may yet undo is not kept.
func (c *snapshotCache) of(tx Tx, owner, id string) (Snapshot, error) {
	if s, ok := c.get(id); ok {
		return s, nil
	}
	d, err := snapshots.Get(tx, owner, "", id)
	if err != nil {
		return nil, err
	}
	c.put(id, d.Value)
	return d.Value, nil
}

func (c *snapshotCache) get(id string) (Snapshot, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.kept[id]
	if ok {
		c.use(id)
	}
	return s, ok
}

func (c *snapshotCache) put(id string, s Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[string]Snapshot{}
	}
	c.kept[id] = s
	c.use(id)
	if len(c.order) > maxSnapshots {
		delete(c.kept, c.order[0])
		c.order = c.order[1:]
	}
}

// use moves an id to the end of the order.
func (c *snapshotCache) use(id string) {
	for i, x := range c.order {
		if x == id {
			c.order = append(c.order[:i], c.order[i+1:]...)
			break
		}
	}
	c.order = append(c.order, id)
}
