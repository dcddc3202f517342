package fn

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func urls() []*value.Function {
	part := func(name string, f func(u *url.URL) value.Value) *value.Function {
		return pure("url_extract_"+name, func(a values) value.Value {
			u := parsed(a.str(0))
			if u == nil {
				return nil
			}
			return f(u)
		})
	}
	return group(
		part("protocol(varchar) varchar", func(u *url.URL) value.Value { return u.Scheme }),
		part("host(varchar) varchar", func(u *url.URL) value.Value { return u.Hostname() }),
		part("port(varchar) bigint", func(u *url.URL) value.Value {
			n, err := strconv.ParseInt(u.Port(), 10, 64)
			if err != nil {
				return nil
			}
			return n
		}),
		part("path(varchar) varchar", func(u *url.URL) value.Value { return u.Path }),
		part("query(varchar) varchar", func(u *url.URL) value.Value { return u.RawQuery }),
		part("fragment(varchar) varchar", func(u *url.URL) value.Value { return u.Fragment }),
		pure("url_extract_parameter(varchar, varchar) varchar", func(a values) value.Value {
			u := parsed(a.str(0))
			if u == nil {
				return nil
			}
			return parameter(u.RawQuery, a.str(1))
		}),
		text("url_encode(varchar) varchar", func(s string) string {
			return strings.NewReplacer("%2A", "*", "~", "%7E").Replace(url.QueryEscape(s))
		}),
		row("url_decode(varchar) varchar", func(a values) (value.Value, error) {
			s, err := url.QueryUnescape(a.str(0))
			if err != nil {
				return nil, value.Errorf("url_decode: %s has an escape that is none", quote(a.str(0)))
			}
			return s, nil
		}),
	)
}

// parsed is a URL; nil when the text is none.
func parsed(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil || strings.ContainsAny(s, " \"<>\\^`{|}") {
		return nil
	}
	return u
}

// parameter is the first value of a query's parameter.
func parameter(query, name string) value.Value {
	for _, pair := range strings.Split(query, "&") {
		k, v, _ := strings.Cut(pair, "=")
		if k, err := url.QueryUnescape(k); err != nil || k != name {
			continue
		}
		s, err := url.QueryUnescape(v)
		if err != nil {
			return nil
		}
		return s
	}
	return nil
}
