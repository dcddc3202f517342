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

// borrow returns a segment as get does, but one that is not open is opened for the caller alone, who calls done: so a
// walk over many segments does not push out those that are asked for often.
func (c *cache) borrow(s trail.Segment) (f *file, done func() error, err error) {
	c.mu.Lock()
	known := c.files[s.ID] != nil
	c.mu.Unlock()
	if known {
		f, err = c.get(s)
		return f, func() error { return nil }, err
	}
	if f, err = c.open(s); err != nil {
		return nil, nil, err
	}
	return f, f.f.Close, nil
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
