package intake_test

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/xuri/excelize/v2"

	"github.com/tickmark/tickmark/internal/authoring/intake"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

var update = flag.Bool("update", false, "rewrite what the stories come to")

// A story is a list and what it comes to: the comment's first word is the kind, options follow as name=value; files up to
// want are the list; want is the framework, notes is what is told of it, error is why there is none.
func TestStories(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(stories) < 10 {
		t.Fatal("stories are missing", err)
	}
	for _, name := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			kind, o, inputs := story(t, a)
			got := outcome(intake.Read(kind, inputs, o))
			var kept []txtar.File
			want := map[string]string{}
			for _, f := range a.Files {
				switch f.Name {
				case "want", "notes", "error":
					want[f.Name] = string(f.Data)
				default:
					kept = append(kept, f)
				}
			}
			if *update {
				a.Files = append(kept, got...)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range got {
				if want[f.Name] != string(f.Data) {
					t.Errorf("%s:\n%s\nwant\n%s", f.Name, f.Data, want[f.Name])
				}
				delete(want, f.Name)
			}
			for name, text := range want {
				t.Errorf("there is no %s; want\n%s", name, text)
			}
		})
	}
}

func outcome(r *intake.Result, err error) []txtar.File {
	if err != nil {
		return []txtar.File{{Name: "error", Data: []byte(err.Error() + "\n")}}
	}
	text, err := r.File.YAML()
	if err != nil {
		return []txtar.File{{Name: "error", Data: []byte(err.Error() + "\n")}}
	}
	notes := fmt.Sprintf("%d taken, %d automated, %d left out\n", r.Taken, r.Automated, r.LeftOut)
	for _, n := range r.Notes {
		notes += n.String() + "\n"
	}
	return []txtar.File{{Name: "want", Data: text}, {Name: "notes", Data: []byte(notes)}}
}

func story(t testing.TB, a *txtar.Archive) (kind string, o intake.Options, inputs []intake.Input) {
	words := strings.Fields(string(a.Comment))
	kind = words[0]
	beside := t.TempDir()
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		value = strings.ReplaceAll(value, "_", " ")
		switch key {
		case "name":
			o.Name = value
		case "by":
			o.ByControl = value == "control"
		default:
			t.Fatalf("%q is no option of a story", w)
		}
	}
	for _, f := range a.Files {
		switch {
		case f.Name == "want" || f.Name == "notes" || f.Name == "error":
		case strings.HasPrefix(f.Name, "beside/"):
			if err := os.WriteFile(filepath.Join(beside, strings.TrimPrefix(f.Name, "beside/")), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			inputs = append(inputs, intake.Input{Name: f.Name, Body: f.Data})
		}
	}
	o.Beside = os.DirFS(beside)
	return kind, o, inputs
}

