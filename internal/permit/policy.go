package permit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// ManagedSize is how many characters, white space not counted, IAM takes in one managed policy; PoliciesOfRole how many
// of them it attaches to a role unless a quota is raised.
const (
	ManagedSize    = 6144
	PoliciesOfRole = 10
)

// version of the policy language.
const version = "2012-10-17"

// Document is an IAM policy.
type Document struct {
	Version   string
	Statement []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	Sid       string
	Effect    string
	Principal map[string]string `json:",omitempty"`
	Action    []string
	Resource  []string                     `json:",omitempty"`
	Condition map[string]map[string]string `json:",omitempty"`
}

// MarshalJSON writes lists of one as IAM's own tools do: plain.
func (s Statement) MarshalJSON() ([]byte, error) {
	one := func(l []string) any {
		if len(l) == 1 {
			return l[0]
		}
		return l
	}
	type member struct {
		name  string
		value any
		skip  bool
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for _, m := range []member{
		{"Sid", s.Sid, s.Sid == ""},
		{"Effect", s.Effect, false},
		{"Principal", s.Principal, s.Principal == nil},
		{"Action", one(s.Action), false},
		{"Resource", one(s.Resource), len(s.Resource) == 0},
		{"Condition", s.Condition, s.Condition == nil},
	} {
		if m.skip {
			continue
		}
		v, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", m.name, v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Options shape the policies.
type Options struct {
	// Partition is aws, aws-us-gov or aws-cn; empty is aws.
	Partition string
	// Compact puts Describe* and List* in place of two or more such actions of a service.
	Compact bool
}

// Partitions that policies can be written for.
var Partitions = []string{"aws", "aws-us-gov", "aws-cn"}

func (o *Options) check() error {
	o.Partition = cmp.Or(o.Partition, "aws")
	if !slices.Contains(Partitions, o.Partition) {
		return fault.Invalidf("partition", "--partition %q is unknown: it must be %s.", o.Partition, strings.Join(Partitions, ", "))
	}
	return nil
}

// Policies grant exactly what operations need, in as many documents as IAM's size limit wants.
func Policies(needs []Need, o Options) ([]Document, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	grants, err := all(needs)
	if err != nil {
		return nil, err
	}
	if o.Compact {
		grants = compact(grants)
	}
	var docs []Document
	for len(grants) > 0 {
		n := fits(grants, o.Partition)
		docs = append(docs, document(grants[:n], o.Partition))
		grants = grants[n:]
	}
	if len(docs) > PoliciesOfRole {
		return nil, fault.New(fault.Quota, "The permissions take %d managed policies, and IAM attaches %d to a role. Give fewer --types, or --compact.", len(docs), PoliciesOfRole)
	}
	return docs, nil
}

// fits is how many of the grants go into one document: all, or as many whole services as fit, or as many as fit of the
// first.
func fits(grants []Grant, partition string) int {
	n := sort.Search(len(grants), func(i int) bool { return size(document(grants[:i+1], partition)) > ManagedSize })
	n = max(n, 1)
	if n == len(grants) {
		return n
	}
	whole := n
	for whole > 0 && service(grants[whole-1]) == service(grants[n]) {
		whole--
	}
	return cmp.Or(whole, n)
}

func service(g Grant) string { s, _, _ := strings.Cut(g.Action, ":"); return s }

// size counts as IAM does.
func size(d Document) int {
	b, err := json.Marshal(d)
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range string(b) {
		if c != ' ' && c != '\n' && c != '\t' {
			n++
		}
	}
	return n
}

// document is one statement for all resources, and one for each other set of them.
func document(grants []Grant, partition string) Document {
	d := Document{Version: version}
	by := map[string]int{}
	for _, g := range grants {
		resources := []string{"*"}
		if len(g.Resources) > 0 {
			resources = nil
			for _, r := range g.Resources {
				resources = append(resources, strings.ReplaceAll(r, "{partition}", partition))
			}
		}
		k := strings.Join(resources, " ")
		i, ok := by[k]
		if !ok {
			i = len(d.Statement)
			by[k] = i
			sid := "TickmarkCollector"
			if k != "*" {
				sid += strings.ToUpper(service(g)[:1]) + service(g)[1:]
			}
			d.Statement = append(d.Statement, Statement{Sid: sid, Effect: "Allow", Resource: resources})
		}
		d.Statement[i].Action = append(d.Statement[i].Action, g.Action)
	}
	return d
}

// openLists are services whose List* would open more than names of what is configured.
var openLists = map[string]bool{"s3": true}

// compact shortens Describe and List actions to wildcards of their service. Get actions stay: Get* opens contents.
func compact(grants []Grant) []Grant {
	wild := func(g Grant) string {
		s, action, _ := strings.Cut(g.Action, ":")
		switch {
		case len(g.Resources) > 0:
		case strings.HasPrefix(action, "Describe"):
			return s + ":Describe*"
		case strings.HasPrefix(action, "List") && !openLists[s]:
			return s + ":List*"
		}
		return ""
	}
	many := map[string]int{}
	for _, g := range grants {
		many[wild(g)]++
	}
	var out []Grant
	for _, g := range grants {
		if w := wild(g); w != "" && many[w] > 1 {
			g.Action = w
		}
		if len(out) == 0 || out[len(out)-1].Action != g.Action {
			out = append(out, g)
		}
	}
	return out
}
