package trail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/sync/errgroup"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Importer brings log files into a Store. Importing again adds nothing, and an import that was killed is completed
// by importing again.
type Importer struct {
	Store Store
	// Clock measures the time taken.
	Clock stamp.Source
	// FileUnder maps an account that records name to the account they are to be filed under. It is for logs whose
	// account ids were replaced when they were published; the records' bytes are not touched.
	FileUnder map[string]string
	// Keys are those that digests beside the logs in a directory are checked with, and DigestMetadata is the metadata of
	// digests by their keys in the bucket, from AWSLogs on. See package logfile for what can be proven without it.
	Keys           logfile.Keys
	DigestMetadata map[string]map[string]string
	// Progress, when set, is called after each file.
	Progress func(Progress)
	// Reread reads files that are known as well. Their events are stored already, but Accept sees them.
	Reread bool
	// Accept, when set, is called with each event before it is stored, and tells why it must not be; "" takes it.
	Accept func(*Event) string
	// Rejected, when set, is called with everything that could not be imported: the file, the place in it when one is
	// meant, and the reason.
	Rejected func(file, place, reason string)
}

// The size of a batch: big enough for full segments and few syncs, small enough for flat memory.
const (
	batchEvents = 1 << 15
	batchBytes  = 64 << 20
)

// Files imports files and directories.
func (im *Importer) Files(ctx context.Context, names ...string) (Result, error) {
	in, err := paths(names)
	if err != nil {
		return Result{}, err
	}
	return im.From(ctx, in)
}

// FS imports a folder of a file system.
func (im *Importer) FS(ctx context.Context, fsys fs.FS, root string) (Result, error) {
	in := listing{skipped: map[string]int{}}
	if err := in.walk(fsys, root, ""); err != nil {
		return Result{}, err
	}
	return im.From(ctx, in)
}

// From imports what a source lists.
func (im *Importer) From(ctx context.Context, src Source) (Result, error) {
	start := im.Clock.Now()
	rd := &reading{im: im, batches: make(chan Batch), result: Result{Rejected: []Rejected{}, Skipped: map[string]int{}}}
	var err error
	if rd.witness, err = im.witness(ctx, src); err != nil {
		return rd.result, err
	}
	if rd.witness != nil {
		rd.result.Digests = &rd.witness.result
	}
	var stored Result
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(rd.batches)
		return rd.files(ctx, src)
	})
	g.Go(func() error {
		for b := range rd.batches {
			a, err := im.Store.Append(ctx, b)
			if err != nil {
				return err
			}
			stored.Items += a.Stored
			stored.Duplicates += a.Duplicates
			stored.Conflicts += len(a.Conflicts)
		}
		return nil
	})
	err = g.Wait()
	r := rd.result
	r.Items, r.Conflicts = stored.Items, stored.Conflicts
	r.Duplicates += stored.Duplicates
	r.finish(im.Clock.Now().Sub(start))
	return r, err
}

// reading decodes files into batches, one goroutine ahead of the store.
type reading struct {
	im       *Importer
	batches  chan Batch
	result   Result
	progress Progress
	witness  *witness // nil without digests

	unpack unpacker
	split  Splitter
	batch  Batch
	bytes  int
	ctx    context.Context // of the import; here because the Splitter's callbacks need it
}

// Files are looked up by the handful: one query for each would cost more than its events.
const (
	handful      = 64
	handfulBytes = 8 << 20
)

func (rd *reading) files(ctx context.Context, src Source) error {
	rd.ctx = ctx
	known, all := src.(listing)
	for _, f := range known.files {
		rd.progress.add(f)
	}
	var some []File
	var size int64
	err := src.Files(ctx, func(why string) { rd.result.Skipped[why]++ }, func(f File) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !all {
			rd.progress.add(f)
		}
		if len(some) > 0 && (len(some) == handful || size+f.Size > handfulBytes) {
			if err := rd.some(some); err != nil {
				return err
			}
			some, size = some[:0], 0
		}
		some, size = append(some, f), size+f.Size
		return nil
	})
	if err == nil && len(some) > 0 {
		err = rd.some(some)
	}
	if err != nil {
		return err
	}
	return rd.flush()
}

// loaded is a file that could be read.
type loaded struct {
	File
	sum     string
	content io.ReadCloser
	whole   []byte // the content, unless it is too long to be held
	err     error
}

// some decodes a few files that fit in memory together, or one that need not.
func (rd *reading) some(in []File) error {
	files, err := rd.unknown(in)
	if err != nil {
		return err
	}
	rd.load(files)
	defer func() {
		for _, f := range files {
			if f.content != nil {
				_ = f.content.Close() // only read
			}
		}
	}()
	var sums []string
	for _, f := range files {
		if f.err == nil {
			sums = append(sums, f.sum)
		}
	}
	marks, err := rd.known(sums)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := rd.take(f, marks); err != nil {
			return err
		}
		rd.done(f.File)
	}
	return nil
}

// known are the marks of files that need not be read.
func (rd *reading) known(sums []string) (map[string]FileMark, error) {
	if rd.im.Reread {
		return nil, nil
	}
	return rd.im.Store.Marks(rd.ctx, sums)
}

// reject tells of something that cannot be imported.
func (rd *reading) reject(file, place, reason string) {
	rd.result.reject(file, place, reason)
	if rd.im.Rejected != nil {
		rd.im.Rejected(file, place, reason)
	}
}

