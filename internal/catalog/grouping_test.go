package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

func TestGroupings(t *testing.T) {
	g := Catalog()
	if d, o, c, k := len(g.domains), len(g.objectives), len(g.commons), len(g.cores); d < 15 || o < 80 || c < 250 || k < 250 {
		t.Errorf("%d domains, %d objectives, %d common controls, %d core controls", d, o, c, k)
	}
	id := regexp.MustCompile(`^[0-9a-z]{25}$`)
	seen := map[string]bool{}
	check := func(kind string, x Grouping) {
		t.Helper()
		if !id.MatchString(x.ID) || seen[x.ID] || x.Name == "" || !strings.HasSuffix(x.Description, ".") || len(x.Description) > 1000 {
			t.Errorf("%s %+v", kind, x)
		}
		seen[x.ID] = true
	}
	for _, d := range g.domains {
		check("domain", d.Grouping)
		if got, ok := g.Domain(ARN("", KindDomain, d.ID)); !ok || got != d || len(d.Objectives) == 0 {
			t.Errorf("domain %s: found %v, %d objectives", d.Key, ok, len(d.Objectives))
		}
	}
	for _, o := range g.objectives {
		check("objective", o.Grouping)
		if got, ok := g.Objective(ARN("aws-cn", KindObjective, o.ID)); !ok || got != o || len(o.Common) == 0 {
			t.Errorf("objective %s: found %v, %d common controls", o.Key, ok, len(o.Common))
		}
	}
	automated := 0
	for _, c := range g.commons {
		check("common control", c.Grouping)
		if got, ok := g.Common(c.ID); !ok || got != c {
			t.Errorf("common control %s is not found by its id", c.Key)
		}
		if !c.Manual() {
			automated++
		}
	}
	if automated < 150 || automated == len(g.commons) {
		t.Errorf("%d of %d common controls are automated", automated, len(g.commons))
	}
	for _, c := range g.cores {
		check("core control", Grouping{c.CatalogID, c.Key, c.Name, c.Description})
		if uuid.Validate(c.ID) != nil || len(c.Sources()) == 0 || len(c.Common) == 0 || slices.Contains(c.Common, nil) || len(c.Name) > 300 {
			t.Errorf("core control %s: %v", c.Key, c.common)
		}
		for _, p := range Lint(c.Sources()) {
			t.Errorf("core control %s: %s", c.Key, p.Message)
		}
		for _, ref := range []string{c.ID, c.CatalogID, ARN("", KindControl, c.CatalogID), "arn:aws:auditmanager:eu-west-1:111111111111:control/" + c.ID} {
			if got, ok := g.Core(ref); !ok || got != c {
				t.Errorf("core control %s is not found as %s", c.Key, ref)
			}
		}
	}
}

// TestGroupingIDs: controls and scripts refer to these ids; they must never change.
func TestGroupingIDs(t *testing.T) {
	g := Catalog()
	for ref, want := range map[string]string{
		"arn:aws:controlcatalog:::domain/d4msesd9vvmzmmuvlv06m92uq": "Asset management", // AWS's own
		stableID(KindDomain, "identity"):                            "Identity and access management",
		"34b1a48f-cee1-5e5a-8cc6-7bdfe7edcf0b":                      "",
	} {
		d, _ := g.Domain(ref)
		if d == nil && want != "" || d != nil && d.Name != want {
			t.Errorf("%s is %+v, want %q", ref, d, want)
		}
	}
	for key, want := range map[string]string{"iam-root-mfa": "d3tcq6bd226xezov85iqxi9rs", "ebs-encryption-at-rest": "6v20r57qzjyahcx9cd6mu5fzy"} {
		i := slices.IndexFunc(g.cores, func(c *Core) bool { return c.Key == key })
		if g.cores[i].CatalogID != want {
			t.Errorf("core control %s has the id %s", key, g.cores[i].CatalogID)
		}
	}
}

// TestEverythingIsGrouped: every rule with logic and every control of Security Hub belongs to a core control.
func TestEverythingIsGrouped(t *testing.T) {
	g := Catalog()
	for _, e := range managed.Catalog() {
		if managed.Implemented(e.Identifier) && len(g.holders[sourceKey{Config, e.Identifier}]) == 0 {
			t.Errorf("rule %s is in no core control", e.Identifier)
		}
	}
	for _, c := range managed.Controls() {
		if len(g.holders[sourceKey{SecurityHub, c.ID}]) == 0 {
			t.Errorf("Security Hub control %s is in no core control", c.ID)
		}
	}
}

