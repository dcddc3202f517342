package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

const owner = "218007301253"

// made is the time of every report.
var made = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

var day0 = time.Date(2023, 7, 10, 11, 30, 0, 0, time.UTC)

// OpenStore opens an empty store. It is set by store_test.go: the store imports packages that import this one, so
// only a test outside of the package may import it.
var OpenStore func(t testing.TB) (ledger.Store, *stamp.Fixed)

// world is a store with an assessment's evidence in its ledger.
type world struct {
	ledger.Store
	t         testing.TB
	publisher *ledger.Publisher
	raw       map[ledger.Hash][]byte
	masked    map[ledger.Hash]bool
	leftOut   map[string]bool // ids not selected
	ids       []string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	st, clock := OpenStore(t)
	w := &world{Store: st, t: t, raw: map[ledger.Hash][]byte{}, masked: map[ledger.Hash]bool{}, leftOut: map[string]bool{}}
	s, err := ledger.OpenSigner(t.TempDir(), clock)
	if err != nil {
		t.Fatal(err)
	}
	w.publisher = ledger.NewPublisher(st, s)
	return w
}

func (w *world) object(content string) ledger.Hash {
	h := ledger.Hash(sha256.Sum256([]byte(content)))
	w.raw[h] = []byte(content)
	return h
}

