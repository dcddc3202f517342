package managed

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// openings are the fields of a security group's inbound rules.
type openings struct {
	rules, protocol, from, to, ranges, v4, cidr4, v6, cidr6 *rule.Field
}

func inbound() openings {
	const (
		in       = "configuration.ipPermissions"
		allPorts = "EC2 DescribeSecurityGroups leaves out the ports of a rule for every protocol or port"
		noRanges = "EC2 DescribeSecurityGroups gives no list where there is no range"
	)
	return openings{
		rules:    rule.Required(in),
		protocol: rule.Required(in + "[].ipProtocol"),
		from:     rule.Absent(in+"[].fromPort", -1, allPorts),
		to:       rule.Absent(in+"[].toPort", -1, allPorts),
		ranges:   rule.Absent(in+"[].ipRanges", nil, "items of before 2016 write ranges here; new ones write both"),
		v4:       rule.Absent(in+"[].ipv4Ranges", nil, noRanges),
		cidr4:    rule.Required(in + "[].ipv4Ranges[].cidrIp"),
		v6:       rule.Absent(in+"[].ipv6Ranges", nil, noRanges),
		cidr6:    rule.Required(in + "[].ipv6Ranges[].cidrIpv6"),
	}
}

// of are the same fields of security groups that are not the subject.
func (o openings) of(typ string) openings {
	return openings{o.rules.Of(typ), o.protocol.Of(typ), o.from.Of(typ), o.to.Of(typ), o.ranges.Of(typ), o.v4.Of(typ), o.cidr4.Of(typ), o.v6.Of(typ), o.cidr6.Of(typ)}
}

func (o openings) fields() []*rule.Field {
	return []*rule.Field{o.rules, o.protocol, o.from, o.to, o.ranges, o.v4, o.cidr4, o.v6, o.cidr6}
}

// ports is a range of ports, both ends in it.
type ports struct{ from, to int64 }

func (p ports) has(port int64) bool { return p.from <= port && port <= p.to }

func (p ports) String() string {
	if p.from == p.to {
		return strconv.FormatInt(p.from, 10)
	}
	return strconv.FormatInt(p.from, 10) + "-" + strconv.FormatInt(p.to, 10)
}

var allPorts = ports{0, 65535}

// openToWorld is openIn of the subject.
func (o openings) openToWorld(c *rule.Context) func(yield func(protocol string, p ports) bool) {
	return o.openIn(c.Place)
}

// openIn yields the protocol (tcp, udp) and ports of each inbound rule of a group that lets in every IPv4 or every
// IPv6 address. A rule for all protocols yields both. Other protocols have no ports and are left out.
func (o openings) openIn(group rule.Place) func(yield func(protocol string, p ports) bool) {
	return o.openTo(group, true, true)
}

// openTo is openIn for every IPv4 address, for every IPv6 address, or for either.
func (o openings) openTo(group rule.Place, v4, v6 bool) func(yield func(protocol string, p ports) bool) {
	return func(yield func(string, ports) bool) {
		for _, r := range group.Each(o.rules) {
			to4, to6 := o.everyone(r)
			if !(v4 && to4 || v6 && to6) {
				continue
			}
			p := ports{r.Int(o.from), r.Int(o.to)}
			if p.from < 0 || p.to < 0 {
				p = allPorts
			}
			switch protocol := strings.ToLower(r.Str(o.protocol)); protocol {
			case "tcp", "6":
				if !yield("tcp", p) {
					return
				}
			case "udp", "17":
				if !yield("udp", p) {
					return
				}
			case "-1", "all":
				if !yield("tcp", allPorts) || !yield("udp", allPorts) {
					return
				}
			}
		}
	}
}

// everyone reports whether a rule's ranges hold all of IPv4, and all of IPv6. Items write IPv4 ranges in one or two lists.
func (o openings) everyone(r rule.Place) (v4, v6 bool) {
	for cidr := range r.Strings(o.ranges) {
		v4 = v4 || isWorld(cidr)
	}
	for _, e := range r.Each(o.v4) {
		v4 = v4 || isWorld(e.Str(o.cidr4))
	}
	for _, e := range r.Each(o.v6) {
		v6 = v6 || isWorld(e.Str(o.cidr6))
	}
	return v4, v6
}

// isWorld reports whether a range is every address of its family.
func isWorld(cidr string) bool {
	address, bits, ok := strings.Cut(cidr, "/")
	return ok && bits == "0" && address != ""
}

// parsePorts reads "22, 8000-8080". What is not a port or a range is left out and reported.
func parsePorts(s string) (list []ports, bad string) {
	for _, e := range rule.Split(s) {
		from, to, isRange := strings.Cut(e, "-")
		a, err := strconv.ParseUint(strings.TrimSpace(from), 10, 16)
		b := a
		if isRange && err == nil {
			b, err = strconv.ParseUint(strings.TrimSpace(to), 10, 16)
		}
		if err != nil || b < a {
			bad = e
			continue
		}
		list = append(list, ports{int64(a), int64(b)})
	}
	return list, bad
}

// covered reports whether a list of ranges holds every port of p.
func (p ports) covered(by []ports) bool {
	for at := p.from; at <= p.to; {
		next := at
		for _, r := range by {
			if r.has(at) {
				next = max(next, r.to+1)
			}
		}
		if next == at {
			return false
		}
		at = next
	}
	return true
}
