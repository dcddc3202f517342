package report

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/anchor"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Status is the outcome of a verification; its number is the exit code.
type Status int

// The outcomes.
const (
	// Intact: nothing was changed, and the signer is the one whose key, or kept checkpoint, was given.
	Intact Status = 0
	// NotIntact: something was changed, or another key has signed.
	NotIntact Status = 1
	// Unauthenticated: nothing was changed since it was signed, but by whom is not known.
	Unauthenticated Status = 2
)

// Options of Verify. Without Key and Checkpoint nobody is authenticated.
type Options struct {
	// Key is the signer's public key, from elsewhere than the bundle.
	Key ledger.Public
	// Known finds keys of the deployment that is asking, by their ids.
	Known func(id string) (ledger.Public, bool)
	// Checkpoint is a checkpoint of the same log that was kept from earlier: consistency with it is proven, and
	// its signer must be the bundle's.
	Checkpoint []byte
	// Authorities are the roots that time-stamp authorities are trusted by; nil trusts none.
	Authorities *x509.CertPool
	// Reperform judges an item again from its raw objects; nil leaves that out.
	Reperform Reperform
}

// Result is what was found.
type Result struct {
	Status Status
	// Entry and Problem tell why the bundle is not intact.
	Entry, Problem string
	// Folder is the top folder inside the zip.
	Folder   string
	Manifest Manifest
	Digest   Digest
	// Files and Bytes were checked; Evidence and LeftOut are the leaves proven, selected and not.
	Files, Evidence, LeftOut int64
	Bytes                    int64
	// Fingerprint is of the key in the bundle.
	Fingerprint string
	// AuthenticatedBy is "key" or "checkpoint"; Rotated tells that the given key vouches through later changes of keys.
	AuthenticatedBy string
	Rotated         bool
	// Stamps are the time stamps over checkpoints of the log.
	Stamps []anchor.Stamp
	// Continued tells that the log was proven to continue the kept checkpoint, whose size is ConsistentWith.
	Continued      bool
	ConsistentWith int64
	Reperformed    Reperformance
}

// Verify checks a bundle without any server. The error tells that it could not be read at all; that it is not
// intact is in the result.
func Verify(ctx context.Context, path string, o Options) (*Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return VerifyReader(ctx, f, info.Size(), o)
}

// VerifyReader is Verify of an open file.
func VerifyReader(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Result, error) {
	v, err := verifyAll(ctx, r, size, o)
	if err != nil {
		return nil, err
	}
	return v.res, nil
}

