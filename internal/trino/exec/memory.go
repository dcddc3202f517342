package exec

import (
	"sync/atomic"

	"github.com/tickmark/tickmark/internal/fault"
)

// DefaultMemory is the limit of a query's memory when none is given.
const DefaultMemory = 512 << 20

// memory counts what a query holds.
type memory struct {
	used  atomic.Int64
	limit int64
}

// grow takes memory for something; the error names it.
func (m *memory) grow(n int64, what string) error {
	if n <= 0 {
		m.used.Add(n)
		return nil
	}
	if used := m.used.Add(n); used > m.limit {
		return fault.New(fault.Quota, "Query exceeded the memory limit of %d MB: %s became too large. Narrow it down with WHERE, or group by less.", m.limit>>20, what)
	}
	return nil
}

// held is what one part of a query holds, told to memory in steps.
type held struct {
	m    *memory
	what string
	told int64
}

const memoryStep = 1 << 18

// now tells how much is held.
func (h *held) now(n int64) error {
	if n-h.told < memoryStep && n >= h.told {
		return nil
	}
	d := n - h.told
	h.told = n
	return h.m.grow(d, h.what)
}

func (h *held) release() {
	h.m.used.Add(-h.told)
	h.told = 0
}
