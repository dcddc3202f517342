package tell

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/scan"
)

// head is what the JSON tells beside evaluations and gaps.
type head struct {
	Tool       string                 `json:"tool"`
	Choice     string                 `json:"choice"`
	Started    time.Time              `json:"started"`
	Finished   time.Time              `json:"finished"`
	Incomplete string                 `json:"incomplete,omitempty"`
	Items      int64                  `json:"items"`
	Places     []place                `json:"places"`
	Summary    scan.Counts            `json:"summary"`
	BySeverity map[string]scan.Counts `json:"bySeverity"`
	ByService  map[string]scan.Counts `json:"byService"`
	Rules      []scan.Rule            `json:"rules"`
	LeftOut    []scan.LeftOut         `json:"leftOut"`
}

type place struct {
	Account string `json:"accountId"`
	Region  string `json:"awsRegion"`
}

// writeJSON writes one object; evaluations and gaps are a promise to scripts, and the baseline of a later scan.
func writeJSON(w io.Writer, r *scan.Report) error {
	h := head{
		Tool: "tickmark " + r.Tool, Choice: r.Choice, Started: r.Started.UTC(), Finished: r.Finished.UTC(), Incomplete: r.Incomplete, Items: r.Items,
		Places: []place{}, Summary: r.Counts, BySeverity: map[string]scan.Counts{}, ByService: r.ByService, Rules: rulesOf(r), LeftOut: orEmpty(r.LeftOut),
	}
	for _, p := range r.Places {
		h.Places = append(h.Places, place{p.Account, p.Region})
	}
	for k, c := range r.BySeverity {
		h.BySeverity[cmp.Or(k, "NONE")] = c
	}
	if _, err := io.WriteString(w, "{\n\"evaluations\": ["); err != nil {
		return err
	}
	l := lines{w: w}
	for e, err := range r.Evaluations() {
		if err == nil {
			err = l.add(e)
		}
		if err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, "\n],\n\"gaps\": ["); err != nil {
		return err
	}
	l.n = 0
	for _, g := range r.Gaps {
		if err := l.add(g); err != nil {
			return err
		}
	}
	text, err := plain(h)
	if err == nil {
		_, err = io.WriteString(w, "\n],\n\"scan\": "+string(text)+"\n}\n")
	}
	return err
}

// lines writes the elements of a list, one a line.
type lines struct {
	w io.Writer
	n int
}

func (l *lines) add(v any) error {
	text, err := plain(v)
	if err != nil {
		return err
	}
	sep := ",\n"
	if l.n == 0 {
		sep = "\n"
	}
	l.n++
	_, err = io.WriteString(l.w, sep+string(text))
	return err
}

// plain is JSON without escapes of <, > and &.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// rulesOf are the rules that judged, by identifier.
func rulesOf(r *scan.Report) []scan.Rule {
	out := []scan.Rule{}
	for _, id := range slices.Sorted(maps.Keys(r.Rules)) {
		out = append(out, r.Rules[id])
	}
	return out
}

func orEmpty[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
