package compliance

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/pack"
)

// The states of packs. A pack is deployed in one transaction, so that only the first is ever stored.
const (
	CreateComplete   = "CREATE_COMPLETE"
	CreateInProgress = "CREATE_IN_PROGRESS"
	CreateFailed     = "CREATE_FAILED"
	DeleteInProgress = "DELETE_IN_PROGRESS"
	DeleteFailed     = "DELETE_FAILED"
)

// Pack is a deployed conformance pack.
type Pack struct {
	Account, Region string
	// Name is unique in its place; ID is "conformance-pack-" and nine letters.
	Name, ID, ARN            string
	DeliveryBucket           string
	Document                 *PackDocument `json:",omitempty"`
	DeliveryPrefix           string
	Inputs                   []Input
	Source                   string // "body", "stored" or the name of a published template
	CreatedBy                string `json:",omitempty"`
	State, Reason            string
	LastRequested, Completed time.Time
	Rules                    []PackRule
	// Remediations are what the template has; they are shown.
	Remediations []pack.Remediation `json:",omitempty"`
}

// Input is an input parameter of a pack, in the caller's order.
type Input struct{ Name, Value string }

// PackRule is one rule of a pack: its name in the template and as it is deployed.
type PackRule struct {
	InTemplate, Name, RuleID string
	Controls                 []string `json:",omitempty"`
}

// PackInput is a pack to deploy: with exactly one of Body, Stored and Published.
type PackInput struct {
	Name string
	// Body is a template of at most 51,200 bytes; Stored one of at most 300 KB that was read from a bucket or a
	// document; Published the name of a published template.
	Body, Stored []byte
	Published    string
	// Document is where Stored was read, when that was an SSM document.
	Document *PackDocument

	Inputs                         []Input
	DeliveryBucket, DeliveryPrefix string
	CreatedBy                      string
}

// PackDocument is an SSM document that holds a template.
type PackDocument struct{ Name, Version string }

var packs = docs.Collection[Pack]{Kind: "config-pack", Noun: "conformance pack"}

// packTemplate is the text that a pack was deployed from.
type packTemplate struct{ Text string }

var packTemplates = docs.Collection[packTemplate]{Kind: "config-pack-template", Noun: "conformance pack template"}

// maxPacks of one account and region.
const maxPacks = 50

