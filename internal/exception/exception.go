// Package exception is the one model of exceptions: who has decided that a rule's finding about some resources is not to
// be acted upon, why, and until when. An exception never makes a resource compliant; what has expired counts for
// nothing.
package exception

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Exception takes resources out of what is done about a rule.
type Exception struct {
	Account, Region string
	// Rule is the rule's name, RuleID its id: an exception ends with its rule. See Control for Security Hub's.
	Rule, RuleID string
	// Type is the resource type; Resource a glob over resource ids: * is any text, ? one character, \ takes the next
	// character as it is.
	Type, Resource string
	// Owner is the ARN of who decided, or the name of a service.
	Owner, Reason string
	Created       time.Time
	// Expires is when it ends; zero: never.
	Expires time.Time `json:",omitzero"`
}

var exceptions = docs.Collection[Exception]{Kind: "exception", Noun: "exception"}

// Control is the rule's id of exceptions from a control of Security Hub, such as S3.1.
func Control(id string) string { return "securityhub/" + id }

// Active reports whether it counts at a moment.
func (e *Exception) Active(now time.Time) bool { return e.Expires.IsZero() || now.Before(e.Expires) }

// Stood reports whether it was made by a moment, and counted then.
func (e *Exception) Stood(at time.Time) bool { return !e.Created.After(at) && e.Active(at) }

// Covers reports whether it is about a resource.
func (e *Exception) Covers(typ, id string) bool { return e.Type == typ && match(e.Resource, id) }

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`)

// Exact is the glob of one id.
func Exact(id string) string { return escape.Replace(id) }

// ID is the id that Exact was given; ok is false for a glob of many.
func (e *Exception) ID() (id string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(e.Resource); i++ {
		switch c := e.Resource[i]; {
		case c == '*' || c == '?':
			return "", false
		case c == '\\' && i+1 < len(e.Resource):
			i++
			b.WriteByte(e.Resource[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// match follows the glob and, behind the last *, tries again one character further: no input takes more than
// len(glob) * len(s) steps.
func match(glob, s string) bool {
	g, i, star, from := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, from = g, i
			g++
		case g < len(glob) && glob[g] == '?':
			g, i = g+1, i+1
		case g+1 < len(glob) && glob[g] == '\\' && glob[g+1] == s[i]:
			g, i = g+2, i+1
		case g < len(glob) && glob[g] != '\\' && glob[g] == s[i]:
			g, i = g+1, i+1
		case star >= 0:
			from++
			g, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(glob[g:], "*") == ""
}

// Key is its id within its account and region: one for each rule, type and glob.
func (e *Exception) Key() string {
	sum := sha256.Sum256([]byte(e.Type + "\x00" + e.Resource))
	return e.RuleID + "/" + hex.EncodeToString(sum[:16])
}

// Put adds an exception, or replaces the one for the same rule and resources.
func Put(tx docs.Tx, e Exception) error {
	if e.RuleID == "" || e.Type == "" || e.Resource == "" || e.Owner == "" {
		return fault.Invalidf("exception", "An exception needs its rule, resource type, resources and owner.")
	}
	old, err := exceptions.Get(tx, e.Account, e.Region, e.Key())
	if fault.KindOf(err) == fault.NotFound {
		return exceptions.Insert(tx, e.Account, e.Region, e.Key(), "", e)
	}
	if err != nil {
		return err
	}
	old.Value = e
	return exceptions.Update(tx, old)
}

// Get reads an exception by its key.
func Get(tx docs.Tx, account, region, key string) (Exception, error) {
	d, err := exceptions.Get(tx, account, region, key)
	return d.Value, err
}

// In are the exceptions of a scope in the order of their accounts, regions and keys, those that have expired too.
func In(tx docs.Tx, s arn.Scope) ([]Exception, error) {
	all, err := exceptions.All(tx, s)
	out := make([]Exception, len(all))
	for i := range all {
		out[i] = all[i].Value
	}
	return out, err
}

// Delete takes an exception away, one that has expired too.
func Delete(tx docs.Tx, account, region, key string) error {
	return exceptions.Delete(tx, account, region, key)
}

// OfRule are the exceptions of a rule that count at a moment, in the order of their ids.
func OfRule(tx docs.Tx, account, region, ruleID string, now time.Time) ([]Exception, error) {
	const page = 200
	scope := arn.Scope{Accounts: []string{account}, Regions: []string{region}}
	after := docs.Key{Account: account, Region: region, Kind: exceptions.Kind, ID: ruleID + "/"}
	var out []Exception
	for {
		found, err := exceptions.List(tx, scope, after, page)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			if d.Value.RuleID != ruleID {
				return out, nil
			}
			if d.Value.Active(now) {
				out = append(out, d.Value)
			}
		}
		if len(found) < page {
			return out, nil
		}
		after = found[len(found)-1].Key
	}
}

// Covering is an exception of a rule that counts for a resource; nil when there is none.
func Covering(tx docs.Tx, account, region, ruleID, typ, id string, now time.Time) (*Exception, error) {
	all, err := OfRule(tx, account, region, ruleID, now)
	for i := range all {
		if all[i].Covers(typ, id) {
			return &all[i], err
		}
	}
	return nil, err
}

// Remove takes away the exception of a rule for exactly one resource, or its glob; NotFound when none counts.
func Remove(tx docs.Tx, e Exception, now time.Time) error {
	d, err := exceptions.Get(tx, e.Account, e.Region, e.Key())
	if err != nil {
		return err
	}
	if !d.Value.Active(now) {
		return fault.Missing("exception", e.Resource)
	}
	return exceptions.Delete(tx, e.Account, e.Region, d.ID)
}
