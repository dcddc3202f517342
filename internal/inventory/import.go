package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Importer reads configuration items from files into a store. Memory stays flat for files of any size; importing
// the same file twice adds nothing.
type Importer struct {
	Store Store
	Clock stamp.Source
	// MaxFile is how many bytes one file may hold unpacked; 64 GiB when 0.
	MaxFile int64
	// Progress is called after each batch of items, from the goroutine that writes; it may be nil.
	Progress func(Progress)
}

// Progress tells how far an import has come.
type Progress struct {
	Source       string
	Bytes, Total int64
	Items        int64
}

// Rejection is a piece of input that was not stored, and why.
type Rejection struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// Result sums up an import.
type Result struct {
	// Items were newly stored; Duplicates were stored already.
	Items      int64 `json:"items"`
	Duplicates int64 `json:"duplicates"`
	// Conflicts are among the rejected: they have the identity of a stored item and other content.
	Conflicts int64 `json:"conflicts"`
	// Messages carried no item by nature, as delivery and compliance notifications do.
	Messages int64 `json:"messages"`
	// Rejected lists the first thousand pieces that were not stored; RejectedTotal counts them all.
	Rejected      []Rejection `json:"rejected"`
	RejectedTotal int64       `json:"rejectedTotal"`
	// Bytes were read, packed as they are.
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}

const (
	maxListed    = 1000
	batchItems   = 500
	batchBytes   = 4 << 20
	defaultMax   = 64 << 30
	bombFrom     = 64 << 20 // unpacked bytes from which the ratio is looked at
	bombRatio    = 500
	queueBatches = 2
)

// Paths imports files and trees of files, as the delivery channel lays them out or in any other way. A path that
// does not exist is an error before anything is read. The result counts what was done also when an error ends the
// import early; it is nil only with such an early error.
func (im *Importer) Paths(ctx context.Context, paths ...string) (*Result, error) {
	files, err := findFiles(paths)
	if err != nil {
		return nil, err
	}
	return im.run(ctx, files)
}

// Stream imports one text that is not a file. Its name serves for messages, and its ending for the kind of text.
func (im *Importer) Stream(ctx context.Context, name string, r io.Reader) (*Result, error) {
	return im.run(ctx, []file{{path: name, open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}})
}

func (im *Importer) run(ctx context.Context, files []file) (*Result, error) {
	var total int64
	for _, f := range files {
		total += f.size
	}
	return im.walk(ctx, total, func(run *importing) error {
		for _, f := range files {
			if err := run.one(f); err != nil {
				return err
			}
		}
		return nil
	})
}

// walk imports the files that each hands to one.
func (im *Importer) walk(ctx context.Context, total int64, each func(*importing) error) (*Result, error) {
	begin := im.Clock.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	run := &importing{Importer: im, ctx: ctx, res: &Result{Rejected: []Rejection{}}, total: total, batches: make(chan batch, queueBatches), written: make(chan struct{})}
	go run.write(cancel)
	err := each(run)
	if err == nil {
		err = run.flush()
	}
	close(run.batches)
	<-run.written
	if cause := context.Cause(ctx); cause != nil {
		err = cause // why the writer stopped, or the caller's cancellation
	}
	run.res.Bytes = run.bytes
	run.res.Seconds = im.Clock.Now().Sub(begin).Round(time.Microsecond).Seconds()
	return run.res, err
}

// importing is one run: one goroutine reads and decodes, another writes. The reader owns next, bytes and source;
// the writer owns res until written is closed.
type importing struct {
	*Importer
	ctx     context.Context
	res     *Result
	batches chan batch
	written chan struct{}

	next   batch
	size   int
	source string
	bytes  int64
	total  int64
}

// batch goes from the reader to the writer: items with their places, and what was not an item.
type batch struct {
	items    []*Item
	places   []place
	rejected []Rejection
	messages int
	progress Progress
}

type place struct {
	source string
	n      int
}

func (p place) String() string { return fmt.Sprintf("%s#%d", p.source, p.n) }

// one imports a file and looks whether to go on.
func (im *importing) one(f file) error {
	im.source = f.path
	if err := im.file(f); err != nil {
		return err
	}
	return im.ctx.Err()
}

// file imports one file. What makes the rest of it unreadable rejects it from there; only the store and the
// context end the import.
func (im *importing) file(f file) error {
	body, err := f.open()
	if err != nil {
		im.reject(f.path, "The file cannot be opened: "+pathless(err)+".")
		return nil
	}
	defer body.Close()
	text, err := im.unpack(body)
	if err != nil {
		im.reject(f.path, "The file cannot be unpacked: "+err.Error()+".")
		return nil
	}
	messages, err := Split(text, f.lines(), im.piece)
	im.next.messages += messages
	var bad *textError
	switch {
	case im.ctx.Err() != nil:
		return im.ctx.Err()
	case err == nil && text.n == 0:
		im.reject(f.path, "The file is empty.")
	case errors.As(err, &bad):
		im.reject(f.path, "Nothing more could be read from this file: "+bad.Error()+".")
	case err != nil:
		return err
	}
	return nil
}

