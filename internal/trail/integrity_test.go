package trail_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var digestKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// delivered is a copy of a bucket: a log file in each of three hours with their digests, and one file that no digest
// names yet. The events are e0 to e3.
func delivered(t *testing.T) (files fstest.MapFS, logs, digests []string, meta map[string]map[string]string) {
	t.Helper()
	files, meta = fstest.MapFS{}, map[string]map[string]string{}
	at := logfile.Place{Account: "111122223333", Region: "eu-west-1"}
	begin := time.Date(2024, 3, 5, 7, 0, 0, 0, time.UTC)
	var prev *logfile.Link
	for i := range 4 {
		start := begin.Add(time.Duration(i) * time.Hour)
		var packed bytes.Buffer
		w := logfile.NewWriter(&packed)
		err := w.Add(fmt.Appendf(nil, `{"eventTime":%q,"eventName":"n","eventSource":"s","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventID":"e%d"}`, start.Format(time.RFC3339), i), start)
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Close()
		if err != nil {
			t.Fatal(err)
		}
		f.Bucket, f.Key = "logs", logfile.Name{Place: at, Folder: logfile.FolderLog, At: start.Add(time.Minute), Unique: fmt.Sprint("u", i)}.Key()
		files["copy/"+f.Key] = &fstest.MapFile{Data: packed.Bytes()}
		logs = append(logs, "copy/"+f.Key)
		if i == 3 {
			break
		}
		end := start.Add(time.Hour)
		n := logfile.Name{Place: at, Folder: logfile.FolderDigest, At: end, Trail: "t", Home: "eu-west-1"}
		d := &logfile.Digest{Account: at.Account, Start: logfile.Wire(start), End: logfile.Wire(end), Bucket: "logs", Key: n.Key()}
		d.Follow(prev)
		d.Cover([]logfile.LogFile{f})
		s, err := d.Sign(digestKey())
		if err != nil {
			t.Fatal(err)
		}
		prev = &s.Link
		files["copy/"+d.Key] = &fstest.MapFile{Data: logfile.Pack(s.Text)}
		digests, meta[d.Key] = append(digests, "copy/"+d.Key), s.Metadata()
	}
	return files, logs, digests, meta
}

