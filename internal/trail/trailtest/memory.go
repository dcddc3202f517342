// Package trailtest holds the contract that every trail.Store keeps, and a Store in memory that is nothing but the
// contract written down.
package trailtest

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// Memory is the reference Store.
type Memory struct {
	mu     sync.Mutex
	events []trail.Event // in order of arrival
	byKey  map[[2]string]int
	marks  map[string]trail.FileMark
	moved  chan struct{} // closed when an event arrives
}

// NewMemory is an empty store.
func NewMemory() *Memory {
	return &Memory{byKey: map[[2]string]int{}, marks: map[string]trail.FileMark{}, moved: make(chan struct{})}
}

// Append implements trail.Store.
func (m *Memory) Append(_ context.Context, b trail.Batch) (trail.Appended, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out trail.Appended
	for _, e := range b.Events {
		key := [2]string{e.Account, e.ID}
		i, taken := m.byKey[key]
		switch {
		case !taken:
			e.Seq = int64(len(m.events) + 1)
			m.byKey[key] = len(m.events)
			m.events = append(m.events, e)
			out.Stored++
		case bytes.Equal(m.events[i].Raw, e.Raw):
			out.Duplicates++
		default:
			out.Conflicts = append(out.Conflicts, trail.Conflict{Account: e.Account, ID: e.ID, Origin: e.Origin})
		}
	}
	for _, f := range b.Files {
		if _, ok := m.marks[f.Sum]; !ok {
			m.marks[f.Sum] = f
		}
	}
	if out.Stored > 0 {
		close(m.moved)
		m.moved = make(chan struct{})
	}
	return out, nil
}

// Head implements trail.Store.
func (m *Memory) Head(context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.events)), nil
}

// Await implements trail.Store.
func (m *Memory) Await(ctx context.Context, after int64) error {
	for {
		m.mu.Lock()
		head, moved := int64(len(m.events)), m.moved
		m.mu.Unlock()
		if head > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Blocks implements trail.Store.
func (m *Memory) Blocks(_ context.Context, q trail.BlockQuery, yield func(*trail.Block) error) error {
	m.mu.Lock()
	events := slices.Clone(m.events)
	m.mu.Unlock()
	const rows = 3 // small, so that tests meet several blocks
	b := &trail.Block{}
	for i := range events {
		if q.Matches(&events[i]) {
			b.Add(&events[i], q.Columns)
		}
		if b.Rows == rows || i == len(events)-1 && b.Rows > 0 {
			if err := yield(b); err != nil {
				return err
			}
			b = &trail.Block{}
		}
	}
	return nil
}

// Marks implements trail.Store.
func (m *Memory) Marks(_ context.Context, sums []string) (map[string]trail.FileMark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]trail.FileMark{}
	for _, s := range sums {
		if f, ok := m.marks[s]; ok {
			out[s] = f
		}
	}
	return out, nil
}

// Lookup implements trail.Store.
func (m *Memory) Lookup(_ context.Context, q trail.Query) (trail.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []trail.Event
	for _, e := range m.events {
		if q.Matches(&e) && (q.After.IsZero() || trail.CursorOf(&e).Compare(q.After) < 0) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b trail.Event) int { return trail.CursorOf(&b).Compare(trail.CursorOf(&a)) })
	p := trail.Page{Events: found}
	if len(found) > q.Limit {
		p.Events = found[:q.Limit]
		p.Next = trail.CursorOf(&p.Events[q.Limit-1])
	}
	return p, nil
}

// Scan implements trail.Store.
func (m *Memory) Scan(_ context.Context, q trail.ScanQuery, yield func(*trail.Event) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.events {
		if !q.Matches(&e) {
			continue
		}
		if !q.Raw {
			e.Raw, e.Resources = nil, nil
		}
		if !yield(&e) {
			return nil
		}
	}
	return nil
}

// Since implements trail.Store.
func (m *Memory) Since(_ context.Context, s arn.Scope, after int64, limit int) ([]trail.Event, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []trail.Event
	next := after
	for i := int(after); i < len(m.events) && len(out) < limit; i++ {
		next = m.events[i].Seq
		if s.Sees(m.events[i].Account, m.events[i].Region) {
			out = append(out, m.events[i])
		}
	}
	return out, next, nil
}
