package logfile

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// testKey is one key for all tests: they take long to make.
var testKey = sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// story is the second digest of a chain.
func story() *Digest {
	d := &Digest{
		Account: "111122223333", Start: "2024-03-05T07:09:11Z", End: "2024-03-05T08:09:11Z", Bucket: "logs",
		Key: "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/03/05/111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20240305T080911Z.json.gz",
	}
	d.Follow(&Link{Bucket: "logs", Key: "before.json.gz", Hash: strings.Repeat("ab", 32), Signature: strings.Repeat("cd", 256)})
	d.Cover([]LogFile{
		{Bucket: "logs", Key: "a & b.json.gz", Hash: strings.Repeat("01", 32), HashAlgorithm: HashAlgorithm, Newest: new("2024-03-05T07:30:00Z"), Oldest: new("2024-03-05T07:00:00Z")},
		{Bucket: "logs", Key: "c.json.gz", Hash: strings.Repeat("02", 32), HashAlgorithm: HashAlgorithm, Newest: new("2024-03-05T07:31:00Z"), Oldest: new("2024-03-05T07:10:00Z")},
		{Bucket: "logs", Key: "empty.json.gz", Hash: strings.Repeat("03", 32), HashAlgorithm: HashAlgorithm},
	})
	return d
}

func TestDigestText(t *testing.T) {
	first := story()
	first.Follow(nil)
	first.Cover(nil)
	for name, d := range map[string]*Digest{"testdata/digest.json": story(), "testdata/first.json": first} {
		d.PublicKeyFingerprint, d.SignatureAlgorithm = strings.Repeat("0f", 16), SignatureAlgorithm
		if *update {
			if err := os.WriteFile(name, d.text(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.text(); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
		back, err := ParseDigest(want)
		if err != nil || !bytes.Equal(back.text(), want) {
			t.Errorf("%s: read back: %v", name, err)
		}
	}
}

func TestSignature(t *testing.T) {
	s, err := story().Sign(testKey())
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDigest(s.Text)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Verify(s.Text, s.Signature, &testKey().PublicKey); err != nil {
		t.Error(err)
	}
	if p, ok := d.Previous(); !ok || p.Key != "before.json.gz" || p.Hash == "" || p.Signature == "" {
		t.Errorf("previous %+v", p)
	}
	if *d.Newest != "2024-03-05T07:31:00Z" || *d.Oldest != "2024-03-05T07:00:00Z" {
		t.Errorf("events from %s to %s", *d.Oldest, *d.Newest)
	}
	changed := bytes.Replace(s.Text, []byte("0101"), []byte("0102"), 1)
	moved := *d
	moved.Key = "elsewhere"
	unlinked := *d
	unlinked.PreviousSignature = nil
	for name, err := range map[string]error{
		"changed text":          d.Verify(changed, s.Signature, &testKey().PublicKey),
		"changed key":           moved.Verify(s.Text, s.Signature, &testKey().PublicKey),
		"changed link":          unlinked.Verify(s.Text, s.Signature, &testKey().PublicKey),
		"changed signature":     d.Verify(s.Text, "00"+s.Signature[2:], &testKey().PublicKey),
		"signature of no hex":   d.Verify(s.Text, "signed", &testKey().PublicKey),
		"signature of nothing":  d.Verify(s.Text, "", &testKey().PublicKey),
		"signed by another key": d.Verify(s.Text, s.Signature, &newKey().PublicKey),
	} {
		if err == nil {
			t.Error(name, "is taken")
		}
	}
	if m := s.Metadata(); m[MetaSignature] != s.Signature || m[MetaAlgorithm] != "SHA256withRSA" {
		t.Errorf("metadata %v", m)
	}
}

func TestDigestRefused(t *testing.T) {
	good := string(story().signed(t).Text)
	for _, c := range []struct{ from, to, want string }{
		{`"digestS3Bucket":"logs"`, `"digestS3Bucket":""`, "no digestS3Bucket"},
		{`"logFiles":[`, `"logs":[`, "no logFiles"},
		{"SHA256withRSA", "SHA1withRSA", "only SHA256withRSA"},
		{`"hashAlgorithm":"SHA-256"`, `"hashAlgorithm":"MD5"`, "logFiles[0]"},
		{`08:09:11Z"`, `08:09"`, "digestEndTime"},
		{"{", "[", "not a digest"},
		{good, "null", "no awsAccountId"},
		{good, "", "not a digest"},
	} {
		_, err := ParseDigest([]byte(strings.Replace(good, c.from, c.to, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s -> %s: %v, want %q", c.from, c.to, err, c.want)
		}
	}
}

func (d *Digest) signed(t *testing.T) *Signed {
	t.Helper()
	s, err := d.Sign(testKey())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadKeys(t *testing.T) {
	entry := func(der []byte, fingerprint string) string {
		return `{"PublicKeyList":[{"Value":"` + base64.StdEncoding.EncodeToString(der) + `","ValidityStartTime":"2024-01-01T00:00:00+00:00","ValidityEndTime":1.7e9,"Fingerprint":"` + fingerprint + `"}]}`
	}
	der := PublicKeyDER(&testKey().PublicKey)
	keys, err := ReadKeys(strings.NewReader(entry(der, "one") + "\n" + entry(der, "two")))
	if err != nil || len(keys) != 2 || !keys["two"].Equal(&testKey().PublicKey) {
		t.Errorf("%v %v", keys, err)
	}
	if f := Fingerprint(keys["one"]); len(f) != 32 || strings.Trim(f, "0123456789abcdef") != "" {
		t.Errorf("fingerprint %q", f)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty": "", "no list": "{}", "no JSON": "keys", "no key": entry([]byte("x"), "f"), "no name": entry(der, ""),
		"short key": entry(PublicKeyDER(&small.PublicKey), "f"), "cut": entry(der, "one")[:60],
	} {
		if _, err := ReadKeys(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "list-public-keys") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseDigest(f *testing.F) {
	for _, name := range []string{"testdata/digest.json", "testdata/first.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ParseDigest(text)
		if err != nil {
			return
		}
		again, err := ParseDigest(d.text())
		if err != nil || !bytes.Equal(again.text(), d.text()) {
			t.Errorf("%q is read, but not what it is written as: %v", text, err)
		}
		if p, ok := d.Previous(); ok && (p.Bucket != *d.PreviousBucket || p.Key != *d.PreviousKey) {
			t.Errorf("previous %+v", p)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add("a/AWSLogs/o-abcdefghij/111122223333/CloudTrail-Digest/eu-west-1/2024/03/05/111122223333_CloudTrail-Digest_eu-west-1_t_eu-west-1_20240305T080911Z.json.gz")
	f.Add("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/03/05/111122223333_CloudTrail_eu-west-1_20240305T0709Z_x.json.gz")
	f.Fuzz(func(t *testing.T, key string) {
		if n, ok := ParseKey(key); ok && n.Key() != key && !strings.HasPrefix(key, "/") {
			t.Errorf("%q becomes %q", key, n.Key())
		}
	})
}
