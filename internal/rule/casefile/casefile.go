// Package casefile reads and runs the test cases of a rule: a YAML list of small situations with the verdict each
// must give. The library's tests, `tickmark rules test` and a user's own rules use the same files; their form is in
// docs/rules/writing-a-rule.md.
package casefile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Case is one situation and what a rule must say about it.
type Case struct {
	Name string `yaml:"name"`
	// Item is the subject; left out for a rule that judges the account.
	Item map[string]any `yaml:"item"`
	// Related are other items of the account.
	Related []map[string]any `yaml:"related"`
	// Facts are account facts: the end of the type's name -> configuration, or a list of them.
	Facts map[string]any `yaml:"facts"`
	// Recorded are types of which all items are given, even if that is none.
	Recorded []string       `yaml:"recorded"`
	Params   map[string]any `yaml:"params"`
	Now      string         `yaml:"now"`
	// Given is a verdict from outside with its annotation.
	Given *struct{ Verdict, Annotation string } `yaml:"given"`
	// Want is the verdict by AWS's name; Reason must be part of its reason.
	Want   string `yaml:"want"`
	Reason string `yaml:"reason"`
}

// Where and when a case plays unless it says otherwise.
const (
	Account = "111122223333"
	Region  = "us-east-1"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// Parse reads a case file.
func Parse(text []byte) ([]Case, error) {
	var cases []Case
	if err := yaml.Load(text, &cases, yaml.WithKnownFields()); err != nil {
		return nil, err
	}
	for i, c := range cases {
		if _, ok := rule.ParseVerdict(c.Want); !ok {
			return nil, fmt.Errorf("case %d (%s): want is %q, not a verdict", i+1, c.Name, c.Want)
		}
		if c.Name == "" {
			return nil, fmt.Errorf("case %d has no name", i+1)
		}
	}
	return cases, nil
}

// Setting is a case made ready to evaluate.
type Setting struct {
	Subject *inventory.Item
	Estate  *rule.Estate
	Params  rule.Params
	Now     time.Time
}

// Setting builds the items of a case.
func (c Case) Setting(r *rule.Rule) (s Setting, err error) {
	s.Now = now
	if c.Now != "" {
		if s.Now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return s, err
		}
	}
	s.Estate = &rule.Estate{Region: Region, Complete: c.Recorded}
	if r.Subjects == rule.Account {
		if c.Item != nil {
			return s, fmt.Errorf("the rule judges the account, so the case must not have an item")
		}
		s.Subject = rule.AccountSubject(Account, Region)
	} else if s.Subject, err = Item(c.Item, s.Now); err != nil {
		return s, fmt.Errorf("item: %w", err)
	} else {
		s.Estate.Items = append(s.Estate.Items, s.Subject)
	}
	for i, m := range c.Related {
		it, err := Item(m, s.Now)
		if err != nil {
			return s, fmt.Errorf("related %d: %w", i+1, err)
		}
		s.Estate.Items = append(s.Estate.Items, it)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Facts)) {
		items, err := facts(name, c.Facts[name], s.Now)
		if err != nil {
			return s, fmt.Errorf("facts %s: %w", name, err)
		}
		s.Estate.Items = append(s.Estate.Items, items...)
	}
	if s.Params, err = params(r, c.Params); err != nil || c.Given == nil {
		return s, err
	}
	v, ok := rule.ParseVerdict(c.Given.Verdict)
	if !ok {
		return s, fmt.Errorf("given: %q is not a verdict", c.Given.Verdict)
	}
	s.Params = s.Params.WithGiven(rule.Result{Verdict: v, Reason: c.Given.Annotation})
	return s, nil
}

func params(r *rule.Rule, given map[string]any) (rule.Params, error) {
	if len(given) == 0 {
		return r.ParseParams("")
	}
	text, err := json.Marshal(given)
	if err != nil {
		return rule.Params{}, err
	}
	return r.ParseParams(string(text))
}

// facts builds the account facts of one type. A fact with a service is one of several of its type.
func facts(name string, v any, now time.Time) ([]*inventory.Item, error) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var items []*inventory.Item
	for _, configuration := range list {
		id := Account
		if m, ok := configuration.(map[string]any); ok && m["service"] != nil {
			id += "/" + fmt.Sprint(m["service"])
		}
		it, err := Item(map[string]any{"type": "Tickmark::Account::" + name, "id": id, "configuration": configuration}, now)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

// long are the full names of an item's keys; cases may use the short ones.
var long = map[string]string{
	"type": "resourceType", "id": "resourceId", "name": "resourceName", "arn": "ARN",
	"account": "awsAccountId", "region": "awsRegion", "zone": "availabilityZone",
	"status": "configurationItemStatus", "created": "resourceCreationTime",
	"captured": "configurationItemCaptureTime", "version": "configurationItemVersion",
}

// Item completes an abbreviated configuration item.
func Item(short map[string]any, now time.Time) (*inventory.Item, error) {
	m := map[string]any{
		"awsAccountId": Account, "awsRegion": Region, "configurationItemVersion": "1.3",
		"configurationItemStatus": "OK", "configurationItemCaptureTime": now.Add(-time.Hour).Format(time.RFC3339),
		"supplementaryConfiguration": map[string]any{}, "tags": map[string]any{}, "relationships": []any{},
	}
	if t, _ := short["type"].(string); strings.HasPrefix(t, "AWS::IAM::") {
		m["awsRegion"] = "global"
	}
	for k, v := range short {
		if full := long[k]; full != "" {
			k = full
		}
		m[k] = v
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return inventory.Decode(raw)
}

// Run evaluates a case.
func (c Case) Run(r *rule.Rule) (rule.Result, error) {
	s, err := c.Setting(r)
	if err != nil {
		return rule.Result{}, err
	}
	res, _, err := rule.Evaluate(r, s.Params, s.Subject, rule.NewIndex(s.Estate), s.Now)
	return res, err
}

// Test runs a case and says what is wrong with the outcome; nil when nothing is.
func (c Case) Test(r *rule.Rule) error {
	res, err := c.Run(r)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	return c.Judge(res)
}

// Judge says what is wrong with an outcome; nil when it is the one wanted.
func (c Case) Judge(res rule.Result) error {
	if res.Verdict.String() != c.Want {
		return fmt.Errorf("%s: %s (%s), want %s", c.Name, res.Verdict, res.Reason, c.Want)
	}
	if !strings.Contains(res.Reason, c.Reason) {
		return fmt.Errorf("%s: reason %q does not hold %q", c.Name, res.Reason, c.Reason)
	}
	return nil
}
