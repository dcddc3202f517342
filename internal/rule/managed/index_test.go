package managed

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule"
)

func TestCatalog(t *testing.T) {
	if n := len(Catalog()); n != 806 {
		t.Fatalf("%d rules in the catalog, want 806", n)
	}
	seen := map[string]bool{}
	for _, e := range Catalog() {
		if seen[e.Identifier] || e.Name == "" || e.Identifier == "" {
			t.Errorf("%q is there twice or has no name", e.Identifier)
		}
		seen[e.Identifier] = true
	}
	e, ok := Find("iam-password-policy")
	if !ok || e.Identifier != "IAM_PASSWORD_POLICY" || e.Trigger != rule.Periodic || len(e.Params) != 7 || e.PackUses != 64 ||
		e.Params[4] != (EntryParam{"MinimumPasswordLength", "int", "14", false}) {
		t.Errorf("iam-password-policy: %+v", e)
	}
}

// TestDeclarations compares what the rules declare with what AWS documents.
func TestDeclarations(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		if seen[r.Identifier] {
			t.Errorf("%s is declared twice", r.Identifier)
		}
		seen[r.Identifier] = true
		checkComplete(t, r)
		e, ok := Find(r.Identifier)
		if !ok {
			checkOwn(t, r)
			continue
		}
		for _, typ := range r.Types {
			if len(e.Types) > 0 && !slices.Contains(e.Types, typ) {
				t.Errorf("%s judges %s, documented are %v", r.Identifier, typ, e.Types)
			}
		}
		checkParams(t, r, e)
	}
}

var controlID = regexp.MustCompile(`^[A-Z][A-Za-z0-9]+\.[1-9][0-9]*$`)

// checkOwn looks at a rule that is not a managed one: it goes by a control id, and by a name that is nobody else's.
func checkOwn(t *testing.T, r *rule.Rule) {
	t.Helper()
	if !controlID.MatchString(r.Identifier) {
		t.Errorf("%s is neither a managed rule nor a control id", r.Identifier)
	}
	if _, ok := Find(r.Name); ok || Lookup(r.Name) != r || Lookup(strings.ToLower(r.Identifier)) != r {
		t.Errorf("%s is not what %s means", r.Identifier, r.Name)
	}
}

func checkComplete(t *testing.T, r *rule.Rule) {
	t.Helper()
	for name, ok := range map[string]bool{
		"name": r.Name != "", "trigger": r.Trigger != 0, "severity": r.Severity != 0, "check": r.Check != nil,
		"rationale of a paragraph": len(r.Rationale) > 80, "remediation": r.Remediation.Hint != "",
		"types, or the account as subject": (len(r.Types) > 0) != (r.Subjects == rule.Account),
		"source digest":                    len(r.Source) == 64, "logic version": r.Logic > 0,
		"fields or uses":        len(r.Fields)+len(r.Uses) > 0 || r.Trigger == rule.External,
		"at most 64 fields":     len(r.Fields) <= 64,
		"reason ends as a text": !strings.HasSuffix(r.Rationale, " ") && strings.HasSuffix(r.Rationale, "."),
	} {
		if !ok {
			t.Errorf("%s lacks: %s", r.Identifier, name)
		}
	}
	for _, f := range r.Fields {
		if f.Type != "" && !slices.Contains(r.Uses, f.Type) && !slices.Contains(r.Types, f.Type) {
			t.Errorf("%s reads %s without using its type", r.Identifier, f.Name())
		}
	}
	if _, err := r.ParseParams(""); err != nil && !slices.ContainsFunc(r.Params, func(p rule.Param) bool { return p.Required }) {
		t.Errorf("%s: defaults: %v", r.Identifier, err)
	}
}

// documented are the types that a documented parameter type may become here: the documents know fewer types.
var documented = map[string][]rule.ParamType{
	"string":    {rule.String, rule.CSV, rule.Int, rule.Bool, rule.Map},
	"csv":       {rule.CSV, rule.String},
	"int":       {rule.Int},
	"number":    {rule.Int, rule.Double},
	"double":    {rule.Double},
	"bool":      {rule.Bool},
	"boolean":   {rule.Bool},
	"stringmap": {rule.Map, rule.CSV}, // tags: some are keys without a value
}

func checkParams(t *testing.T, r *rule.Rule, e Entry) {
	t.Helper()
	for _, p := range r.Params {
		i := slices.IndexFunc(e.Params, func(d EntryParam) bool { return d.Name == p.Name })
		if i < 0 {
			t.Errorf("%s: parameter %q is not documented", r.Identifier, p.Name)
			continue
		}
		d := e.Params[i]
		if !slices.Contains(documented[strings.ToLower(d.Type)], p.Type) {
			t.Errorf("%s: parameter %s is a %s, documented as %s", r.Identifier, p.Name, p.Type, d.Type)
		}
		if d.Required && !p.Required && p.Default == "" {
			t.Errorf("%s: parameter %s is documented as required", r.Identifier, p.Name)
		}
	}
	for _, d := range e.Params {
		if !slices.ContainsFunc(r.Params, func(p rule.Param) bool { return p.Name == d.Name }) {
			t.Errorf("%s: documented parameter %s is not declared", r.Identifier, d.Name)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, name := range []string{"ENCRYPTED_VOLUMES", "encrypted-volumes", "EBS_ENCRYPTION_ENABLED"} {
		if r := Lookup(name); r == nil || r.Identifier != "ENCRYPTED_VOLUMES" {
			t.Errorf("Lookup(%q) = %v", name, r)
		}
	}
	if Lookup("NO_SUCH_RULE") != nil || Implemented("") {
		t.Error("an unknown rule was found")
	}
}

// TestEveryRuleIsDecided: a managed rule has its logic here, or it is said which fact is missing.
func TestEveryRuleIsDecided(t *testing.T) {
	for _, e := range Catalog() {
		missing := Missing(e.Identifier)
		switch {
		case Lookup(e.Identifier) == nil && len(missing) < 40:
			t.Errorf("%s has no logic, and undecided.tsv does not say which fact is missing", e.Identifier)
		case Lookup(e.Identifier) != nil && missing != "":
			t.Errorf("%s has logic; take it out of undecided.tsv", e.Identifier)
		case missing != "" && e.PackUses+e.FrameworkUses > 0:
			t.Errorf("%s is used by packs or frameworks: it must be decided", e.Identifier)
		}
	}
	for id := range undecided() {
		if _, ok := Find(id); !ok {
			t.Errorf("undecided.tsv: %s is not a managed rule", id)
		}
	}
}
