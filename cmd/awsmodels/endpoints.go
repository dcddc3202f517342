package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/endpoints"
)

// partitions is botocore's partitions.json.
type partitions struct {
	Partitions []struct {
		ID          string
		Outputs     map[string]any
		RegionRegex string
		Regions     map[string]any
	}
}

// outputs is what aws.partition answers.
func (p partitions) outputs(region string) map[string]any {
	for _, one := range p.Partitions {
		if _, ok := one.Regions[region]; ok || regexp.MustCompile(one.RegionRegex).MatchString(region) {
			return one.Outputs
		}
	}
	return p.Partitions[0].Outputs
}

// offers is botocore's endpoints.json, of which only the regions of services are taken.
type offers struct {
	Partitions []struct {
		Partition string
		Services  map[string]struct {
			Endpoints      map[string]struct{ Deprecated bool }
			IsRegionalized *bool
		}
	}
}

type serviceFacts struct {
	name   string
	source *source
}

// served are the partitions that Tickmark knows; arn has the same.
var served = []string{"aws", "aws-cn", "aws-us-gov"}

// endpointTable says where each service answers in each region: by a pattern, or what differs from it.
func endpointTable(from string, services []serviceFacts) ([]byte, error) {
	var p partitions
	var o offers
	if err := errors.Join(read(filepath.Join(from, "partitions.json"), &p), read(filepath.Join(from, "endpoints.json"), &o)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("{\"partitions\":{\n")
	table := map[string]endpoints.Partition{}
	for _, one := range p.Partitions {
		if slices.Contains(served, one.ID) {
			suffix, _ := one.Outputs["dnsSuffix"].(string)
			global, _ := one.Outputs["implicitGlobalRegion"].(string)
			regions := sorted(one.Regions)
			regions = slices.DeleteFunc(regions, func(r string) bool { return strings.HasSuffix(r, "-global") })
			table[one.ID] = endpoints.Partition{Suffix: suffix, Global: global, Pattern: one.RegionRegex, Regions: regions}
		}
	}
	if err := lines(&out, table); err != nil {
		return nil, err
	}
	out.WriteString("},\"services\":{\n")
	all := map[string]endpoints.Service{}
	for _, s := range services {
		var rules ruleSet
		if err := read(filepath.Join(s.source.dir, "endpoint-rule-set-1.json"), &rules); err != nil {
			return nil, err
		}
		one := endpoints.Service{}
		for _, name := range served {
			in, err := servicePlaces(s, name, table[name], &rules, p)
			if err != nil {
				return nil, fmt.Errorf("endpoints of %s: %w", s.name, err)
			}
			var global bool
			if in.Offered, global = offered(o, name, s.source.Metadata.EndpointPrefix, table[name]); global {
				in.Home = home(in, table[name].Global)
			}
			one[name] = in
		}
		all[s.name] = one
	}
	if err := lines(&out, all); err != nil {
		return nil, err
	}
	out.WriteString("}}\n")
	return out.Bytes(), nil
}

// servicePlaces evaluates a service's rules in each region of a partition and keeps the commonest pattern and what differs.
func servicePlaces(s serviceFacts, name string, p endpoints.Partition, rules *ruleSet, all partitions) (endpoints.Places, error) {
	found, patterns := map[string]endpoints.Place{}, map[endpoints.Place]int{}
	for _, region := range p.Regions {
		at, err := rules.resolve(region, all)
		if err != nil {
			return endpoints.Places{}, fmt.Errorf("%s: %w", region, err)
		}
		signing := s.source.Metadata.SigningName
		if signing == "" {
			signing = s.source.Metadata.EndpointPrefix
		}
		if at.Name == signing {
			at.Name = ""
		}
		pattern := endpoints.Place{Host: strings.ReplaceAll(at.Host, region, "{region}"), Region: at.Region, Name: at.Name}
		if pattern.Region == region && pattern.Host != at.Host {
			pattern.Region = ""
		}
		found[region] = pattern
		patterns[pattern]++
	}
	out := endpoints.Places{}
	for pattern, n := range patterns {
		if best := patterns[out.Usual]; n > best || n == best && pattern.Host > out.Usual.Host {
			out.Usual = pattern
		}
	}
	for region, pattern := range found {
		if pattern != out.Usual {
			if out.But == nil {
				out.But = map[string]endpoints.Place{}
			}
			out.But[region] = pattern
		}
	}
	return out, nil
}

// home is the region for which a global service's requests are signed.
func home(in endpoints.Places, global string) string {
	at, differs := in.But[global]
	if !differs {
		at = in.Usual
	}
	return cmp.Or(at.Region, global)
}

// offered lists the regions in which a service is; nil when botocore's list does not have the service, or has it as global.
func offered(o offers, partition, prefix string, p endpoints.Partition) (regions []string, global bool) {
	for _, one := range o.Partitions {
		s, ok := one.Services[prefix]
		if one.Partition != partition || !ok {
			continue
		}
		if s.IsRegionalized != nil && !*s.IsRegionalized {
			return nil, true
		}
		for r, e := range s.Endpoints {
			if slices.Contains(p.Regions, r) && !e.Deprecated {
				regions = append(regions, r)
			}
		}
		slices.Sort(regions)
	}
	return regions, false
}
