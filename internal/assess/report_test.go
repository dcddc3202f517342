package assess_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/store"
)

func (h *house) reporter() *assess.Reporter {
	h.Helper()
	signer, err := ledger.OpenSigner(h.TempDir(), h.env.Clock)
	h.ok(err)
	log := store.For(h.env.DB, func(tx *store.Tx) ledger.Tx { return tx })
	return &assess.Reporter{Service: h.Service, Publisher: ledger.NewPublisher(log, signer), Signer: signer, Ledger: log}
}

// upload puts a file where an evidence upload URL leads, and answers with the name to import it by.
func (h *house) upload(name, content string) string {
	h.Helper()
	bucket, key, err := h.NewUpload(ctx, owner, name)
	h.ok(err)
	_, err = h.shelf.Put(ctx, accountA, object.Object{Bucket: bucket, Key: key}, strings.NewReader(content))
	h.ok(err)
	return key
}

func TestManual(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	a := h.assessment(f.ID)
	file := h.upload("policy.PDF", "%PDF")
	h.ok(h.shelf.CreateBucket(ctx, accountA, ireland, "mine", start))
	_, err := h.shelf.Put(ctx, accountA, object.Object{Bucket: "mine", Key: "a/b.txt"}, strings.NewReader("held"))
	h.ok(err)
	in := []assess.ManualInput{
		{Text: "we did it", Effective: "2026-01-01"},
		{File: file},
		{S3Path: "s3://mine/a/b.txt"},
		{S3Path: "s3://elsewhere/x.csv"},
		{},
		{Text: "a", File: file},
		{File: "nope.pdf"},
		{S3Path: "s3://mine/virus.exe"},
		{Text: strings.Repeat("x", 1001)},
		{Text: "a", Effective: "soon"},
	}
	done, failed, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], in)
	h.ok(err)
	if len(done) != 4 || len(failed) != 6 || failed[0].Index != 4 {
		t.Fatalf("done %v, failed %+v", done, failed)
	}
	fo := h.folders(a)[today+" "+ids[0]]
	es := h.evidence(a, fo)
	if fo.ByHand != 4 || es[0].Body.Text != "we did it" || es[0].Body.Attributes["effectiveDate"] != "2026-01-01" || es[0].Body.Actor != owner.Principal ||
		es[1].Body.FileName != "policy.PDF" || es[2].Body.Raw.IsZero() || !es[3].Body.Raw.IsZero() || es[3].Body.Attributes["s3ResourcePath"] != "s3://elsewhere/x.csv" {
		t.Errorf("evidence %+v", es)
	}
	h.ok(h.shelf.Delete(ctx, accountA, assess.EvidenceBucket(accountA), file)) // the evidence stays
	h.ok(h.env.Read(ctx, func(tx *store.Tx) error {
		used, err := tx.BlobUsed(es[1].Body.Raw.String())
		if !used {
			t.Error("the blob of an evidence file may be swept")
		}
		return err
	}))
	raw, err := h.Raw(ctx, es[1].Body.Raw)
	h.ok(err)
	defer raw.Close()
	if b, _ := io.ReadAll(raw); string(b) != "%PDF" {
		t.Errorf("the file reads %q", b)
	}
	var many []assess.ManualInput
	for n := range 2 {
		many = nil
		for i := range 50 {
			many = append(many, assess.ManualInput{Text: fmt.Sprint(n, " ", i)})
		}
		done, failed, err = h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], many)
		h.ok(err)
	}
	if len(done) != 46 || len(failed) != 4 || failed[0].Err.Kind != fault.Quota {
		t.Errorf("beyond the quota: %d done, %d failed", len(done), len(failed))
	}
	_, _, err = h.ImportEvidence(ctx, owner, a.ID, setOne, ids[0], append(many, many...))
	wantKind(t, err, fault.Invalid)
	for _, bad := range []string{"", "a/b.txt", "run.exe", "noextension"} {
		if _, _, err := h.NewUpload(ctx, owner, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("upload of %q: %v", bad, err)
		}
	}
}