// pathless is an error's text without the path, which stands in the source already.
func pathless(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (im *importing) piece(p Piece) error {
	if p.Problem != "" {
		im.reject(place{im.source, p.N}.String(), p.Problem)
		return im.ctx.Err()
	}
	it, err := Decode(bytes.Clone(p.Raw))
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		im.reject(place{im.source, p.N}.String(), err.Error())
		return im.ctx.Err()
	}
	im.next.items, im.next.places = append(im.next.items, it), append(im.next.places, place{im.source, p.N})
	if im.size += len(it.Raw()); len(im.next.items) >= batchItems || im.size >= batchBytes {
		return im.flush()
	}
	return nil
}

// reject notes a piece that is not stored; a flood of them is passed on like items.
func (im *importing) reject(source, reason string) {
	im.next.rejected = append(im.next.rejected, Rejection{source, reason})
	if len(im.next.rejected) >= maxListed {
		_ = im.flush() // it fails only when the import has ended, which the next step finds out
	}
}

// flush hands the gathered batch to the writer.
func (im *importing) flush() error {
	b := im.next
	b.progress = Progress{Source: im.source, Bytes: im.bytes, Total: im.total}
	im.next, im.size = batch{}, 0
	select {
	case im.batches <- b:
		return nil
	case <-im.ctx.Done():
		return im.ctx.Err()
	}
}

// write stores the batches until there are no more, or one fails.
func (im *importing) write(cancel context.CancelCauseFunc) {
	defer close(im.written)
	for b := range im.batches {
		if im.ctx.Err() != nil {
			continue
		}
		if err := im.store(b); err != nil {
			cancel(fmt.Errorf("import %s: %w", b.progress.Source, err))
			continue
		}
		if im.Progress != nil {
			b.progress.Items = im.res.Items
			im.Progress(b.progress)
		}
	}
}

func (im *importing) store(b batch) error {
	puts, err := PutAll(im.ctx, im.Store, b.items)
	if err != nil {
		return err
	}
	for i, p := range puts {
		switch p.Outcome {
		case Stored:
			im.res.Items++
		case Duplicate:
			im.res.Duplicates++
		case Conflict:
			im.res.Conflicts++
			b.rejected = append(b.rejected, Rejection{
				b.places[i].String(),
				"Another item of " + clip(b.items[i].Type+" "+b.items[i].ID) + " with the same capture time and state id but other content is stored already; the first one is kept.",
			})
		}
	}
	im.res.Messages += int64(b.messages)
	im.res.RejectedTotal += int64(len(b.rejected))
	room := maxListed - len(im.res.Rejected)
	im.res.Rejected = append(im.res.Rejected, b.rejected[:min(room, len(b.rejected))]...)
	return nil
}

// PutAll stores items in one transaction.
func PutAll(ctx context.Context, s Store, items []*Item) ([]Put, error) {
	if len(items) == 0 {
		return nil, nil
	}
	puts := make([]Put, len(items))
	err := s.Write(ctx, func(tx Tx) error {
		for i, it := range items {
			var err error
			if puts[i], err = tx.PutItem(it); err != nil {
				return err
			}
		}
		return nil
	})
	return puts, err
}

// unpacked counts what comes out of a file and stops bombs.
type unpacked struct {
	r      io.Reader
	n, max int64
	packed *int64 // bytes read of this file, when it is packed
}

var (
	errTooLong = errors.New("the file holds more than its limit allows when unpacked")
	errBomb    = errors.New("the file grows too much when unpacked to be a delivery of configuration items")
)

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	switch {
	case u.n > u.max:
		return n, errTooLong
	case u.packed != nil && u.n > bombFrom && u.n/bombRatio > *u.packed:
		return n, errBomb
	}
	return n, err
}

// counted counts the bytes read of one file and of all.
type counted struct {
	r       io.Reader
	n, all  *int64
	context context.Context
}

func (c counted) Read(p []byte) (int, error) {
	if err := c.context.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	*c.n += int64(n)
	*c.all += int64(n)
	return n, err
}

// unpack looks at the first bytes: a gzip file may have lost its ending, and a plain one may wear it.
func (im *importing) unpack(r io.Reader) (*unpacked, error) {
	u := &unpacked{max: im.MaxFile}
	if u.max == 0 {
		u.max = defaultMax
	}
	n := new(int64)
	var magic [2]byte
	in := counted{r, n, &im.bytes, im.ctx}
	got, err := io.ReadFull(in, magic[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	u.r = io.MultiReader(bytes.NewReader(magic[:got]), in)
	if got < 2 || magic != [2]byte{0x1f, 0x8b} {
		return u, nil
	}
	zr, err := gzip.NewReader(u.r)
	if err != nil {
		return nil, err
	}
	u.r, u.packed = zr, n
	return u, nil
}

// file is one input.
type file struct {
	path string
	size int64
	open func() (io.ReadCloser, error)
}

func (f file) lines() bool {
	ext := filepath.Ext(trimGzip(f.path))
	return ext == ".jsonl" || ext == ".ndjson"
}
