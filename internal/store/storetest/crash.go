package storetest

import (
	"context"
	"errors"
)

// Transactions is what a domain runs on: store.For makes one.
type Transactions[T any] interface {
	Read(ctx context.Context, fn func(T) error) error
	Write(ctx context.Context, fn func(T) error) error
}

// Crashing is a store whose n-th write fails: before it does anything, or after its commit, when the answer is lost.
type Crashing[T any] struct {
	Transactions[T]
	// Left counts down to the write that fails with ErrCrash; After says that it is committed all the same.
	Left  int
	After bool
}

// ErrCrash is what the write fails with.
var ErrCrash = errors.New("crash")

// Write runs fn, or fails.
func (c *Crashing[T]) Write(ctx context.Context, fn func(T) error) error {
	if c.Left--; c.Left != 0 {
		return c.Transactions.Write(ctx, fn)
	}
	if c.After {
		if err := c.Transactions.Write(ctx, fn); err != nil {
			return err
		}
	}
	return ErrCrash
}
