package logfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// bucket is a bucket in memory.
type bucket struct {
	files map[string][]byte
	meta  map[string]map[string]string
}

func (b *bucket) Open(_ context.Context, name, key string) (io.ReadCloser, error) {
	f, ok := b.files[key]
	if !ok || name != "logs" {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(f)), nil
}

func (b *bucket) Metadata(_ context.Context, _, key string) (map[string]string, bool, error) {
	return b.meta[key], true, nil
}

func (b *bucket) keys() []string { return slices.Sorted(maps.Keys(b.files)) }

var (
	begin = time.Date(2024, 3, 5, 7, 9, 11, 0, time.UTC)
	home  = Place{Account: "111122223333", Region: "eu-west-1"}
)

func (b *bucket) log(at time.Time, unique string) LogFile {
	n := Name{Place: home, Folder: FolderLog, At: at, Unique: unique}
	var text bytes.Buffer
	w := NewWriter(&text)
	_ = w.Add(fmt.Appendf(nil, `{"eventID":%q}`, unique), at.Add(-time.Minute))
	f, err := w.Close()
	if err != nil {
		panic(err)
	}
	f.Bucket, f.Key = "logs", n.Key()
	b.files[f.Key] = text.Bytes()
	return f
}

func (b *bucket) digest(end time.Time, prev *Link, logs ...LogFile) *Link {
	n := Name{Place: home, Folder: FolderDigest, At: end, Trail: "t", Home: "eu-west-1"}
	d := &Digest{Account: home.Account, Start: Wire(end.Add(-time.Hour)), End: Wire(end), Bucket: "logs", Key: n.Key()}
	d.Follow(prev)
	d.Cover(logs)
	s, err := d.Sign(testKey())
	if err != nil {
		panic(err)
	}
	b.files[d.Key], b.meta[d.Key] = Pack(s.Text), s.Metadata()
	return &s.Link
}

// estate has four hours: 0 and 1 with two logs each, 2 with none, 3 with one; and a log that is not digested yet.
func estate() (*bucket, []*Link, []LogFile) {
	b := &bucket{map[string][]byte{}, map[string]map[string]string{}}
	var links []*Link
	var logs []LogFile
	var prev *Link
	for hour, n := range []int{2, 2, 0, 1} {
		end := begin.Add(time.Duration(hour+1) * time.Hour)
		var of []LogFile
		for i := range n {
			of = append(of, b.log(end.Add(-time.Duration(i+1)*time.Minute), fmt.Sprintf("log%d%d", hour, i)))
		}
		prev = b.digest(end, prev, of...)
		links, logs = append(links, prev), append(logs, of...)
	}
	b.log(begin.Add(4*time.Hour+5*time.Minute), "young")
	return b, links, logs
}

func keysOf() Keys {
	return Keys{Fingerprint(&testKey().PublicKey): &testKey().PublicKey}
}

func TestAudit(t *testing.T) {
	b, _, _ := estate()
	r, err := (&Checker{Files: b, Keys: keysOf(), Bucket: "logs"}).Audit(t.Context(), b.keys())
	if err != nil || !r.Authenticated() || len(r.Problems) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	if r.Digests.Valid != 4 || r.Logs.Valid != 5 || r.Pending != 1 || r.From != "2024-03-05T07:09:11Z" || r.To != "2024-03-05T11:09:11Z" {
		t.Errorf("%+v", r)
	}
}

