package delivery

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/object"
)

// pageSize is how many items are read in one transaction and held at once.
const pageSize = 500

// put streams a file of items into the channel's bucket. head is the beginning of the JSON object, up to the items.
func (c *Courier) put(ctx context.Context, p compliance.Post, key, head string, modified time.Time, items iter.Seq2[*inventory.Item, error]) error {
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.CloseWithError(write(w, head, items))
	}()
	err := c.write(ctx, p, object.Object{Key: key, ContentType: "application/x-gzip", Modified: modified}, r)
	r.CloseWithError(errors.New("the file is no longer wanted")) // ends the writer when the bucket refused
	<-done
	return err
}

// write writes the file; equal items give equal bytes.
func write(w io.Writer, head string, items iter.Seq2[*inventory.Item, error]) error {
	z := gzip.NewWriter(w)
	if _, err := io.WriteString(z, head+`"configurationItems":[`); err != nil {
		return err
	}
	separator := ""
	for it, err := range items {
		if err != nil {
			return err
		}
		text, err := inventory.FileForm(it)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(z, separator); err != nil {
			return err
		}
		if _, err := z.Write(text); err != nil {
			return err
		}
		separator = ","
	}
	if _, err := io.WriteString(z, "]}"); err != nil {
		return err
	}
	return z.Close()
}

// wanted reports whether a type is delivered: the recorder has it, and it is not one of our own facts.
func wanted(r *compliance.Recorder, typ string) bool {
	return !strings.HasPrefix(typ, "Tickmark::") && r.Records(typ)
}

// ended sorts the outcome of a delivery: what the channel's owner can mend, or what another S3 has not done, is told in
// the channel's status; anything else is an error of the installation. passing tells after which failures the delivery
// is tried again.
func ended(err error) (failure *fault.Error, rest error) {
	if err == nil {
		return nil, nil
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable && !passing(f) {
		return nil, err
	}
	if f.Code == "" {
		f.Code = "InternalError"
	}
	return f, nil
}
