package delivery

import (
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
)

// rest is what a place does after visits that failed.
type rest struct {
	until time.Time
	tries int // visits that failed, one behind the other
}

func (c *Courier) resting(at compliance.Place) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rests[at].until.After(c.ids.Now())
}

// rest lets a place be for a while, longer each time.
func (c *Courier) rest(at compliance.Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rests[at]
	r.until = c.ids.Now().Add(min(restTime<<min(r.tries, 10), maxRest))
	r.tries++
	c.rests[at] = r
}

func (c *Courier) rested(at compliance.Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rests, at)
}

// again reports whether a delivery that failed is to be tried once more.
func (c *Courier) again(at compliance.Place) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rests[at].tries+1 < maxTries
}
