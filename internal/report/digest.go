package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Algorithm is how digests are signed.
const Algorithm = "Ed25519"

// Digest is the head of the file that lists every other file of the bundle, in order, and every leaf, and signs the list.
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
}

// Leaf is a leaf of the log that belongs to the report.
type Leaf struct {
	Index    int64     `json:"index"`
	Hash     tlog.Hash `json:"hash"`
	Selected bool      `json:"selected"`
}

// The lines between the parts of a digest.
const (
	filesLine  = "\"files\": ["
	leavesLine = "\"leaves\": ["
	endLine    = "],"
)

// head is the digest up to its lists.
func (d Digest) head() ([]byte, error) {
	b, err := json.MarshalIndent(d, "", "")
	b, _ = bytes.CutSuffix(b, []byte("\n}"))
	return append(b, ",\n"...), err
}

// listLine adds an element to a list: each stands on a line of its own.
func listLine(out *spool, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if out.n > 0 {
		b = append([]byte(",\n"), b...)
	} else {
		b = append([]byte("\n"), b...)
	}
	_, err = out.Write(b)
	return err
}

// digestText is a digest as it is written, with the lists as listLine has made them.
func digestText(d Digest, files, leaves *spool, signature string) (io.Reader, error) {
	head, err := d.head()
	if err != nil {
		return nil, err
	}
	sig, err := json.Marshal(signature)
	if err != nil {
		return nil, err
	}
	f, err := files.reader()
	if err != nil {
		return nil, err
	}
	l, err := leaves.reader()
	return io.MultiReader(bytes.NewReader(head), strings.NewReader(filesLine), f, strings.NewReader("\n"+endLine+"\n"+leavesLine), l,
		strings.NewReader("\n"+endLine+"\n\"signature\": "+string(sig)+"\n}\n")), err
}

// signedText is what the signature is over: the hash of the digest as it is without its signature.
func (d Digest) signedText(sum []byte) string {
	return fmt.Sprintf("tickmark report digest v1\n%s\nsha256 %s\n", d.Origin, hex.EncodeToString(sum))
}

// signDigest fills in who signs, and answers with the signed digest.
func signDigest(d *Digest, files, leaves *spool, s Signer) (io.Reader, error) {
	d.Algorithm, d.KeyID, d.PublicKey = Algorithm, s.KeyID(), s.Public()
	plain, err := digestText(*d, files, leaves, "")
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, plain); err != nil {
		return nil, err
	}
	signature, err := s.SignText(d.signedText(sum.Sum(nil)))
	if err != nil {
		return nil, err
	}
	return digestText(*d, files, leaves, signature)
}

// Fingerprint is the SHA-256 of a public key line, to be compared by telephone.
func Fingerprint(publicKey string) string {
	sum := sha256.Sum256([]byte(publicKey))
	return hex.EncodeToString(sum[:])
}
