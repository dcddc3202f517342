package catalog

import (
	"strings"

	"github.com/google/uuid"
)

// namespace makes the ids of everything standard: they are the same in every installation and every release.
var namespace = uuid.MustParse("6f0b5a54-3d0e-5c1c-9a53-5c1e6ea4f1d3")

func stableID(parts ...string) string {
	return uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\x00"))).String()
}

// Sources are the control's mapping sources; a control that nothing automated proves has one manual source.
func (c *Control) Sources() []Source {
	var out []Source
	add := func(t SourceType, keywords []string, input, frequency string) {
		for _, k := range keywords {
			out = append(out, Source{
				ID: stableID(c.ID, string(t), k), Name: string(t) + " " + k, SetUpOption: t.SetUpOption(), Type: t,
				KeywordInput: input, Keyword: k, Frequency: frequency,
			})
		}
	}
	add(Config, c.config, SelectFromList, "")
	add(SecurityHub, c.hub, SelectFromList, "")
	add(APICall, c.api, SelectFromList, Daily)
	add(CloudTrail, c.trail, SelectFromList, "")
	for i := range out {
		if out[i].Type == APICall {
			out[i].Assertion = c.assertions[out[i].Keyword]
		}
	}
	if len(out) == 0 {
		out = append(out, Source{ID: stableID(c.ID, string(Manual)), Name: "Manual evidence", SetUpOption: ProceduralControls, Type: Manual})
	}
	return out
}

// SourceTypes is the comma-separated list of source types in use, as ControlMetadata shows it.
func (c *Control) SourceTypes() string { return SourceTypes(c.Sources()) }

// SourceTypes lists the types in use among sources, each once, in their order.
func SourceTypes(sources []Source) string {
	var out []string
	seen := map[SourceType]bool{}
	for _, s := range sources {
		if !seen[s.Type] {
			seen[s.Type] = true
			out = append(out, string(s.Type))
		}
	}
	return strings.Join(out, ",")
}
