package segment

import (
	"sync"

	"github.com/tickmark/tickmark/internal/trail"
)

// openFiles is how many segments are kept open. Each holds its index and its times: some 2 MB at most.
const openFiles = 64

// cache keeps recently used segments open.
type cache struct {
	open func(trail.Segment) (*file, error)

	mu    sync.Mutex
	tick  int64
	files map[string]*entry
}

type entry struct {
	once sync.Once
	file *file
	err  error
	used int64
}

// get opens a segment, or returns it when it is open. Two callers share one opening.
func (c *cache) get(s trail.Segment) (*file, error) {
	c.mu.Lock()
	if c.files == nil {
		c.files = map[string]*entry{}
	}
	e := c.files[s.ID]
	if e == nil {
		e = &entry{}
		c.files[s.ID] = e
	}
	c.tick++
	e.used = c.tick
	if len(c.files) > openFiles {
		c.evict()
	}
	c.mu.Unlock()
	e.once.Do(func() { e.file, e.err = c.open(s) })
	if e.err != nil { // do not remember a failure
		c.mu.Lock()
		if c.files[s.ID] == e {
			delete(c.files, s.ID)
		}
		c.mu.Unlock()
	}
	return e.file, e.err
}

// evict forgets the segment that was used longest ago. Those who still read it keep it alive.
func (c *cache) evict() {
	oldest, used := "", c.tick
	for id, e := range c.files {
		if e.used < used {
			oldest, used = id, e.used
		}
	}
	delete(c.files, oldest)
}

// forget closes a segment that will not be asked for again. Those who still read it keep it alive.
func (c *cache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.files, id)
}
