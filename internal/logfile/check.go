package logfile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"
)

// State is what could be found out about a file.
type State uint8

// The states.
const (
	// Valid: it is what was signed.
	Valid State = iota
	// Unproven: nothing is wrong with it, but what would prove it is not at hand.
	Unproven
	// Invalid: it is not what was signed.
	Invalid
	// Missing: it was signed and is not there.
	Missing
)

// String is the state in small letters.
func (s State) String() string { return [...]string{"valid", "unproven", "invalid", "missing"}[s] }

// Files are what lies in buckets, or in a copy of them.
type Files interface {
	// Open fails with fs.ErrNotExist when the file is not there.
	Open(ctx context.Context, bucket, key string) (io.ReadCloser, error)
	// Metadata is that of the object; known is false where a copy does not have it.
	Metadata(ctx context.Context, bucket, key string) (meta map[string]string, known bool, err error)
}

// Checker checks digests.
type Checker struct {
	Files Files
	Keys  Keys
	// Bucket is the one the digests lie in; empty for a copy of buckets, in which keys count from AWSLogs on and the
	// names of buckets are not known.
	Bucket string
	// From and To bound the ends of the digests that are checked; a zero time leaves that end open.
	From, To time.Time
}

// Checked is a digest after its check.
type Checked struct {
	Bucket, Key string
	Name        Name
	// Digest is the content; nil when it is not there or cannot be read.
	Digest *Digest
	State  State
	// Reason says what is wrong with the digest or not known about it.
	Reason string
	// Gap says what is odd about the time between this digest and the one behind it.
	Gap string
	// Broken: the gap is none that stopping a trail leaves.
	Broken bool
}

// chainOf tells the chains apart.
type chainOf struct {
	Place
	trail, home string
	backfill    bool
}

// Digests checks the digests with these keys, chain by chain, each from its newest to its oldest, and hands them to
// yield; digests that others name and that are not there come with the state Missing. Keys that are none of digests
// are left out. An error is one of reading or of yield.
func (c *Checker) Digests(ctx context.Context, keys []string, yield func(*Checked) error) error {
	chains := map[chainOf][]Checked{}
	var order []chainOf
	for _, key := range keys {
		n, ok := ParseKey(key)
		if !ok || n.Folder != FolderDigest {
			continue
		}
		of := chainOf{n.Place, n.Trail, n.Home, n.Backfill}
		if chains[of] == nil {
			order = append(order, of)
		}
		chains[of] = append(chains[of], Checked{Bucket: c.Bucket, Key: key, Name: n})
	}
	for _, of := range order {
		list := chains[of]
		slices.SortFunc(list, func(a, b Checked) int { return cmp.Or(b.Name.At.Compare(a.Name.At), cmp.Compare(b.Key, a.Key)) })
		if err := c.chain(ctx, list, yield); err != nil {
			return err
		}
	}
	return nil
}

// chain checks the digests of a chain, the newest first.
func (c *Checker) chain(ctx context.Context, list []Checked, yield func(*Checked) error) error {
	var next *Checked // the digest behind, checked before
	for i := range list {
		d := &list[i]
		if !c.From.IsZero() && d.Name.At.Before(c.From) {
			return nil
		}
		if !c.To.IsZero() && d.Name.At.After(c.To) && (i+1 == len(list) || list[i+1].Name.At.After(c.To)) {
			continue // only the one behind the newest is wanted, for the signature it may carry
		}
		if err := c.check(ctx, d, next); err != nil {
			return err
		}
		if next != nil {
			if m := c.absent(d, next); m != nil {
				if err := yield(m); err != nil {
					return err
				}
			}
		}
		if c.To.IsZero() || !d.Name.At.After(c.To) {
			if err := yield(d); err != nil {
				return err
			}
		}
		if next != nil {
			next.Digest = nil // its log files are no longer wanted
		}
		next = d
	}
	if next != nil && (c.From.IsZero() || next.Name.At.After(c.From.Add(time.Hour))) {
		if m := c.absent(nil, next); m != nil {
			return yield(m)
		}
	}
	return nil
}

// absent is the digest that next names before itself, when the one found there, d, is another or none is.
func (c *Checker) absent(d, next *Checked) *Checked {
	if next.Digest == nil {
		return nil
	}
	p, ok := next.Digest.Previous()
	if !ok || d != nil && c.same(p.Key, d.Key) || c.Bucket != "" && p.Bucket != c.Bucket {
		return nil
	}
	n, _ := ParseKey(p.Key)
	if !c.From.IsZero() && n.At.Before(c.From) {
		return nil
	}
	return &Checked{Bucket: p.Bucket, Key: p.Key, Name: n, State: Missing, Reason: "the digest behind it names it, and it is not there"}
}

