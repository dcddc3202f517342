package compliance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule"
)

// The owners of rules.
const (
	OwnerAWS    = "AWS"
	OwnerLambda = "CUSTOM_LAMBDA"
	OwnerPolicy = "CUSTOM_POLICY"
)

// The states of rules.
const (
	Active     = "ACTIVE"
	Evaluating = "EVALUATING"
)

// RuleScope narrows a rule to some resources: of types, with an id, or with a tag.
type RuleScope = pack.Scope

// SourceDetail is one trigger of a custom rule.
type SourceDetail = pack.Detail

// Policy is a rule in a policy language.
type Policy = pack.Policy

// ConfigRule is one rule instance.
type ConfigRule struct {
	Account, Region string
	// Name is unique in its place; ID is "config-rule-" and six letters.
	Name, ID, ARN string
	Description   string
	Owner         string
	// Identifier is the real identifier of the managed rule; Given is how the caller wrote it.
	Identifier, Given string
	// Parameters is a JSON object of strings; "" when none were given.
	Parameters string
	// Frequency of the schedule; "" for the default, once a day.
	Frequency string
	Scope     RuleScope
	// Details are the triggers of a custom rule; Policy is the text of one of owner CUSTOM_POLICY.
	Details []SourceDetail `json:",omitempty"`
	Policy  *Policy        `json:",omitempty"`
	// Modes are PROACTIVE, with or without DETECTIVE; none for a rule that is detective only.
	Modes []string `json:",omitempty"`
	// CreatedBy names the service that owns the rule; Pack is the name of its conformance pack, PackRule its name in
	// the template and Controls what the template says of it.
	CreatedBy      string   `json:",omitempty"`
	Pack, PackRule string   `json:",omitempty"`
	Controls       []string `json:",omitempty"`
	// External is the verdict on a process check; nil when nobody has given one.
	External *External `json:",omitempty"`
	// N is the number of the instance in verdict records.
	N int64
}

// RuleView is a rule with what is known of it beside its document.
type RuleView struct {
	ConfigRule
	// State is ACTIVE, or EVALUATING while a full evaluation is wanted or under way.
	State string
	// Implemented: the library has the rule's logic. Otherwise Reason says why there are no verdicts.
	Implemented      bool
	Reason           string
	Trigger          rule.Trigger
	Types            []string
	Created, Updated time.Time
}

var rules = docs.Collection[ConfigRule]{Kind: "config-rule", Noun: "config rule"}

// packOwner is the service that rules of a conformance pack belong to.
const packOwner = "config-conforms.amazonaws.com"

// maxRules of one account and region.
const maxRules = 1000

func noRule(name string) *fault.Error {
	return fault.Missing("config rule", name).With("NoSuchConfigRuleException")
}

func badRule(field, format string, args ...any) error {
	return fault.Invalidf(field, format, args...).With("InvalidParameterValueException")
}

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }

// check validates a rule and completes it.
func (r *ConfigRule) check() (definition, error) {
	switch {
	case strings.TrimSpace(r.Name) == "":
		return definition{}, badRule("ConfigRuleName", "A config rule needs a name.")
	case utf8.RuneCountInString(r.Name) > 128:
		return definition{}, badRule("ConfigRuleName", "The name %q has more than 128 characters.", r.Name)
	case utf8.RuneCountInString(r.Description) > 256:
		return definition{}, badRule("Description", "The description has more than 256 characters.")
	case utf8.RuneCountInString(r.Parameters) > 1024:
		return definition{}, badRule("InputParameters", "The input parameters have more than 1024 characters.")
	case r.Frequency != "" && hours[r.Frequency] == 0:
		return definition{}, badRule("MaximumExecutionFrequency", "%q is no frequency; use One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours.", r.Frequency)
	}
	if err := checkScope(r.Scope); err != nil {
		return definition{}, err
	}
	d, err := r.checkOwner()
	if err != nil {
		return d, err
	}
	return d, r.checkModes()
}

// checkOwner validates what the rules of each owner have of their own.
func (r *ConfigRule) checkOwner() (definition, error) {
	switch r.Owner {
	case OwnerAWS:
		return r.checkManaged()
	case OwnerLambda:
		return r.checkFunction()
	case OwnerPolicy:
		return r.checkPolicy()
	}
	return definition{}, badRule("Owner", "%q is no owner of rules; there are AWS, CUSTOM_LAMBDA and CUSTOM_POLICY.", r.Owner)
}

func (r *ConfigRule) checkManaged() (definition, error) {
	if len(r.Details) > 0 || r.Policy != nil {
		return definition{}, badRule("Source", "A managed rule (owner AWS) has no SourceDetails and no CustomPolicyDetails; leave them out.")
	}
	d, err := resolve(r.Identifier)
	if err != nil {
		return d, err
	}
	r.Given, r.Identifier = r.Identifier, d.Identifier
	return d, d.checkParameters(r.Parameters)
}

