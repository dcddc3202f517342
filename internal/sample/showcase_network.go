package sample

// showNetwork names the network that the other builders place their resources in.
func (g *gen) showNetwork() {
	g.vpc = network{vpc: "vpc-" + g.hex(17), subnet: "subnet-" + g.hex(17), open: "sg-" + g.hex(17), closed: "sg-" + g.hex(17)}
}
