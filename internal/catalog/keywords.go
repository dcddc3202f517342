package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/config-rules.txt
var configRulesData string

//go:embed data/api-calls.tsv
var apiCallsData string

//go:embed data/cloudtrail-events.txt
var trailEventsData string

// Call is a read-only API call that may stand as a keyword.
type Call struct {
	Keyword string
	// Source is the service's event source, such as iam.amazonaws.com.
	Source string
	// Action is the operation's name.
	Action string
	// Type is the recorded resource type that answers the call; empty when nothing that is recorded does.
	Type string
	// Member and Value tell which items of the type answer it: those whose configuration has the member with the
	// value. Empty: all.
	Member, Value string
	// Lacks is what the record does not tell of the call's own answer; empty when it tells the whole of it.
	Lacks string
}

// index is everything keywords are looked up in.
type index struct {
	rules  []string
	rule   map[string]bool
	calls  map[string]Call
	names  []string // of calls, sorted
	hub    []string
	hubSet map[string]bool
	events map[string]map[string]bool // prefix of the event source -> names
	trail  []string
}

var keywords = sync.OnceValue(func() *index {
	x := &index{rule: map[string]bool{}, calls: map[string]Call{}, hubSet: map[string]bool{}, events: map[string]map[string]bool{}}
	for r := range strings.FieldsSeq(configRulesData) {
		x.rules = append(x.rules, r)
		x.rule[r] = true
	}
	for line := range strings.Lines(apiCallsData) {
		if line[0] == '#' {
			continue
		}
		cell := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		_, action, _ := strings.Cut(cell[0], "_")
		c := Call{Keyword: cell[0], Source: cell[1], Action: action}
		for i, to := range []*string{&c.Type, &c.Member, &c.Lacks} {
			if len(cell) > i+2 {
				*to = cell[i+2]
			}
		}
		c.Member, c.Value, _ = strings.Cut(c.Member, "=")
		x.calls[c.Keyword] = c
		x.names = append(x.names, c.Keyword)
	}
	for line := range strings.Lines(trailEventsData) {
		prefix, names, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		set := map[string]bool{}
		for n := range strings.FieldsSeq(names) {
			set[n] = true
			x.trail = append(x.trail, prefix+"_"+n)
		}
		x.events[prefix] = set
	}
	addHub := func(ids []string) {
		for _, id := range ids {
			if !x.hubSet[id] {
				x.hubSet[id] = true
				x.hub = append(x.hub, id)
			}
		}
	}
	for c := range Standard().Controls {
		addHub(c.hub)
	}
	for _, c := range Catalog().Cores() {
		addHub(c.hub)
	}
	slices.Sort(x.hub)
	return x
})

// Keywords lists the keywords known for a source type, in order; the types without keywords have none.
func Keywords(t SourceType) []string {
	x := keywords()
	switch t {
	case Config:
		return x.rules
	case SecurityHub:
		return x.hub
	case APICall:
		return x.names
	case CloudTrail:
		return x.trail
	}
	return nil
}

// FindCall looks an API keyword up.
func FindCall(keyword string) (Call, bool) {
	c, ok := keywords().calls[keyword]
	return c, ok
}

// CustomPrefix stands before the name of a custom rule in a Config keyword.
const CustomPrefix = "Custom_"

// sources are the prefixes whose event source has another name.
var sources = map[string]string{
	"cloudwatch": "monitoring", "elasticloadbalancingv2": "elasticloadbalancing", "docdb": "rds", "neptune": "rds",
	"s3control": "s3", "cognito": "cognito-idp", "emr": "elasticmapreduce", "efs": "elasticfilesystem", "ses": "ses",
	"stepfunctions": "states", "opensearch": "es", "eventbridge": "events",
}

// Event splits a CloudTrail keyword into the event source and the event name it stands for.
func Event(keyword string) (source, name string, ok bool) {
	prefix, name, ok := strings.Cut(keyword, "_")
	if !ok || prefix == "" || name == "" {
		return "", "", false
	}
	if s, other := sources[prefix]; other {
		prefix = s
	}
	return prefix + ".amazonaws.com", name, true
}