func TestSelection(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A")})
	for _, v := range []string{"COMPLIANT", "NON_COMPLIANT", "NON_COMPLIANT"} {
		h.judge(accountA, ireland, "A", "i-"+v+h.env.Clock.NewID(), v, start)
	}
	a := h.assessment(f.ID)
	h.step()
	fo := h.folders(a)[today+" "+ids[0]]
	es := h.evidence(a, fo)
	done, failed, err := h.SelectEvidence(ctx, owner, a.ID, fo.ID(), []string{es[0].ID, es[0].ID, "nope"}, true)
	h.ok(err)
	if len(done) != 2 || len(failed) != 1 || failed[0].ID != "nope" || h.folders(a)[today+" "+ids[0]].Selected != 1 {
		t.Errorf("done %v, failed %+v", done, failed)
	}
	if e, err := h.GetEvidence(ctx, owner, a.ID, "", fo.ID(), es[0].ID); err != nil || !e.Selected {
		t.Errorf("the piece is not selected: %v", err)
	}
	// A much-copied example passes the folder's id as the control set's.
	if _, err := h.FolderEvidence(ctx, owner, a.ID, fo.ID(), fo.ID(), nil, 0); err != nil {
		t.Error(err)
	}
	h.ok(h.SelectFolder(ctx, owner, a.ID, fo.ID(), true))
	if n := h.folders(a)[today+" "+ids[0]].Selected; n != 3 {
		t.Errorf("%d selected of 3", n)
	}
	if n, err := h.SelectAll(ctx, owner, a.ID, ledger.ClassNonCompliant, false); err != nil || n != 2 {
		t.Errorf("%d deselected, %v", n, err)
	}
	cs, err := h.Counts(ctx, owner, a.ID)
	h.ok(err)
	if len(cs) != 1 || cs[0].Total != 3 || cs[0].Selected != 1 || cs[0].Issues != 2 {
		t.Errorf("counts %+v", cs)
	}
	_, _, err = h.Delegate(ctx, owner, a.ID, []assess.DelegationInput{{ControlSet: setOne, RoleARN: delegate.Principal, RoleType: assess.ResourceOwner}})
	h.ok(err)
	wantKind(t, h.SelectFolder(ctx, delegate, a.ID, fo.ID(), true), fault.Denied)
}

