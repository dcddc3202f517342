package report

import (
	"fmt"
	"strings"
	"time"
)

// Decision is what somebody has decided about the assessment itself: something reopened, frozen or unfrozen.
type Decision struct {
	// ID is the id of its entry in the log, LeafIndex its place there.
	ID         string    `json:"id"`
	LeafIndex  int64     `json:"leafIndex"`
	Kind       string    `json:"kind"`
	ControlSet string    `json:"controlSet,omitempty"`
	Control    string    `json:"control,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Reason     string    `json:"reason"`
	// Details are what the kind says beside, such as the seed of a sample.
	Details map[string]string `json:"details,omitempty"`
}

// Freeze tells that the report is of a frozen period.
type Freeze struct {
	ID     string    `json:"id"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// Size is how many records the log had when the period was frozen: later ones are no part of it.
	Size int64 `json:"size"`
}

// decisionRemarks tell by whom, when and why.
func decisionRemarks(m Manifest) []remark {
	var out []remark
	if f := m.Report.Freeze; f != nil {
		out = append(out, remark{"", fmt.Sprintf("Frozen on %s by %s: this report holds the days %s to %s alone, as the log had them at %d records. Reason: %s",
			stampText(f.At), f.By, m.From, m.To, f.Size, f.Reason)})
	}
	for _, d := range m.Assessment.Decisions {
		what := "The assessment"
		switch {
		case d.Control != "":
			what = "The control " + controlName(m, d.ControlSet, d.Control)
		case d.ControlSet != "":
			what = "The control set " + d.ControlSet
		}
		if strings.HasPrefix(d.Kind, "Reopen") {
			out = append(out, remark{"warn", fmt.Sprintf("%s was reopened on %s by %s. Reason: %s", what, stampText(d.At), d.By, d.Reason)})
		}
	}
	return out
}

func controlName(m Manifest, set, control string) string {
	for _, s := range m.ControlSets {
		for _, c := range s.Controls {
			if s.ID == set && c.ID == control {
				return c.Name
			}
		}
	}
	return control
}
