package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/rule/custom"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

func TestLibrary(t *testing.T) {
	l := load()
	if n := len(l.frameworks); n < 45 {
		t.Errorf("%d frameworks", n)
	}
	all := map[string]bool{} // names of controls: they are unique in the library
	for _, f := range l.frameworks {
		seen, names := map[string]bool{}, map[string]bool{}
		n := 0
		for _, s := range f.Sets {
			if len(s.Name) > 300 || strings.ContainsAny(s.Name, `_\`) || s.Name == "" || names[s.Name] {
				t.Errorf("%s: set name %q", f.Name(), s.Name)
			}
			names[s.Name] = true
			if strings.HasPrefix(s.Name, "Section ") || strings.HasPrefix(s.Name, "Controls ") {
				t.Errorf("%s: the set %q has no name of its own", f.Name(), s.Name)
			}
			for _, c := range s.Controls {
				n++
				if seen[c.ID] || len(c.Name()) > 300 || strings.Contains(c.Name(), `\`) || uuid.Validate(c.ID) != nil {
					t.Errorf("%s: control %q", f.Name(), c.Name())
				}
				if c.Title() == "" || len(c.Title()) > 150 || all[c.Name()] {
					t.Errorf("%s: title %q", c.Name(), c.Title())
				}
				seen[c.ID], all[c.Name()] = true, true
				if got, ok := l.Control(c.ID); !ok || got != c {
					t.Errorf("control %s is not found by its id", c.ID)
				}
			}
		}
		if n != f.Len() || n == 0 {
			t.Errorf("%s: %d controls in sets, %d in all", f.Name(), n, f.Len())
		}
	}
}

func TestKnownControls(t *testing.T) {
	for _, c := range []struct{ framework, requirement, set, types, keyword string }{
		{"NIST SP 800-53 r5", "AC-2", "AC: Access Control", "AWS_Config,AWS_Security_Hub,AWS_API_Call,AWS_Cloudtrail", "iam_CreateUser"},
		{"NIST SP 800-53 r5", "AC-9", "AC: Access Control", "AWS_Cloudtrail", "signin_ConsoleLogin"},
		{"NIST CSF v1.1", "DE.AE-1", "DE.AE: Anomalies and Events", "AWS_Config,AWS_API_Call,AWS_Cloudtrail", "VPC_FLOW_LOGS_ENABLED"},
		{"NIST SP 800-171 r2", "3.9.2", "3.9: Personnel Security", "MANUAL", ""},
		{"AWS Foundational Security Best Practices v1.0.0 (Security Hub)", "EC2.4", "EC2: Amazon EC2", "AWS_Config,AWS_Security_Hub", "EC2.4"},
		{"CIS AWS Foundations Benchmark v1.4.0", "4.6", "4: Alarms on activity", "AWS_Security_Hub,AWS_API_Call,AWS_Cloudtrail", "CloudWatch.6"},
		{"AWS Audit Manager Sample Framework", "Smpl-2", "Automated examples", "AWS_API_Call", "iam_ListUsers"},
		{"GDPR 2016", "Article 14.5", "", "MANUAL", ""},
	} {
		f, ok := Standard().FrameworkNamed(c.framework)
		if !ok {
			t.Errorf("no framework %q", c.framework)
			continue
		}
		found := false
		for _, s := range f.Sets {
			for _, k := range s.Controls {
				if k.Requirement != c.requirement {
					continue
				}
				found = true
				if c.set != "" && !strings.HasPrefix(s.Name, c.set) {
					t.Errorf("%s %s is in set %q, want %q", c.framework, c.requirement, s.Name, c.set)
				}
				if k.SourceTypes() != c.types {
					t.Errorf("%s: sources %s, want %s", k.Name(), k.SourceTypes(), c.types)
				}
				has := false
				for _, s := range k.Sources() {
					has = has || s.Keyword == c.keyword
				}
				if !has {
					t.Errorf("%s: no source %s", k.Name(), c.keyword)
				}
			}
		}
		if !found {
			t.Errorf("%s has no control %s", c.framework, c.requirement)
		}
	}
}

// TestStableIDs: assessments made years ago refer to these ids; they must never change.
func TestStableIDs(t *testing.T) {
	f, _ := Standard().FrameworkNamed("NIST SP 800-53 r5")
	if f.ID != "6a9365bf-9cf8-54f2-a6eb-469eefae4ae5" {
		t.Errorf("framework id %s", f.ID)
	}
	if c := f.Sets[0].Controls[0]; c.ID != "12d44b7f-8634-5528-8767-89d7ba136f7c" || f.Sets[0].ID != "3b119633-bd06-575c-97e8-ae6be933c128" {
		t.Errorf("control id %s, set id %s", c.ID, f.Sets[0].ID)
	}
}

// TestTitles: where titles come from.
func TestTitles(t *testing.T) {
	for _, c := range []struct{ framework, requirement, title string }{
		{"NIST SP 800-53 r5", "AC-2", "Account Management"},
		{"NIST SP 800-53 r5", "AC-2(1)", "Account Management | Automated System Account Management"},
		{"NIST SP 800-53 r5", "AC-2(d)(1)", "Account Management"}, // of the requirement above
		{"PCI DSS v3.2.1", "8.2.1.a", "Encrypted credentials"},
		{"CIS AWS Foundations Benchmark v1.2.0", "1.12", "Root user has no access key"},
		{"CIS AWS Foundations Benchmark v6.0.0", "2.3", "Root user has no access key"},
		{"ACSC ISM 02-Mar-2023", "ISM-1796", "Software development"}, // the topic of the set
		{"AWS Foundational Security Best Practices v1.0.0 (Security Hub)", "ELB.9", "ELB cross zone load balancing enabled"},
		{"AWS Foundational Security Best Practices", "FSBP1-004", "CloudFront default root object configured"},
	} {
		f, ok := Standard().FrameworkNamed(c.framework)
		if !ok {
			t.Errorf("no framework %q", c.framework)
			continue
		}
		for _, s := range f.Sets {
			for _, k := range s.Controls {
				if k.Requirement == c.requirement && k.Title() != c.title {
					t.Errorf("%s: %q, want %q", k.Name(), k.Title(), c.title)
				}
			}
		}
	}
}

// TestTitleFilesLand: every line of the title files names something that there is.
func TestTitleFilesLand(t *testing.T) {
	for _, b := range titleBlocks() {
		used, found := map[string]bool{}, 0
		for _, f := range Standard().Frameworks() {
			if !slices.ContainsFunc(b.frameworks, func(p pattern) bool { return p.matches(f) }) {
				continue
			}
			found++
			for _, s := range f.Sets {
				for _, c := range s.Controls {
					for id := c.Requirement; id != ""; id = id[:max(0, strings.LastIndexAny(id, ".-( "))] {
						used[id] = true
					}
				}
			}
		}
		if found == 0 {
			t.Errorf("no framework is called %v", b.frameworks)
		}
		for id := range b.requirements {
			if !used[id] {
				t.Errorf("%v has no requirement %s", b.frameworks, id)
			}
		}
	}
}

// TestActivityLands: every line of the activity table maps at least one control, in every framework it names.
func TestActivityLands(t *testing.T) {
	for _, a := range activities() {
		for _, id := range a.controls {
			n := 0
			for c := range Standard().Controls {
				if c.Requirement == id && a.applies(c.Framework) {
					n++
				}
			}
			if n == 0 {
				t.Errorf("%s %s has no control %s", a.framework, a.versions, id)
			}
		}
	}
}

// TestActivityIsBroad: much of an audit is about what people did; the mappings of others name rules alone.
func TestActivityIsBroad(t *testing.T) {
	n := 0
	for c := range Standard().Controls {
		if len(c.api)+len(c.trail) > 0 {
			n++
		}
	}
	t.Logf("%d controls", n)
	if n < 300 {
		t.Errorf("%d controls carry API calls or user activity, want at least 300", n)
	}
}

// TestDerived: selections have as many controls as their publishers say, with the mappings of what they select from.
func TestDerived(t *testing.T) {
	for name, want := range map[string]int{
		"CIS AWS Foundations Benchmark v1.2.0 Level 1": 36, "CIS AWS Foundations Benchmark v1.3.0 Level 1": 37, "CIS AWS Foundations Benchmark v1.4.0 Level 1": 38,
		"FedRAMP Low r4": 125, "FedRAMP Low r5": 156, "FedRAMP Moderate r4": 325, "FedRAMP Moderate r5": 323,
	} {
		f, ok := Standard().FrameworkNamed(name)
		if !ok || f.Len() != want || f.Automated() == 0 {
			t.Errorf("%s: %v", name, f)
		}
	}
	base, _ := Standard().FrameworkNamed("NIST SP 800-53 r5")
	f, _ := Standard().FrameworkNamed("FedRAMP Low r5")
	of := func(f *Framework) *Control { return f.Sets[0].Controls[1] }
	if a, b := of(base), of(f); a.Requirement != "AC-2" || b.Requirement != "AC-2" || a.ID == b.ID || a.Title() != b.Title() || b.Framework != f || !slices.Equal(a.config, b.config) {
		t.Errorf("%v beside %v", a, b)
	}
}

// TestAssertionsLand: every line of the assertions is on a call of at least one control, and can be judged by.
func TestAssertionsLand(t *testing.T) {
	for _, a := range assertions() {
		if _, err := custom.Compile(custom.CEL, a.expression); err != nil {
			t.Errorf("%s: %v", a.expression, err)
		}
		for _, id := range a.controls {
			n := 0
			for c := range Standard().Controls {
				if c.Requirement == id && a.of.matches(c.Framework) {
					for _, s := range c.Sources() {
						if s.Keyword == a.keyword && s.Assertion == a.expression {
							n++
						}
					}
				}
			}
			if n == 0 {
				t.Errorf("%v %s: no control has the call %s with the assertion", a.of, id, a.keyword)
			}
		}
	}
}

// TestStandardIsClean: what ships has no keyword of its own that lint complains about.
func TestStandardIsClean(t *testing.T) {
	for c := range Standard().Controls {
		for _, p := range Lint(c.Sources()) {
			if p.Code == NotRecorded && c.Framework.Standard == "AWS License Manager" {
				continue // said in activity.tsv, and shown as not collectable
			}
			t.Errorf("%s: %s", c.Name(), p.Message)
		}
	}
}

func TestLint(t *testing.T) {
	for _, c := range []struct {
		typ           SourceType
		keyword, code string
	}{
		{Config, "INCOMING_SSH_DISABLED", ""},
		{Config, "restricted-ssh", UnknownKeyword},
		{Config, "incoming_ssh_disabled", WrongCase},
		{Config, "Custom_my-rule", ""},
		{Config, "Custom_", UnknownKeyword},
		{SecurityHub, "EC2.4", ""},
		{SecurityHub, "ec2.4", WrongCase},
		{SecurityHub, "EC2.4000", UnknownKeyword},
		{APICall, "iam_ListUsers", ""},
		{APICall, "iam_listusers", WrongCase},
		{APICall, "iam_Nope", UnknownKeyword},
		{APICall, "kafka_ListKafkaVersions", NotRecorded},
		{CloudTrail, "signin_ConsoleLogin", ""},
		{CloudTrail, "cloudtrail_StartLogging", ""},
		{CloudTrail, "cloudwatch_PutMetricAlarm", ""},
		{CloudTrail, "signin_consolelogin", WrongCase},
		{CloudTrail, "ec2_DescribeInstances", ReadOnlyEvent},
		{CloudTrail, "zzz_Thing", UnknownKeyword},
		{CloudTrail, "ConsoleLogin", UnknownKeyword},
		{CloudTrail, "iam_Nope", UnknownKeyword},
		{Manual, "", ""},
		{CommonControl, "x", UnknownKeyword},
	} {
		got := ""
		for _, p := range Lint([]Source{{Type: c.typ, Keyword: c.keyword}}) {
			got = p.Code
		}
		if got != c.code {
			t.Errorf("%s %q: %q, want %q", c.typ, c.keyword, got, c.code)
		}
	}
}

func TestKeywords(t *testing.T) {
	for typ, want := range map[SourceType]int{Config: 800, SecurityHub: 350, APICall: 109, CloudTrail: 10000} {
		if n := len(Keywords(typ)); n < want {
			t.Errorf("%s: %d keywords, want at least %d", typ, n, want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load()
	}
}

// TestSecurityHubControls: findings name controls in AWS's spelling, and are matched by it.
func TestSecurityHubControls(t *testing.T) {
	for _, id := range Keywords(SecurityHub) {
		if c, ok := managed.FindControl(id); !ok || c.ID != id {
			t.Errorf("%s is no control of Security Hub (%q)", id, c.ID)
		}
	}
}
