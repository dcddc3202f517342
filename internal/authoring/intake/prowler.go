package intake

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
)

//go:embed prowler.tsv
var prowlerTable string

// prowlerRules are the rules that ask what a check of Prowler asks.
var prowlerRules = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for i, line := range strings.Split(strings.TrimSpace(prowlerTable), "\n") {
		if check, rules, ok := strings.Cut(line, "\t"); ok && i > 0 {
			out[check] = strings.Split(rules, ",")
		}
	}
	return out
})

// prowlerFile is a compliance file of Prowler.
type prowlerFile struct {
	Framework    string               `json:"Framework"`
	Name         string               `json:"Name"`
	Version      string               `json:"Version"`
	Provider     string               `json:"Provider"`
	Description  string               `json:"Description"`
	Requirements []prowlerRequirement `json:"Requirements"`
}

type prowlerRequirement struct {
	ID          string            `json:"Id"`
	Name        string            `json:"Name"`
	Description string            `json:"Description"`
	Attributes  []json.RawMessage `json:"Attributes"`
	Checks      []string          `json:"Checks"`
}

// prowlerAttribute are the members that files of different standards group their requirements by.
type prowlerAttribute struct {
	Section     string `json:"Section"`
	Domain      string `json:"Domain"`
	Category    string `json:"Category"`
	Family      string `json:"Family"`
	Service     string `json:"Service"`
	Objective   string `json:"Objective_Name"`
	Audit       string `json:"AuditProcedure"`
	Remediation string `json:"RemediationProcedure"`
}

// readProwler reads compliance files of Prowler for AWS. Checks for which a rule is known become its source; the others
// are told.
func readProwler(b *builder, inputs []Input) error {
	for _, in := range inputs {
		var f prowlerFile
		if err := json.Unmarshal(bytes.TrimPrefix(in.Body, []byte("\xef\xbb\xbf")), &f); err != nil {
			return fault(in.Name, "", "it is no compliance file of Prowler: %v", jsonFault(err))
		}
		switch {
		case len(f.Requirements) == 0:
			return fault(in.Name, "", "it is no compliance file of Prowler: it has no Requirements")
		case f.Provider != "" && !strings.EqualFold(f.Provider, "aws"):
			return fault(in.Name, "Provider", "it is for %s; files for aws are read", f.Provider)
		}
		name := f.Name
		if name == "" {
			name = strings.TrimSpace(f.Framework + " " + f.Version)
		}
		b.framework(in.Name, name, f.Description, f.Framework)
		for i := range f.Requirements {
			if err := b.prowler(in.Name, &f.Requirements[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) prowler(file string, r *prowlerRequirement) error {
	where := file + ": requirement " + r.ID
	if r.ID == "" && r.Name == "" {
		b.leave(where, "requirement", "it has neither Id nor Name")
		return nil
	}
	k := authoring.Control{Name: prowlerName(r), Description: r.Description}
	for _, check := range r.Checks {
		rules, ok := prowlerRules()[check]
		if !ok {
			b.note(where, "check "+check, "no rule asks the same; it is left out")
			continue
		}
		k.Sources = append(k.Sources, sources(catalog.Config, rules...)...)
	}
	set := "Requirements"
	if len(r.Attributes) > 0 {
		var a prowlerAttribute
		_ = json.Unmarshal(r.Attributes[0], &a) // attributes that are other things group nothing
		for _, s := range []string{a.Section, a.Domain, a.Family, a.Category, a.Objective, a.Service} {
			if s != "" {
				set = s
				break
			}
		}
		k.TestingInformation, k.ActionPlanInstructions = a.Audit, a.Remediation
	}
	_, err := b.control(entry{where: where, set: set, id: r.ID, Control: k})
	return err
}

// prowlerName is the id with the name, where it has one beside the id and the description.
func prowlerName(r *prowlerRequirement) string {
	if r.Name == "" || r.Name == r.ID || slices.Contains([]string{r.Description}, r.Name) {
		return strings.TrimSpace(r.ID + " " + cut(r.Description, 100))
	}
	if strings.HasPrefix(r.Name, r.ID) {
		return r.Name
	}
	return r.ID + " " + r.Name
}
