package pattern

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// test is a comparison with one value, which is no object and no array.
type test func(tree.Node) bool

// equal compares with a value. Addresses and numbers may be written differently.
func equal(want tree.Node) test {
	kind, text := want.Kind(), want.Str()
	switch kind {
	case tree.String:
		if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
			return func(v tree.Node) bool {
				return v.Kind() == tree.String && (v.Str() == text || sameAddress(v.Str(), a))
			}
		}
	case tree.Number:
		f, err := strconv.ParseFloat(text, 64)
		return func(v tree.Node) bool {
			return v.Kind() == tree.Number && (v.Str() == text || err == nil && number(v, func(g float64) bool { return f == g }))
		}
	}
	return func(v tree.Node) bool { return v.Kind() == kind && v.Str() == text }
}

func sameAddress(s string, a netip.Addr) bool {
	b, err := netip.ParseAddr(s)
	return err == nil && a == b
}

func number(v tree.Node, is func(float64) bool) bool {
	if v.Kind() != tree.Number {
		return false
	}
	f, ok := v.Float()
	return ok && is(f)
}

// stringTest compares with strings only.
func stringTest(is func(string) bool) test {
	return func(v tree.Node) bool { return v.Kind() == tree.String && is(v.Str()) }
}

func not(t test) test { return func(v tree.Node) bool { return !t(v) } }

func anyTest(tests []test) test {
	return func(v tree.Node) bool {
		for _, t := range tests {
			if t(v) {
				return true
			}
		}
		return false
	}
}

func prefixed(s string) test {
	return stringTest(func(v string) bool { return strings.HasPrefix(v, s) })
}

func suffixed(s string) test {
	return stringTest(func(v string) bool { return strings.HasSuffix(v, s) })
}

func folded(s string) test { return stringTest(func(v string) bool { return strings.EqualFold(v, s) }) }

// foldedPrefix and foldedSuffix cut as many characters as s has: folding may change how many bytes a character takes.
func foldedPrefix(s string) test {
	n := len([]rune(s))
	return stringTest(func(v string) bool { return strings.EqualFold(v[:runes(v, n)], s) })
}

func foldedSuffix(s string) test {
	n := len([]rune(s))
	return stringTest(func(v string) bool {
		all := len([]rune(v))
		return all >= n && strings.EqualFold(v[runes(v, all-n):], s)
	})
}

// runes is how many bytes the first n characters take.
func runes(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// cidr reads an address range.
func (p *parser) cidr(n tree.Node) (test, error) {
	if n.Kind() != tree.String {
		return nil, p.fail(n, "prefix match pattern must be a string")
	}
	address, mask, ok := strings.Cut(n.Str(), "/")
	if !ok || strings.Contains(mask, "/") {
		return nil, p.fail(n, "Malformed CIDR, one '/' required")
	}
	bits, err := strconv.Atoi(mask)
	if err != nil {
		return nil, p.fail(n, "Malformed CIDR, mask bits must be an integer")
	}
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" {
		return nil, p.fail(n, "Nonstandard IP address: %s", address)
	}
	within, err := a.Unmap().Prefix(bits)
	if err != nil {
		return nil, p.fail(n, "Malformed CIDR, mask bits must be from 0 to %d", a.Unmap().BitLen())
	}
	return stringTest(func(v string) bool {
		a, err := netip.ParseAddr(v)
		return err == nil && within.Contains(a.Unmap())
	}), nil
}
