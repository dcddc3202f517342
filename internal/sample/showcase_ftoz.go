package sample

// showFtoZ builds the account's facts, and services from FSx to X-Ray.
func (g *gen) showFtoZ() {
	for _, build := range []func(){} {
		build()
	}
}
