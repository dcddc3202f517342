package peer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ocsf is what is read of a finding of OCSF; classes differ in little of it.
type ocsf struct {
	ClassUID     int    `json:"class_uid"`
	CategoryUID  int    `json:"category_uid"`
	Time         number `json:"time"`
	TimeDT       string `json:"time_dt"`
	Severity     string `json:"severity"`
	SeverityID   int    `json:"severity_id"`
	Status       string `json:"status"`
	StatusID     int    `json:"status_id"`
	StatusCode   string `json:"status_code"`
	StatusDetail string `json:"status_detail"`
	Message      string `json:"message"`
	Metadata     struct {
		EventCode string `json:"event_code"`
		UID       string `json:"uid"`
		Product   struct {
			Name       string `json:"name"`
			VendorName string `json:"vendor_name"`
			Version    string `json:"version"`
		} `json:"product"`
	} `json:"metadata"`
	Info struct {
		UID         string `json:"uid"`
		Title       string `json:"title"`
		Desc        string `json:"desc"`
		CreatedTime number `json:"created_time"`
	} `json:"finding_info"`
	Finding struct { // of the class Security Finding, which came before
		UID   string `json:"uid"`
		Title string `json:"title"`
		Desc  string `json:"desc"`
	} `json:"finding"`
	Compliance struct {
		Control      string   `json:"control"`
		Requirements []string `json:"requirements"`
		Status       string   `json:"status"`
		StatusID     int      `json:"status_id"`
	} `json:"compliance"`
	Cloud struct {
		Region  string `json:"region"`
		Account struct {
			UID string `json:"uid"`
		} `json:"account"`
	} `json:"cloud"`
	Resources   []ocsfResource `json:"resources"`
	Resource    *ocsfResource  `json:"resource"`
	Remediation struct {
		Desc       string   `json:"desc"`
		References []string `json:"references"`
	} `json:"remediation"`
	Unmapped struct {
		Compliance map[string][]string `json:"compliance"`
	} `json:"unmapped"`
}

type ocsfResource struct {
	UID    string `json:"uid"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Region string `json:"region"`
}

// number is a whole number, or a text or fraction that is one.
type number int64

func (n *number) UnmarshalJSON(b []byte) error {
	var f float64
	if json.Unmarshal([]byte(strings.Trim(string(b), `"`)), &f) == nil {
		*n = number(f)
	}
	return nil
}

// moment is a time in seconds or milliseconds: tools write either.
func moment(n number) time.Time {
	switch {
	case n <= 0:
		return time.Time{}
	case n < 1e11:
		return time.Unix(int64(n), 0)
	}
	return time.UnixMilli(int64(n))
}

var ocsfLabels = map[int]string{1: "INFORMATIONAL", 2: "LOW", 3: "MEDIUM", 4: "HIGH", 5: "CRITICAL", 6: "CRITICAL"}

// FromOCSF turns one finding of OCSF into one of ASFF.
func FromOCSF(raw json.RawMessage, o Origin) (json.RawMessage, error) {
	var f ocsf
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("it is no finding of OCSF: %w", err)
	}
	if f.CategoryUID != 2 && f.CategoryUID != 0 || f.ClassUID != 0 && f.ClassUID/1000 != 2 {
		return nil, fmt.Errorf("its class %d is no finding", f.ClassUID)
	}
	r := result{
		Vendor: cmp.Or(f.Metadata.Product.VendorName, f.Metadata.Product.Name), Product: cmp.Or(f.Metadata.Product.Name, f.Metadata.Product.VendorName), Version: f.Metadata.Product.Version,
		ID: cmp.Or(f.Info.UID, f.Finding.UID, f.Metadata.UID), Generator: cmp.Or(f.Metadata.EventCode, f.Compliance.Control), Account: f.Cloud.Account.UID, Region: f.Cloud.Region,
		Title: cmp.Or(f.Info.Title, f.Finding.Title, f.Message), Text: cmp.Or(f.StatusDetail, f.Message, f.Info.Desc, f.Finding.Desc), Severity: cmp.Or(ocsfLabels[f.SeverityID], label(f.Severity)),
		Status: f.verdict(), Suppressed: f.StatusID == 3 || strings.EqualFold(f.Status, "Suppressed"), Remedy: f.Remediation.Desc, Requirements: f.Compliance.Requirements,
		At: f.at(), Fields: map[string]string{"tickmark/CheckId": cmp.Or(f.Metadata.EventCode, f.Compliance.Control), "tickmark/Status": f.StatusCode},
	}
	r.prowler()
	if len(f.Remediation.References) > 0 {
		r.URL = f.Remediation.References[0]
	}
	for _, name := range sortedKeys(f.Unmapped.Compliance) {
		for _, id := range f.Unmapped.Compliance[name] {
			r.Requirements = append(r.Requirements, name+" "+id)
		}
	}
	if f.Resource != nil {
		f.Resources = append(f.Resources, *f.Resource)
	}
	for _, s := range f.Resources {
		r.Resources = append(r.Resources, resource{s.Type, cmp.Or(s.UID, s.Name), s.Region})
	}
	return r.finding(o)
}

// prowler gives the product the ARN under which Prowler sends findings to Security Hub itself.
func (r *result) prowler() {
	if strings.EqualFold(r.Product, "Prowler") {
		r.Vendor, r.Product = "Prowler", "Prowler"
		r.Generator = "prowler-" + r.Generator
	}
}

func (f *ocsf) at() time.Time {
	if t, err := time.Parse(time.RFC3339Nano, f.TimeDT); err == nil {
		return t
	}
	if t := moment(f.Time); !t.IsZero() {
		return t
	}
	return moment(f.Info.CreatedTime)
}

// verdict is the status of compliance; "" for a finding that is about no check.
func (f *ocsf) verdict() string {
	switch f.Compliance.StatusID {
	case 1:
		return "PASSED"
	case 2:
		return "WARNING"
	case 3:
		return "FAILED"
	}
	switch strings.ToUpper(cmp.Or(f.StatusCode, f.Compliance.Status)) {
	case "PASS", "PASSED":
		return "PASSED"
	case "FAIL", "FAILED":
		return "FAILED"
	case "WARNING":
		return "WARNING"
	case "":
		if f.ClassUID != 2003 {
			return ""
		}
	}
	return "NOT_AVAILABLE"
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