// TestReport: every source in one bundle that verifies, with what was left out counted.
func TestReport(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework(
		[]catalog.Source{source(catalog.Config, "A"), source(catalog.CloudTrail, "iam_CreateUser")},
		[]catalog.Source{source(catalog.SecurityHub, "EC2.4"), source(catalog.APICall, "iam_ListUsers"), {Type: catalog.Manual}},
	)
	h.judge(accountA, ireland, "A", "i-1", "COMPLIANT", start)
	h.judge(accountA, ireland, "A", "i-2", "NON_COMPLIANT", start)
	h.act(accountA, ireland, "e1", "iam.amazonaws.com", "CreateUser", start, "")
	h.find(accountA, "f", "EC2.4", "FAILED", start)
	h.item(accountA, "global", "AWS::IAM::User", "u1", "a", start)
	a := h.assessment(f.ID)
	h.step()
	_, _, err := h.ImportEvidence(ctx, owner, a.ID, setOne, ids[1], []assess.ManualInput{{File: h.upload("x.txt", "hello")}})
	h.ok(err)
	h.at(tomorrow, 2)
	h.step()
	n, err := h.SelectAll(ctx, owner, a.ID, "", true)
	h.ok(err)
	left, err := h.SelectAll(ctx, owner, a.ID, ledger.ClassNonCompliant, false)
	h.ok(err)
	rep, err := h.CreateReport(ctx, owner, a.ID, "first", "d")
	h.ok(err)
	wantKind(t, h.DeleteReport(ctx, owner, a.ID, rep.ID), fault.Invalid)
	r := h.reporter()
	if n, err := r.Pending(ctx); err != nil || n != 1 {
		t.Fatalf("%d reports written, %v", n, err)
	}
	rep, err = h.GetReport(ctx, owner, a.ID, rep.ID)
	h.ok(err)
	if rep.Status != assess.ReportComplete || rep.Bucket != "audit-reports" || !strings.HasPrefix(rep.Key, "here/first-") {
		t.Fatalf("report %+v", rep)
	}
	_, body, err := h.shelf.Get(ctx, accountA, rep.Bucket, rep.Key)
	h.ok(err)
	defer body.Close()
	b, err := io.ReadAll(body)
	h.ok(err)
	res, err := report.VerifyReader(ctx, bytes.NewReader(b), int64(len(b)), report.Options{Key: r.Signer.Verifier()})
	h.ok(err)
	if res.Status != report.Intact {
		t.Fatalf("not intact: %s %s", res.Entry, res.Problem)
	}
	tot := res.Manifest.Totals
	if tot.Records != int64(n) || tot.Population.NonCompliant != 3 || tot.LeftOut.NonCompliant != 3 || tot.Selected.NonCompliant != 0 || left != 3 || res.Manifest.Unaccounted != 0 {
		t.Errorf("totals %+v of %d, %d left out, unaccounted %d", tot, n, left, res.Manifest.Unaccounted)
	}
	if res.Manifest.From != today || res.Manifest.To != tomorrow || tot.DaysWithoutCollection != 0 {
		t.Errorf("period %s to %s, %d days without", res.Manifest.From, res.Manifest.To, tot.DaysWithoutCollection)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	h.ok(err)
	found := false
	for _, f := range z.File {
		found = found || strings.HasSuffix(f.Name, "_x.txt")
	}
	if !found {
		t.Error("the uploaded file is not in the bundle")
	}
	v, err := h.ValidateReport(ctx, owner, rep.Bucket, rep.Key, r.Signer.Known)
	if err != nil || !v.SignatureValid || len(v.ValidationErrors) != 0 {
		t.Errorf("integrity %+v, %v", v, err)
	}
	list, err := h.ListReports(ctx, owner)
	if err != nil || len(list) != 1 {
		t.Errorf("reports %+v, %v", list, err)
	}
	h.ok(h.DeleteReport(ctx, owner, a.ID, rep.ID))
	if _, err := h.shelf.Head(ctx, accountA, rep.Bucket, rep.Key); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the bundle is still there: %v", err)
	}
}

// TestEmptyReport: an assessment without evidence gives a valid report; a bucket of somebody else a failed one.
func TestEmptyReport(t *testing.T) {
	h := newHouse(t)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	_, err := h.CreateReport(ctx, owner, a.ID, "bad name", "")
	wantKind(t, err, fault.Invalid)
	rep, err := h.CreateReport(ctx, owner, a.ID, "empty", "")
	h.ok(err)
	r := h.reporter()
	_, err = r.Pending(ctx)
	h.ok(err)
	if rep, err = h.GetReport(ctx, owner, "", rep.ID); err != nil || rep.Status != assess.ReportComplete || rep.Size == 0 {
		t.Errorf("report %+v, %v", rep, err)
	}
	h.ok(h.shelf.CreateBucket(ctx, accountB, ireland, "theirs", start))
	_, err = h.UpdateAssessment(ctx, owner, a.ID, assess.AssessmentUpdate{Destination: &assess.Destination{Type: "S3", Path: "s3://theirs"}})
	h.ok(err)
	rep, err = h.CreateReport(ctx, owner, a.ID, "lost", "")
	h.ok(err)
	_, err = r.Pending(ctx)
	h.ok(err)
	if rep, err = h.GetReport(ctx, owner, a.ID, rep.ID); err != nil || rep.Status != assess.ReportFailed || !strings.Contains(rep.Failure, "theirs") {
		t.Errorf("report %+v, %v", rep, err)
	}
}
