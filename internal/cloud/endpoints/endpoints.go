// Package endpoints knows where the services of AWS answer: partitions, regions, hosts, and for which region and name
// a request is signed. Its table is made by cmd/awsmodels from botocore's rules and lists.
//
// What it promises:
//   - Resolve gives the host that botocore's rules give, for every service of the table and region of the three partitions.
//   - A region newer than the table is taken by its partition's pattern, and answers as the service usually does.
//   - Offered is botocore's list; a service that the list does not have is taken to be everywhere.
//
// Left out: FIPS and dual-stack hosts, account-id endpoints, access points.
package endpoints

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Partition is a group of regions with its own accounts.
type Partition struct {
	Suffix  string   `json:"suffix"` // of hosts
	Global  string   `json:"global"` // the region for which global services sign
	Pattern string   `json:"pattern"`
	Regions []string `json:"regions"`
	form    *regexp.Regexp
}

// Service is where a service answers in each partition.
type Service map[string]Places

// Places are the hosts of a service in a partition.
type Places struct {
	Usual Place            `json:"usual"`
	But   map[string]Place `json:"but,omitempty"` // by region
	// Offered are the regions that have it; nil when it is not known.
	Offered []string `json:"offered,omitempty"`
	// Home is the one region from which a global service is read.
	Home string `json:"home,omitempty"`
}

// Place is a host, with {region} in it, and what a request to it is signed for.
type Place struct {
	Host   string `json:"host"`
	Region string `json:"region,omitempty"` // "" is the region asked for
	Name   string `json:"name,omitempty"`   // "" is the service's usual signing name
}

//go:embed endpoints.json
var file []byte

type all struct {
	Partitions map[string]*Partition
	Services   map[string]Service
}

var table = sync.OnceValue(func() all {
	var t all
	if err := json.Unmarshal(file, &t); err != nil {
		panic(err) // the embedded file is generated
	}
	for _, p := range t.Partitions {
		p.form = regexp.MustCompile(p.Pattern)
	}
	return t
})

// PartitionOf is the partition of a region: "aws" unless it is of another.
func PartitionOf(region string) string {
	for name, p := range table().Partitions {
		if p.form.MatchString(region) || slices.Contains(p.Regions, region) {
			return name
		}
	}
	return "aws"
}

// Regions lists the regions of a partition.
func Regions(partition string) []string {
	p := table().Partitions[partition]
	if p == nil {
		return nil
	}
	return slices.Clone(p.Regions)
}

// Global is the region of a partition for which its global services sign: us-east-1 in aws.
func Global(partition string) string {
	if p := table().Partitions[partition]; p != nil {
		return p.Global
	}
	return ""
}

// Resolve gives the place of a service in a region.
func Resolve(service, region string) (Place, bool) {
	in, ok := table().Services[service][PartitionOf(region)]
	if !ok {
		return Place{}, false
	}
	at, differs := in.But[region]
	if !differs {
		at = in.Usual
	}
	at.Host = strings.ReplaceAll(at.Host, "{region}", region)
	if at.Region == "" {
		at.Region = region
	}
	return at, true
}

// Offered tells whether a service is in a region. A global service is in its home region alone, in China in both regions:
// what is called the home of China differs from service to service. A service that is not known is taken to be there.
func Offered(service, region string) bool {
	partition := PartitionOf(region)
	in, ok := table().Services[service][partition]
	switch {
	case !ok:
		return true
	case in.Home != "":
		return in.Home == region || partition == "aws-cn"
	case in.Offered == nil:
		return true
	}
	return slices.Contains(in.Offered, region)
}

// IsGlobal tells services that have one place for all regions of a partition.
func IsGlobal(service, partition string) bool { return table().Services[service][partition].Home != "" }