func (w *world) record(items ...ledger.Item) []string {
	w.t.Helper()
	var ids []string
	if err := w.Write(context.Background(), func(tx ledger.Tx) error {
		rs, err := ledger.Record(tx, items)
		for _, r := range rs {
			ids = append(ids, r.ID)
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	w.ids = append(w.ids, ids...)
	return ids
}

func (w *world) checkpoint() ledger.Checkpoint {
	w.t.Helper()
	c, err := w.publisher.Checkpoint(context.Background(), owner)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) input() Input {
	w.t.Helper()
	in := Input{
		Tool: "tickmark test", Created: made, Account: owner,
		Assessment: Assessment{
			ID: "0195f0c2-0000-7000-8000-00000000a001", Name: "Sample assessment", Description: "Three accounts of the sample organization.", Status: "ACTIVE", Region: "eu-west-1",
			Accounts: []string{owner, "111111111111"}, Owners: []string{"arn:aws:iam::218007301253:user/carla"}, Created: day0, Framework: Framework{ID: "f", Name: "NIST 800-53 (Rev. 5)", ComplianceType: "NIST"},
		},
		Report: About{ID: "0195f0c2-0000-7000-8000-00000000b001", Name: "July-2023", Description: "Evidence of July.", Author: "carla"},
		From:   "2023-07-10", To: "2023-07-14",
		ControlSets: []ControlSet{
			{ID: "Network protection", Name: "Network protection", Controls: []Control{
				{ID: "0195f0c2-0000-7000-8000-00000000c001", Name: "SC-7: Boundary protection", Description: "Connections from outside are restricted and watched.", TestingInformation: "Look at the rules of security groups.", ActionPlanTitle: "Close open ports", ActionPlanInstructions: "Remove 0.0.0.0/0 on port 22.", Status: "UNDER_REVIEW", Automated: true},
				{ID: "0195f0c2-0000-7000-8000-00000000c002", Name: "AC-2: Account management", Status: "REVIEWED", Automated: true},
			}},
			{ID: "People", Name: "People", Controls: []Control{{ID: "0195f0c2-0000-7000-8000-00000000c003", Name: "AT-2: Awareness training"}}},
		},
		Checkpoint: w.checkpoint(),
	}
	if err := w.Read(context.Background(), func(tx ledger.Tx) (err error) {
		in.Earlier, err = tx.Checkpoints(owner)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	in.Source = LedgerSource{
		Store: w.Store, Account: owner, Assessment: in.Assessment.ID, Size: in.Checkpoint.Size,
		Selected: func(id string) bool { return !w.leftOut[id] },
		Objects: func(_ context.Context, h ledger.Hash) (Raw, error) {
			content, ok := w.raw[h]
			if !ok {
				return Raw{}, fault.Missing("raw object", h.String())
			}
			if w.masked[h] {
				content = []byte(`{"masked":true}`)
			}
			return Raw{ReadCloser: io.NopCloser(bytes.NewReader(content)), Extension: "json", Masked: w.masked[h]}, nil
		},
	}
	return in
}

func (w *world) write(in Input) []byte {
	w.t.Helper()
	var b bytes.Buffer
	if _, err := Write(context.Background(), &b, in, w.publisher.Signer()); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

// item is an item of a control of the sample assessment.
func item(control int, at time.Time, b ledger.Body) ledger.Item {
	set := "Network protection"
	if control == 3 {
		set = "People"
	}
	return ledger.Item{Body: b, Occurrence: ledger.Occurrence{
		Owner: owner, Assessment: "0195f0c2-0000-7000-8000-00000000a001", ControlSet: set, Control: fmt.Sprintf("0195f0c2-0000-7000-8000-00000000c%03d", control),
		Collector: "test", Account: "111111111111", Region: "eu-west-1", ObservedAt: at,
	}}
}

// rule is a verdict of a rule on a security group.
func (w *world) rule(n int, at time.Time, v ledger.Verdict) ledger.Item {
	id := fmt.Sprintf("sg-%08x", n)
	raw := fmt.Sprintf(`{"resourceType":"AWS::EC2::SecurityGroup","resourceId":%q,"open":%v}`, id, v == ledger.NonCompliant)
	it := item(1, at, ledger.Body{
		Source: "AWS Config", Type: "Compliance check", Service: "config.amazonaws.com", Event: "restricted-ssh", Verdict: v, Account: "111111111111", Region: "eu-west-1",
		Reason: "Port 22 of " + id, Raw: w.object(raw), Rule: &ledger.Rule{ID: "INCOMING_SSH_DISABLED", Version: "2", Parameters: map[string]string{"x": "<y>"}},
		Subjects: []ledger.Subject{{ID: id, Type: "AWS::EC2::SecurityGroup", Verdict: v}},
	})
	it.Produced = &ledger.Produced{Call: "config:PutEvaluations", RuleSource: ledger.Hash{9}, Complete: true, Tool: "tickmark test"}
	return it
}

// sample fills a world with evidence of every kind.
func (w *world) sample() *world {
	w.t.Helper()
	w.record(w.rule(1, day0, ledger.NonCompliant), w.rule(2, day0, ledger.Compliant), w.rule(3, day0, ledger.InsufficientData), w.rule(4, day0, ledger.NotApplicable))
	excepted := w.rule(5, day0, ledger.NonCompliant)
	excepted.Occurrence.Exception = "EXC-7"
	late := w.rule(6, day0.Add(48*time.Hour), ledger.NonCompliant)
	late.Occurrence.Backfilled = true
	event := item(2, day0.Add(time.Hour), ledger.Body{
		Source: "AWS CloudTrail", Type: "User activity", Service: "iam.amazonaws.com", Event: "CreateUser", Actor: "arn:aws:iam::111111111111:user/bob", Integrity: "digest-valid",
		Raw: w.object(`{"eventName":"CreateUser"}`), Attributes: map[string]string{"userName": "eve"},
	})
	w.checkpoint()
	text := item(3, day0.Add(2*time.Hour), ledger.Body{Source: "Manual", Type: "Manual", Text: "All staff were trained in June."})
	file := item(3, day0.Add(3*time.Hour), ledger.Body{Source: "Manual", Type: "Manual", FileName: "Training records 2023.pdf", Raw: w.object("%PDF-1.4 pretend")})
	secret := item(2, day0.Add(4*time.Hour), ledger.Body{Source: "AWS API calls", Type: "Configuration data", Service: "ec2.amazonaws.com", Event: "DescribeVpnConnections", Raw: w.object(`{"psk":"secret"}`)})
	w.masked[secret.Body.Raw] = true
	gone := item(2, day0.Add(5*time.Hour), ledger.Body{Source: "AWS Security Hub", Type: "Compliance check", Event: "EC2.4", Verdict: ledger.NonCompliant, Raw: ledger.Hash{4, 5, 6}})
	late.Produced = &ledger.Produced{Call: "config:PutEvaluations", Gap: "one page could not be read", Tool: "tickmark test"}
	w.record(excepted, late, event, text, file, secret, gone)
	same := w.rule(0, day0.Add(24*time.Hour), ledger.Compliant)
	same.Body.Subjects, same.Body.Raw = nil, ledger.Hash{}
	if err := w.Write(context.Background(), func(tx ledger.Tx) error {
		for n := range 4 {
			h, err := ledger.PutBody(tx, owner, w.rule(10+n, day0, ledger.Compliant).Body)
			if err != nil {
				return err
			}
			same.Members = append(same.Members, h)
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	w.record(same)
	return w
}

func verify(t testing.TB, bundle []byte, o Options) *Result {
	t.Helper()
	r, n := bytesAt(bundle)
	res, err := VerifyReader(context.Background(), r, n, o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// want verifies and checks the outcome; part must be in the problem or its entry.
func want(t testing.TB, name string, bundle []byte, o Options, status Status, part string) *Result {
	t.Helper()
	res := verify(t, bundle, o)
	said := res.Entry + " " + res.Problem
	if res.Status != status || !strings.Contains(said, part) {
		t.Errorf("%s: status %d, %s; want %d with %q", name, res.Status, said, status, part)
	}
	if !o.Key.IsZero() && o.Checkpoint == nil && o.Reperform == nil {
		agree(t, name, bundle, o.Key, res)
	}
	return res
}

// agree: ValidateAssessmentReportIntegrity finds what the verification offline finds.
func agree(t testing.TB, name string, bundle []byte, key ledger.Public, res *Result) {
	t.Helper()
	r, n := bytesAt(bundle)
	got, err := Validate(context.Background(), r, n, func(id string) (ledger.Public, bool) {
		if own, err := ledger.ParsePublic(res.Digest.PublicKey); err == nil && res.Rotated && id == ledger.KeyID(own) {
			return own, true // a deployment knows each of its keys
		}
		return key, id == ledger.KeyID(key)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.SignatureValid != (res.Status == Intact) || (len(got.ValidationErrors) == 0) != (res.Status == Intact) {
		t.Errorf("%s: offline status %d (%s %s), the API says %+v", name, res.Status, res.Entry, res.Problem, got)
	}
}

func TestBundle(t *testing.T) {
	w := newWorld(t).sample()
	bundle := w.write(w.input())
	key := Options{Key: w.publisher.Signer().Verifier()}
	res := want(t, "with key", bundle, key, Intact, "")
	want(t, "without key", bundle, Options{}, Unauthenticated, "")
	got := fmt.Sprintf("%+v", res.Manifest.Totals)
	const totals = "{Population:{Compliant:5 NonCompliant:3 Inconclusive:6 Excepted:1 Total:15} Selected:{Compliant:5 NonCompliant:3 Inconclusive:6 Excepted:1 Total:15} LeftOut:{Compliant:0 NonCompliant:0 Inconclusive:0 Excepted:0 Total:0} Records:12 Backfilled:1 BackfilledWith:map[2:1] DaysWithoutCollection:6}"
	if got != totals {
		t.Errorf("totals\n%s, want\n%s", got, totals)
	}
	if res.Evidence != 12 || res.LeftOut != 0 || res.Manifest.Raw != (RawCounts{Kept: 8, Masked: 1, NotKept: 1}) {
		t.Errorf("%d selected, %d left out, raw %+v", res.Evidence, res.LeftOut, res.Manifest.Raw)
	}
	if again := w.write(w.input()); !bytes.Equal(again, bundle) {
		t.Error("the same input gives other bytes")
	}
}

// TestLeftOut: leaving every failing item out is visible in the numbers, on the pages, and still proven.
func TestLeftOut(t *testing.T) {
	w := newWorld(t).sample()
	for it := range w.input().Source.Evidence(context.Background(), "Network protection", "0195f0c2-0000-7000-8000-00000000c001") {
		if it.Verdict == ledger.NonCompliant {
			w.leftOut[it.ID] = true
		}
	}
	bundle := w.write(w.input())
	res := want(t, "left out", bundle, Options{Key: w.publisher.Signer().Verifier()}, Intact, "")
	if c := res.Manifest.Totals.LeftOut; c != (Counts{NonCompliant: 2, Excepted: 1, Total: 3}) || res.LeftOut != 3 {
		t.Errorf("left out %+v, %d leaves", c, res.LeftOut)
	}
	const says = "Left out of this report: 3 pieces of evidence of 15 (2 non-compliant, 1 excepted)."
	if page := string(entry(t, bundle, indexName)); !strings.Contains(page, says) {
		t.Errorf("the index page does not say %q", says)
	}
	if out := res.Text(); !strings.Contains(out, says) {
		t.Errorf("the output of verify does not say %q:\n%s", says, out)
	}
}

func TestEmptyReport(t *testing.T) {
	w := newWorld(t)
	in := w.input()
	res := want(t, "empty log", w.write(in), Options{Key: w.publisher.Signer().Verifier()}, Intact, "")
	if res.Files == 0 || res.Manifest.Totals.Records != 0 {
		t.Errorf("result %+v", res)
	}
	in.ControlSets = nil
	want(t, "no controls", w.write(in), Options{}, Unauthenticated, "")
	other := w.rule(1, day0, ledger.Compliant)
	other.Occurrence.Assessment = "another"
	w.record(other)
	want(t, "evidence of another assessment only", w.write(w.input()), Options{Key: w.publisher.Signer().Verifier()}, Intact, "")
}

// TestUnaccounted: evidence of a control that the report does not list is counted.
func TestUnaccounted(t *testing.T) {
	w := newWorld(t).sample()
	in := w.input()
	in.ControlSets = in.ControlSets[:1]
	res := want(t, "a set left away", w.write(in), Options{}, Unauthenticated, "")
	if res.Manifest.Unaccounted != 2 {
		t.Errorf("%d records unaccounted for, want 2", res.Manifest.Unaccounted)
	}
}

func TestWriteRefuses(t *testing.T) {
	w := newWorld(t).sample()
	good := w.input()
	for name, c := range map[string]struct {
		spoil func(*Input, *LedgerSource)
		part  string
	}{
		"foreign checkpoint": {func(in *Input, _ *LedgerSource) {
			in.Checkpoint.Note = bytes.Replace(in.Checkpoint.Note, []byte("\n12\n"), []byte("\n11\n"), 1)
		}, "checkpoint"},
		"changed raw object": {func(_ *Input, s *LedgerSource) {
			open := s.Objects
			s.Objects = func(ctx context.Context, h ledger.Hash) (Raw, error) {
				r, err := open(ctx, h)
				r.ReadCloser = io.NopCloser(strings.NewReader("other"))
				return r, err
			}
		}, "was changed"},
		"newer evidence": {func(in *Input, s *LedgerSource) { s.Size = 100; in.Checkpoint.Size = 5 }, "newer than the report's checkpoint"},
		"other earlier checkpoint": {func(in *Input, _ *LedgerSource) {
			in.Earlier = []ledger.Checkpoint{{Size: 3}}
		}, "does not begin with its checkpoint"},
		"control given twice": {func(in *Input, _ *LedgerSource) {
			in.ControlSets = append(in.ControlSets, in.ControlSets[0])
		}, "given twice"},
	} {
		in, src := good, good.Source.(LedgerSource)
		c.spoil(&in, &src)
		in.Source = src
		_, err := Write(context.Background(), io.Discard, in, w.publisher.Signer())
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	w := newWorld(b)
	for n := 0; n < 2000; n += 100 {
		var items []ledger.Item
		for i := range 100 {
			items = append(items, w.rule(n+i, day0.Add(time.Duration(n+i)*time.Minute), ledger.Compliant))
		}
		w.record(items...)
	}
	in := w.input()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if _, err := Write(context.Background(), io.Discard, in, w.publisher.Signer()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// entry reads a file of a bundle with the standard library's reader.
func entry(t testing.TB, bundle []byte, name string) []byte {
	t.Helper()
	for n, content := range unpack(t, bundle) {
		if strings.HasSuffix(n, "/"+name) && strings.Count(n, "/") == 2+strings.Count(name, "/") {
			return content
		}
	}
	t.Fatalf("no entry %s", name)
	return nil
}

func unpack(t testing.TB, bundle []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func bytesAt(b []byte) (io.ReaderAt, int64) { return bytes.NewReader(b), int64(len(b)) }
