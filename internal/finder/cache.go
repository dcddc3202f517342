package finder

import (
	"container/list"
	"sync"
)

// cacheBytes bounds what is kept unpacked.
const cacheBytes = 96 << 20

// cacheKey names a column; Rows is part of it because the last block of a side grows under its number.
type cacheKey struct {
	Account string
	Side    Side
	First   int64
	Rows    int64
	Name    string
}

// cache keeps unpacked columns, the last used ones.
type cache struct {
	mu    sync.Mutex
	limit int64
	size  int64
	order list.List // of *cached, the last used in front
	found map[cacheKey]*list.Element
}

type cached struct {
	key  cacheKey
	v    any
	size int64
}

func (c *cache) get(k cacheKey) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.found[k]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).v, true
}

func (c *cache) put(k cacheKey, v any, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.found[k]; ok || size > c.limit/2 {
		return
	}
	if c.found == nil {
		c.found = map[cacheKey]*list.Element{}
	}
	c.found[k] = c.order.PushFront(&cached{k, v, size})
	for c.size += size; c.size > c.limit; {
		last := c.order.Back()
		old := c.order.Remove(last).(*cached)
		delete(c.found, old.key)
		c.size -= old.size
	}
}

// forget drops what is kept of an account.
func (c *cache) forget(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.found {
		if k.Account == account {
			c.size -= e.Value.(*cached).size
			c.order.Remove(e)
			delete(c.found, k)
		}
	}
}
