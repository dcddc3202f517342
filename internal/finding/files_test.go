package finding_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/stamp"
)

// TestLongFiles: a file may hold any number of findings in any form; a single value that is too long for a finding, or
// a file that only unpacks to much, ends its file with the reason, and what came before is kept.
func TestLongFiles(t *testing.T) {
	var many []string
	for i := range 600 {
		many = append(many, string(asff(t, fmt.Sprint("f-", i), map[string]any{"Description": strings.Repeat("d", 1000), "Note": map[string]any{"Text": strings.Repeat("n", 500)}})))
	}
	all, one := strings.Join(many, ",\n"), many[0]
	long := `{"Id":"` + strings.Repeat("x", 5<<20) + `"}`
	for name, c := range map[string]struct {
		text   string
		items  int
		reason string
	}{
		"list":               {`[` + all + `]`, 600, ""},
		"answer":             {`{"NextToken":"x","Findings":[` + all + `],"More":{"Findings":[1]}}`, 600, ""},
		"answers":            {`{"Findings":[` + many[0] + `]}{"Findings":[` + many[1] + `]}` + "\n" + many[2], 3, ""},
		"lines":              {strings.Join(many, "\n"), 600, ""},
		"no findings":        {`{"Findings":null}` + one, 1, ""},
		"findings of a kind": {`{"Findings":{"a":1}}`, 0, "no list"},
		"one too long":       {`[` + many[0] + `,` + long + `,` + many[1] + `]`, 1, "no finding"},
		"object too long":    {many[0] + long, 1, "no finding"},
		"white space":        {many[0] + strings.Repeat(" ", 100<<20), 1, "no finding"},
		"cut":                {`{"Findings":[` + many[0] + `,` + many[1][:200], 1, "not valid JSON"},
		"unclosed":           {`{"Findings":[` + many[0] + `]`, 1, "not valid JSON"},
		"unclosed list":      {`[` + many[0], 1, "not valid JSON"},
		"packed":             {packed(t, `[`+all+`]`), 600, ""},
		"packed cut":         {packed(t, `[`+all+`]`)[:4000], -1, "not valid JSON"},
		"bomb":               {packed(t, `[`+one+strings.Repeat(","+one, 50_000)+`]`), -1, "grows too much"},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := open(t)
			im := finding.Importer{Hub: h, Clock: stamp.NewFixed(time.Unix(0, 0))}
			var r finding.Result
			start := time.Now()
			if err := im.Read(t.Context(), "file", strings.NewReader(c.text), &r); err != nil {
				t.Fatal(err)
			}
			if c.items >= 0 && r.Items != c.items {
				t.Errorf("%d items, want %d", r.Items, c.items)
			}
			if c.reason == "" && len(r.Rejected) > 0 || c.reason != "" && (len(r.Rejected) != 1 || !strings.Contains(r.Rejected[0].Reason, c.reason)) {
				t.Errorf("rejected %.300v, want %q", r.Rejected, c.reason)
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
}

// TestRawOfFiles: a finding that stands alone in a file is kept byte by byte.
func TestRawOfFiles(t *testing.T) {
	h, _ := open(t)
	im := finding.Importer{Hub: h, Clock: stamp.NewFixed(time.Unix(0, 0))}
	var r finding.Result
	var indented bytes.Buffer
	if err := json.Indent(&indented, asff(t, "f-1", map[string]any{"Description": "\u00e9 \\u00e9 </b>"}), "  ", "\t"); err != nil {
		t.Fatal(err)
	}
	if err := im.Read(t.Context(), "file", strings.NewReader("\n "+indented.String()+"\n\n"), &r); err != nil || r.Items != 1 {
		t.Fatal(r, err)
	}
	if got := only(t, h); got["Description"] != "\u00e9 \\u00e9 </b>" {
		t.Errorf("description %q", got["Description"])
	}
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
