// Package custom makes rules of policy texts: a text in Guard or in CEL is compiled once, and becomes the check of a
// rule.Rule that the engine evaluates as it does any other. Guard sees the item under the names of the API form, with
// configuration and supplementaryConfiguration opened, and the rule's parameters beside it.
package custom

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/cel"
	"github.com/tickmark/tickmark/internal/guard"
	"github.com/tickmark/tickmark/internal/rule"
)

// The runtimes of policies. Guard is AWS's, CEL is ours.
const (
	Guard = "guard-2.x.x"
	CEL   = "cel-1.0.0"
)

// MaxText is the longest policy, in characters.
const MaxText = 10_000

// logic is the version of how texts are evaluated; it goes up whenever a verdict could differ from before.
const logic = 1

// Policy is a text, compiled.
type Policy struct {
	// Version names runtime, text and the logic of this package: what a verdict was given by.
	Version string

	runtime    string
	identifier string
	guard      *guard.File
	cel        *cel.Program
}

var compiled = struct {
	sync.Mutex
	byHash map[string]*Policy
}{byHash: map[string]*Policy{}}

// maxCompiled policies are kept; beyond, all are forgotten and compiled again when they are asked for.
const maxCompiled = 2000

// Compile reads a policy; equal ones are compiled once. The error tells the line and column.
func Compile(runtime, text string) (*Policy, error) {
	switch n := utf8.RuneCountInString(text); {
	case n > MaxText:
		return nil, fmt.Errorf("the policy has %d characters; at most %d are taken", n, MaxText)
	case strings.TrimSpace(text) == "":
		return nil, fmt.Errorf("the policy is empty")
	}
	sum := sha256.Sum256([]byte(text))
	identifier := runtime + "/sha256-" + hex.EncodeToString(sum[:])
	compiled.Lock()
	p := compiled.byHash[identifier]
	compiled.Unlock()
	if p != nil {
		return p, nil
	}
	p = &Policy{runtime: runtime, identifier: identifier, Version: (&rule.Rule{Identifier: identifier, Logic: logic}).Version()}
	if err := p.compile(text); err != nil {
		return nil, err
	}
	compiled.Lock()
	defer compiled.Unlock()
	if len(compiled.byHash) >= maxCompiled {
		clear(compiled.byHash)
	}
	compiled.byHash[identifier] = p
	return p, nil
}

func (p *Policy) compile(text string) (err error) {
	switch p.runtime {
	case Guard:
		if p.guard, err = guard.Parse("policy", text); err == nil && len(p.guard.Rules()) == 0 {
			err = fmt.Errorf("the policy has no rule")
		}
	case CEL:
		if p.cel, err = cel.Compile(text); err != nil {
			err = fmt.Errorf("policy:%w", err)
		}
	default:
		err = fmt.Errorf("%q is no runtime of policies; there are %s and %s", p.runtime, Guard, CEL)
	}
	return err
}

// Rule is the policy with the parameters of one config rule, a JSON object or "". It judges items of every type; a
// config rule's scope narrows that.
func (p *Policy) Rule(parameters string) (*rule.Rule, error) {
	params, err := parse(parameters)
	if err != nil {
		return nil, err
	}
	r := &rule.Rule{Identifier: p.identifier, Name: "custom-policy", Trigger: rule.Change, Subjects: rule.EveryType, Logic: logic}
	if p.cel != nil {
		r.Check = p.celCheck(params)
	} else {
		r.Check = p.guardCheck(params)
	}
	return r, nil
}

// Of is the policy over items of one type, which may be account facts too; it has no parameters.
func (p *Policy) Of(typ string) (*rule.Rule, error) {
	r, err := p.Rule("")
	if err == nil {
		r.Subjects, r.Types = rule.EachItem, []string{typ}
	}
	return r, err
}
