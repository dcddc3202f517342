package awswire

import (
	"net/url"
	"slices"
	"strings"
)

// router finds the operation of a restJson1 request. It works on the path as it was sent: segments are split before
// they are unescaped, so an encoded slash stays inside its label, and `//` or `..` are segments like any other.
type router struct {
	// exact are the routes without a greedy label by method and number of segments, greedy the others by method; each
	// list has the most literal first.
	exact  map[routeKey][]route
	greedy map[string][]route
}

type routeKey struct {
	method   string
	segments int
}

type route struct {
	op       int
	segments []segment
}

// segment is a literal, or a label when name is set; a greedy label takes one or more segments.
type segment struct {
	literal, name string
	greedy        bool
}

func newRouter(ops []Operation) *router {
	r := &router{exact: map[routeKey][]route{}, greedy: map[string][]route{}}
	for i := range ops {
		rt, greedy := route{op: i}, false
		for _, part := range splitPath(ops[i].URI) {
			seg := segment{literal: part}
			if strings.HasPrefix(part, "{") {
				name := strings.Trim(part, "{}")
				seg = segment{name: strings.TrimSuffix(name, "+"), greedy: strings.HasSuffix(name, "+")}
			}
			greedy = greedy || seg.greedy
			rt.segments = append(rt.segments, seg)
		}
		if greedy {
			r.greedy[ops[i].Method] = append(r.greedy[ops[i].Method], rt)
		} else {
			key := routeKey{ops[i].Method, len(rt.segments)}
			r.exact[key] = append(r.exact[key], rt)
		}
	}
	for _, list := range r.exact {
		slices.SortStableFunc(list, moreLiteral)
	}
	for _, list := range r.greedy {
		slices.SortStableFunc(list, moreLiteral)
	}
	return r
}

func splitPath(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// moreLiteral orders routes so that of two that match a path the one with the earlier or longer literal part comes
// first.
func moreLiteral(a, b route) int {
	rank := func(s segment) int {
		switch {
		case s.greedy:
			return 2
		case s.name != "":
			return 1
		}
		return 0
	}
	for i := 0; i < len(a.segments) && i < len(b.segments); i++ {
		if d := rank(a.segments[i]) - rank(b.segments[i]); d != 0 {
			return d
		}
	}
	return len(b.segments) - len(a.segments)
}

// match returns the operation's place and its labels, unescaped; -1 when no route fits.
func (r *router) match(method, escapedPath string) (int, map[string]string) {
	if !strings.HasPrefix(escapedPath, "/") {
		return -1, nil
	}
	parts := splitPath(escapedPath)
	for _, list := range [...][]route{r.exact[routeKey{method, len(parts)}], r.greedy[method]} {
		for _, rt := range list {
			if labels, ok := rt.match(parts); ok {
				return rt.op, labels
			}
		}
	}
	return -1, nil
}

func (rt *route) match(parts []string) (map[string]string, bool) {
	if len(parts) < len(rt.segments) {
		return nil, false
	}
	spare := len(parts) - len(rt.segments)
	labels := map[string]string{}
	at := 0
	for _, seg := range rt.segments {
		n := 1
		if seg.greedy {
			n += spare
		}
		text := strings.Join(parts[at:at+n], "/")
		at += n
		if seg.name == "" {
			if text != seg.literal {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(text)
		if err != nil || value == "" {
			return nil, false
		}
		labels[seg.name] = value
	}
	return labels, at == len(parts)
}
