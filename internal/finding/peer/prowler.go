package peer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// FromCSV turns a row of Prowler's CSV into a finding; columns are the header's names.
func FromCSV(row map[string]string, o Origin) (json.RawMessage, error) {
	get := func(names ...string) string {
		for _, n := range names {
			if v := strings.TrimSpace(row[n]); v != "" {
				return v
			}
		}
		return ""
	}
	if p := get("PROVIDER"); p != "" && !strings.EqualFold(p, "aws") {
		return nil, fmt.Errorf("it is about %s, not AWS", clip(p, 40))
	}
	check := get("CHECK_ID")
	r := result{
		Vendor: "Prowler", Product: "Prowler", Version: get("PROWLER_VERSION"), ID: get("FINDING_UID", "FINDING_UNIQUE_ID"), Generator: check,
		Account: get("ACCOUNT_UID", "ACCOUNT_ID"), Region: get("REGION"), Title: get("CHECK_TITLE"), Text: get("STATUS_EXTENDED", "DESCRIPTION"), Severity: label(get("SEVERITY")),
		Suppressed: strings.EqualFold(get("MUTED"), "true"), Remedy: get("REMEDIATION_RECOMMENDATION_TEXT"), URL: get("REMEDIATION_RECOMMENDATION_URL"),
		Resources: []resource{{get("RESOURCE_TYPE"), get("RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID", "RESOURCE_NAME"), get("REGION")}},
		Fields:    map[string]string{"tickmark/CheckId": check, "tickmark/Status": get("STATUS")},
	}
	r.prowler()
	switch strings.ToUpper(get("STATUS")) {
	case "PASS":
		r.Status = "PASSED"
	case "FAIL":
		r.Status = "FAILED"
	case "MUTED":
		r.Status, r.Suppressed = "FAILED", true
	default:
		r.Status = "NOT_AVAILABLE"
	}
	if check == "" {
		return nil, fmt.Errorf("it names no check")
	}
	for part := range strings.SplitSeq(get("COMPLIANCE"), " | ") {
		name, ids, ok := strings.Cut(part, ": ")
		for id := range strings.SplitSeq(ids, ",") {
			if ok && strings.TrimSpace(id) != "" {
				r.Requirements = append(r.Requirements, strings.TrimSpace(name)+" "+strings.TrimSpace(id))
			}
		}
	}
	stamp := get("TIMESTAMP", "ASSESSMENT_START_TIME")
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, stamp); err == nil {
			r.At = t
			break
		}
	}
	if r.At.IsZero() {
		return nil, fmt.Errorf("its timestamp %q cannot be read", clip(cmp.Or(stamp, "(none)"), 40))
	}
	return r.finding(o)
}
