package report

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Bundle is a report that was verified and is read again, to be told in other forms. It needs no server.
type Bundle struct {
	*Result
	v *verifier
	f *os.File
}

// OpenBundle verifies a bundle and opens it; it fails with Invalid when the bundle is not intact. Close gives it back.
func OpenBundle(ctx context.Context, path string, o Options) (*Bundle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var b *Bundle
		if b, err = ReadBundle(ctx, f, info.Size(), o); err == nil {
			b.f = f
			return b, nil
		}
	}
	_ = f.Close()
	return nil, err
}

// ReadBundle is OpenBundle of what is open already.
func ReadBundle(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Bundle, error) {
	v, err := verifyAll(ctx, r, size, o)
	if err != nil {
		return nil, err
	}
	if v.res.Status == NotIntact {
		return nil, fault.Invalidf("bundle", "The report is not intact: %s %s. Nothing is exported from it.", v.res.Entry, v.res.Problem)
	}
	v.c = nil // what was gathered for the verification is large
	return &Bundle{Result: v.res, v: v}, nil
}

// Close closes the file.
func (b *Bundle) Close() error {
	if b.f == nil {
		return nil
	}
	return b.f.Close()
}

// Told is a piece of evidence as a bundle tells it; of what was left out, the record alone.
type Told struct {
	Set     *ManifestSet
	Control *ManifestControl
	ID      string
	// Path is the item's file, below the report's folder; empty for what was left out.
	Path       string
	LeafIndex  int64
	Selected   bool
	Occurrence ledger.Occurrence
	Body       ledger.Body
	Produced   *ledger.Produced
}

// Items yields all evidence, control by control: what was selected in the order of the log, then what was left out.
func (b *Bundle) Items(ctx context.Context) iter.Seq2[Told, error] {
	return func(yield func(Told, error) bool) {
		sets, controls := map[string]*ManifestSet{}, map[string]*ManifestControl{}
		for i := range b.Manifest.ControlSets {
			set := &b.Manifest.ControlSets[i]
			for k := range set.Controls {
				sets[set.Controls[k].Folder], controls[set.Controls[k].Folder] = set, &set.Controls[k]
			}
		}
		i := int64(-1)
		for f, err := range b.v.d.each() {
			i++
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Told{}, err)
				return
			}
			name := strings.TrimPrefix(f.Path, b.Folder)
			top, rest, _ := strings.Cut(name, "/")
			t := Told{Set: sets[top], Control: controls[top]}
			if t.Control == nil || rest != leftOutName && !isEvidence(rest) {
				continue
			}
			more, err := b.told(i, f, name, t, yield)
			if err != nil {
				yield(Told{}, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

func (b *Bundle) told(i int64, f File, name string, t Told, yield func(Told, error) bool) (more bool, err error) {
	e, err := b.v.zip.entry(i)
	if err != nil {
		return false, err
	}
	more = true
	if strings.HasSuffix(name, "/"+leftOutName) {
		err = b.v.zip.content(e, f, func(r io.Reader) error {
			return eachLine(r, func(line []byte) error {
				var l leftOutLine
				if err := json.Unmarshal(line, &l); err != nil || !more {
					return err
				}
				t.Occurrence, t.LeafIndex = l.Occurrence, l.LeafIndex
				if t.ID, err = l.Occurrence.ID(); err == nil {
					more = yield(t, nil)
				}
				return err
			})
		})
		return more, err
	}
	data, err := b.v.whole(f, e)
	if err != nil {
		return false, err
	}
	var item evidenceFile
	if err := json.Unmarshal(data, &item); err != nil {
		return false, err
	}
	t.ID, t.Path, t.LeafIndex, t.Selected = item.ID, name, item.LeafIndex, true
	t.Occurrence, t.Body, t.Produced = item.Occurrence, item.Body, item.Produced
	return yield(t, nil), nil
}

// Copy writes one of the report's files, such as evidence.csv; NotFound when the report has none of the name.
func (b *Bundle) Copy(w io.Writer, name string) error {
	i, ok := b.v.files.get(nameKey(name))
	if !ok {
		return fault.Missing("file of the report", name)
	}
	f, e, err := b.v.at(i)
	if err != nil {
		return err
	}
	var copied error
	err = b.v.zip.content(e, f, func(r io.Reader) error {
		_, copied = io.Copy(w, r)
		return copied
	})
	return err
}
