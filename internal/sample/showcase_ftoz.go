package sample

// showFtoZ builds the account's facts, and services from FSx to X-Ray.
func (g *gen) showFtoZ() {
	for _, build := range []func(){
		g.showFacts, g.showIdentities, g.showSubnets, g.showBuckets, g.showDatabases, g.showWarehouse, g.showServerless, g.showLearning, g.showProtection, g.showManagement,
	} {
		build()
	}
}
