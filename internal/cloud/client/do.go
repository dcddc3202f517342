package client

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/stamp"
)

// New is a client with rates and a retry of its own.
func New(h *http.Client, clock stamp.Source, attempts int, maxBackoff time.Duration) *Client {
	return &Client{HTTP: h, Clock: clock, Limits: NewLimits(), Retry: NewRetry(attempts, maxBackoff)}
}

// Do checks the input of a call that is written in the program, "sqs:ReceiveMessage", and makes it.
func (c *Client) Do(ctx context.Context, t Target, name string, in wire.Object) (wire.Object, error) {
	op, checked, err := known(name, in)
	if err != nil {
		return nil, err
	}
	return c.Call(ctx, t, op, checked)
}

// DoStream is Do for an answer that is a stream.
func (c *Client) DoStream(ctx context.Context, t Target, name string, in wire.Object) (wire.Object, io.ReadCloser, error) {
	op, checked, err := known(name, in)
	if err != nil {
		return nil, nil, err
	}
	return c.Open(ctx, t, op, checked)
}

// DoPages is Do for all pages of a listing. It ends early with page's error.
func (c *Client) DoPages(ctx context.Context, t Target, name string, in wire.Object, page func(wire.Object) error) error {
	for {
		out, err := c.Do(ctx, t, name, in)
		if err != nil {
			return err
		}
		op, _, _ := known(name, in)
		next, more, err := wire.NextPage(op.Page, in, out)
		if err != nil {
			return err
		}
		if err := page(out); err != nil || !more {
			return err
		}
		in = next
	}
}

// known is an operation that the program itself names; that it is in the list is the programmer's to see to.
func known(name string, in wire.Object) (*models.Operation, wire.Object, error) {
	service, api, _ := strings.Cut(name, ":")
	op := models.Find(service, api)
	if op == nil {
		panic(name + " is not in internal/cloud/operations.txt")
	}
	checked, err := wire.Check(name, op.Input, in)
	return op, checked, err
}

// String is a member that is a string, "" when it is not there.
func String(o wire.Object, name string) string {
	s, _ := o[name].(string)
	return s
}

// Int is a member that is a whole number.
func Int(o wire.Object, name string) int64 {
	n, _ := o[name].(int64)
	return n
}

// Bool is a member that is a boolean.
func Bool(o wire.Object, name string) bool {
	b, _ := o[name].(bool)
	return b
}

// Time is a member that is a time.
func Time(o wire.Object, name string) time.Time {
	t, _ := o[name].(time.Time)
	return t
}

// Inner is a member that is a structure; nil when it is not there.
func Inner(o wire.Object, name string) wire.Object {
	inner, _ := o[name].(wire.Object)
	return inner
}

// List are the structures of a member that is a list.
func List(o wire.Object, name string) []wire.Object {
	all, _ := o[name].([]any)
	out := make([]wire.Object, 0, len(all))
	for _, v := range all {
		if item, ok := v.(wire.Object); ok {
			out = append(out, item)
		}
	}
	return out
}

// Strings is a member that is a map of strings; nil when it is not there.
func Strings(o wire.Object, name string) map[string]string {
	inner := Inner(o, name)
	if inner == nil {
		return nil
	}
	out := make(map[string]string, len(inner))
	for k, v := range inner {
		out[k], _ = v.(string)
	}
	return out
}
