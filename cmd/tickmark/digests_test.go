package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tickmark/tickmark/internal/logfile"
)

// makeDigests writes a copy of a bucket below the working directory, with a log file u0, u1, u2 in each of three hours and
// their digests; keys.json as aws cloudtrail list-public-keys prints it, and metadata.json with the digests' signatures.
func makeDigests() {
	if err := writeDigests(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeDigests() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	at := logfile.Place{Account: "111122223333", Region: "eu-west-1"}
	var prev *logfile.Link
	meta := map[string]map[string]string{}
	for i := range 3 {
		start := time.Date(2024, 3, 5, 7+i, 0, 0, 0, time.UTC)
		var packed bytes.Buffer
		w := logfile.NewWriter(&packed)
		_ = w.Add(fmt.Appendf(nil, `{"eventTime":%q,"eventName":"n","eventSource":"s","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventID":"e%d"}`, start.Format(time.RFC3339), i), start)
		f, err := w.Close()
		if err != nil {
			return err
		}
		f.Bucket, f.Key = "logs", logfile.Name{Place: at, Folder: logfile.FolderLog, At: start.Add(time.Minute), Unique: fmt.Sprint("u", i)}.Key()
		n := logfile.Name{Place: at, Folder: logfile.FolderDigest, At: start.Add(time.Hour), Trail: "proof", Home: "eu-west-1"}
		d := &logfile.Digest{Account: at.Account, Start: logfile.Wire(start), End: logfile.Wire(n.At), Bucket: "logs", Key: n.Key()}
		d.Follow(prev)
		d.Cover([]logfile.LogFile{f})
		s, err := d.Sign(key)
		if err != nil {
			return err
		}
		prev, meta[d.Key] = &s.Link, s.Metadata()
		if err := write(f.Key, packed.Bytes()); err != nil {
			return err
		}
		if err := write(d.Key, logfile.Pack(s.Text)); err != nil {
			return err
		}
	}
	if err := writeJSONFile("metadata.json", meta); err != nil {
		return err
	}
	return writeJSONFile("keys.json", map[string]any{"PublicKeyList": []any{map[string]any{
		"Value": logfile.PublicKeyDER(&key.PublicKey), "ValidityStartTime": 1709600000, "ValidityEndTime": 1719600000, "Fingerprint": logfile.Fingerprint(&key.PublicKey),
	}}})
}

func write(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}

func writeJSONFile(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}
