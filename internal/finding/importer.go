package finding

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding/peer"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Result tells what an import did. Its JSON form is a promise to scripts.
type Result struct {
	// Items is the number of findings, or new states of findings, newly stored.
	Items int `json:"items"`
	// Duplicates were stored before.
	Duplicates int `json:"duplicates"`
	// Rejected names every finding and file that could not be understood.
	Rejected []Rejected `json:"rejected"`
	// Bytes is the size of the files read.
	Bytes int64 `json:"bytes"`
	// Seconds is how long it took.
	Seconds float64 `json:"seconds"`
}

// Rejected is one thing that could not be imported.
type Rejected struct {
	// Source is the file, and the finding in it when one is meant.
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// maxRejected bounds the list in a Result.
const maxRejected = 10_000

// Importer brings files of findings into the hub. Importing again adds nothing.
type Importer struct {
	Hub *Hub
	// Clock measures the time taken.
	Clock stamp.Source
	// Format is one of peer.Formats; "" recognises each file by how it begins.
	Format string
	// Origin is the account and region of results of other tools that name none.
	Origin peer.Origin
	// Progress, when set, is called after each file with the files done and the files in all.
	Progress func(done, all int)
}

// Files imports files and directories. A file of ASFF holds a JSON array of findings, an object with a Findings member as
// BatchImportFindings and GetFindings write it, one finding, or one of these after another; package peer tells what other tools
// write. It may be gzipped.
func (im *Importer) Files(ctx context.Context, paths ...string) (Result, error) {
	start := im.Clock.Now()
	r := Result{Rejected: []Rejected{}}
	var files []string
	for _, p := range paths {
		more, err := list(p)
		if err != nil {
			return r, err
		}
		files = append(files, more...)
	}
	for i, f := range files {
		if err := im.file(ctx, f, &r); err != nil {
			return r, err
		}
		if im.Progress != nil {
			im.Progress(i+1, len(files))
		}
	}
	r.Seconds = im.Clock.Now().Sub(start).Seconds()
	return r, nil
}

func list(p string) ([]string, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Field: "PATH", Message: "The path " + p + " cannot be read. Give a file of findings or a directory of them.", Err: err}
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	var out []string
	err = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			name := strings.TrimSuffix(path, ".gz")
			for _, ext := range []string{".json", ".jsonl", ".ndjson", ".csv", ".sarif"} {
				if strings.HasSuffix(name, ext) {
					out = append(out, path)
				}
			}
		}
		return err
	})
	return out, err
}

// file imports one file. What is wrong with it is rejected; an error is the import's end.
func (im *Importer) file(ctx context.Context, path string, r *Result) error {
	f, err := os.Open(path)
	if err != nil {
		r.reject(path, err.Error())
		return nil
	}
	defer f.Close()
	of := *im
	if info, err := f.Stat(); err == nil {
		r.Bytes += info.Size()
		of.Origin.Time = info.ModTime() // of tools that tell no time; the same when the file is imported again
	}
	return of.Read(ctx, path, f, r)
}

// Read imports what a reader gives; the name stands in the list of rejections.
func (im *Importer) Read(ctx context.Context, name string, in io.Reader, r *Result) error {
	text, err := open(in)
	if err != nil {
		r.reject(name, err.Error())
		return nil
	}
	b := &batch{im: im, ctx: ctx, name: name, r: r, text: text}
	switch format := cmp.Or(im.Format, peer.Detect(text.begins(peer.Sniffed))); format {
	case peer.OCSF:
		b.convert = peer.FromOCSF
	case peer.CSV:
		return b.csv()
	case peer.SARIF:
		return b.document(peer.FromSARIF)
	case peer.InSpec:
		return b.document(peer.FromInSpec)
	}
	dec := json.NewDecoder(text)
	dec.UseNumber()
	for {
		err := b.value(dec)
		if errors.Is(err, io.EOF) {
			return b.flush()
		}
		var stop stopError
		if errors.As(err, &stop) {
			return stop.err
		}
		if errors.Is(err, errLong) || errors.Is(err, errBomb) {
			r.reject(name, err.Error())
			return b.flush()
		}
		if err != nil {
			r.reject(name, fmt.Sprintf("not valid JSON behind byte %d: %v", dec.InputOffset(), err))
			return b.flush()
		}
	}
}