// TestDamage damages the estate in every way and looks for the line that tells it.
func TestDamage(t *testing.T) {
	reread := func(b *bucket, key string, change func(string) string) {
		text, err := Unpack(bytes.NewReader(b.files[key]), MaxDigest)
		if err != nil {
			panic(err)
		}
		b.files[key] = Pack([]byte(change(string(text))))
	}
	swap := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	for _, c := range []struct {
		name   string
		damage func(b *bucket, digests []*Link, logs []LogFile)
		want   string // of the problem lines
		intact bool
	}{
		{"log changed", func(b *bucket, _ []*Link, l []LogFile) { reread(b, l[0].Key, swap("log00", "log99")) }, "log log00 invalid its hash is not", false},
		{"log deleted", func(b *bucket, _ []*Link, l []LogFile) { delete(b.files, l[0].Key) }, "log log00 missing", false},
		{"log cut", func(b *bucket, _ []*Link, l []LogFile) { b.files[l[0].Key] = b.files[l[0].Key][:30] }, "log log00 invalid broken gzip", false},
		{"log with something behind it", func(b *bucket, _ []*Link, l []LogFile) { b.files[l[0].Key] = append(b.files[l[0].Key], "x"...) }, "log log00 invalid there are bytes behind", false},
		{"log renamed", func(b *bucket, _ []*Link, l []LogFile) {
			b.files[strings.Replace(l[0].Key, "log00", "log98", 1)] = b.files[l[0].Key]
			delete(b.files, l[0].Key)
		}, "log log98 unlisted", false},
		{"log added", func(b *bucket, _ []*Link, _ []LogFile) { b.log(begin.Add(90*time.Minute), "new") }, "log new unlisted", false},
		{"digest changed", func(b *bucket, d []*Link, _ []LogFile) { reread(b, d[1].Key, swap(`"hashValue":"`, `"hashValue":"0`)) }, "digest 20240305T090911Z invalid its hash is not", false},
		{"newest digest changed", func(b *bucket, d []*Link, _ []LogFile) { reread(b, d[3].Key, swap(`"hashValue":"`, `"hashValue":"0`)) }, "digest 20240305T110911Z invalid the signature does not fit", false},
		{"digest deleted", func(b *bucket, d []*Link, _ []LogFile) { delete(b.files, d[1].Key) }, "digest 20240305T090911Z missing", false},
		{"first digest deleted", func(b *bucket, d []*Link, _ []LogFile) { delete(b.files, d[0].Key) }, "digest 20240305T080911Z missing", false},
		{"digest broken", func(b *bucket, d []*Link, _ []LogFile) { b.files[d[1].Key] = []byte("{}") }, "digest 20240305T090911Z invalid broken gzip", false},
		{"digest empty", func(b *bucket, d []*Link, _ []LogFile) { b.files[d[1].Key] = Pack([]byte("{}")) }, "digest 20240305T090911Z invalid not a digest", false},
		{"digest moved", func(b *bucket, d []*Link, _ []LogFile) {
			b.files[d[2].Key], b.meta[d[2].Key] = b.files[d[1].Key], b.meta[d[1].Key]
		}, "digest 20240305T100911Z invalid it has been moved", false},
		{"signature gone", func(b *bucket, d []*Link, _ []LogFile) { b.meta[d[1].Key] = nil }, "digest 20240305T090911Z invalid the object has no signature", false},
		{"signature changed", func(b *bucket, d []*Link, _ []LogFile) { b.meta[d[1].Key] = b.meta[d[2].Key] }, "digest 20240305T090911Z invalid the signature does not fit", false},
		{"algorithm changed", func(b *bucket, d []*Link, _ []LogFile) { b.meta[d[1].Key][MetaAlgorithm] = "none" }, `digest 20240305T090911Z invalid the object's metadata names the signature algorithm "none"`, false},
		{"digest put in its place, signed with another key", func(b *bucket, d []*Link, l []LogFile) {
			forged := story()
			forged.Key = d[1].Key
			forged.Start, forged.End = "2024-03-05T08:09:11Z", "2024-03-05T09:09:11Z"
			forged.Follow(d[0])
			forged.Cover(l[2:3])
			s, err := forged.Sign(newKey())
			if err != nil {
				panic(err)
			}
			b.files[forged.Key], b.meta[forged.Key] = Pack(s.Text), s.Metadata()
		}, "digest 20240305T090911Z invalid its hash is not", false},
		{"logging stopped for an hour", func(b *bucket, _ []*Link, _ []LogFile) { b.digest(begin.Add(6*time.Hour), nil) }, "gap AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/ notice a chain begins", true},
		{"hours left out", func(b *bucket, d []*Link, _ []LogFile) { b.digest(begin.Add(7*time.Hour), d[3]) }, "gap AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/ gap there is no digest between 2024-03-05T11:09:11Z and 2024-03-05T13:09:11Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, digests, logs := estate()
			c.damage(b, digests, logs)
			r, err := (&Checker{Files: b, Keys: keysOf(), Bucket: "logs"}).Audit(t.Context(), b.keys())
			if err != nil {
				t.Fatal(err)
			}
			lines := linesOf(r)
			if !strings.Contains(lines, c.want) || r.Intact() != c.intact {
				t.Errorf("intact %v, no %q in\n%s", r.Intact(), c.want, lines)
			}
		})
	}
}

