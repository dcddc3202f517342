package logfile

import (
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
)

// The names of a digest's object metadata.
const (
	MetaSignature = "signature"
	MetaAlgorithm = "signature-algorithm"
	// MetaBackfill is when a backfill digest was made: its key is one that was valid then.
	MetaBackfill = "backfill-generation-timestamp"
)

// Signed is a digest as it goes into a bucket.
type Signed struct {
	Link
	// Text is the content before it is packed.
	Text []byte
}

// Metadata is that of the digest's object.
func (s *Signed) Metadata() map[string]string {
	return map[string]string{MetaSignature: s.Signature, MetaAlgorithm: SignatureAlgorithm}
}

// Sign names the key in the digest and signs it. Equal digests give equal signatures.
func (d *Digest) Sign(key *rsa.PrivateKey) (*Signed, error) {
	d.PublicKeyFingerprint, d.SignatureAlgorithm = Fingerprint(&key.PublicKey), SignatureAlgorithm
	text := d.text()
	sum := sha256.Sum256(d.toSign(text))
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", d.Key, err)
	}
	return &Signed{Link{d.Bucket, d.Key, hashOf(text), hex.EncodeToString(sig)}, text}, nil
}

// ErrSignature says that a digest is not what was signed with the key that it names.
var ErrSignature = errors.New("the signature does not fit")

// Verify checks the hex signature of a digest, whose text is as it was read.
func (d *Digest) Verify(text []byte, signature string, key *rsa.PublicKey) error {
	sig, err := hex.DecodeString(signature)
	if err != nil {
		return ErrSignature
	}
	sum := sha256.Sum256(d.toSign(text))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) != nil {
		return ErrSignature
	}
	return nil
}

// toSign is the text that is signed.
func (d *Digest) toSign(text []byte) []byte {
	previous := "null"
	if d.PreviousSignature != nil {
		previous = *d.PreviousSignature
	}
	return []byte(d.End + "\n" + d.Bucket + "/" + d.Key + "\n" + hashOf(text) + "\n" + previous)
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// PublicKeyDER is a public key as ListPublicKeys gives it: PKCS #1.
func PublicKeyDER(key *rsa.PublicKey) []byte { return x509.MarshalPKCS1PublicKey(key) }

// Fingerprint is the name of a key in digests.
func Fingerprint(key *rsa.PublicKey) string {
	sum := md5.Sum(PublicKeyDER(key))
	return hex.EncodeToString(sum[:])
}
