package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Algorithm is how digests are signed.
const Algorithm = "Ed25519"

// Digest lists every other file of the bundle, in order, and signs the list.
type Digest struct {
	Format     string    `json:"format"`
	Created    time.Time `json:"created"`
	Report     string    `json:"report"`
	Assessment string    `json:"assessment"`
	Origin     string    `json:"origin"`
	TreeSize   int64     `json:"treeSize"`
	RootHash   tlog.Hash `json:"rootHash"`
	// Algorithm, KeyID and PublicKey tell who signed. The key is here for convenience: whether it is the right
	// one, only a key from elsewhere can tell.
	Algorithm string `json:"algorithm"`
	KeyID     string `json:"keyId"`
	PublicKey string `json:"publicKey"`
	Files     []File `json:"files"`
	// Leaves are the hashes of the report's leaves, selected and left out, as index and hash.
	Leaves    []Leaf `json:"leaves"`
	Signature string `json:"signature"`
}

// Leaf is a leaf of the log that belongs to the report.
type Leaf struct {
	Index    int64     `json:"index"`
	Hash     tlog.Hash `json:"hash"`
	Selected bool      `json:"selected"`
}

// encode writes the digest: plain JSON, with one line for each file and each leaf.
func (d Digest) encode() ([]byte, error) {
	head := d
	head.Files, head.Leaves, head.Signature = []File{}, []Leaf{}, ""
	b, err := json.MarshalIndent(head, "", "")
	if err != nil {
		return nil, err
	}
	b, _ = bytes.CutSuffix(b, []byte("\"files\": [],\n\"leaves\": [],\n\"signature\": \"\"\n}"))
	out := bytes.NewBuffer(b)
	if err := lines(out, "files", d.Files); err != nil {
		return nil, err
	}
	if err := lines(out, "leaves", d.Leaves); err != nil {
		return nil, err
	}
	sig, err := json.Marshal(d.Signature)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "\"signature\": %s\n}\n", sig)
	return out.Bytes(), nil
}

func lines[T any](out *bytes.Buffer, name string, items []T) error {
	fmt.Fprintf(out, "%q: [", name)
	for i, it := range items {
		b, err := json.Marshal(it)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(b)
	}
	out.WriteString("\n],\n")
	return nil
}

// signedText is what the signature is over: the hash of the digest as it is without its signature.
func (d Digest) signedText() (string, error) {
	d.Signature = ""
	b, err := d.encode()
	sum := sha256.Sum256(b)
	return fmt.Sprintf("tickmark report digest v1\n%s\nsha256 %s\n", d.Origin, hex.EncodeToString(sum[:])), err
}

// sign signs the digest in place.
func (d *Digest) sign(s Signer) error {
	d.Algorithm, d.KeyID, d.PublicKey = Algorithm, s.KeyID(), s.Public()
	text, err := d.signedText()
	if err != nil {
		return err
	}
	d.Signature, err = s.SignText(text)
	return err
}

// parseDigest reads a digest and checks that it is exactly as written.
func parseDigest(data []byte) (Digest, error) {
	var d Digest
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, err
	}
	again, err := d.encode()
	if err != nil {
		return d, err
	}
	if !bytes.Equal(again, data) {
		return d, errNotCanonical
	}
	if d.Format != digestFormat || d.Algorithm != Algorithm {
		return d, fmt.Errorf("format %q with algorithm %q is not known here; a newer version of the program may read it", d.Format, d.Algorithm)
	}
	return d, nil
}

// verify checks the signature under a key.
func (d Digest) verify(v note.Verifier) error {
	text, err := d.signedText()
	if err != nil {
		return err
	}
	return ledger.VerifyText(text, d.Signature, v)
}

// Fingerprint is the SHA-256 of a public key line, to be compared by telephone.
func Fingerprint(publicKey string) string {
	sum := sha256.Sum256([]byte(publicKey))
	return hex.EncodeToString(sum[:])
}
