package trail_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestBucketIntegrity: digests in a bucket are found from whatever folder is imported, their signatures in the metadata
// of the objects.
func TestBucketIntegrity(t *testing.T) {
	const valid, missing, invalid = trail.DigestValid, trail.DigestMissing, trail.DigestInvalid
	const region = "AWSLogs/111122223333/CloudTrail/eu-west-1"
	keys := logfile.Keys{logfile.Fingerprint(&digestKey().PublicKey): &digestKey().PublicKey}
	for _, c := range []struct {
		prefix string
		change func(b *trailtest.Bucket, files map[string][]byte)
		lax    bool // no proof is asked for
		to     time.Time
		want   string // of e0 to e3, or fewer
	}{
		{prefix: "", want: valid + " " + valid + " " + valid + " " + missing},
		{prefix: "AWSLogs/111122223333/", want: valid + " " + valid + " " + valid + " " + missing},
		{prefix: region + "/2024/03", want: valid + " " + valid + " " + valid + " " + missing},
		{prefix: region + "/2024/03/05/111122223333_CloudTrail_eu-west-1_20240305T0701Z_u0.json.gz", want: valid},
		{prefix: region, to: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC), want: valid + " " + valid + " " + valid + " " + missing},
		{prefix: "", lax: true, want: missing + " " + missing + " " + missing + " " + missing},
		{prefix: "", want: valid + " " + invalid + " " + valid + " " + missing, change: func(b *trailtest.Bucket, files map[string][]byte) {
			for k, packed := range files {
				if text, err := logfile.Unpack(bytes.NewReader(packed), 1<<20); err == nil && strings.Contains(string(text), `"e1"`) {
					b.Put(k, logfile.Pack(bytes.Replace(text, []byte(`"eventName":"n"`), []byte(`"eventName":"m"`), 1)))
				}
			}
		}},
		{prefix: "", want: invalid + " " + invalid + " " + invalid + " " + missing, change: func(b *trailtest.Bucket, _ map[string][]byte) {
			for _, m := range b.Meta {
				m["signature"] = strings.Repeat("00", 256)
			}
		}},
	} {
		files, _, _, meta := delivered(t)
		b := &trailtest.Bucket{Meta: meta}
		content := map[string][]byte{}
		for name, f := range files {
			key := strings.TrimPrefix(name, "copy/")
			content[key] = f.Data
			b.Put(key, f.Data)
		}
		if c.change != nil {
			c.change(b, content)
		}
		s := trailtest.NewMemory()
		im := trail.Importer{Store: s, Clock: stamp.System, Keys: keys}
		r, err := im.From(t.Context(), trail.ObjectSource{Bucket: b, Name: "logs", Prefix: c.prefix, To: c.to, Proof: !c.lax})
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := make([]string, len(p.Events))
		for i := range p.Events {
			got[len(got)-1-i] = p.Events[i].Integrity
		}
		if strings.Join(got, " ") != c.want || c.lax != (r.Digests == nil) {
			t.Errorf("%q: %v, want %s; %s", c.prefix, got, c.want, fmt.Sprintf("%+v", r.Digests))
		}
	}
}