// TestIntegrity: what digests tell of a file stands with each event that it brings.
func TestIntegrity(t *testing.T) {
	const valid, missing, invalid = trail.DigestValid, trail.DigestMissing, trail.DigestInvalid
	keys := logfile.Keys{logfile.Fingerprint(&digestKey().PublicKey): &digestKey().PublicKey}
	change := func(files fstest.MapFS, name, from, to string) {
		text, err := logfile.Unpack(bytes.NewReader(files[name].Data), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		files[name].Data = logfile.Pack(bytes.Replace(text, []byte(from), []byte(to), 1))
	}
	for _, c := range []struct {
		name    string
		prepare func(im *trail.Importer, files fstest.MapFS, logs, digests []string, meta map[string]map[string]string)
		want    []string // of e0 to e3
		told    []string // among the problems
	}{
		{
			"as a plain copy", func(im *trail.Importer, _ fstest.MapFS, _, _ []string, _ map[string]map[string]string) {
				im.Keys = keys
			},
			[]string{valid, valid, missing, missing},
			[]string{"unproven its signature is not at hand"},
		},
		{"with metadata", func(im *trail.Importer, _ fstest.MapFS, _, _ []string, meta map[string]map[string]string) {
			im.Keys, im.DigestMetadata = keys, meta
		}, []string{valid, valid, valid, missing}, nil},
		{
			"without keys", func(*trail.Importer, fstest.MapFS, []string, []string, map[string]map[string]string) {},
			[]string{missing, missing, missing, missing},
			[]string{"unproven there are no public keys to check the signature with (this digest and 2 more)"},
		},
		{"a log changed", func(im *trail.Importer, files fstest.MapFS, logs, _ []string, _ map[string]map[string]string) {
			im.Keys = keys
			change(files, logs[1], `"eventName":"n"`, `"eventName":"m"`)
		}, []string{valid, invalid, missing, missing}, []string{"unproven its signature", "log invalid its hash is not the one"}},
		{"a log changed, without keys", func(im *trail.Importer, files fstest.MapFS, logs, _ []string, _ map[string]map[string]string) {
			change(files, logs[1], `"eventName":"n"`, `"eventName":"m"`)
		}, []string{missing, invalid, missing, missing}, []string{"unproven there are no public keys", "log invalid its hash is not the one"}},
		{"a log with a second part", func(im *trail.Importer, files fstest.MapFS, logs, _ []string, _ map[string]map[string]string) {
			im.Keys = keys
			files[logs[0]].Data = append(files[logs[0]].Data, logfile.Pack(nil)...)
		}, []string{invalid, valid, missing, missing}, []string{"unproven its signature", "log invalid there are bytes behind"}},
		{"a digest changed", func(im *trail.Importer, files fstest.MapFS, _, digests []string, meta map[string]map[string]string) {
			im.Keys, im.DigestMetadata = keys, meta
			change(files, digests[1], `"hashValue":"`, `"hashValue":"00`)
		}, []string{valid, invalid, valid, missing}, []string{"digest invalid its hash is not the one", "log invalid the digest"}},
		{"a digest forged for a forged log", func(im *trail.Importer, files fstest.MapFS, logs, digests []string, meta map[string]map[string]string) {
			im.Keys, im.DigestMetadata = keys, meta
			change(files, logs[1], `"eventName":"n"`, `"eventName":"m"`)
			sum, err := logfile.Sum(bytes.NewReader(files[logs[1]].Data), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			text, err := logfile.Unpack(bytes.NewReader(files[digests[1]].Data), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			i := bytes.Index(text, []byte(`"hashValue":"`)) + len(`"hashValue":"`)
			copy(text[i:], sum)
			files[digests[1]].Data = logfile.Pack(text)
		}, []string{valid, invalid, valid, missing}, []string{"digest invalid its hash is not the one", "log invalid the digest that names it is invalid"}},
		{"a digest gone", func(im *trail.Importer, files fstest.MapFS, _, digests []string, meta map[string]map[string]string) {
			im.Keys, im.DigestMetadata = keys, meta
			delete(files, digests[1])
		}, []string{valid, missing, valid, missing}, []string{"digest missing"}},
		{"a digest broken", func(im *trail.Importer, files fstest.MapFS, _, digests []string, meta map[string]map[string]string) {
			im.Keys, im.DigestMetadata = keys, meta
			files[digests[1]].Data = []byte("{")
		}, []string{valid, missing, valid, missing}, []string{"digest invalid broken gzip"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files, logs, digests, meta := delivered(t)
			m := trailtest.NewMemory()
			im := &trail.Importer{Store: m, Clock: stamp.System}
			c.prepare(im, files, logs, digests, meta)
			r, err := im.FS(t.Context(), files, ".")
			if err != nil || r.Items != 4 || len(r.Rejected) != 0 {
				t.Fatalf("%+v %v", r, err)
			}
			got := map[string]string{}
			events, _, err := m.Since(t.Context(), arn.Everything(), 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				got[e.ID] = e.Integrity
			}
			all := []string{got["e0"], got["e1"], got["e2"], got["e3"]}
			if !slices.Equal(all, c.want) {
				t.Errorf("%v, want %v", all, c.want)
			}
			var told strings.Builder
			for _, p := range r.Digests.Problems {
				fmt.Fprintln(&told, p.Kind, p.State, p.Reason)
			}
			for _, want := range c.told {
				if !strings.Contains(told.String(), want) {
					t.Errorf("no %q in %q", want, told.String())
				}
			}
			if len(c.told) != len(r.Digests.Problems) || r.Digests.Logs.All() != 4 {
				t.Errorf("told %q, %+v", told.String(), r.Digests)
			}
		})
	}
}