// unknown leaves out the files that are known before they are read.
func (rd *reading) unknown(in []File) ([]loaded, error) {
	var tags []string
	for _, f := range in {
		if f.Tag != "" {
			tags = append(tags, f.tagged())
		}
	}
	marks, err := rd.known(tags)
	if err != nil {
		return nil, err
	}
	var out []loaded
	for _, f := range in {
		if m, known := marks[f.tagged()]; known && f.Tag != "" {
			rd.result.Duplicates += m.Records
			rd.done(f)
			continue
		}
		out = append(out, loaded{File: f})
	}
	return out, nil
}

// tagged is the mark by which a file is known before it is read.
func (f *File) tagged() string {
	sum := sha256.Sum256([]byte("tag\x00" + f.Name + "\x00" + f.Tag))
	return hex.EncodeToString(sum[:])
}

// atOnce is how many files are fetched at once when fetching means waiting.
const atOnce = 8

// load reads the files, side by side those that come from afar.
func (rd *reading) load(files []loaded) {
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i := range files {
		f := &files[i]
		if f.Tag == "" && !f.Far {
			f.err = f.read(rd.ctx)
			continue
		}
		g.Go(func() error {
			f.err = f.read(rd.ctx)
			return nil
		})
	}
	_ = g.Wait() // each file keeps its own error
}

// take decodes a file unless its content is known.
func (rd *reading) take(f loaded, marks map[string]FileMark) error {
	if f.err != nil {
		if rd.ctx.Err() != nil {
			return rd.ctx.Err()
		}
		rd.result.Unread++
		rd.reject(f.Name, "", f.err.Error())
		return nil
	}
	rd.result.Bytes += f.Size
	if m, known := marks[f.sum]; known {
		rd.result.Duplicates += m.Records
		if f.Tag != "" {
			rd.mark(f, m.Records)
		}
		return nil
	}
	return rd.file(f)
}

// mark remembers a file that was understood whole.
func (rd *reading) mark(f loaded, records int) {
	name := shortName(f.Name)
	rd.batch.Files = append(rd.batch.Files, FileMark{f.sum, name, records})
	if f.Tag != "" {
		rd.batch.Files = append(rd.batch.Files, FileMark{f.tagged(), name, records})
	}
}

func (rd *reading) done(f File) {
	rd.progress.FilesDone++
	rd.progress.BytesDone += f.Size
	if rd.im.Progress != nil {
		rd.im.Progress(rd.progress)
	}
}

// file decodes one file. What is wrong with it is rejected; an error is the import's end.
func (rd *reading) file(f loaded) error {
	name := shortName(f.Name)
	text, err := rd.unpack.open(f.content, f.Size)
	if err != nil {
		rd.reject(f.Name, "", err.Error())
		return nil
	}
	integrity := rd.witness.judge(f.Name, f.whole)
	records, clean, k := 0, true, parseKey(name)
	rd.split.Reject = func(place, reason string) {
		clean = false
		rd.reject(f.Name, place, reason)
	}
	rd.split.Event = func(ev *Event) error {
		records++
		if why := rd.place(ev, k); why != "" {
			rd.split.Reject(recordPlace(rd.split.n), why)
			return nil
		}
		ev.Origin, ev.Integrity = name, integrity
		return rd.add(ev)
	}
	if err := rd.split.Split(text); err != nil {
		return err
	}
	if clean { // a file with something wrong is read again next time, so that it is reported again
		rd.mark(f, records)
	}
	return nil
}

// place settles the account and region of an event; a reason when it belongs nowhere.
func (rd *reading) place(ev *Event, k key) string {
	if ev.Account == "" {
		ev.Account = k.account
	}
	if to, ok := rd.im.FileUnder[ev.Account]; ok {
		ev.Account = to
	}
	if ev.Region == "" {
		ev.Region = k.region
	}
	if ev.Region == "" {
		ev.Region = arn.Global
	}
	if ev.Account == "" {
		return "the record names no account (recipientAccountId or userIdentity.accountId)"
	}
	if rd.im.Accept != nil {
		return rd.im.Accept(ev)
	}
	return ""
}

func (rd *reading) add(ev *Event) error {
	if ev.Adapted {
		rd.result.Adapted++
	}
	rd.progress.Records++
	rd.batch.Events = append(rd.batch.Events, *ev)
	rd.bytes += len(ev.Raw)
	if len(rd.batch.Events) >= batchEvents || rd.bytes >= batchBytes {
		return rd.flush()
	}
	return nil
}

func (rd *reading) flush() error {
	if len(rd.batch.Events) == 0 && len(rd.batch.Files) == 0 {
		return nil
	}
	select {
	case rd.batches <- rd.batch:
	case <-rd.ctx.Done():
		return rd.ctx.Err()
	}
	rd.batch, rd.bytes = Batch{Events: make([]Event, 0, min(2*len(rd.batch.Events), batchEvents))}, 0
	return nil
}

// wholeFile is the size up to which a file is read at once; a larger one is read twice, for its hash and its events.
const wholeFile = 64 << 20

// read takes the file's hash and its content.
func (f *loaded) read(ctx context.Context) error {
	r, err := f.Open(ctx)
	if err != nil {
		return err
	}
	h := sha256.New()
	if f.Size > wholeFile {
		_, err := io.Copy(h, r)
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
		f.sum = hex.EncodeToString(h.Sum(nil))
		f.content, err = f.Open(ctx)
		return err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, wholeFile+1))
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if len(b) > wholeFile {
		return errors.New("the file is larger than it was said to be; import it again when it is complete")
	}
	h.Write(b)
	f.whole, f.Size, f.sum, f.content = b, int64(len(b)), hex.EncodeToString(h.Sum(nil)), io.NopCloser(bytes.NewReader(b))
	return nil
}
