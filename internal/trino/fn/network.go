package fn

import (
	"net/netip"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func networks() []*value.Function {
	return group(prepared("contains(varchar, varchar) boolean", 0, prefix, func(p netip.Prefix, a values) (value.Value, error) {
		ip, err := netip.ParseAddr(a.str(1))
		if err != nil {
			return nil, nil // sourceIPAddress is often the name of a service
		}
		return p.Contains(ip.Unmap().WithZone("")), nil
	}))
}

func prefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, value.Errorf("contains: %s is not a network such as 10.0.0.0/8", quote(s))
	}
	return p.Masked(), nil
}