// workbookOf is a workbook with a cover and a sheet of rows.
func workbookOf(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetCellValue("Sheet1", "A1", "Our controls"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("Controls"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow("Controls", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	body := workbookOf(t, [][]any{
		{"Control list of 2026"},
		{"No.", "Domain", "Title", "Config rules", "Owner"},
		{1.1, "Identity", "Second factor", "IAM_USER_MFA_ENABLED\nMFA_ENABLED_FOR_IAM_CONSOLE_ACCESS", "ana"},
		{"1.2", "", "=cmd|' /C calc'!A0", ""},
	})
	r, err := intake.Read(intake.XLSX, []intake.Input{{Name: "dir/list.xlsx", Body: body}}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.File.YAML()
	if err != nil {
		t.Fatal(err)
	}
	const want = `format: tickmark-frameworks/1
frameworks:
- name: list
  controlSets:
  - name: Identity
    controls:
    - name: 1.1 Second factor
      sources:
      - type: AWS_Config
        keyword: IAM_USER_MFA_ENABLED
      - type: AWS_Config
        keyword: MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS
    - name: 1.2 =cmd|' /C calc'!A0
      sources:
      - type: MANUAL
`
	if string(text) != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if len(r.Notes) != 1 || r.Notes[0].String() != `dir/list.xlsx: Controls row 2: column "Owner": it is not read` {
		t.Error(r.Notes)
	}
	for _, o := range []struct {
		sheet string
		body  []byte
		want  string
	}{
		{"Sheet1", body, "list.xlsx: there is no header in the first 20 rows"},
		{"Other", body, `list.xlsx: there is no sheet "Other"; there are Sheet1, Controls`},
		{"", []byte("PK\x03\x04 not"), "list.xlsx: it cannot be read as a workbook in XLSX"},
		{"", workbookOf(t, [][]any{{"a", "b"}}), "list.xlsx: there is no header"},
	} {
		_, err := intake.Read(intake.XLSX, []intake.Input{{Name: "list.xlsx", Body: o.body}}, intake.Options{Sheet: o.sheet})
		if err == nil || !strings.HasPrefix(err.Error(), o.want) {
			t.Errorf("%q: %v; want %s", o.sheet, err, o.want)
		}
	}
}

// A workbook that unpacks to more than the limit is refused before it fills the memory.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range 130 {
		if _, err := w.Write(blank); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = intake.Read(intake.XLSX, []intake.Input{{Name: "bomb.xlsx", Body: b.Bytes()}}, intake.Options{})
	if err == nil || !strings.Contains(err.Error(), "unpacks to more than") {
		t.Errorf("a file of %d bytes that unpacks to 130 MB: %v", b.Len(), err)
	}
}

// Controls with the ids of a standard framework's requirements get its sources, beside their own, each once.
func TestLike(t *testing.T) {
	f, ok := catalog.Standard().FrameworkNamed("NIST SP 800-53 r5")
	if !ok {
		t.Fatal("the framework is gone")
	}
	var want *catalog.Control
	for _, s := range f.Sets {
		for _, c := range s.Controls {
			if c.Requirement == "AC-2(1)" {
				want = c
			}
		}
	}
	own := want.Sources()[0]
	list := fmt.Sprintf("id,name,config rules\nac-02 (01),Accounts,%s CUSTOM\nZZ-1,Other,\n", own.Keyword)
	r, err := intake.Read(intake.CSV, []intake.Input{{Name: "l.csv", Body: []byte(list)}}, intake.Options{Like: f})
	if err != nil {
		t.Fatal(err)
	}
	controls := r.File.Frameworks[0].ControlSets[0].Controls
	if got := len(controls[0].Sources); own.Type != catalog.Config || got != len(want.Sources())+1 {
		t.Errorf("AC-2(1) has %d sources; want %d and CUSTOM", got, len(want.Sources()))
	}
	if got := controls[1].Sources; len(got) != 1 || got[0].Type != "MANUAL" {
		t.Errorf("ZZ-1 has %v", got)
	}
	if _, err := intake.Read(intake.CSV, []intake.Input{{Name: "l.csv", Body: []byte("id,name\nZZ-1,x\n")}}, intake.Options{Like: f}); err != nil {
		t.Error(err)
	}
}

// The rules that stand for checks of Prowler are rules, and each check stands there once.
func TestProwlerTable(t *testing.T) {
	text, err := os.ReadFile("prowler.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		check, rules, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if seen[check] {
			t.Errorf("%s stands there twice", check)
		}
		if seen[check] = true; check == "check" {
			continue
		}
		for _, r := range strings.Split(rules, ",") {
			if p := catalog.Lint([]catalog.Source{{Type: catalog.Config, Keyword: r}}); len(p) > 0 || !managed.Implemented(r) {
				t.Errorf("%s: %s is no rule of the library", check, r)
			}
		}
	}
	if len(seen) < 200 {
		t.Errorf("%d checks are mapped", len(seen))
	}
}

// Every published conformance pack becomes a framework, by rule and by control.
func TestPublishedPacks(t *testing.T) {
	for i, name := range pack.Names() {
		if testing.Short() && i%10 > 0 {
			continue
		}
		body, err := pack.Published(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []bool{false, true} {
			r, err := intake.Read(intake.Pack, []intake.Input{{Name: name, Body: body}}, intake.Options{ByControl: by})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if r.Automated != r.Taken {
				t.Errorf("%s: %d of %d controls are automated: %v", name, r.Automated, r.Taken, r.Notes)
			}
		}
	}
}

// Whatever a file holds, it is read or refused, and what is read is a file that can be applied.
func FuzzRead(f *testing.F) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	kinds := intake.Kinds()
	for _, name := range stories {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		kind, _, inputs := story(f, a)
		for i := range kinds {
			if kinds[i] == kind {
				f.Add(uint8(i), inputs[0].Body)
			}
		}
	}
	f.Add(uint8(2), workbookOf(f, [][]any{{"id", "name"}, {1, "x"}}))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		r, err := intake.Read(kinds[int(kind)%len(kinds)], []intake.Input{{Name: "f", Body: body}}, intake.Options{})
		if err == nil && r.Taken == 0 {
			t.Error("nothing was taken, and no error told so")
		}
	})
}
