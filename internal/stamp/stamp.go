// Package stamp is the only source of now and of new ids, so that everything else can be run again exactly.
package stamp

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Source gives the time and fresh ids.
type Source interface {
	// Now is the current time in UTC with microsecond precision, as the stores keep it.
	Now() time.Time
	// NewID is a fresh time-ordered UUID (version 7).
	NewID() string
}

// System is the real clock and random ids.
var System Source = system{}

type system struct{}

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func (system) NewID() string {
	id, err := uuid.NewV7()
	if err != nil { // the system's random source failed: nothing can go on safely
		panic(err)
	}
	return id.String()
}

// Fixed is a clock that moves only when told, with ids that count up. It is safe for concurrent use.
type Fixed struct {
	mu  sync.Mutex
	now time.Time
	n   uint64
}

// NewFixed starts a fixed source at t.
func NewFixed(t time.Time) *Fixed { return &Fixed{now: t.UTC().Truncate(time.Microsecond)} }

// Now returns the set time.
func (f *Fixed) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock.
func (f *Fixed) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// NewID returns the next id of the sequence, shaped as a version 7 UUID.
func (f *Fixed) NewID() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	var id uuid.UUID
	ms := uint64(f.now.UnixMilli())
	binary.BigEndian.PutUint64(id[:8], ms<<16|0x7000)
	binary.BigEndian.PutUint64(id[8:], f.n|0x8000_0000_0000_0000)
	return id.String()
}
