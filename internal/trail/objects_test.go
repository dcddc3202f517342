package trail_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

const logs = "AWSLogs/111122223333/CloudTrail/eu-west-1/"

func logOf(ids ...string) []byte {
	var records []string
	for _, id := range ids {
		records = append(records, fmt.Sprintf(`{"eventTime":"2024-03-05T08:00:00Z","eventName":"N","eventSource":"s","eventID":%q,"awsRegion":"eu-west-1","recipientAccountId":"111122223333"}`, id))
	}
	return []byte(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

func bucket() *trailtest.Bucket {
	b := &trailtest.Bucket{}
	for d, id := range map[string]string{"2023/12/31": "a", "2024/01/01": "b", "2024/01/02": "c", "2024/02/01": "d"} {
		b.Put("backup/"+logs+d+"/x.json", logOf(id))
	}
	b.Put("backup/"+logs+"2024/02/01/y.json", logOf("d", "e"))
	b.Put("backup/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2024/01/01/d.json", []byte("{}"))
	b.Put("backup/AWSLogs/111122223333/Config/eu-west-1/2024/1/1/c.json", []byte("{}"))
	b.Put("backup/readme.txt", []byte("hello"))
	b.Put("other/z.json", logOf("z"))
	return b
}

// import runs an import and tells the ids that are stored.
func importFrom(t *testing.T, s trail.Store, src trail.Source) (trail.Result, string) {
	t.Helper()
	r, err := (&trail.Importer{Store: s, Clock: stamp.System}).From(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range p.Events {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return r, strings.Join(ids, "")
}

func TestObjectSource(t *testing.T) {
	at := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		src  trail.ObjectSource
		want string
	}{
		{trail.ObjectSource{Prefix: "backup/"}, "abcde"},
		{trail.ObjectSource{Prefix: "backup"}, "abcde"},
		{trail.ObjectSource{Prefix: ""}, "abcdez"},
		{trail.ObjectSource{Prefix: "other/z.json"}, "z"},
		{trail.ObjectSource{Prefix: "nothing/"}, ""},
		{trail.ObjectSource{Prefix: "backup/", From: at("2024-01-02")}, "cde"},
		{trail.ObjectSource{Prefix: "backup/", To: at("2024-01-01").Add(5 * time.Hour)}, "ab"},
		{trail.ObjectSource{Prefix: "backup/", From: at("2024-01-01"), To: at("2024-01-31")}, "bc"},
		{trail.ObjectSource{Prefix: "backup/" + logs + "2024/", To: at("2024-01-01")}, "b"},
	} {
		b := bucket()
		c.src.Bucket, c.src.Name = b, "trails"
		r, got := importFrom(t, trailtest.NewMemory(), c.src)
		if got != c.want || len(r.Rejected) != 0 {
			t.Errorf("%+v: %s, want %s; %+v", c.src, got, c.want, r.Rejected)
		}
		for _, p := range b.Listed {
			if strings.Contains(p, "Digest") || strings.Contains(p, "Config") || !c.src.From.IsZero() && strings.Contains(p, "2023") {
				t.Errorf("%s was looked into for nothing", p)
			}
		}
	}
}

// TestObjectsAgain: what is known by its tag is not fetched again, what could not be fetched is told and tried again.
func TestObjectsAgain(t *testing.T) {
	b, s := bucket(), trailtest.NewMemory()
	b.Broken = map[string]bool{"backup/" + logs + "2024/01/01/x.json": true}
	src := trail.ObjectSource{Bucket: b, Name: "trails", Prefix: "backup/"}
	r, got := importFrom(t, s, src)
	if got != "acde" || len(r.Rejected) != 1 || !strings.HasPrefix(r.Rejected[0].Source, "s3://trails/backup/AWSLogs/") || r.Items != 4 || r.Duplicates != 1 {
		t.Fatalf("%s, %+v", got, r)
	}
	if r.Skipped["CloudTrail-Digest"] != 1 || r.Skipped["Config"] != 1 || r.Skipped["not a log"] != 1 {
		t.Errorf("%v", r.Skipped)
	}
	b.Broken, b.Opens = nil, 0
	r, got = importFrom(t, s, src)
	if got != "abcde" || b.Opens != 1 || r.Items != 1 || r.Duplicates != 5 {
		t.Errorf("%s, %d fetched, %+v", got, b.Opens, r)
	}
	b.Put("backup/"+logs+"2024/01/01/x.json", logOf("b", "f")) // changed under its name
	b.Opens = 0
	if _, got = importFrom(t, s, src); got != "abcdef" || b.Opens != 1 {
		t.Errorf("%s, %d fetched", got, b.Opens)
	}
	b.Put("backup/"+logs+"2024/01/03/copy.json", logOf("b", "f")) // the same content under another name
	if r, got = importFrom(t, s, src); got != "abcdef" || r.Items != 0 {
		t.Errorf("%s, %+v", got, r)
	}
	b.Opens = 0
	if _, _ = importFrom(t, s, src); b.Opens != 0 {
		t.Error("a copy was fetched again")
	}
}

type failing struct{ *trailtest.Bucket }

func (failing) List(context.Context, string, string) (trail.ObjectPage, error) {
	return trail.ObjectPage{}, fmt.Errorf("access denied")
}

func TestObjectsDenied(t *testing.T) {
	_, err := (&trail.Importer{Store: trailtest.NewMemory(), Clock: stamp.System}).From(t.Context(), trail.ObjectSource{Bucket: failing{bucket()}, Prefix: "x/"})
	if err == nil || !strings.Contains(err.Error(), "access denied") {
		t.Errorf("a listing that failed: %v", err)
	}
}
