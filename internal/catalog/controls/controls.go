// Package controls is the list of controls that Control Catalog shows: the managed rules of AWS Config, the security
// controls of Security Hub and the core controls, each with its mappings to common controls, to requirements of
// standard frameworks, and to each other. Everything is read-only and made at the first call.
//
// It differs from AWS's catalog: ids are the project's own; there are no preventive and no proactive controls, because
// nothing here enforces service control policies or hooks; core controls are listed too, without an implementation.
package controls

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// The types of implementations.
const (
	ConfigRule      = "AWS::Config::ConfigRule"
	SecurityControl = "AWS::SecurityHub::SecurityControl"
)

// Control is one control.
type Control struct {
	// ID is what the ARN ends with.
	ID, Name, Description string
	Aliases               []string
	// Type and Identifier are the implementation; both are empty for a core control.
	Type, Identifier string
	// Severity is LOW, MEDIUM, HIGH or CRITICAL; "" when it is not rated.
	Severity string
	// Resources are the resource types it judges.
	Resources []string
	Params    []Param

	cores []*catalog.Core // that hold it
	rules []string        // that answer a security control
	core  *catalog.Core   // that it is
}

// Param is an input parameter.
type Param struct {
	Name     string
	Required bool
}

// Global reports whether the control is about things that have no region.
func (c *Control) Global() bool {
	if c.core != nil || len(c.Resources) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Resources, func(t string) bool {
		for _, p := range []string{"AWS::IAM::", "AWS::CloudFront::", "AWS::Route53::", "AWS::GlobalAccelerator::", "AWS::WAF::"} {
			if strings.HasPrefix(t, p) {
				return false
			}
		}
		return true
	})
}

// library is the list with its index.
type library struct {
	list []*Control
	byID map[string]*Control
	rule map[string]*Control   // of a managed rule, by its identifier
	hub  map[string][]*Control // security controls that a rule answers
}

var load = sync.OnceValue(func() *library {
	l := &library{byID: map[string]*Control{}, rule: map[string]*Control{}, hub: map[string][]*Control{}}
	for _, e := range managed.Catalog() {
		if c := ofRule(e); c != nil {
			l.add(c)
			l.rule[e.Identifier] = c
		}
	}
	for _, h := range managed.Controls() {
		c := ofHub(h)
		l.add(c)
		for _, r := range h.Rules {
			l.hub[r] = append(l.hub[r], c)
		}
	}
	for _, k := range catalog.Catalog().Cores() {
		l.add(&Control{ID: k.CatalogID, Name: k.Name, Description: k.Description, cores: []*catalog.Core{k}, core: k})
	}
	slices.SortFunc(l.list, func(a, b *Control) int { return cmp.Compare(a.ID, b.ID) })
	return l
})

func (l *library) add(c *Control) {
	l.list = append(l.list, c)
	l.byID[c.ID] = c
}

// All are all controls, by id.
func All() []*Control { return load().list }

// Find gives the control of an ARN of Control Catalog.
func Find(arn string) (*Control, bool) {
	kind, id, ok := catalog.ParseARN(arn)
	if !ok || kind != catalog.KindControl {
		return nil, false
	}
	c, ok := load().byID[id]
	return c, ok
}

func ofRule(e managed.Entry) *Control {
	c := &Control{
		ID: catalog.ControlID(ConfigRule, e.Identifier), Name: title(e.Name), Type: ConfigRule, Identifier: e.Identifier, Resources: resources(e.Types),
		Aliases: append([]string{e.Name}, e.Aliases...), cores: catalog.Catalog().Holders(catalog.Config, e.Identifier),
	}
	for _, p := range e.Params {
		c.Params = append(c.Params, Param{p.Name, p.Required})
	}
	c.describe([]string{e.Identifier})
	return c
}

func ofHub(h managed.Control) *Control {
	c := &Control{
		ID: catalog.ControlID(SecurityControl, h.ID), Type: SecurityControl, Identifier: h.ID, Severity: h.Severity.String(),
		Aliases: []string{"SH." + h.ID}, cores: catalog.Catalog().Holders(catalog.SecurityHub, h.ID), rules: h.Rules,
	}
	c.Name = h.ID
	for _, id := range h.Rules {
		if e, ok := entry(id); ok {
			c.Name = h.ID + ": " + title(e.Name)
			c.Resources = resources(append(c.Resources, e.Types...))
		}
	}
	c.describe(h.Rules)
	return c
}

// entry finds what is known of a rule, of AWS's or of the library's own.
func entry(identifier string) (managed.Entry, bool) {
	if e, ok := managed.Find(identifier); ok {
		return e, true
	}
	if r := managed.Lookup(identifier); r != nil {
		return managed.EntryOf(r), true
	}
	return managed.Entry{}, false
}

// describe takes the words of the rules' logic, or those of the practice when there is none.
func (c *Control) describe(rules []string) {
	for _, id := range rules {
		if r := managed.Lookup(id); r != nil {
			c.Description = r.Rationale
			if c.Severity == "" {
				c.Severity = r.Severity.String()
			}
			return
		}
	}
	c.Description = "No logic for this control is part of the library."
	if len(c.cores) > 0 {
		c.Description = c.cores[0].Description + " " + c.Description
	}
}

// abbreviations are written in capitals in titles, but for those that stand with their spelling.
var abbreviations = map[string]string{
	"alb": "", "ami": "", "amis": "AMIs", "api": "", "az": "", "clb": "", "cmk": "", "db": "", "dlq": "", "dms": "", "dns": "", "docdb": "DocumentDB",
	"dynamodb": "DynamoDB", "ebs": "", "ec2": "", "ecr": "", "ecs": "", "efs": "", "eip": "", "eks": "", "elb": "", "elbv2": "ELBv2", "emr": "", "eni": "",
	"fsx": "FSx", "https": "", "iam": "", "igw": "", "imdsv2": "IMDSv2", "iot": "IoT", "ip": "", "ipv6": "IPv6", "kms": "", "mfa": "", "mq": "", "msk": "",
	"nacl": "", "nlb": "", "pitr": "", "rds": "", "s3": "", "sns": "", "sqs": "", "ssh": "", "ssl": "", "ssm": "", "tls": "", "vpc": "", "vpn": "", "waf": "",
	"acm": "", "apigateway": "API Gateway", "cloudfront": "CloudFront", "cloudtrail": "CloudTrail", "cloudwatch": "CloudWatch", "cloudformation": "CloudFormation",
	"codebuild": "CodeBuild", "guardduty": "GuardDuty", "opensearch": "OpenSearch", "elasticache": "ElastiCache", "sagemaker": "SageMaker", "secretsmanager": "Secrets Manager",
}

// title makes a readable name of a rule's dashed one.
func title(dashed string) string {
	words := strings.Split(dashed, "-")
	for i, w := range words {
		as, known := abbreviations[w]
		switch {
		case as != "":
			words[i] = as
		case known:
			words[i] = strings.ToUpper(w)
		case i == 0 && w != "":
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// resources are types, each once; what stands for an account is none.
func resources(types []string) []string {
	var out []string
	for _, t := range types {
		if t != "AWS::::Account" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
