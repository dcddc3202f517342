package lake

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
)

// SignedFile is a file of results in the manifest that signs them.
type SignedFile struct {
	// Hash is the lower-case hexadecimal SHA-256 of the packed file.
	Hash string `json:"fileHashValue"`
	Name string `json:"fileName"`
}

// Manifest is the file result_sign.json that is delivered beside results.
type Manifest struct {
	Version            string       `json:"version"`
	Region             string       `json:"region"`
	Files              []SignedFile `json:"files"`
	HashAlgorithm      string       `json:"hashAlgorithm"`
	SignatureAlgorithm string       `json:"signatureAlgorithm"`
	QueryCompleteTime  string       `json:"queryCompleteTime"`
	HashSignature      string       `json:"hashSignature"`
	Fingerprint        string       `json:"publicKeyFingerprint"`
}

// signed is the digest of what is signed: the hashes of the files in their order, with one space between.
func (m *Manifest) signed() []byte {
	hashes := make([]string, len(m.Files))
	for i, f := range m.Files {
		hashes[i] = f.Hash
	}
	sum := sha256.Sum256([]byte(strings.Join(hashes, " ")))
	return sum[:]
}

// Sign makes the manifest of files.
func Sign(key *rsa.PrivateKey, region string, files []SignedFile, completed time.Time) ([]byte, error) {
	m := Manifest{
		Version: "1.0", Region: region, Files: files, HashAlgorithm: "SHA-256", SignatureAlgorithm: "SHA256withRSA",
		QueryCompleteTime: logfile.Wire(completed), Fingerprint: logfile.Fingerprint(&key.PublicKey),
	}
	s, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, m.signed())
	if err != nil {
		return nil, err
	}
	m.HashSignature = hex.EncodeToString(s)
	return json.MarshalIndent(m, "", "  ")
}

// Verify checks a manifest by the keys of its region, and returns the files that it vouches for.
func Verify(manifest []byte, keys logfile.Keys) ([]SignedFile, error) {
	var m Manifest
	if err := json.Unmarshal(manifest, &m); err != nil {
		return nil, fault.Invalidf("result_sign.json", "The manifest of the results is not JSON: %v.", err)
	}
	key, ok := keys[m.Fingerprint]
	if !ok {
		return nil, fault.Invalidf("result_sign.json", "The manifest of the results is signed with a key of fingerprint %q, which is not known.", m.Fingerprint)
	}
	s, err := hex.DecodeString(m.HashSignature)
	if err == nil {
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, m.signed(), s)
	}
	if err != nil {
		return nil, fault.Invalidf("result_sign.json", "The signature of the results is not valid.")
	}
	return m.Files, nil
}
