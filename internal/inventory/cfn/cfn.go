// Package cfn makes configuration items of resources that do not exist yet, from the properties a CloudFormation
// template gives them. Types that AWS Config records in the shape of their service's describe call are brought into
// that shape by tables: of these types an item holds what its table names and nothing else, so that what a template
// does not tell stays unknown. A property that is not there has the value that CloudFormation or the service
// documents for its absence. All other types are recorded as CloudFormation describes them.
package cfn

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// MaxProperties is how many bytes the properties of a resource may have.
const MaxProperties = 51_200

// Properties are those of one resource in a template.
type Properties map[string]any

// Parse reads properties from a JSON object.
func Parse(text string) (Properties, error) {
	if len(text) > MaxProperties {
		return nil, fault.Invalidf("ResourceConfiguration", "The resource configuration has %d bytes; it may have %d.", len(text), MaxProperties)
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var p Properties
	if err := dec.Decode(&p); err != nil || p == nil {
		return nil, fault.Invalidf("ResourceConfiguration", "The resource configuration is not a JSON object of CloudFormation properties.")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fault.Invalidf("ResourceConfiguration", "There is something behind the JSON object of the resource configuration.")
	}
	return p, nil
}

// Check refuses properties whose names differ from known ones in their capitals only: the resource would be made
// without them.
func (p Properties) Check(typ string) error {
	s, ok := shapes[typ]
	if !ok {
		return nil
	}
	for _, f := range s.fields {
		want, _, _ := strings.Cut(f.from, ".")
		if _, ok := p[want]; ok {
			continue
		}
		for name := range p {
			if strings.EqualFold(name, want) {
				return fault.Invalidf("ResourceConfiguration", "%s has no property %q; it is spelled %q.", typ, name, want)
			}
		}
	}
	return nil
}

// Types lists the types that are brought into the shape of their describe call.
func Types() []string {
	var types []string
	for t := range shapes {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// Item is what AWS Config would record of the resource once it is made, as far as its properties tell.
func Item(k inventory.Key, p Properties, at time.Time) (*inventory.Item, error) {
	s, ok := shapes[k.Type]
	if !ok {
		return AsGiven(k, p, at)
	}
	name := text(p[s.name])
	if name == "" {
		name = k.ID
	}
	b := &builder{Properties: p, name: name, configuration: map[string]any{}, supplementary: map[string]any{}}
	if s.arn != "" {
		b.arn = "arn:" + arn.Partition(k.Region) + ":" + strings.NewReplacer("{region}", k.Region, "{account}", k.Account, "{name}", name).Replace(s.arn)
	}
	for _, f := range s.fields {
		b.move(f)
	}
	if s.more != nil {
		s.more(b)
	}
	return inventory.Build(inventory.Spec{
		Key: k, Name: name, ARN: b.arn, Captured: at, Status: inventory.Discovered,
		Configuration: b.configuration, Supplementary: b.supplementary, Tags: p.tags(),
	})
}

// AsGiven is an item with the properties as its configuration, whatever its type.
func AsGiven(k inventory.Key, p Properties, at time.Time) (*inventory.Item, error) {
	return inventory.Build(inventory.Spec{Key: k, Name: k.ID, Captured: at, Status: inventory.Discovered, Configuration: p, Tags: p.tags()})
}

// tags reads both forms that types have: a list of keys with values, and a mapping.
func (p Properties) tags() map[string]string {
	tags := map[string]string{}
	switch v := p["Tags"].(type) {
	case []any:
		for _, e := range v {
			if t, ok := e.(map[string]any); ok && text(t["Key"]) != "" {
				tags[text(t["Key"])] = text(t["Value"])
			}
		}
	case map[string]any:
		for k, e := range v {
			tags[k] = text(e)
		}
	}
	return tags
}

// text is a scalar as text; "" for anything else, an unresolved reference for one.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}
