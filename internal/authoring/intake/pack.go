package intake

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/pack"
)

// readPacks makes a framework of each conformance pack template: a control of each rule, or of each control id that the
// template names for its rules. Parameters and conditions are the deployment's and do not matter here.
func readPacks(b *builder, inputs []Input) error {
	for _, in := range inputs {
		t, err := pack.Parse(in.Body)
		if err != nil {
			return fault(in.Name, "", "%v", err)
		}
		b.framework(in.Name, stem(in.Name), t.Description, "Conformance pack")
		rules := t.Declared()
		if len(rules) == 0 {
			return fault(in.Name, "", "the template declares no rules")
		}
		if b.ByControl {
			err = byControl(b, in.Name, rules)
		} else {
			err = byRule(b, in.Name, rules)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keyword is what a mapping source calls the rule.
func keyword(r *pack.Rule) string {
	if r.Owner == "AWS" {
		return r.Identifier
	}
	return catalog.CustomPrefix + r.Name
}

func byRule(b *builder, file string, rules []pack.Rule) error {
	for i := range rules {
		r := &rules[i]
		k := authoring.Control{Name: r.Name, Description: r.Description, Sources: b.rule(file, r)}
		if len(r.Controls) > 0 {
			k.TestingInformation = "Controls: " + strings.Join(r.Controls, ", ")
		}
		if _, err := b.control(entry{where: at(file, r), set: "Rules", Control: k}); err != nil {
			return err
		}
	}
	return nil
}

func at(file string, r *pack.Rule) string { return fmt.Sprintf("%s:%d", file, r.Line) }

// rule is the source that a rule is; none, with a note, when its identifier is not written out.
func (b *builder) rule(file string, r *pack.Rule) []authoring.Source {
	k := keyword(r)
	if k == "" || len(k) > 100 {
		b.note(at(file, r), "rule "+r.Name, "its identifier is not written out, or too long; the control gets a manual source")
		return nil
	}
	return sources(catalog.Config, k)
}

func byControl(b *builder, file string, rules []pack.Rule) error {
	var ids []string
	of := map[string][]authoring.Source{}
	for i := range rules {
		r := &rules[i]
		if len(r.Controls) == 0 {
			if _, err := b.control(entry{where: at(file, r), set: "Rules without a control", Control: authoring.Control{Name: r.Name, Description: r.Description, Sources: b.rule(file, r)}}); err != nil {
				return err
			}
		}
		for _, id := range r.Controls {
			if _, ok := of[id]; !ok {
				ids = append(ids, id)
			}
			of[id] = append(of[id], b.rule(file, r)...)
		}
	}
	for _, id := range ids {
		if _, err := b.control(entry{where: file + ": control " + id, set: "Controls", id: id, Control: authoring.Control{Name: id, Sources: of[id]}}); err != nil {
			return err
		}
	}
	return nil
}