func (r *Result) reject(source, reason string) {
	if len(r.Rejected) < maxRejected {
		r.Rejected = append(r.Rejected, Rejected{source, reason})
	}
}

// stopError carries an error of the store through the decoding.
type stopError struct{ err error }

func (e stopError) Error() string { return e.err.Error() }

// batch gathers findings until there are enough for one transaction.
type batch struct {
	im   *Importer
	ctx  context.Context // of the import
	name string
	r    *Result
	text *text
	raws []json.RawMessage
	// convert makes a finding of what another tool has written; nil for findings.
	convert func(json.RawMessage, peer.Origin) (json.RawMessage, error)
	n       int
}

// value reads the next value of a file: an array or an object.
func (b *batch) value(dec *json.Decoder) error {
	b.text.next()
	first, err := peek(dec)
	switch {
	case err != nil:
		return err
	case first == '[':
		return unended(b.array(dec))
	case first == '{':
		return unended(b.object(dec))
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	return b.add(raw)
}

// unended tells the end of a file inside a value from the one behind it.
func unended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// object reads an object: one finding, byte by byte as it is, or what holds a list of them.
func (b *batch) object(dec *json.Decoder) error {
	if err := b.text.keep(dec.Buffered()); err != nil {
		return err
	}
	defer b.text.drop()
	start, list := dec.InputOffset(), false
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if name, _ := key.(string); strings.EqualFold(name, "Findings") {
			b.text.drop()
			list = true
			switch tok, err := dec.Token(); {
			case err != nil:
				return err
			case tok == json.Delim('['):
				if err := b.elements(dec); err != nil {
					return err
				}
				continue
			case tok == nil:
				continue
			}
			return errors.New("the member Findings is no list")
		}
		var skipped json.RawMessage
		if err := dec.Decode(&skipped); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil || list {
		return err
	}
	return b.add(bytes.Clone(b.text.kept[:dec.InputOffset()-start]))
}

// peek is the first byte of the next value; io.EOF behind the last.
func peek(dec *json.Decoder) (byte, error) {
	if !dec.More() {
		_, err := dec.Token()
		if err == nil {
			err = errors.New("unexpected closing bracket")
		}
		return 0, err
	}
	one := make([]byte, 1)
	if _, err := dec.Buffered().Read(one); err != nil {
		return 0, err
	}
	return one[0], nil
}

func (b *batch) array(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return err
	}
	return b.elements(dec)
}

// elements reads an array that is open element by element, so that memory does not grow with the file.
func (b *batch) elements(dec *json.Decoder) error {
	for dec.More() {
		b.text.next()
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if err := b.add(raw); err != nil {
			return err
		}
	}
	b.text.next()
	_, err := dec.Token()
	return err
}

func (b *batch) add(raw json.RawMessage) error {
	b.n++
	if b.convert != nil {
		var err error
		if raw, err = b.convert(raw, b.im.Origin); err != nil {
			b.r.reject(fmt.Sprintf("%s finding %d", b.name, b.n), err.Error())
			return nil
		}
	}
	b.raws = append(b.raws, raw)
	if len(b.raws) >= 2*MaxImport {
		if err := b.flush(); err != nil {
			return stopError{err}
		}
	}
	return nil
}

func (b *batch) flush() error {
	if len(b.raws) == 0 {
		return nil
	}
	done, err := b.im.Hub.Import(b.ctx, "", "", b.raws)
	if err != nil {
		return err
	}
	b.raws = b.raws[:0]
	b.r.Items += done.Stored
	b.r.Duplicates += done.Duplicates
	for _, f := range done.Failed {
		source := b.name
		if f.ID != "" {
			source += " finding " + f.ID
		}
		b.r.reject(source, f.Message)
	}
	return nil
}
