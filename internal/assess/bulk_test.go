package assess_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
)

const manifest = "\ufeffControl,file,Text,s3,effective_date\r\n" +
	"%[1]s,minutes.pdf,,,2025-12-31\r\n" +
	"%[1]s,,\"Reviewed, and signed.\",,\r\n" +
	"%[1]s,,,s3://elsewhere/report.pdf,\r\n" +
	"nobody,,text,,\r\n" +
	"%[1]s,../secret.pdf,,,\r\n" +
	"%[1]s,program.exe,,,\r\n" +
	"%[1]s,missing.pdf,,,\r\n" +
	"%[1]s,,text,,31.12.2025\r\n" +
	"%[1]s,minutes.pdf,both,,\r\n" +
	"%[1]s,,,,\r\n" +
	"%[1]s,,a,b,c,d\r\n" +
	"%[1]s,,\"unfinished\" quote,,\r\n"

var folder = fstest.MapFS{"minutes.pdf": {Data: []byte("minutes")}, "program.exe": {Data: []byte("x")}}

// TestManifest: each line is taken or refused alone; the same again adds nothing.
func TestManifest(t *testing.T) {
	h := newHouseWith(t, assess.Limits{ManualPerDay: 1})
	f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}})
	a := h.assessment(f.ID)
	read := func() []assess.BulkItem {
		items, err := assess.ReadManifest("m.csv", strings.NewReader(fmt.Sprintf(manifest, ids[0])), folder)
		h.ok(err)
		return items
	}
	r, err := h.ImportBulk(ctx, owner, a.ID, read())
	h.ok(err)
	if r.New != 3 || r.Known != 0 || r.Bytes != int64(len("minutes")+len("Reviewed, and signed.")) {
		t.Errorf("imported %+v", r)
	}
	var failed []string
	for _, x := range r.Failed {
		failed = append(failed, strings.TrimPrefix(x.Where, "m.csv:"))
		if k := fault.KindOf(x.Err); k != fault.Invalid && k != fault.NotFound {
			t.Errorf("%s: %v", x.Where, x.Err)
		}
	}
	if got := strings.Join(failed, " "); got != "5 6 7 8 9 10 11 12 13" {
		t.Errorf("lines %s failed: %v", got, r.Failed)
	}
	es := h.all(a)
	var said []string
	for _, e := range es {
		said = append(said, e.Body.Event+" "+e.Body.FileName+e.Body.Text+" "+e.Body.Attributes["effectiveDate"]+e.Body.Attributes["content"])
		if e.Body.FileName == "minutes.pdf" {
			raw, err := h.Raw(ctx, e.Body.Raw)
			h.ok(err)
			if text, err := io.ReadAll(raw); err != nil || string(text) != "minutes" || e.CollectedAt.IsZero() {
				t.Errorf("the file is %q, %v", text, err)
			}
		}
	}
	slices.Sort(said)
	if got := strings.Join(said, ", "); got != "ImportFile minutes.pdf 2025-12-31, ImportS3  not held here, ImportText Reviewed, and signed. " {
		t.Errorf("evidence %s", got)
	}
	h.at(tomorrow, 1)
	if r, err = h.ImportBulk(ctx, owner, a.ID, read()); err != nil || r.New != 0 || r.Known != 3 || len(h.all(a)) != 3 {
		t.Errorf("again: %+v, %v", r, err)
	}
	log, err := h.ChangeLog(ctx, owner, a.ID, "", "")
	h.ok(err)
	if n := len(slices.DeleteFunc(log, func(c assess.Change) bool { return c.Action != assess.ActionImport })); n != 1 {
		t.Errorf("%d entries in the change log", n)
	}
}

