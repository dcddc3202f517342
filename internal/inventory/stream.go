package inventory

import (
	"context"
	"io"
)

// Source hands out files one after the other, wherever they lie, until there are none or yield gives an error. What it
// cannot list it tells to skip.
type Source func(ctx context.Context, skip func(source, reason string), yield func(name string, size int64, open func() (io.ReadCloser, error)) error) error

// From imports what a source hands out, those of its files that may hold items by their names.
func (im *Importer) From(ctx context.Context, src Source) (*Result, error) {
	return im.walk(ctx, 0, func(run *importing) error {
		return src(run.ctx, run.reject, func(name string, size int64, open func() (io.ReadCloser, error)) error {
			return run.one(file{path: name, size: size, open: open})
		})
	})
}

// Delivery reports whether a file may be one of AWS Config's by its name, and Elsewhere whether a folder of the delivery
// layout is another service's.
func Delivery(name string) bool { return delivery(name) }

// Elsewhere reports whether a folder of the delivery layout is another service's.
func Elsewhere(name string) bool { return otherService(name) }
