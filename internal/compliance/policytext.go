package compliance

import (
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule/custom"
)

// policyText is the text of a policy. It stays when its rule gets another one: verdicts that it gave are evidence.
type policyText struct{ Text string }

// policyTexts are those of a place, by their SHA-256 in hexadecimal.
var policyTexts = docs.Collection[policyText]{Kind: "config-policy-text", Noun: "policy text"}

// keepText keeps the text of a rule's policy.
func keepText(tx Tx, at Place, in *instance) error {
	if in.Policy == nil || in.def.logic == nil {
		return nil
	}
	_, hash, ok := custom.TextOf(in.def.logic.Version())
	if !ok {
		return nil
	}
	_, err := policyTexts.Get(tx, at.Account, at.Region, hash)
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	return policyTexts.Insert(tx, at.Account, at.Region, hash, "", policyText{in.Policy.Text})
}

// PolicyText is a text that the rules of a place have or had, by its hash as custom.TextOf gives it.
func PolicyText(tx docs.Tx, at Place, hash string) (string, error) {
	d, err := policyTexts.Get(tx, at.Account, at.Region, hash)
	return d.Value.Text, err
}