// TestFolders: a folder of a control's name holds its evidence.
func TestFolders(t *testing.T) {
	h := newHouse(t)
	std, ok := catalog.Standard().FrameworkNamed("CIS AWS Foundations Benchmark v1.4.0")
	if !ok {
		t.Fatal("no such framework")
	}
	a := h.assessment(std.ID)
	items, err := assess.ReadFolders("dir", fstest.MapFS{
		"1.1/contacts.txt": {Data: []byte("a")}, "1.1/.hidden": {}, "1.3/deep/x.txt": {}, "loose.txt": {}, "9.9/x.txt": {Data: []byte("b")},
	}, "2025-06-30")
	h.ok(err)
	r, err := h.ImportBulk(ctx, owner, a.ID, items)
	h.ok(err)
	if r.New != 1 || len(r.Failed) != 3 {
		t.Errorf("imported %+v", r)
	}
	if es := h.all(a); len(es) != 1 || es[0].Body.FileName != "contacts.txt" || es[0].Body.Attributes["effectiveDate"] != "2025-06-30" {
		t.Errorf("evidence %+v", es)
	}
	// An inactive control takes nothing, and the others are unharmed.
	k, set := a.Sets[0].Controls[0].ID, a.Sets[0].ID
	_, err = h.UpdateAssessmentControl(ctx, owner, a.ID, set, k, assess.Inactive, "")
	h.ok(err)
	r, err = h.ImportBulk(ctx, owner, a.ID, []assess.BulkItem{{Where: "1", Control: k, Text: "no"}, {Where: "2", Control: "1.3", Text: "yes"}})
	if err != nil || r.New != 1 || len(r.Failed) != 1 || r.Failed[0].Where != "1" {
		t.Errorf("imported %+v, %v", r, err)
	}
}

// TestNoManifest: what is no manifest is refused whole.
func TestNoManifest(t *testing.T) {
	for _, text := range []string{"", "a,b\n1,2\n", "control,control\n", "file\nx\n", "\"control"} {
		_, err := assess.ReadManifest("m", strings.NewReader(text), folder)
		wantKind(t, err, fault.Invalid)
	}
	items, err := assess.ReadManifest("m", strings.NewReader("control;text\nc;a, b\n"), nil)
	if err != nil || len(items) != 1 || items[0].Text != "a, b" {
		t.Errorf("semicolons: %+v, %v", items, err)
	}
}

func FuzzReadManifest(f *testing.F) {
	f.Add(fmt.Sprintf(manifest, "c"))
	f.Add("control;file\n\"a;b\n")
	f.Fuzz(func(t *testing.T, text string) {
		items, err := assess.ReadManifest("m", strings.NewReader(text), folder)
		if err != nil {
			wantKind(t, err, fault.Invalid)
		}
		for _, it := range items {
			if it.Where == "" || it.Open != nil && (it.FileName == "" || strings.ContainsAny(it.FileName, "/")) {
				t.Errorf("item %+v", it)
			}
		}
	})
}

// TestKilledByHand: whichever write of an import breaks, by hand or in bulk, before or after its commit, repeating it
// gives what an undisturbed one gives.
func TestKilledByHand(t *testing.T) {
	for _, after := range []bool{false, true} {
		for n := 1; n < 5; n++ {
			h := newHouse(t)
			f, ids := h.framework([]catalog.Source{{Type: catalog.Manual}}, []catalog.Source{{Type: catalog.Manual}})
			a := h.assessment(f.ID)
			var items []assess.BulkItem
			for i := range 250 {
				items = append(items, assess.BulkItem{Where: fmt.Sprint(i), Control: ids[i%2], Text: fmt.Sprint("piece ", i)})
			}
			broken := assess.New(assess.Options{
				Store: &failing{store.For(h.env.DB, func(tx *store.Tx) assess.Tx { return tx }), n, after}, IDs: h.env.Clock, Shelf: h.shelf,
			})
			if _, err := broken.ImportBulk(ctx, owner, a.ID, items); !errors.Is(err, errCrash) {
				t.Fatalf("write %d: %v", n, err)
			}
			r, err := h.ImportBulk(ctx, owner, a.ID, items)
			h.ok(err)
			fs := h.folders(a)
			if len(r.Failed) > 0 || r.New+r.Known != 250 || len(h.entries()) != 250 || fs[today+" "+ids[0]].ByHand != 125 {
				t.Errorf("write %d (committed: %v): %+v, %d leaves, folders %+v", n, after, r, len(h.entries()), fs)
			}
		}
	}
}
