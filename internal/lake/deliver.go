package lake

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/object"
)

// What became of a delivery.
const (
	DeliveryPending  = "PENDING"
	DeliveryDone     = "SUCCESS"
	DeliveryFailed   = "FAILED"
	DeliveryUnsigned = "FAILED_SIGNING_FILE"
	DeliveryNowhere  = "RESOURCE_NOT_FOUND"
	DeliveryDenied   = "ACCESS_DENIED"
)

// fileRows is how many rows a delivered file has at most.
const fileRows = 1_000_000

// checkDelivery refuses an address that takes no results.
func (l *Lake) checkDelivery(ctx context.Context, q *Query) error {
	bucket, _, err := object.ParseURI(q.DeliverTo)
	if err != nil {
		return fault.Invalidf("DeliveryS3Uri", "%s", err.Error()).With("InvalidS3BucketNameException")
	}
	if l.Shelf == nil {
		return fault.New(fault.Unavailable, "Results cannot be delivered here: leave DeliveryS3Uri out.")
	}
	_, err = l.Shelf.Owned(ctx, q.Account, bucket)
	switch fault.KindOf(err) {
	case fault.NotFound:
		if l.Remote != nil {
			return nil
		}
		return fault.New(fault.NotFound, "There is no bucket %q: make it first.", bucket).With("S3BucketDoesNotExistException")
	case fault.Denied:
		return fault.New(fault.Denied, "The bucket %q belongs to another account and takes no results of %s.", bucket, q.Account).With("InsufficientS3BucketPolicyException")
	}
	return err
}

// deliver brings the results of a finished query to their bucket, and says in the query what became of it.
func (l *Lake) deliver(ctx context.Context, q *Query) error {
	what := DeliveryDone
	err := l.bring(ctx, q)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		what = refused(err)
	}
	return errors.Join(internal(err), l.delivered(ctx, q, what))
}

// refused says why a file could not be delivered.
func refused(err error) string {
	if errors.Is(err, errUnsigned) {
		return DeliveryUnsigned
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		return DeliveryNowhere
	case fault.Denied:
		return DeliveryDenied
	}
	return DeliveryFailed
}

var errUnsigned = errors.New("the results cannot be signed")

// bring writes the files of results and then the manifest that signs them.
func (l *Lake) bring(ctx context.Context, q *Query) error {
	bucket, prefix, err := object.ParseURI(q.DeliverTo)
	if err != nil {
		return err
	}
	folder, named := path.Join(prefix, q.ID), exportName
	if !q.Export {
		folder, named = q.lakeFolder(prefix), resultName
	}
	var files []SignedFile
	for at, n := int64(0), 1; ; n++ {
		f := SignedFile{Name: named(n)}
		next, err := l.bringFile(ctx, q, bucket, folder, at, &f)
		if err != nil {
			return err
		}
		files = append(files, f)
		if next == at || next == 0 {
			break
		}
		at = next
	}
	key, err := l.Keys(ctx, q.Account, q.Region)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsigned, err)
	}
	manifest, err := Sign(key, q.Region, files, q.Ended)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsigned, err)
	}
	return l.upload(ctx, q, bucket, path.Join(folder, "result_sign.json"), "application/json", bytes.NewReader(manifest))
}

// ExportFolder is where an export of the evidence finder is delivered.
func (q *Query) ExportFolder() string { return strings.TrimSuffix(q.DeliverTo, "/") + "/" + q.ID + "/" }

// lakeFolder is where CloudTrail Lake delivers results.
func (q *Query) lakeFolder(prefix string) string {
	return path.Join(prefix, "AWSLogs", q.Account, "CloudTrail-Lake/Query", q.Ended.UTC().Format("2006/01/02"), q.ID)
}

// resultName is the name of a file of results, by its number from 1; exportName that of an export of the evidence finder.
func resultName(n int) string { return fmt.Sprintf("result_%d.csv.gz", n) }

func exportName(n int) string {
	if n == 1 {
		return "result.csv.gz"
	}
	return resultName(n)
}

// bringFile writes one file of results, from a place on, and returns the place where the next one begins; 0 when this was
// the last.
func (l *Lake) bringFile(ctx context.Context, q *Query, bucket, folder string, at int64, f *SignedFile) (next int64, err error) {
	r, w := io.Pipe()
	hash := sha256.New()
	done := make(chan struct{})
	go func() {
		defer close(done)
		var failed error
		next, failed = l.table(io.MultiWriter(w, hash), q, at)
		w.CloseWithError(failed)
	}()
	err = l.upload(ctx, q, bucket, path.Join(folder, f.Name), "application/x-gzip", r)
	r.CloseWithError(errors.New("the file is no longer wanted")) // ends the writer when the bucket refused
	<-done
	f.Hash = hex.EncodeToString(hash.Sum(nil))
	return next, err
}

// table writes rows as CSV with a header, packed. Texts of delivered results stand as they are, also those that a
// spreadsheet would take for formulas: the files are AWS's, byte for byte what programs expect; do not open them in a
// spreadsheet unchecked.
func (l *Lake) table(w io.Writer, q *Query, at int64) (next int64, err error) {
	z := gzip.NewWriter(w)
	out := csv.NewWriter(z)
	if err := out.Write(q.Columns); err != nil {
		return 0, err
	}
	rows, more := 0, false
	var failed error
	end, err := l.results.read(q.ID, at, func(row []*string) bool {
		if more = rows == fileRows; more {
			return false
		}
		rows++
		cells := make([]string, len(row))
		for i, v := range row {
			if v != nil && q.Export {
				cells[i] = harmless(*v)
			} else if v != nil {
				cells[i] = *v
			}
		}
		failed = out.Write(cells)
		return failed == nil
	})
	out.Flush()
	if err = errors.Join(err, failed, out.Error(), z.Close()); err != nil || !more {
		return 0, err
	}
	return end, nil
}

// harmless is a text that no spreadsheet takes for a formula: exports are ours, and people open them.
func harmless(v string) string {
	if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
		return "'" + v
	}
	return v
}

// upload writes a file into a bucket of the account, or of another S3 when there is none here.
func (l *Lake) upload(ctx context.Context, q *Query, bucket, key, kind string, body io.Reader) error {
	_, err := l.Shelf.Owned(ctx, q.Account, bucket)
	if fault.KindOf(err) == fault.NotFound && l.Remote != nil {
		return l.Remote(ctx, delivery.File{Region: q.Region, Bucket: bucket, Key: key, ContentType: kind}, body)
	}
	if err != nil {
		return err
	}
	_, err = l.Shelf.Put(ctx, q.Account, object.Object{Bucket: bucket, Key: strings.TrimPrefix(key, "/"), ContentType: kind, Modified: l.Clock.Now()}, body)
	return err
}
