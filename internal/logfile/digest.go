package logfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What digests say of how they were made.
const (
	HashAlgorithm      = "SHA-256"
	SignatureAlgorithm = "SHA256withRSA"
)

// MaxDigest is the longest text of a digest that is read.
const MaxDigest = 64 << 20

// Digest is a digest file's content, its members in AWS's order. Times are texts: the signature covers how they are
// written.
type Digest struct {
	Account              string    `json:"awsAccountId"`
	Start                string    `json:"digestStartTime"`
	End                  string    `json:"digestEndTime"`
	Bucket               string    `json:"digestS3Bucket"`
	Key                  string    `json:"digestS3Object"`
	PublicKeyFingerprint string    `json:"digestPublicKeyFingerprint"`
	SignatureAlgorithm   string    `json:"digestSignatureAlgorithm"`
	Newest               *string   `json:"newestEventTime"`
	Oldest               *string   `json:"oldestEventTime"`
	PreviousBucket       *string   `json:"previousDigestS3Bucket"`
	PreviousKey          *string   `json:"previousDigestS3Object"`
	PreviousHash         *string   `json:"previousDigestHashValue"`
	PreviousAlgorithm    *string   `json:"previousDigestHashAlgorithm"`
	PreviousSignature    *string   `json:"previousDigestSignature"`
	LogFiles             []LogFile `json:"logFiles"`
}

// LogFile is what a digest says of one log file.
type LogFile struct {
	Bucket        string  `json:"s3Bucket"`
	Key           string  `json:"s3Object"`
	Hash          string  `json:"hashValue"`
	HashAlgorithm string  `json:"hashAlgorithm"`
	Newest        *string `json:"newestEventTime"`
	Oldest        *string `json:"oldestEventTime"`
}

// Link names a digest that is signed, for the one that follows it.
type Link struct {
	Bucket, Key string
	// Hash is the hex SHA-256 of the text, Signature the hex signature.
	Hash, Signature string
}

// Sum is the hash of the log file's text.
func (f *LogFile) Sum() (sum [sha256.Size]byte, err error) {
	if len(f.Hash) != 2*len(sum) {
		return sum, fmt.Errorf("the hash of %s has %d digits", f.Key, len(f.Hash))
	}
	_, err = hex.Decode(sum[:], []byte(f.Hash))
	return sum, err
}

// Wire is a time as digests write it.
func Wire(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// Follow makes d the digest after prev; nil makes it the first of a chain.
func (d *Digest) Follow(prev *Link) {
	if prev == nil {
		d.PreviousBucket, d.PreviousKey, d.PreviousHash, d.PreviousAlgorithm, d.PreviousSignature = nil, nil, nil, nil, nil
		return
	}
	d.PreviousBucket, d.PreviousKey, d.PreviousHash, d.PreviousSignature = &prev.Bucket, &prev.Key, &prev.Hash, &prev.Signature
	d.PreviousAlgorithm = new(HashAlgorithm)
}

// Previous is the digest before d, and whether there is one.
func (d *Digest) Previous() (Link, bool) {
	if d.PreviousBucket == nil || d.PreviousKey == nil {
		return Link{}, false
	}
	l := Link{Bucket: *d.PreviousBucket, Key: *d.PreviousKey}
	if d.PreviousHash != nil {
		l.Hash = *d.PreviousHash
	}
	if d.PreviousSignature != nil {
		l.Signature = *d.PreviousSignature
	}
	return l, true
}

// Cover lists log files and takes the newest and oldest event from them.
func (d *Digest) Cover(files []LogFile) {
	d.LogFiles, d.Newest, d.Oldest = files, nil, nil
	if files == nil {
		d.LogFiles = []LogFile{}
	}
	for i := range files { // times of one form compare as texts
		if n := files[i].Newest; n != nil && (d.Newest == nil || *n > *d.Newest) {
			d.Newest = n
		}
		if o := files[i].Oldest; o != nil && (d.Oldest == nil || *o < *d.Oldest) {
			d.Oldest = o
		}
	}
}

// Window is the time between the digest's start and its end.
func (d *Digest) Window() (start, end time.Time, err error) {
	if start, err = time.Parse(time.RFC3339, d.Start); err != nil {
		return start, end, fmt.Errorf("digestStartTime: %w", err)
	}
	if end, err = time.Parse(time.RFC3339, d.End); err != nil {
		return start, end, fmt.Errorf("digestEndTime: %w", err)
	}
	return start, end, nil
}

// text is the digest as it is written.
func (d *Digest) text() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil { // strings and lists of them always encode
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// ParseDigest reads a digest's text. Members it must have are there afterwards; whether it is true is another question.
func ParseDigest(text []byte) (*Digest, error) {
	if len(text) > MaxDigest {
		return nil, ErrTooLong
	}
	var d Digest
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("not a digest: %w", err)
	}
	for _, m := range []struct{ name, value string }{
		{"awsAccountId", d.Account},
		{"digestStartTime", d.Start},
		{"digestEndTime", d.End},
		{"digestS3Bucket", d.Bucket},
		{"digestS3Object", d.Key},
		{"digestPublicKeyFingerprint", d.PublicKeyFingerprint},
	} {
		if m.value == "" {
			return nil, fmt.Errorf("not a digest: it has no %s", m.name)
		}
	}
	if d.LogFiles == nil {
		return nil, errors.New("not a digest: it has no logFiles")
	}
	if d.SignatureAlgorithm != SignatureAlgorithm {
		return nil, fmt.Errorf("the digest's signature algorithm is %q; only %s is known", d.SignatureAlgorithm, SignatureAlgorithm)
	}
	for i := range d.LogFiles {
		if f := &d.LogFiles[i]; f.Key == "" || f.Hash == "" || f.HashAlgorithm != HashAlgorithm {
			return nil, fmt.Errorf("not a digest: logFiles[%d] lacks a name or a %s hash", i, HashAlgorithm)
		}
	}
	_, _, err := d.Window()
	return &d, err
}
