// Package policy reads IAM policy documents and answers questions about them: does one grant administration, is it
// open to everyone, to which other accounts, does it refuse plain HTTP. It judges a document by itself: identity
// policies, boundaries and organization policies that limit it elsewhere are not its business. Where a document can
// be read in two ways the answer is the less safe one.
package policy

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Document is one policy.
type Document struct {
	Version, ID string
	Statements  []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	SID   string
	Allow bool // otherwise deny
	// Principals are who the statement is about, or with NotPrincipal who it is not about; none in an identity policy.
	Principals   []Principal
	NotPrincipal bool
	Actions      []string // patterns; with NotAction those not meant
	NotAction    bool
	Resources    []string // patterns; with NotResource those not meant
	NotResource  bool
	Conditions   []Condition
}

// Principal is who a statement is about. Everyone is {"AWS", "*"}, also where the document says "*" alone.
type Principal struct {
	Kind string // AWS, Service, Federated or CanonicalUser
	ID   string
}

// Condition is one line of a condition block; its values are alternatives.
type Condition struct {
	Operator, Key string
	Values        []string
}

// Parse reads a document from JSON text, plain or URL-encoded.
func Parse(s string) (*Document, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "%") {
		u, err := unescape(s)
		if err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		s = u
	}
	d, err := tree.ParseString(s)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return FromNode(d.Root())
}

// FromNode reads a document from a tree: an object, a list holding one object, or a string holding the text.
func FromNode(n tree.Node) (*Document, error) {
	if n.Kind() == tree.Array && n.Len() == 1 {
		for e := range n.Elements {
			n = e
		}
	}
	if n.Kind() == tree.String {
		d, err := Parse(n.Str())
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	if n.Kind() != tree.Object {
		return nil, fmt.Errorf("policy: the document is %v, not an object", n.Kind())
	}
	d := &Document{Version: n.Get("Version").Str(), ID: n.Get("Id").Str()}
	list := n.Get("Statement")
	if list.Kind() != tree.Array && list.Kind() != tree.Object {
		return nil, fmt.Errorf("policy: Statement is %v, not a list or an object", list.Kind())
	}
	for e := range list.Elements {
		s, err := statement(e)
		if err != nil {
			return nil, fmt.Errorf("policy: statement %d: %w", len(d.Statements)+1, err)
		}
		d.Statements = append(d.Statements, s)
	}
	return d, nil
}

func statement(n tree.Node) (s Statement, err error) {
	if n.Kind() != tree.Object {
		return s, fmt.Errorf("it is %v, not an object", n.Kind())
	}
	s.SID = n.Get("Sid").Str()
	switch effect := n.Get("Effect").Str(); effect {
	case "Allow":
		s.Allow = true
	case "Deny":
	default:
		return s, fmt.Errorf("its Effect is %q, not Allow or Deny", effect)
	}
	if s.Actions, s.NotAction, err = either(n, "Action", "NotAction"); err != nil {
		return s, err
	}
	if s.Resources, s.NotResource, err = either(n, "Resource", "NotResource"); err != nil {
		return s, err
	}
	if s.Principals, err = principals(n.Get("Principal")); err != nil {
		return s, err
	}
	if not := n.Get("NotPrincipal"); not.Exists() {
		s.NotPrincipal = true
		if s.Principals, err = principals(not); err != nil {
			return s, err
		}
	}
	s.Conditions, err = conditions(n.Get("Condition"))
	return s, err
}

func either(n tree.Node, yes, no string) (list []string, not bool, err error) {
	v := n.Get(yes)
	if !v.Exists() && n.Get(no).Exists() {
		v, yes, not = n.Get(no), no, true
	}
	for e := range v.Elements {
		if e.Kind() != tree.String {
			return nil, false, fmt.Errorf("its %s holds %v, not text", yes, e.Kind())
		}
		list = append(list, e.Str())
	}
	return list, not, nil
}

func principals(n tree.Node) ([]Principal, error) {
	switch n.Kind() {
	case tree.Absent, tree.Null:
		return nil, nil
	case tree.String:
		if n.Str() != "*" {
			return nil, fmt.Errorf("its Principal is the text %q; only \"*\" may stand alone", n.Str())
		}
		return []Principal{{"AWS", "*"}}, nil
	case tree.Object:
	default:
		return nil, fmt.Errorf("its Principal is %v", n.Kind())
	}
	var list []Principal
	for kind, ids := range n.Members {
		for e := range ids.Elements {
			if e.Kind() != tree.String {
				return nil, fmt.Errorf("its Principal %s holds %v, not text", kind, e.Kind())
			}
			if kind == "*" {
				kind = "AWS"
			}
			list = append(list, Principal{kind, e.Str()})
		}
	}
	return list, nil
}

func conditions(n tree.Node) ([]Condition, error) {
	if !n.Exists() {
		return nil, nil
	}
	if n.Kind() != tree.Object {
		return nil, fmt.Errorf("its Condition is %v, not an object", n.Kind())
	}
	var list []Condition
	for op, keys := range n.Members {
		if keys.Kind() != tree.Object {
			return nil, fmt.Errorf("its Condition %s is %v, not an object", op, keys.Kind())
		}
		for key, vals := range keys.Members {
			c := Condition{Operator: op, Key: key}
			for e := range vals.Elements {
				if k := e.Kind(); k == tree.Object || k == tree.Array {
					return nil, fmt.Errorf("its Condition %s holds %v, not text", key, k)
				}
				c.Values = append(c.Values, e.Str())
			}
			list = append(list, c)
		}
	}
	return list, nil
}