func TestExpand(t *testing.T) {
	g := Catalog()
	core, _ := g.Core(stableID("core", "iam-root-mfa"))
	common := core.Common[0]
	direct := Source{ID: "d", Type: Config, Keyword: "ROOT_ACCOUNT_MFA_ENABLED"}
	out := Expand([]Source{
		direct,
		{ID: "a", Type: CoreControl, Keyword: core.ID},
		{ID: "b", Type: CommonControl, Keyword: ARN("", KindCommon, common.ID)},
		{ID: "c", Type: CommonControl, Keyword: "nothing"},
	})
	seen := map[sourceKey]string{}
	for _, s := range out {
		k := sourceKey{s.Type, s.Keyword}
		if _, twice := seen[k]; twice {
			t.Errorf("%v stands twice", k)
		}
		seen[k] = s.Via
	}
	for k, via := range map[sourceKey]string{
		{Config, "ROOT_ACCOUNT_MFA_ENABLED"}:          "",
		{Config, "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED"}: ARN("", KindControl, core.CatalogID),
		{CommonControl, "nothing"}:                    "",
	} {
		if got, ok := seen[k]; !ok || got != via {
			t.Errorf("%v came via %q (%v), want %q", k, got, ok, via)
		}
	}
	for _, c := range common.Core {
		for _, s := range c.Sources() {
			if _, ok := seen[sourceKey{s.Type, s.Keyword}]; !ok {
				t.Errorf("%s of %s is missing", s.Keyword, c.Key)
			}
		}
	}
	if same := Expand([]Source{direct}); len(same) != 1 || same[0] != direct {
		t.Errorf("a source that is no grouping became %v", same)
	}
}

func TestLintGroupings(t *testing.T) {
	g := Catalog()
	manual := g.commons[slices.IndexFunc(g.commons, (*Common).Manual)]
	for _, c := range []struct {
		typ           SourceType
		keyword, code string
	}{
		{CoreControl, g.cores[0].ID, ""},
		{CoreControl, ARN("", KindControl, g.cores[0].CatalogID), ""},
		{CoreControl, g.cores[0].Common[0].ID, UnknownKeyword},
		{CommonControl, g.cores[0].Common[0].ID, ""},
		{CommonControl, ARN("", KindDomain, g.domains[0].ID), UnknownKeyword},
		{CommonControl, ARN("", KindCommon, manual.ID), ManualControl},
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

// TestFiled: standard controls with sources have a place, and every reference of the catalog can be asked for.
func TestFiled(t *testing.T) {
	n, filedUnder := 0, map[*Domain]int{}
	for c := range Standard().Controls {
		if !c.Automated() {
			continue
		}
		n++
		for _, k := range c.Filed() {
			filedUnder[k.Objective.Domain]++
		}
		if len(c.Filed()) == 0 {
			t.Errorf("%s has sources and is filed nowhere", c.Name())
		}
	}
	if n < 1000 || len(filedUnder) < 10 {
		t.Errorf("%d controls under %d domains", n, len(filedUnder))
	}
	mfa := []Source{{Type: Config, Keyword: "ROOT_ACCOUNT_MFA_ENABLED"}}
	if d := DomainOf(mfa); d == nil || d.Key != "identity" {
		t.Errorf("multi-factor authentication is in the domain %v", d)
	}
	for ref, want := range map[string]bool{
		ARN("", KindDomain, Filed(mfa)[0].Objective.Domain.ID): true, ARN("", KindObjective, Filed(mfa)[0].Objective.ID): true,
		ARN("", KindCommon, Filed(mfa)[0].ID): true, Uncategorized: false, ARN("", KindDomain, Catalog().domains[0].ID): false,
	} {
		belongs, ok := Under(ref)
		if !ok || belongs(Filed(mfa)) != want {
			t.Errorf("under %s: %v", ref, ok)
		}
	}
	if _, ok := Under("arn:aws:controlcatalog:::domain/nothing"); ok {
		t.Error("an unknown domain is known")
	}
}

// TestSections: every line of the table lands, on controls without automated sources, and few of those stay unfiled.
func TestSections(t *testing.T) {
	for _, x := range filings() {
		for _, key := range x.common {
			if Catalog().commonByKey[key] == nil {
				t.Errorf("%v %v: no common control %q", x.frameworks, x.beginnings, key)
			}
		}
	}
	lands := map[string]bool{}
	for _, f := range Standard().Frameworks() {
		for _, x := range filingsOf(f) {
			for _, s := range f.Sets {
				for _, c := range s.Controls {
					for _, b := range x.beginnings {
						lands[strings.Join(x.frameworks, "|")+b] = lands[strings.Join(x.frameworks, "|")+b] || begins(c.Requirement, b)
					}
				}
			}
		}
	}
	for _, x := range filings() {
		for _, b := range x.beginnings {
			if !lands[strings.Join(x.frameworks, "|")+b] {
				t.Errorf("%v has nothing that begins with %s", x.frameworks, b)
			}
		}
	}
	manual, unfiled := 0, 0
	for c := range Standard().Controls {
		if c.Automated() {
			continue
		}
		manual++
		if len(c.Filed()) == 0 {
			unfiled++
			t.Logf("%s %s is filed nowhere", c.Framework.Name(), c.Requirement)
		}
	}
	if manual < 1000 || unfiled > manual/50 {
		t.Errorf("%d of %d manual controls are filed nowhere", unfiled, manual)
	}
	for _, c := range []struct {
		id, section string
		want        bool
	}{{"AC-2(1)", "AC-2", true}, {"AC-20", "AC-2", false}, {"mp.si.1", "mp.s", false}, {"Article19.0", "Article 19", true}, {"COST01-BP01", "COST", true}, {"CC1", "CC1", true}} {
		if begins(c.id, c.section) != c.want {
			t.Errorf("%s begins with %s: %v", c.id, c.section, !c.want)
		}
	}
}

func BenchmarkCatalog(b *testing.B) {
	for b.Loop() {
		for c := range Standard().Controls {
			filed(c.Mapped)
		}
	}
}
