// Package peer turns the results of other tools into findings: Prowler's OCSF and CSV, OCSF of others, SARIF 2.1.0 and the
// JSON of InSpec become the AWS Security Finding Format (ASFF).
//
// What it promises: the same result gives the same finding, byte for byte, so that importing again adds nothing; a result
// without what a finding needs is refused with the reason, and nothing is invented for it but the account and region
// that are given for tools that know none. What a tool could not judge never becomes PASSED. Texts longer than a finding
// takes are cut, ids are shortened by a digest.
//
// Left out: OCSF classes that are no findings, SARIF's code flows and fixes, InSpec's source code, CSV of Prowler before
// version 4.
package peer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/arn"
)

// The formats.
const (
	ASFF   = "asff"
	OCSF   = "ocsf"
	CSV    = "prowler-csv"
	SARIF  = "sarif"
	InSpec = "inspec"
)

// Formats lists the formats.
func Formats() []string { return []string{ASFF, OCSF, CSV, SARIF, InSpec} }

// Origin is the account and region of results that name none, and the time of those that tell none.
type Origin struct {
	Account, Region string
	Time            time.Time
}

// result is what the formats have in common.
type result struct {
	Vendor, Product string // as in the product's ARN
	Version         string
	ID, Generator   string
	Account, Region string
	Title, Text     string
	Severity        string // a label; "" is MEDIUM for what failed
	Status          string // of compliance
	Suppressed      bool
	Why             string // of a suppression
	Remedy, URL     string
	Requirements    []string
	Resources       []resource
	At              time.Time
	Fields          map[string]string
}

type resource struct{ Type, ID, Region string }

type object = map[string]any

// finding makes the document of a result, or says what it lacks.
func (r *result) finding(o Origin) (json.RawMessage, error) {
	account, region := cmp.Or(r.Account, accountIn(r.Resources), o.Account), r.Region
	if !regionForm.MatchString(region) {
		region = cmp.Or(regionIn(r.Resources), o.Region, "us-east-1")
	}
	switch {
	case !arn.ValidAccount(account):
		return nil, fmt.Errorf("it names no AWS account (%q): give one with --in-account", clip(account, 40))
	case r.ID == "":
		return nil, fmt.Errorf("it has no id")
	case r.Title == "" && r.Text == "":
		return nil, fmt.Errorf("it has neither a title nor a description")
	case r.At.IsZero():
		r.At = o.Time
	}
	at := r.At.UTC().Format("2006-01-02T15:04:05.000Z")
	doc := object{
		"SchemaVersion": "2018-10-08", "Id": short(r.ID, 512), "ProductArn": "arn:" + arn.Partition(region) + ":securityhub:" + region + "::product/" + slug(r.Vendor) + "/" + slug(r.Product),
		"ProductName": clip(cmp.Or(r.Product, r.Vendor), 128), "CompanyName": clip(cmp.Or(r.Vendor, r.Product), 128), "Region": region, "GeneratorId": short(cmp.Or(r.Generator, r.Product), 512), "AwsAccountId": account,
		"Types": []string{"Software and Configuration Checks"}, "CreatedAt": at, "UpdatedAt": at, "Severity": object{"Label": cmp.Or(r.Severity, "MEDIUM")},
		"Title": clip(cmp.Or(r.Title, r.Text), 256), "Description": clip(cmp.Or(r.Text, r.Title), 1024), "RecordState": "ACTIVE", "Workflow": object{"Status": "NEW"},
		"Resources": r.resources(account, region),
	}
	if r.Status != "" {
		c := object{"Status": r.Status}
		if list := requirements(r.Requirements); len(list) > 0 {
			c["RelatedRequirements"] = list
		}
		doc["Compliance"] = c
	}
	if r.Suppressed {
		doc["Workflow"] = object{"Status": "SUPPRESSED"}
	}
	if r.Status == "PASSED" {
		doc["Severity"] = object{"Label": "INFORMATIONAL"}
	}
	if remedy := r.remediation(); remedy != nil {
		doc["Remediation"] = object{"Recommendation": remedy}
	}
	if fields := r.fields(); len(fields) > 0 {
		doc["ProductFields"] = fields
	}
	return json.Marshal(doc)
}

func (r *result) remediation() object {
	out := object{}
	if r.Remedy != "" {
		out["Text"] = clip(r.Remedy, 512)
	}
	if strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://") {
		out["Url"] = clip(r.URL, 2000)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (r *result) fields() map[string]string {
	out := map[string]string{}
	for k, v := range r.Fields {
		if v != "" {
			out[k] = clip(v, 2048)
		}
	}
	if r.Version != "" {
		out["tickmark/ToolVersion"] = clip(r.Version, 128)
	}
	if r.Why != "" {
		out["tickmark/Suppression"] = clip(r.Why, 2048)
	}
	return out
}

// maxResources and maxRequirements are how many a finding takes.
const (
	maxResources    = 32
	maxRequirements = 32
)

func (r *result) resources(account, region string) []object {
	var out []object
	for _, s := range r.Resources[:min(len(r.Resources), maxResources)] {
		if s.ID == "" {
			continue
		}
		o := object{"Type": clip(cmp.Or(s.Type, "Other"), 256), "Id": short(s.ID, 512), "Partition": arn.Partition(region)}
		if regionForm.MatchString(s.Region) {
			o["Region"] = s.Region
		}
		out = append(out, o)
	}
	if len(out) == 0 {
		out = []object{{"Type": "AwsAccount", "Id": "AWS::::Account:" + account, "Partition": arn.Partition(region)}}
	}
	return out
}

func requirements(all []string) (out []string) {
	for _, s := range all[:min(len(all), maxRequirements)] {
		if s != "" {
			out = append(out, clip(s, 64))
		}
	}
	return out
}

var regionForm = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$`)

// accountIn is the account that the ARN of a resource names.
func accountIn(all []resource) string {
	for _, r := range all {
		if a, err := arn.Parse(r.ID); err == nil && arn.ValidAccount(a.Account) {
			return a.Account
		}
	}
	return ""
}

func regionIn(all []resource) string {
	for _, r := range all {
		if regionForm.MatchString(r.Region) {
			return r.Region
		}
		if a, err := arn.Parse(r.ID); err == nil && regionForm.MatchString(a.Region) {
			return a.Region
		}
	}
	return ""
}

func clip(s string, n int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd"))
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-3]) + "..."
}

// short cuts an id so that it stays an own one.
func short(s string, n int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-33]) + "-" + digest(s)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

var noSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slug(s string) string {
	return cmp.Or(clip(strings.Trim(noSlug.ReplaceAllString(strings.ToLower(s), "-"), "-"), 64), "unknown")
}

// label is a severity's label; "" for one that says nothing.
func label(s string) string {
	switch s = strings.ToUpper(strings.TrimSpace(s)); s {
	case "CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL":
		return s
	case "FATAL":
		return "CRITICAL"
	case "INFO":
		return "INFORMATIONAL"
	}
	return ""
}