func linesOf(r *Report) string {
	var lines strings.Builder
	for _, p := range r.Problems {
		name := p.File
		if n, ok := ParseKey(strings.TrimPrefix(p.File, "s3://logs/")); ok && n.Folder == FolderDigest {
			name = n.At.Format(digestStamp)
		} else if ok {
			name = n.Unique
		}
		fmt.Fprintln(&lines, p.Kind, name, p.State, p.Reason)
	}
	return lines.String()
}

// TestCopy: without metadata, every digest but the newest is proven by the one behind it.
func TestCopy(t *testing.T) {
	b, links, _ := estate()
	fsys := fstest.MapFS{}
	for k, v := range b.files {
		fsys["backup/my/"+k] = &fstest.MapFile{Data: v}
	}
	audit := func(keys Keys, known map[string]map[string]string) *Report {
		t.Helper()
		files, err := OpenCopy(fsys, ".")
		if err != nil {
			t.Fatal(err)
		}
		files.Known = known
		r, err := (&Checker{Files: files, Keys: keys}).Audit(t.Context(), files.Keys())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := audit(keysOf(), nil); !r.Intact() || r.Authenticated() || r.Digests.Valid != 3 || r.Digests.Unproven != 1 || r.Logs.Valid != 4 || r.Logs.Unproven != 1 {
		t.Errorf("by what follows: %+v", r)
	}
	if r := audit(nil, nil); !r.Intact() || r.Digests.Unproven != 4 || r.Logs.Unproven != 5 {
		t.Errorf("without keys: %+v", r)
	}
	newest := links[3].Key
	if r := audit(keysOf(), map[string]map[string]string{newest: b.meta[newest]}); !r.Authenticated() || r.Digests.Valid != 4 {
		t.Errorf("with metadata: %+v", r)
	}
	side := fmt.Sprintf(`{"ContentLength":1,"Metadata":{"Signature":%q,"signature-algorithm":"SHA256withRSA"}}`, links[3].Signature)
	fsys["backup/my/"+newest+SidecarEnding] = &fstest.MapFile{Data: []byte(side)}
	if r := audit(keysOf(), nil); !r.Authenticated() {
		t.Errorf("with a sidecar: %+v", r)
	}
	fsys["backup/my/"+newest+SidecarEnding].Data = []byte(strings.Replace(side, links[3].Signature[:8], "00000000", 1))
	if r := audit(keysOf(), nil); r.Digests.Invalid != 1 {
		t.Errorf("with a wrong sidecar: %+v", r)
	}
	fsys["backup/my/"+newest+SidecarEnding].Data = []byte("[]")
	files, _ := OpenCopy(fsys, ".")
	if _, err := (&Checker{Files: files, Keys: keysOf()}).Audit(t.Context(), files.Keys()); err == nil {
		t.Error("a broken sidecar is passed over")
	}
}

func TestAuditRange(t *testing.T) {
	b, _, _ := estate()
	c := &Checker{Files: b, Keys: keysOf(), Bucket: "logs", From: begin.Add(90 * time.Minute), To: begin.Add(3 * time.Hour)}
	r, err := c.Audit(t.Context(), b.keys())
	if err != nil || r.Digests.Valid != 2 || r.Digests.All() != 2 || r.Logs.Valid != 2 || !r.Authenticated() {
		t.Errorf("%+v %v", r, err)
	}
}

type failing struct{ *bucket }

func (f failing) Open(ctx context.Context, name, key string) (io.ReadCloser, error) {
	if strings.Contains(key, "log00") {
		return nil, errors.New("network is down")
	}
	return f.bucket.Open(ctx, name, key)
}

// TestAuditCannotRead: what cannot be read is an error, not damage.
func TestAuditCannotRead(t *testing.T) {
	b, _, _ := estate()
	if r, err := (&Checker{Files: failing{b}, Keys: keysOf(), Bucket: "logs"}).Audit(t.Context(), b.keys()); err == nil {
		t.Errorf("%+v", r)
	}
}

func TestReadMetadata(t *testing.T) {
	b, links, _ := estate()
	text := fmt.Sprintf(`{"s3://logs/%s":{"x-amz-meta-Signature":"ab"}}`, links[0].Key)
	m, err := ReadMetadata(strings.NewReader(text))
	if err != nil || m[links[0].Key][MetaSignature] != "ab" {
		t.Errorf("%v %v", m, err)
	}
	for _, bad := range []string{"", "[]", `{"x":{}}`} {
		if _, err := ReadMetadata(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	_ = b
}