func verifyAll(ctx context.Context, r io.ReaderAt, size int64, o Options) (*verifier, error) {
	v := &verifier{ctx: ctx, o: o, res: &Result{Status: Unauthenticated, Bytes: size}}
	err := v.run(r, size)
	var p *problem
	if errors.As(err, &p) {
		v.res.Status, v.res.Entry, v.res.Problem = NotIntact, p.entry, p.text
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if v.res.AuthenticatedBy != "" {
		v.res.Status = Intact
	}
	return v, nil
}

// verifier is a verification under way.
type verifier struct {
	ctx    context.Context
	o      Options
	res    *Result
	zip    *zipReader
	d      *digestFile
	folder string
	files  index // of the digest's files and the entries, by path below the folder
	key    ledger.Public
	c      *contents
	// changes are the statements in the bundle, each signed by the key before and the next.
	changes ledger.KeyChanges
}

func (v *verifier) run(r io.ReaderAt, size int64) error {
	var err error
	if v.zip, err = openZip(r, size); err != nil {
		return err
	}
	for _, step := range []func() error{v.digest, v.signer, v.listing, v.manifest, v.checkpoint, v.readContents, v.leaves, v.totals, v.consistency, v.anchors, v.reperform} {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// digest reads the digest, which is the last entry and stored without compression.
func (v *verifier) digest() error {
	n := len(v.zip.offsets)
	if n == 0 {
		return broken(container, "is empty")
	}
	e, err := v.zip.entry(int64(n - 1))
	if err != nil {
		return err
	}
	folder, ok := strings.CutSuffix(e.name, digestName)
	if !ok || strings.Count(folder, "/") != 2 || e.method != methodStore {
		return broken(safeName(e.name), "stands where %s must stand: this is no report bundle, or %s was removed", digestName, digestName)
	}
	v.folder, v.res.Folder = folder, folder
	if e.packed != e.size {
		return broken(e.name, "has two lengths")
	}
	if v.d, err = readDigest(v.zip.r.r, e.dataOffset(), e.size); err != nil {
		return broken(e.name, "%v", err)
	}
	if v.d.crc != e.crc {
		return broken(e.name, "has another checksum than its content")
	}
	v.res.Digest, v.res.Files = v.d.Digest, int64(n)
	return nil
}

// signer checks the digest's signature, and whether the given key, if there is one, stands behind it.
func (v *verifier) signer() error {
	own, err := ledger.ParsePublic(v.d.PublicKey)
	if err != nil || strings.TrimSpace(v.d.PublicKey) != v.d.PublicKey {
		return broken(v.folder+digestName, "its public key is malformed")
	}
	v.res.Fingerprint = Fingerprint(v.d.PublicKey)
	if ledger.KeyID(own) != v.d.KeyID {
		return broken(v.folder+digestName, "its key id is not that of its public key")
	}
	v.key = own
	if err := v.d.verify(v.key); err != nil {
		return broken(v.folder+digestName, "%v", err)
	}
	if err := v.readKeys(); err != nil {
		return err
	}
	return v.trusted()
}

// listing compares the entries with the digest's list, in order.
func (v *verifier) listing() error {
	entries, i := int64(len(v.zip.offsets)-1), int64(0)
	for f, err := range v.d.each() {
		if err != nil {
			return err
		}
		if i >= entries {
			return broken(safeName(f.Path), "is in the digest but not in the zip file: it was removed")
		}
		e, err := v.zip.entry(i)
		if err != nil {
			return err
		}
		if f.Path != e.name {
			if !v.zip.names.has(nameKey(f.Path)) {
				return broken(safeName(f.Path), "is in the digest but not in the zip file: it was removed or renamed")
			}
			return broken(safeName(e.name), "stands where %s must stand: entries were added or reordered", safeName(f.Path))
		}
		name, ok := strings.CutPrefix(f.Path, v.folder)
		if !ok || e.method != methodDeflate {
			return broken(safeName(e.name), "is not inside the report's folder %s", v.folder)
		}
		v.files.put(nameKey(name), i)
		i++
	}
	if i < entries {
		e, err := v.zip.entry(i)
		if err != nil {
			return err
		}
		return broken(safeName(e.name), "is not in the digest: it was added")
	}
	v.zip.names = index{} // the other index has the names from here on
	return nil
}

// maxInMemory bounds the files that are read whole.
const maxInMemory = 256 << 20

// read reads a file whole and checks it against the digest.
func (v *verifier) read(name string) ([]byte, error) {
	i, ok := v.files.get(nameKey(name))
	if !ok {
		return nil, broken(v.folder+name, "is missing")
	}
	f, e, err := v.at(i)
	if err != nil {
		return nil, err
	}
	return v.whole(f, e)
}

// at is the i-th file, in the digest and in the container.
func (v *verifier) at(i int64) (File, zipEntry, error) {
	f, err := v.d.file(i)
	if err != nil {
		return f, zipEntry{}, err
	}
	e, err := v.zip.entry(i)
	return f, e, err
}

func (v *verifier) whole(f File, e zipEntry) (data []byte, err error) {
	if f.Size > maxInMemory {
		return nil, broken(f.Path, "is larger than any report's")
	}
	err = v.zip.content(e, f, func(r io.Reader) (err error) {
		data, err = io.ReadAll(r)
		if err != nil {
			return broken(f.Path, "cannot be unpacked: %v", err)
		}
		return nil
	})
	return data, err
}

func (v *verifier) manifest() error {
	data, err := v.read(manifestName)
	if err != nil {
		return err
	}
	if err := parse(data, "  ", &v.res.Manifest); err != nil {
		return broken(v.folder+manifestName, "%v", err)
	}
	m := &v.res.Manifest
	if m.Format != manifestFormat {
		return broken(v.folder+manifestName, "has the format %q, which this program does not know", m.Format)
	}
	if m.Report.ID != v.d.Report || m.Assessment.ID != v.d.Assessment || !m.Created.Equal(v.d.Created) ||
		v.folder != folderName(m.Assessment.Name, m.Assessment.ID)+"/"+folderName(m.Report.Name, m.Report.ID)+"/" {
		return broken(v.folder+manifestName, "speaks of another report than the digest")
	}
	if m.Log.Origin != v.d.Origin || m.Log.Size != v.d.TreeSize || m.Log.Root != v.d.RootHash {
		return broken(v.folder+manifestName, "speaks of another log than the digest")
	}
	return nil
}

// checkpoint checks the signed checkpoint, by the same key as the digest.
func (v *verifier) checkpoint() error {
	data, err := v.read(checkpointName)
	if err != nil {
		return err
	}
	c, err := v.open(data)
	if err != nil {
		return broken(v.folder+checkpointName, "%v", err)
	}
	if c.Origin != v.d.Origin || c.Size != v.d.TreeSize || c.Root != v.d.RootHash || c.KeyID != v.res.Manifest.Log.KeyID {
		return broken(v.folder+checkpointName, "is of another log, or another state of the log, than the digest says")
	}
	if !slices.Equal(v.res.Manifest.Rollbacks, rollbacksOf(v.changes, v.res.Manifest.Account)) {
		return broken(v.folder+manifestName, "tells of other rollbacks than the signed changes of keys")
	}
	if c.Origin != v.key.Name()+"/"+v.res.Manifest.Account {
		return broken(v.folder+checkpointName, "is of the log %s, not of account %s in %s", c.Origin, v.res.Manifest.Account, v.key.Name())
	}
	return nil
}

// Integrity is the answer of ValidateAssessmentReportIntegrity.
type Integrity struct {
	SignatureValid     bool
	SignatureAlgorithm string
	SignatureDateTime  time.Time
	SignatureKeyID     string
	ValidationErrors   []string
}

// Validate checks a stored bundle with the deployment's own keys.
func Validate(ctx context.Context, r io.ReaderAt, size int64, known func(id string) (ledger.Public, bool)) (Integrity, error) {
	res, err := VerifyReader(ctx, r, size, Options{Known: known})
	if err != nil {
		return Integrity{}, err
	}
	out := Integrity{SignatureValid: res.Status == Intact, SignatureAlgorithm: res.Digest.Algorithm, SignatureDateTime: res.Digest.Created, SignatureKeyID: res.Digest.KeyID}
	if res.Status == NotIntact {
		out.ValidationErrors = []string{fmt.Sprintf("%s %s", res.Entry, res.Problem)}
	}
	return out, nil
}
