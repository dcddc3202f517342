package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ruleSet is what botocore's endpoint-rule-set-1.json says: where a service answers, as rules over parameters.
type ruleSet struct {
	Parameters map[string]struct{ Default any } `json:"parameters"`
	Rules      []rule                           `json:"rules"`
}

type rule struct {
	Conditions []condition `json:"conditions"`
	Rules      []rule      `json:"rules"`
	Error      any         `json:"error"`
	Endpoint   *struct {
		URL        any `json:"url"`
		Properties struct {
			AuthSchemes []struct{ Name, SigningName, SigningRegion string } `json:"authSchemes"`
		} `json:"properties"`
	} `json:"endpoint"`
}

type condition struct {
	Fn     string `json:"fn"`
	Argv   []any  `json:"argv"`
	Assign string `json:"assign"`
}

// place is an endpoint: a host, and what its requests are signed for ("" is the region asked for and the usual name).
type place struct{ Host, Region, Name string }

var errNoRule = errors.New("no rule gives an endpoint")

// resolve evaluates the rules for a region.
func (s *ruleSet) resolve(region string, p partitions) (place, error) {
	e := evaluation{partitions: p, vars: map[string]any{}}
	for name, param := range s.Parameters {
		if param.Default != nil {
			e.vars[name] = param.Default
		}
	}
	e.vars["Region"] = region
	return e.rules(s.Rules)
}

type evaluation struct {
	partitions partitions
	vars       map[string]any
}

func (e evaluation) rules(rules []rule) (place, error) {
	for _, r := range rules {
		holds := true
		for _, c := range r.Conditions {
			v, err := e.call(c.Fn, c.Argv)
			if err != nil {
				return place{}, err
			}
			if v == nil || v == false {
				holds = false
				break
			}
			if c.Assign != "" {
				e.vars[c.Assign] = v
			}
		}
		switch {
		case !holds:
		case r.Error != nil:
			return place{}, fmt.Errorf("%v", r.Error)
		case r.Endpoint != nil:
			return e.endpoint(r)
		default:
			found, err := e.rules(r.Rules)
			if !errors.Is(err, errNoRule) {
				return found, err
			}
		}
	}
	return place{}, errNoRule
}

func (e evaluation) endpoint(r rule) (place, error) {
	v, err := e.value(r.Endpoint.URL)
	if err != nil {
		return place{}, err
	}
	url, _ := v.(string)
	host, ok := strings.CutPrefix(url, "https://")
	if !ok || strings.Contains(host, "/") {
		return place{}, fmt.Errorf("the address %q has more than a host", url)
	}
	out := place{Host: host}
	for _, s := range r.Endpoint.Properties.AuthSchemes {
		if s.Name == "sigv4" {
			out.Name = e.template(s.SigningName)
			out.Region = e.template(s.SigningRegion)
		}
	}
	return out, nil
}

func (e evaluation) call(fn string, args []any) (any, error) {
	if fn == "not" {
		v, err := e.value(args[0])
		return v == nil || v == false, err
	}
	var values []any
	for _, a := range args {
		v, err := e.value(a)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	switch fn {
	case "isSet":
		return values[0] != nil, nil
	case "booleanEquals", "stringEquals":
		return values[0] == values[1], nil
	case "getAttr":
		o, _ := values[0].(map[string]any)
		return o[values[1].(string)], nil
	case "aws.partition":
		return e.partitions.outputs(values[0].(string)), nil
	case "isValidHostLabel":
		s, _ := values[0].(string)
		return hostLabel.MatchString(s), nil
	case "substring", "parseURL", "aws.parseArn", "aws.isVirtualHostableS3Bucket", "uriEncode":
		return nil, nil // of parameters that are never set here
	}
	return nil, fmt.Errorf("the function %s is not known", fn)
}

var hostLabel = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`)

func (e evaluation) value(a any) (any, error) {
	switch a := a.(type) {
	case string:
		return e.template(a), nil
	case map[string]any:
		if ref, ok := a["ref"].(string); ok {
			return e.vars[ref], nil
		}
		fn, _ := a["fn"].(string)
		args, _ := a["argv"].([]any)
		return e.call(fn, args)
	}
	return a, nil
}

var hole = regexp.MustCompile(`\{([^{}]+)\}`)

// template fills {Region} and {PartitionResult#dnsSuffix}.
func (e evaluation) template(s string) string {
	return hole.ReplaceAllStringFunc(s, func(m string) string {
		name, attr, nested := strings.Cut(m[1:len(m)-1], "#")
		v := e.vars[name]
		if nested {
			o, _ := v.(map[string]any)
			v = o[attr]
		}
		text, _ := v.(string)
		return text
	})
}
