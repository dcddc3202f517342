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
	// Progress, when set, is called after each file.
	Progress func(Progress)
}

// The size of a batch: big enough for full segments and few syncs, small enough for flat memory.
const (
	batchEvents = 1 << 15
	batchBytes  = 64 << 20
)

// Files imports files and directories.
func (im *Importer) Files(ctx context.Context, paths ...string) (Result, error) {
	skipped := map[string]int{}
	in, err := inputs(paths, skipped)
	if err != nil {
		return Result{}, err
	}
	return im.run(ctx, in, skipped)
}

// FS imports a folder of a file system.
func (im *Importer) FS(ctx context.Context, fsys fs.FS, root string) (Result, error) {
	skipped := map[string]int{}
	in, err := walkFiles(fsys, root, "", skipped)
	if err != nil {
		return Result{}, err
	}
	return im.run(ctx, in, skipped)
}

func (im *Importer) run(ctx context.Context, in []input, skipped map[string]int) (Result, error) {
	start := im.Clock.Now()
	rd := &reading{im: im, batches: make(chan Batch), result: Result{Rejected: []Rejected{}, Skipped: skipped}}
	var stored Result
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(rd.batches)
		return rd.files(ctx, in)
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
	err := g.Wait()
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

	unpack unpacker
	split  Splitter
	batch  Batch
	bytes  int
	ctx    context.Context // of the import; here because the Splitter's callbacks need it
}

func (rd *reading) files(ctx context.Context, in []input) error {
	rd.ctx = ctx
	rd.progress.Files = len(in)
	for _, f := range in {
		rd.progress.Bytes += f.size
	}
	for len(in) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, size := 1, in[0].size // files are looked up by the handful: one query for each would cost more than its events
		for n < len(in) && n < 64 && size+in[n].size <= 8<<20 {
			size += in[n].size
			n++
		}
		if err := rd.some(in[:n]); err != nil {
			return err
		}
		in = in[n:]
	}
	return rd.flush()
}

// loaded is a file that could be read.
type loaded struct {
	input
	sum     string
	content io.ReadCloser
}

// some decodes a few files that fit in memory together, or one that need not.
func (rd *reading) some(in []input) error {
	var files []loaded
	var sums []string
	defer func() {
		for _, f := range files {
			_ = f.content.Close() // only read
		}
	}()
	for _, f := range in {
		sum, content, err := load(f)
		if err != nil {
			rd.result.reject(f.name, "", err.Error())
			rd.done(f)
			continue
		}
		files, sums = append(files, loaded{f, sum, content}), append(sums, sum)
		rd.result.Bytes += f.size
	}
	marks, err := rd.im.Store.Marks(rd.ctx, sums)
	if err != nil {
		return err
	}
	for _, f := range files {
		if m, known := marks[f.sum]; known {
			rd.result.Duplicates += m.Records
		} else if err := rd.file(f); err != nil {
			return err
		}
		rd.done(f.input)
	}
	return nil
}

func (rd *reading) done(f input) {
	rd.progress.FilesDone++
	rd.progress.BytesDone += f.size
	if rd.im.Progress != nil {
		rd.im.Progress(rd.progress)
	}
}

// file decodes one file. What is wrong with it is rejected; an error is the import's end.
func (rd *reading) file(f loaded) error {
	name := shortName(f.name)
	text, err := rd.unpack.open(f.content, f.size)
	if err != nil {
		rd.result.reject(f.name, "", err.Error())
		return nil
	}
	records, clean, k := 0, true, parseKey(name)
	rd.split.Reject = func(place, reason string) {
		clean = false
		rd.result.reject(f.name, place, reason)
	}
	rd.split.Event = func(ev *Event) error {
		records++
		if why := rd.place(ev, k); why != "" {
			rd.split.Reject(recordPlace(rd.split.n), why)
			return nil
		}
		ev.Origin = name
		return rd.add(ev)
	}
	if err := rd.split.Split(text); err != nil {
		return err
	}
	if clean { // a file with something wrong is read again next time, so that it is reported again
		rd.batch.Files = append(rd.batch.Files, FileMark{f.sum, name, records})
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

// load returns the file's hash and its content.
func load(f input) (string, io.ReadCloser, error) {
	r, err := f.open()
	if err != nil {
		return "", nil, err
	}
	h := sha256.New()
	if f.size > wholeFile {
		_, err := io.Copy(h, r)
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return "", nil, err
		}
		r, err = f.open()
		return hex.EncodeToString(h.Sum(nil)), r, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, wholeFile+1))
	if err != nil {
		return "", nil, fmt.Errorf("read: %w", err)
	}
	if len(b) > wholeFile {
		return "", nil, errors.New("the file grew while it was read; import it again when it is complete")
	}
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil)), io.NopCloser(bytes.NewReader(b)), nil
}
