package assess

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// Where no provider of findings tells of a control of Security Hub, the library's rules that answer it stand in. What
// they say is evidence of the rule, and shown as such; how it was produced names the control. From the first finding
// about the control in an account and region on, only findings are taken there.

// providers are the places and controls that findings are recorded of.
type providers map[finding.ControlPlace]bool

// learn adds what the feed of findings has brought since.
func (c *Collector) learn(ctx context.Context) (providers, error) {
	type news struct {
		places []finding.ControlPlace
		last   int64
	}
	n, err := read(ctx, c.Service, func(tx Tx) (n news, err error) {
		n.places, n.last, err = tx.FindingControls(c.learned)
		return n, err
	})
	if err != nil {
		return nil, err
	}
	if c.providers == nil {
		c.providers = providers{}
	}
	for _, p := range n.places {
		c.providers[p] = true
	}
	c.learned = n.last
	return c.providers, nil
}

// standIn has the rules that answer the control of a source feed it, unless the control of the framework is mapped to
// the rule itself: its verdicts are counted there.
func (t *targets) standIn(x *target) {
	hub, ok := managed.FindControl(x.source.Keyword)
	if !ok {
		return
	}
	for _, id := range hub.Rules {
		if !mapsRule(x.snapshot[x.control].Sources, id) {
			y := *x
			y.hub = &hub
			t.rules[id] = append(t.rules[id], &y)
		}
	}
}

// mapsRule reports whether one of the sources is the rule.
func mapsRule(sources []catalog.Source, id string) bool {
	return slices.ContainsFunc(sources, func(s catalog.Source) bool {
		return s.Type == catalog.Config && compliance.Identifier(s.Keyword) == id
	})
}

// takes reports whether a verdict is evidence for the target: in its scope, and where rules stand in for a control,
// with the parameters that the control asks for and no findings about it.
func (t *targets) takes(x *target, e *compliance.Evaluation) bool {
	if !x.scope[e.Subject.Account] {
		return false
	}
	return x.hub == nil || sameParameters(x.hub.Parameters, e.Parameters) && !t.told(x, e.Subject.Account, e.Subject.Region)
}

// counts is takes for a verdict that stands.
func (t *targets) counts(x *target, s *standing) bool {
	return x.scope[s.account] && (x.hub == nil || sameParameters(x.hub.Parameters, s.parameters) && !t.told(x, s.account, s.region))
}

// told reports whether findings tell of the control that rules would stand in for.
func (t *targets) told(x *target, account, region string) bool {
	return x.hub != nil && t.providers[finding.ControlPlace{Account: account, Region: region, Control: x.hub.ID}]
}

// sameParameters reports whether a rule was given everything that a control asks for.
func sameParameters(asked, given string) bool {
	if asked == "" {
		return true
	}
	var a, g map[string]any
	if json.Unmarshal([]byte(asked), &a) != nil || json.Unmarshal([]byte(given), &g) != nil {
		return false
	}
	text := func(v any) string {
		if s, ok := v.(string); ok {
			return s
		}
		b, _ := json.Marshal(v) // it was decoded from JSON
		return string(b)
	}
	for k, v := range a {
		if w, ok := g[k]; !ok || text(w) != text(v) {
			return false
		}
	}
	return true
}

// standingIn adds to how a verdict was produced which control it stands in for.
func (x *target) standingIn(parameters map[string]string) map[string]string {
	if x.hub == nil {
		return parameters
	}
	return added(added(parameters, "securityHubControl", x.hub.ID), "standsInFor",
		"evaluated by Tickmark's rules for the control "+x.hub.ID+"; no finding of AWS Security Hub")
}
