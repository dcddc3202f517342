package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/markup"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// maxExceptions is how many a file may have.
const maxExceptions = 10_000

// ReadExceptions reads a file of exceptions, YAML or JSON: a list, or a mapping with the list exceptions, of mappings with
// rule, resource, owner, reason, expires, and where wanted account, region and type. Each is of the one model
// (package exception); here an empty account, region or type means every one. What has expired is a fault.
func ReadExceptions(text []byte, now time.Time) ([]exception.Exception, error) {
	root, err := markup.Parse(text, "file of exceptions", markup.Limits{Nodes: 20 * maxExceptions, Depth: 8})
	if err != nil {
		return nil, fault.Invalidf("exceptions", "%v.", err)
	}
	if root.Kind == markup.Map {
		if len(root.Keys) != 1 || root.Keys[0].Text != "exceptions" {
			return nil, fault.Invalidf("exceptions", "line %d: not known: a file of exceptions has the one key exceptions.", root.Line)
		}
		root = root.Values[0]
	}
	if root.Kind != markup.List || len(root.Values) > maxExceptions {
		return nil, fault.Invalidf("exceptions", "line %d: the exceptions must be a list of at most %d.", root.Line, maxExceptions)
	}
	out := make([]exception.Exception, 0, len(root.Values))
	var expired []string
	for _, n := range root.Values {
		e, err := readException(n)
		if err != nil {
			return nil, fault.Invalidf("exceptions", "line %d: %v.", n.Line, err)
		}
		if !e.Active(now) {
			expired = append(expired, fmt.Sprintf("line %d: %s for %s (%s) expired on %s", n.Line, e.Rule, e.Resource, e.Owner, e.Expires.Format(time.DateOnly)))
		}
		out = append(out, e)
	}
	if len(expired) > 0 {
		return nil, fault.Invalidf("exceptions", "%s: renew or remove what has expired.\n%s", counted(len(expired), "exception")+" expired", strings.Join(expired, "\n"))
	}
	return out, nil
}

func readException(n *markup.Node) (e exception.Exception, err error) {
	if n.Kind != markup.Map {
		return e, fmt.Errorf("an exception is %v; it must be a mapping with rule, resource, owner, reason and expires", n.Kind)
	}
	var expires string
	into := map[string]*string{
		"rule": &e.Rule, "account": &e.Account, "region": &e.Region, "type": &e.Type, "resource": &e.Resource, "owner": &e.Owner, "reason": &e.Reason, "expires": &expires,
	}
	for i, k := range n.Keys {
		to, ok := into[k.Text]
		v := n.Values[i]
		switch {
		case !ok:
			return e, fmt.Errorf("%q is not known; an exception has rule, resource, owner, reason, expires, account, region and type", k.Text)
		case v.Kind == markup.List || v.Kind == markup.Map || v.Kind == markup.Null:
			return e, fmt.Errorf("%s is %v; it must be a text", k.Text, v.Kind)
		}
		*to = v.Text
	}
	for _, name := range []string{"rule", "resource", "owner", "reason", "expires"} {
		if *into[name] == "" {
			return e, fmt.Errorf("the exception has no %s", name)
		}
	}
	if e.Account != "" && !arn.ValidAccount(e.Account) {
		return e, fmt.Errorf("%q is not an account id; write its twelve digits in quotes", e.Account)
	}
	if e.Rule, err = knownRule(e.Rule); err != nil {
		return e, err
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if e.Expires, err = time.Parse(layout, expires); err == nil {
			return e, nil
		}
	}
	return e, fmt.Errorf("expires %q is no date such as 2026-12-31", expires)
}

// knownRule is the identifier that a rule's name means. A name that is no managed rule's may be one of a pack.
func knownRule(name string) (string, error) {
	if c, ok := managed.FindControl(name); ok && managed.Lookup(name) == nil {
		if len(c.Rules) == 1 {
			return c.Rules[0], nil
		}
		return "", fmt.Errorf("%q is a control of %s; name the rules", name, counted(len(c.Rules), "rule"))
	}
	return compliance.Identifier(name), nil
}

// covering finds the exception that covers a failure.
func covering(all []exception.Exception, r *compliance.ConfigRule, e *Evaluation) *Excepted {
	i := slices.IndexFunc(all, func(x exception.Exception) bool {
		if x.Rule != r.Identifier && x.Rule != r.Name || x.Account != "" && x.Account != e.Account || x.Region != "" && x.Region != e.Region {
			return false
		}
		x.Type = cmp.Or(x.Type, e.Type)
		return x.Covers(e.Type, e.ID) || e.ARN != "" && x.Covers(e.Type, e.ARN)
	})
	if i < 0 {
		return nil
	}
	return &Excepted{all[i].Owner, all[i].Reason, all[i].Expires.UTC().Format(time.RFC3339)}
}
