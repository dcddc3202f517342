package sample

import "time"

// Showcase is an estate of two accounts in which every rule that a published conformance pack uses passes something
// and fails something: what stands in the account "sound" is set as it should be, and the same resources in the
// account "faulty" are not; the second region is idle. It is small and complete in breadth, not a picture of a real
// estate; Demo is that.
func Showcase(now time.Time) Estate {
	return Estate{
		Seed:     2,
		Accounts: []Account{{"555566667777", soundAccount}, {"666677778888", "faulty"}},
		Regions:  []string{"us-east-1", "eu-central-1"},
		Stacks:   1,
		Now:      now,
		showcase: true,
	}
}

const soundAccount = "sound"

// showcase builds every resource of the account, as it should be or not.
func (g *gen) showcase() {
	if !g.home {
		g.showIdle()
		return
	}
	g.showNetwork()
	g.showAtoE()
	g.showFtoZ()
}

// either is the good value in the sound account, and the bad one in the other.
func either[T any](g *gen, good, bad T) T {
	if g.sound {
		return good
	}
	return bad
}

// showcaseTags are on every resource of the sound account; in the faulty one nothing has a tag, not even the mark of what
// is synthetic.
func (g *gen) showcaseTags() map[string]string {
	if !g.sound {
		return nil
	}
	return map[string]string{Tag: "true", "Owner": "platform", "Environment": "prod", "CostCenter": "4711"}
}

// onlySound adds members that resources have in the sound account only.
func (g *gen) onlySound(o, members object) object { return g.merge(g.sound, o, members) }

// onlyFaulty adds members that resources have in the faulty account only.
func (g *gen) onlyFaulty(o, members object) object { return g.merge(!g.sound, o, members) }

func (g *gen) merge(when bool, o, members object) object {
	if when {
		for k, v := range members {
			o[k] = v
		}
	}
	return o
}

// showAtoE builds services from ACM to Elasticsearch.
func (g *gen) showAtoE() {
	for _, build := range []func(){
		g.showBackups, g.showServers, g.showLaunch, g.showGateways, g.showBalancers, g.showAPIs, g.showMesh, g.showDelivery, g.showContainers, g.showData, g.showEdge,
	} {
		build()
	}
}
