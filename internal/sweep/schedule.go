package sweep

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// soon is how long a connection that could not be read at all rests.
const soon = 30 * time.Minute

// due reports whether a connection is to be read now: at once when it never was, else when its turn has come since the
// last whole sweep began, but not before half the time between turns has passed. Turns lie Every apart, shifted by the
// connection's name, so that those of many do not come together. A sweep that failed is tried again before.
func due(c Connection, all []Job, now time.Time) bool {
	if c.Every <= 0 {
		return false
	}
	var last *Job
	for i := range all {
		j := &all[i]
		if j.Connection != c.Name {
			continue
		}
		if j.Open() {
			return false
		}
		// a job of a connection of the same name that is no more does not count
		if j.whole() && !j.Created.Before(c.Created) && (last == nil || j.Created.After(last.Created)) {
			last = j
		}
	}
	if last == nil {
		return true
	}
	rested := now.Sub(last.Created)
	if last.State == Failed && rested >= min(soon, c.Every) {
		return true
	}
	return turn(c, now).After(last.Created) && rested >= c.Every/2
}

// turn is the latest turn of a connection that is not after a time.
func turn(c Connection, now time.Time) time.Time {
	shift := spread(c.Name, c.Every)
	return now.Add(-shift).Truncate(c.Every).Add(shift)
}

// spread is a part of a time that a name stands for.
func spread(name string, over time.Duration) time.Duration {
	sum := sha256.Sum256([]byte(name))
	return time.Duration(binary.BigEndian.Uint64(sum[:]) % uint64(over))
}