// same reports whether two keys name one file.
func (c *Checker) same(a, b string) bool {
	return a == b || c.Bucket == "" && BelowPrefix(a) == BelowPrefix(b) && BelowPrefix(a) != ""
}

// check reads a digest and settles its state and the gap between it and the one behind it.
func (c *Checker) check(ctx context.Context, d, next *Checked) error {
	text, err := c.read(ctx, d)
	if err != nil || d.Digest == nil {
		return err
	}
	switch {
	case c.Bucket != "" && d.Digest.Bucket != c.Bucket, !c.same(d.Digest.Key, d.Key):
		d.State, d.Reason = Invalid, "it has been moved: it was delivered as s3://"+d.Digest.Bucket+"/"+d.Digest.Key
		return nil
	}
	link := Link{}
	if next != nil && next.Digest != nil {
		if p, ok := next.Digest.Previous(); ok && c.same(p.Key, d.Key) {
			link = p
		}
		d.tear(next)
	}
	meta, known, err := c.Files.Metadata(ctx, d.Bucket, d.Key)
	if err != nil {
		return err
	}
	d.prove(text, c.Keys, meta, known, link, next != nil && next.State == Valid)
	return nil
}

// read fetches the digest's content; one that cannot be read is settled.
func (c *Checker) read(ctx context.Context, d *Checked) ([]byte, error) {
	r, err := c.Files.Open(ctx, d.Bucket, d.Key)
	if errors.Is(err, fs.ErrNotExist) {
		d.State, d.Reason = Missing, "it was listed, and is not there"
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := Unpack(r, MaxDigest)
	if err == nil {
		d.Digest, err = ParseDigest(text)
	}
	if err != nil {
		d.Digest, d.State, d.Reason = nil, Invalid, err.Error()
	}
	return text, nil
}

// prove settles the state of a digest that was read. link is what the digest behind it says of it, if it does, and
// linked tells that that one is valid.
func (d *Checked) prove(text []byte, keys Keys, meta map[string]string, known bool, link Link, linked bool) {
	fail := func(s State, format string, args ...any) { d.State, d.Reason = s, fmt.Sprintf(format, args...) }
	hashes := linked && link.Hash != ""
	if hashes && link.Hash != hashOf(text) {
		fail(Invalid, "its hash is not the one that the digest behind it has of it")
		return
	}
	signature := meta[MetaSignature]
	switch {
	case known && (signature == "" || meta[MetaAlgorithm] == ""):
		fail(Invalid, "the object has no signature in its metadata")
		return
	case known && meta[MetaAlgorithm] != SignatureAlgorithm:
		fail(Invalid, "the object's metadata names the signature algorithm %q", meta[MetaAlgorithm])
		return
	case !known:
		signature = link.Signature
	}
	key := keys[d.Digest.PublicKeyFingerprint]
	switch {
	case signature != "" && key != nil:
		if d.Digest.Verify(text, signature, key) != nil {
			fail(Invalid, "the signature does not fit")
		}
	case hashes: // what is signed names the hash of it
	case len(keys) == 0:
		fail(Unproven, "there are no public keys to check the signature with")
	case key == nil:
		fail(Unproven, "the public key with the fingerprint %s is not known", d.Digest.PublicKeyFingerprint)
	default:
		fail(Unproven, "its signature is not at hand: it lies in the metadata of the object, and in the digest that follows")
	}
}

// tear notes what lies between d and the digest behind it.
func (d *Checked) tear(next *Checked) {
	start, _, err := next.Digest.Window()
	_, end, derr := d.Digest.Window()
	if err != nil || derr != nil || start.Equal(end) {
		return
	}
	_, follows := next.Digest.Previous()
	between := "between " + Wire(end) + " and " + Wire(start)
	switch {
	case start.Before(end):
		d.Gap = "the digests overlap " + "between " + Wire(start) + " and " + Wire(end)
	case follows:
		d.Gap, d.Broken = "there is no digest "+between, true
	default:
		d.Gap = "a chain begins: there was no logging, or no validation, " + between
	}
}

// CheckLog checks a log file against what a digest says of it.
func (c *Checker) CheckLog(ctx context.Context, f *LogFile, limit int64) (State, string, error) {
	r, err := c.Files.Open(ctx, f.Bucket, f.Key)
	if errors.Is(err, fs.ErrNotExist) {
		return Missing, "a digest names it, and it is not there", nil
	}
	if err != nil {
		return Invalid, "", err
	}
	defer r.Close()
	read := &watched{r: r}
	sum, err := Sum(read, limit)
	switch {
	case read.err != nil:
		return Invalid, "", read.err
	case err != nil:
		return Invalid, err.Error(), nil
	case !bytes.EqualFold([]byte(sum), []byte(f.Hash)):
		return Invalid, "its hash is not the one that the digest has of it", nil
	}
	return Valid, "", nil
}

// watched remembers an error of reading, to tell it from a broken file.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}
