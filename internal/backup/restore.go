package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/tickmark/tickmark/internal/durable"
	"github.com/tickmark/tickmark/internal/fault"
)

// Limits of what is read.
const (
	maxEntries = 20_000_000
	maxInfo    = 1 << 20
)

// Restore reads a backup into a directory that does not exist yet. Nothing is there unless every byte was right: the
// files are written beside it and moved when all are. identities are the lines of an age identity file, nil for a backup
// that is not encrypted.
func Restore(ctx context.Context, r io.Reader, dir string, identities []byte) (Summary, error) {
	if _, err := os.Lstat(dir); err == nil {
		return Summary{}, fault.New(fault.Exists, "%s exists already. Move it away, or restore into another directory.", dir)
	}
	plain, err := unseal(r, identities)
	if err != nil {
		return Summary{}, err
	}
	unpack, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return Summary{}, err
	}
	defer unpack.Close()
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return Summary{}, err
	}
	beside, err := os.MkdirTemp(parent, filepath.Base(dir)+".restoring-*")
	if err != nil {
		return Summary{}, err
	}
	defer func() { _ = os.RemoveAll(beside) }() // moved already when all went well
	x := &extraction{ctx: ctx, tar: tar.NewReader(unpack), dir: beside, seen: map[string]bool{}}
	if err := x.all(); err != nil {
		return x.sum, err
	}
	if err := os.Rename(beside, dir); err != nil {
		return x.sum, err
	}
	return x.sum, durable.SyncDir(parent)
}

// ageMagic begins an encrypted backup.
const ageMagic = "age-encryption.org/"

func unseal(r io.Reader, identities []byte) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(len(ageMagic))
	encrypted := err == nil && string(head) == ageMagic
	switch {
	case !encrypted && identities == nil:
		return b, nil
	case !encrypted:
		return nil, fault.Invalidf("identity", "The backup is not encrypted: leave the identity out.")
	case identities == nil:
		return nil, fault.Invalidf("identity", "The backup is encrypted: give the file of an age identity.")
	}
	ids, err := age.ParseIdentities(bytes.NewReader(identities))
	if err != nil {
		return nil, fault.Invalidf("identity", "The identity file is not one of age: %v.", err)
	}
	plain, err := age.Decrypt(b, ids...)
	if err != nil {
		return nil, fault.Invalidf("identity", "None of the identities opens the backup.")
	}
	return plain, nil
}

// extraction is a backup being read.
type extraction struct {
	ctx  context.Context
	tar  *tar.Reader
	dir  string
	sum  Summary
	sums strings.Builder
	seen map[string]bool
}

func damaged(format string, args ...any) error {
	return fault.New(fault.Invalid, "The backup cannot be used: %s. Nothing was restored.", fmt.Sprintf(format, args...))
}

func (x *extraction) all() error {
	for {
		h, err := x.tar.Next()
		if errors.Is(err, io.EOF) {
			return damaged("it is cut short")
		}
		if err != nil {
			return damaged("%v", err)
		}
		if err := x.check(h); err != nil {
			return err
		}
		if h.Name == sumsName {
			return x.end(h)
		}
		if err := x.entry(h); err != nil {
			return err
		}
	}
}

// check refuses what no backup holds: folders out of the way, links, names twice.
func (x *extraction) check(h *tar.Header) error {
	switch {
	case h.Typeflag != tar.TypeReg:
		return damaged("%q is no ordinary file", h.Name)
	case h.Name == "" || path.Clean(h.Name) != h.Name || path.IsAbs(h.Name) || h.Name == ".." || strings.HasPrefix(h.Name, "../") || strings.ContainsAny(h.Name, "\\\x00"):
		return damaged("%q is no path inside of a data directory", h.Name)
	case x.seen[h.Name] || len(x.seen) > maxEntries:
		return damaged("%q stands twice in it, or there are too many files", h.Name)
	case (h.Name == infoName) != (len(x.seen) == 0):
		return damaged("it does not begin with %s", infoName)
	}
	x.seen[h.Name] = true
	return x.ctx.Err()
}

func (x *extraction) entry(h *tar.Header) error {
	sum := sha256.New()
	r := io.TeeReader(x.tar, sum)
	var err error
	if h.Name == infoName {
		err = x.info(io.LimitReader(r, maxInfo))
	} else {
		err = x.write(h, r)
	}
	if err != nil {
		return err
	}
	x.sums.WriteString(line(sum, h.Name))
	x.sum.Files++
	x.sum.Bytes += h.Size
	return nil
}

func (x *extraction) info(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return damaged("%v", err)
	}
	if err := json.Unmarshal(b, &x.sum.Info); err != nil {
		return damaged("%s is damaged: %v", infoName, err)
	}
	if x.sum.Format != format {
		return damaged("its format is %q, which this program does not know", x.sum.Format)
	}
	return nil
}

func (x *extraction) write(h *tar.Header, r io.Reader) error {
	to := filepath.Join(x.dir, filepath.FromSlash(h.Name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reader{x.ctx, r})
	if err != nil && x.ctx.Err() == nil {
		err = damaged("%s: %v", h.Name, err)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// end compares everything read with the list of hashes.
func (x *extraction) end(h *tar.Header) error {
	if h.Size != int64(x.sums.Len()) {
		return damaged("its list of hashes is of other files")
	}
	b, err := io.ReadAll(x.tar)
	if err != nil {
		return damaged("%v", err)
	}
	if string(b) != x.sums.String() {
		have := strings.Split(x.sums.String(), "\n")
		for i, want := range strings.Split(string(b), "\n") {
			if i >= len(have) || have[i] != want {
				_, name, _ := strings.Cut(want, "  ")
				return damaged("%s was changed", name)
			}
		}
	}
	if _, err := x.tar.Next(); !errors.Is(err, io.EOF) {
		return damaged("there is something behind its end")
	}
	return nil
}
