package report

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// longManifest is a report over a year with everything that can be too wide or too long.
func longManifest() Manifest {
	m := Manifest{
		Tool: "tickmark 1.0", Created: made, Account: owner, From: "2025-01-10", To: "2026-01-15",
		Assessment: Assessment{
			ID: "a", Name: "Jahresprüfung 2025 – alle Konten, alle Regionen, Überprüfung nach NIST 800-53 und eigenen Regeln der Gesellschaft für sehr lange Namen",
			Description: strings.Repeat("A description that goes on. ", 30), Status: "ACTIVE", Region: "eu-west-1", Created: day0, Updated: made,
			Framework: Framework{Name: "NIST 800-53 (Rev. 5) Low-Moderate-High", ComplianceType: "NIST"}, Owners: []string{"arn:aws:iam::218007301253:role/" + strings.Repeat("VeryLongRoleName", 5)},
		},
		Report:  About{ID: "r", Name: "Annual-report-2025-of-all-accounts-and-of-all-regions-of-the-group", Description: "What the auditors asked for.", Author: "carla"},
		Log:     LogState{Origin: "tickmark.example/218007301253", Size: 123456, KeyID: "tickmark+1234abcd"},
		Anchors: []Anchor{{Kind: "rfc3161", Where: "https://timestamp.example/tsa", Reference: "serial 12345678901234567890", At: made, Size: 123456}},
		Exceptions: []Exception{
			{ID: "exc-1", Rule: "restricted-ssh", ResourceType: "AWS::EC2::SecurityGroup", Resources: "sg-bastion-*", Owner: "arn:aws:iam::218007301253:user/ciso", Reason: "Bastion hosts, replaced by Session Manager until the end of the quarter.", Expires: made.AddDate(0, 3, 0)},
			{ID: "exc-2", Rule: "s3-bucket-public-read-prohibited", Resources: "www-*", Owner: "web team", Reason: "A public web site.", Expires: made.AddDate(0, -1, 0)},
		},
	}
	for i := range 40 {
		m.Assessment.Accounts = append(m.Assessment.Accounts, fmt.Sprintf("%012d", 100000000000+i))
	}
	for s := range 3 {
		set := ManifestSet{ID: fmt.Sprint(s), Name: []string{"Access control – Zugriffskontrolle (Έλεγχος πρόσβασης, Управление доступом)", "Audit and accountability", strings.Repeat("Averylongnamewithoutanyspaces", 9)}[s], Status: "ACTIVE"}
		for n := range 5 {
			set.Controls = append(set.Controls, longControl(&m, s, n))
		}
		m.ControlSets = append(m.ControlSets, set)
	}
	return m
}

func longControl(m *Manifest, s, n int) ManifestControl {
	c := ManifestControl{Folder: fmt.Sprintf("c-%d-%d", s, n), Control: Control{
		ID: fmt.Sprint(s, n), Name: fmt.Sprintf("AC-%d: %s", n, []string{"Policy", strings.Repeat("a requirement of many words ", 8), "审计日志的保护", "Überwachung", "x"}[n]), Status: "UNDER_REVIEW",
		Automated: n != 4, Description: strings.Repeat("What is required. ", 5*n), TestingInformation: strings.Repeat("How it is tested, in some sentences. ", 4*n),
	}}
	d := dayCounts{}
	for i := range 371 {
		day := addDays("2025-01-10", i)
		if n == 4 && i%30 != 0 || n == 3 && i > 100 && i < 120 {
			continue
		}
		t := &Totals{Selected: Counts{Compliant: int64(40 + n*i/5), Inconclusive: int64(i % 3)}}
		if i%50 < 4*n {
			t.Selected.NonCompliant = int64(1 + i%7)
		}
		if i > 300 && n == 1 {
			t.Selected.Excepted = 2
			t.LeftOut.NonCompliant, t.LeftOut.Total = 3, 3
		}
		t.Selected.Total = t.Selected.Compliant + t.Selected.NonCompliant + t.Selected.Inconclusive + t.Selected.Excepted
		d[day] = t
		c.Totals.Selected.plus(t.Selected)
		c.Totals.LeftOut.plus(t.LeftOut)
		c.Totals.Records++
	}
	c.Totals.Population = c.Totals.Selected
	c.Totals.Population.plus(c.Totals.LeftOut)
	c.Days = d.ranges()
	if c.Automated {
		c.Totals.DaysWithoutCollection = d.missing(m.From, m.To)
		c.Mappings = []Mapping{{Source: "AWS Config", Keyword: "INCOMING_SSH_DISABLED"}, {Source: "AWS API calls", Keyword: "iam_ListUsers", Frequency: "DAILY"}, {Source: "AWS CloudTrail", Keyword: "cloudtrail_StopLogging"}}
	}
	c.Sources = []SourceTotals{{Source: "AWS Config", From: m.From, To: m.To, Records: c.Totals.Records, Population: c.Totals.Population, Selected: c.Totals.Selected}}
	for i := range 3 * n {
		c.Production = append(c.Production, Made{
			Production: Production{Source: "AWS Config", Call: fmt.Sprintf("evaluate restricted-ssh-conformance-pack-%d", i), Logic: "2", Tool: "tickmark 1.0", Caller: "arn:aws:iam::218007301253:role/Collector"},
			Items:      123456, Records: 40, Accounts: 40, Regions: 17, Incomplete: int64(i % 2), Gap: strings.Repeat("eu-south-2 denied access; ", i%2*4), First: day0, Last: made,
		})
	}
	if n == 4 {
		c.ManualItems = 31
		for i := range 25 {
			c.Manual = append(c.Manual, ManualItem{At: made.Add(time.Duration(i) * time.Hour), File: fmt.Sprintf("Schulungsnachweis %d.pdf", i), Text: strings.Repeat("Signed by all. ", i%5), By: "arn:aws:iam::218007301253:user/bob", Effective: "2025-12-01"})
		}
		c.Requests = []Request{{ID: "q", Title: "List of leavers", Text: "of the last quarter", To: "hr@example.com", Due: "2026-01-31", Status: "OPEN"}}
	}
	for i := range n {
		c.Comments = append(c.Comments, Comment{Author: "arn:aws:iam::218007301253:user/dora", At: made, Text: strings.Repeat(fmt.Sprintf("Remark %d. ", i), 1+20*i)})
	}
	m.Totals.plus(c.Totals)
	return c
}

// TestPDF: the same manifest gives the same bytes; TICKMARK_KEEP_PDF is a file to look at.
func TestPDF(t *testing.T) {
	m := longManifest()
	a, err := summaryPDF(m)
	if err != nil {
		t.Fatal(err)
	}
	b, err := summaryPDF(m)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the same manifest gives other bytes, %v", err)
	}
	if len(a) > 1<<20 {
		t.Errorf("%d bytes", len(a))
	}
	if path := os.Getenv("TICKMARK_KEEP_PDF"); path != "" {
		if err := os.WriteFile(path, a, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPDFOfNothing: an assessment with nothing in it is a paper, too.
func TestPDFOfNothing(t *testing.T) {
	for _, m := range []Manifest{{}, {From: "2026-01-01", To: "2026-01-01", ControlSets: []ManifestSet{{}}}, {From: "x", To: "y", ControlSets: []ManifestSet{{Controls: []ManifestControl{{Days: []DayRange{{From: "z", To: "z", Days: 1}}}}}}}} {
		if b, err := summaryPDF(m); err != nil || len(b) == 0 {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
}
