package report

import (
	"strings"
	"time"
)

var csvHeader = []string{
	"time", "control set", "control", "data source", "type", "service", "event", "verdict", "excepted", "resources", "account", "region",
	"rule", "logic version", "backfilled", "collected at", "evidence id", "leaf", "file",
}

func csvRecord(set ControlSet, c Control, f evidenceFile, file string) []string {
	o, b := f.Occurrence, f.Body
	var subjects []string
	for _, s := range b.Subjects {
		subjects = append(subjects, firstOf(s.ARN, s.ID))
	}
	rule, version := "", ""
	if b.Rule != nil {
		rule, version = b.Rule.ID, b.Rule.Version
	}
	return []string{
		o.ObservedAt.Format(time.RFC3339), set.Name, c.Name, o.Source, b.Type, b.Service, b.Event, string(o.Verdict), o.Exception, strings.Join(subjects, " "),
		o.Account, o.Region, rule, version, yes(o.Backfilled), o.CollectedAt.Format(time.RFC3339), f.ID, decimal(f.LeafIndex), file,
	}
}

func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// CSVLine quotes every field, and makes harmless what a spreadsheet would take for a formula.
func CSVLine(fields ...string) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		if f != "" && strings.ContainsRune("=+-@\t\r", []rune(f)[0]) {
			f = "'" + f
		}
		b.WriteString(`"` + strings.ReplaceAll(f, `"`, `""`) + `"`)
	}
	return b.String() + "\r\n"
}