func checkScope(s RuleScope) error {
	switch {
	case len(s.Types) > 100:
		return badRule("ComplianceResourceTypes", "A scope has at most 100 resource types, not %d.", len(s.Types))
	case s.ID != "" && len(s.Types) != 1:
		return badRule("ComplianceResourceId", "A scope with a resource id needs exactly one resource type.")
	case s.TagValue != "" && s.TagKey == "":
		return badRule("TagValue", "A scope with a tag value needs the tag key too.")
	case len(s.TagKey) > 128, len(s.TagValue) > 256:
		return badRule("TagKey", "A tag key has at most 128 characters, and a tag value 256.")
	}
	for _, t := range s.Types {
		if t == "" || len(t) > 256 {
			return badRule("ComplianceResourceTypes", "%q is not a resource type.", t)
		}
	}
	return nil
}

// instance is a rule ready to be evaluated.
type instance struct {
	ConfigRule
	def      definition
	params   rule.Params
	state    RuleState
	revision string
	// broken says why the rule cannot be evaluated at all; "" when it can.
	broken string
}

func newInstance(r ConfigRule) *instance {
	in := &instance{ConfigRule: r}
	in.def, in.broken = define(r)
	version := "none"
	if in.broken == "" {
		version = in.def.logic.Version() + r.External.version()
		if r.Owner == OwnerAWS { // the parameters of a custom rule are its own business
			var err error
			if in.params, err = in.def.logic.ParseParams(r.Parameters); err != nil {
				in.broken = "The rule's parameters do not fit the rule library: " + err.Error()
			}
		}
		if r.External != nil {
			in.params = in.params.WithGiven(r.External.result())
		}
	}
	if !r.detective() {
		version += "\x00" + Proactive
	}
	in.revision = digest(r.Identifier, version, in.broken, r.Parameters, strings.Join(r.Scope.Types, ","), r.Scope.ID, r.Scope.TagKey, r.Scope.TagValue)
	if len(r.Details) > 0 {
		in.revision = digest(in.revision, fmt.Sprint(r.Details))
	}
	return in
}

// perAccount reports whether the only subject is the account: the rule judges accounts, or cannot judge at all.
func (in *instance) perAccount() bool {
	return in.broken != "" || in.def.logic.Subjects == rule.Account
}

// types are those of the rule's possible subjects; everyType when any may be.
func (in *instance) types() []string {
	switch {
	case !in.detective():
		return nil
	case in.perAccount():
		return []string{rule.AccountType}
	case len(in.Scope.Types) == 0 && in.def.logic.Subjects == rule.EveryType:
		return []string{everyType}
	case len(in.Scope.Types) == 0:
		return in.def.logic.Types
	}
	return union(slices.DeleteFunc(slices.Clone(in.Scope.Types), func(t string) bool { return !in.def.logic.Judges(t) }), nil)
}

// judged are the types whose items may have a verdict of the rule, as a filter of records: none for all.
func (in *instance) judged() []string { return filterTypes(union(in.state.Types, in.types())) }

// everyType stands for all types of resources.
const everyType = "*"

// filterTypes are types as a filter, which without any takes all.
func filterTypes(types []string) []string {
	if slices.Contains(types, everyType) {
		return nil
	}
	return types
}

// narrowed reports whether the scope leaves out some items of the types.
func (in *instance) narrowed() bool {
	return !in.perAccount() && (in.Scope.ID != "" || in.Scope.TagKey != "")
}

// judges reports whether an item is a subject: of its type, in its place and in its scope.
func (in *instance) judges(it *inventory.Item) bool {
	if it.Account != in.Account || it.Region != in.Region && it.Region != arn.Global {
		return false
	}
	if in.perAccount() {
		return it.Type == rule.AccountType
	}
	if !in.def.logic.Judges(it.Type) {
		return false
	}
	s := in.Scope
	if len(s.Types) > 0 && !slices.Contains(s.Types, it.Type) || s.ID != "" && s.ID != it.ID {
		return false
	}
	if s.TagKey != "" {
		v, ok := it.Tag(s.TagKey)
		return ok && (s.TagValue == "" || v == s.TagValue)
	}
	return true
}

// frequency is how often the schedule runs; 0 for a rule without one.
func (in *instance) frequency() time.Duration {
	if in.broken != "" || !in.detective() || !in.def.logic.Trigger.OnSchedule() {
		return 0
	}
	if h := hours[in.schedule()]; h > 0 {
		return time.Duration(h) * time.Hour
	}
	return 24 * time.Hour
}

// schedule is the name of the frequency: the shortest that is given.
func (in *instance) schedule() string {
	name := in.Frequency
	for _, d := range in.Details {
		if h := hours[d.Frequency]; h > 0 && (name == "" || h < hours[name]) {
			name = d.Frequency
		}
	}
	return name
}