var packName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,255}$`)

func noPack(name string) *fault.Error {
	return fault.Missing("conformance pack", name).With("NoSuchConformancePackException")
}

func badPack(field, format string, args ...any) error {
	return fault.Invalidf(field, format, args...).With("InvalidParameterValueException")
}

// template reads the one source that is given.
func (in *PackInput) template() (text []byte, source string, err error) {
	n := 0
	if in.Body != nil {
		text, source, n = in.Body, "body", n+1
		if len(in.Body) > pack.MaxBody {
			return nil, "", badPack("TemplateBody", "The template has %d bytes; one in a request may have %d. Store it in a bucket and give its URI.", len(in.Body), pack.MaxBody)
		}
	}
	if in.Stored != nil {
		text, source, n = in.Stored, "stored", n+1
	}
	if in.Published != "" {
		if text, err = pack.Published(in.Published); err != nil {
			return nil, "", err
		}
		source, n = in.Published, n+1
	}
	if n != 1 {
		return nil, "", badPack("TemplateBody", "Give exactly one template: in the request, from a bucket, or as a document.")
	}
	return text, source, nil
}

// DeployPack creates a conformance pack or changes the one of that name, with all its rules, in one transaction. The
// rules are named `<name in the template>-conformance-pack-<id>`. Custom rules of a template deploy, and report
// INSUFFICIENT_DATA with the reason.
//
// Faults: InvalidParameterValueException, ConformancePackTemplateValidationException,
// MaxNumberOfConformancePacksExceededException, MaxNumberOfConfigRulesExceededException, AccessDeniedException (the
// pack belongs to another owner, the organization for one).
func (p *Program) DeployPack(ctx context.Context, at Place, in PackInput) (Pack, error) {
	if !packName.MatchString(in.Name) {
		return Pack{}, badPack("ConformancePackName", "%q is no name of a conformance pack: letters, digits and hyphens, 256 at most, with a letter first.", in.Name)
	}
	text, source, err := in.template()
	if err != nil {
		return Pack{}, err
	}
	resolved, err := resolveTemplate(text, in.Inputs, at)
	if err != nil {
		return Pack{}, err
	}
	d := deployment{at: at, in: in, text: text, source: source, resolved: resolved, id: p.shortID(9)}
	for range resolved.Rules {
		d.ruleIDs = append(d.ruleIDs, p.shortID(6))
	}
	var out Pack
	err = p.write(ctx, func(tx Tx) error {
		var err error
		out, err = d.run(tx)
		return err
	})
	return out, err
}

func resolveTemplate(text []byte, inputs []Input, at Place) (*pack.Pack, error) {
	t, err := pack.Parse(text)
	if err != nil {
		return nil, err
	}
	given := make(map[string]string, len(inputs))
	for _, i := range inputs {
		if _, twice := given[i.Name]; twice {
			return nil, badPack("ConformancePackInputParameters", "The input parameter %q is given twice.", i.Name)
		}
		given[i.Name] = i.Value
	}
	return t.Resolve(given, at)
}

// deployment is one run of DeployPack; ids for what may be new are drawn before, because the transaction may run
// twice.
type deployment struct {
	at       Place
	in       PackInput
	text     []byte
	source   string
	resolved *pack.Pack
	id       string
	ruleIDs  []string
}

func (d *deployment) run(tx Tx) (Pack, error) {
	old, err := packs.ByName(tx, d.at.Account, d.at.Region, d.in.Name)
	fresh := fault.KindOf(err) == fault.NotFound
	if err != nil && !fresh {
		return Pack{}, err
	}
	if !fresh && old.Value.CreatedBy != d.in.CreatedBy {
		return Pack{}, ownedPack(old.Value)
	}
	v := Pack{Account: d.at.Account, Region: d.at.Region, Name: d.in.Name, ID: old.Value.ID, ARN: old.Value.ARN}
	if fresh {
		all, err := packs.All(tx, own(d.at))
		if err != nil {
			return v, err
		}
		if len(all) >= maxPacks {
			return v, fault.New(fault.Quota, "There are %d conformance packs in %s, and an account may have no more.", len(all), d.at.Region).With("MaxNumberOfConformancePacksExceededException")
		}
		v.ID = "conformance-pack-" + d.id
		v.ARN = arn.New("config", d.at.Region, d.at.Account, "conformance-pack/"+v.Name+"/"+v.ID)
	}
	v.DeliveryBucket, v.DeliveryPrefix, v.Inputs, v.Source, v.CreatedBy, v.Document = d.in.DeliveryBucket, d.in.DeliveryPrefix, d.in.Inputs, d.source, d.in.CreatedBy, d.in.Document
	v.State, v.LastRequested, v.Completed, v.Remediations = CreateComplete, tx.Now(), tx.Now(), d.resolved.Remediations
	if v.Rules, err = d.rules(tx, v, old.Value.Rules); err != nil {
		return v, err
	}
	if err := d.keepTemplate(tx, v.ID, fresh); err != nil {
		return v, err
	}
	if fresh {
		return v, packs.Insert(tx, d.at.Account, d.at.Region, v.ID, v.Name, v)
	}
	old.Value = v
	return v, packs.Update(tx, old)
}

func (d *deployment) keepTemplate(tx Tx, id string, fresh bool) error {
	t := packTemplate{string(d.text)}
	if fresh {
		return packTemplates.Insert(tx, d.at.Account, d.at.Region, id, "", t)
	}
	doc, err := packTemplates.Get(tx, d.at.Account, d.at.Region, id)
	if err != nil {
		return err
	}
	doc.Value = t
	return packTemplates.Update(tx, doc)
}

// rules brings the deployed rules in line with the template: new ones are created, others changed when they differ,
// and those that are no longer in it deleted.
func (d *deployment) rules(tx Tx, v Pack, old []PackRule) ([]PackRule, error) {
	n, err := countRules(tx, d.at)
	if err != nil {
		return nil, err
	}
	var out []PackRule
	for i, pr := range d.resolved.Rules {
		r := packedRule(pr)
		r.Name, r.Pack, r.PackRule, r.Controls = pr.Name+"-"+v.ID, v.Name, pr.Name, pr.Controls
		if _, err := r.check(); err != nil {
			return nil, inTemplate(pr, err)
		}
		r, err := d.rule(tx, r, d.ruleIDs[i], n+i-len(old))
		if fault.KindOf(err) == fault.Quota { // PutConformancePack has no code of its own for too many rules
			return nil, badPack("TemplateBody", "With the rules of the pack there would be more than %d config rules in %s. Delete some first.", maxRules, d.at.Region)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, PackRule{pr.Name, r.Name, r.ID, pr.Controls})
	}
	for _, o := range old {
		if slices.ContainsFunc(out, func(n PackRule) bool { return n.Name == o.Name }) {
			continue
		}
		doc, err := rules.Get(tx, d.at.Account, d.at.Region, o.RuleID)
		if err != nil {
			return nil, err
		}
		if err := removeRule(tx, d.at, doc.Value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// packedRule is a rule as its template has it.
func packedRule(from pack.Rule) ConfigRule {
	r := ConfigRule{
		Name: from.Name, Description: from.Description, Owner: from.Owner, Identifier: from.Identifier, Parameters: from.Parameters,
		Frequency: from.Frequency, Scope: from.Scope, Policy: from.Policy, Modes: from.Modes, CreatedBy: packOwner,
	}
	if r.Owner != OwnerAWS { // what a template says of the triggers of a managed rule is only its schedule
		r.Details = from.Details
	}
	return r
}

// rule deploys one rule; one that has not changed is left alone, with its verdicts.
func (d *deployment) rule(tx Tx, r ConfigRule, id string, n int) (ConfigRule, error) {
	old, err := rules.ByName(tx, d.at.Account, d.at.Region, r.Name)
	if err == nil {
		if r.same(old.Value) {
			return old.Value, nil
		}
	} else if fault.KindOf(err) != fault.NotFound {
		return r, err
	}
	return deployRule(tx, d.at, r, id, n)
}

// inTemplate says which resource of the template a fault is in.
func inTemplate(from pack.Rule, err error) error {
	var f *fault.Error
	if !asFault(err, &f) {
		return err
	}
	return fault.Invalidf(f.Field, "line %d: resource %s: %s", from.Line, from.Resource, f.Message).With(pack.Code)
}

// DeletePack removes a pack with its rules and their results. Faults: NoSuchConformancePackException,
// AccessDeniedException (it belongs to the organization).
func (p *Program) DeletePack(ctx context.Context, at Place, name string) error {
	return p.deletePack(ctx, at, "", name)
}

func (p *Program) deletePack(ctx context.Context, at Place, owner, name string) error {
	return p.write(ctx, func(tx Tx) error {
		d, err := onePack(tx, at, name)
		if err != nil {
			return err
		}
		if d.Value.CreatedBy != owner {
			return ownedPack(d.Value)
		}
		for _, r := range d.Value.Rules {
			doc, err := rules.Get(tx, at.Account, at.Region, r.RuleID)
			if err != nil {
				return err
			}
			if err := removeRule(tx, at, doc.Value); err != nil {
				return err
			}
		}
		if err := endPack(tx, d.Value); err != nil {
			return err
		}
		if err := packTemplates.Delete(tx, at.Account, at.Region, d.ID); err != nil {
			return err
		}
		return packs.Delete(tx, at.Account, at.Region, d.ID)
	})
}

func onePack(tx Tx, at Place, name string) (docs.Doc[Pack], error) {
	d, err := packs.ByName(tx, at.Account, at.Region, name)
	if fault.KindOf(err) == fault.NotFound {
		return d, noPack(name)
	}
	return d, err
}

// Packs are the packs of a place by name, ordered by name; without names all of them. They hold detail and status.
// Fault: NoSuchConformancePackException.
func (p *Program) Packs(ctx context.Context, at Place, names ...string) ([]Pack, error) {
	return read(ctx, p, func(tx Tx) ([]Pack, error) { return listPacks(tx, own(at), names) })
}

func listPacks(tx Tx, s arn.Scope, names []string) ([]Pack, error) {
	return named(tx, packs, s, names, func(v *Pack) string { return v.Name }, noPack)
}

// PackTemplate is the text a pack was deployed from. Fault: NoSuchConformancePackException.
func (p *Program) PackTemplate(ctx context.Context, at Place, name string) (string, error) {
	return read(ctx, p, func(tx Tx) (string, error) {
		d, err := onePack(tx, at, name)
		if err != nil {
			return "", err
		}
		t, err := packTemplates.Get(tx, at.Account, at.Region, d.ID)
		return t.Value.Text, err
	})
}

// Remediation is a remediation configuration that came with a pack, as the template has it.
type Remediation struct {
	pack.Remediation
	// Rule is the deployed name of the rule it is for.
	Rule, Pack string
}

// Remediations are the remediation configurations of a place, of some rules (by deployed name) when any are given.
func (p *Program) Remediations(ctx context.Context, at Place, ruleNames ...string) ([]Remediation, error) {
	return read(ctx, p, func(tx Tx) ([]Remediation, error) {
		all, err := listPacks(tx, own(at), nil)
		if err != nil {
			return nil, err
		}
		var out []Remediation
		for _, v := range all {
			for _, m := range v.Remediations {
				name := m.RuleName + "-" + v.ID
				if len(ruleNames) == 0 || slices.Contains(ruleNames, name) {
					out = append(out, Remediation{m, name, v.Name})
				}
			}
		}
		return out, nil
	})
}
