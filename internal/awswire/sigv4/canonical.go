package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// canonicalHeaders writes one "name:value\n" for each signed header, in the signer's order. Several values
// are joined by commas; runs of spaces shrink to one.
func canonicalHeaders(r *http.Request, names []string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name)
		b.WriteByte(':')
		for i, v := range headerValues(r, name) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strings.Join(strings.FieldsFunc(v, func(c rune) bool { return c == ' ' }), " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// headerValues restores the headers that net/http takes out of the header map.
func headerValues(r *http.Request, name string) []string {
	values := r.Header[http.CanonicalHeaderKey(name)]
	switch {
	case name == "host":
		return []string{r.Host}
	case len(values) > 0:
		return values
	case name == "content-length" && r.ContentLength >= 0:
		return []string{strconv.FormatInt(r.ContentLength, 10)}
	case name == "transfer-encoding":
		return r.TransferEncoding
	}
	return nil
}

// canonicalQuery decodes every parameter, encodes it AWS's way and sorts. A plus sign is a space.
func canonicalQuery(raw string, presigned bool) (string, error) {
	if raw == "" {
		return "", nil
	}
	var params []string
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		key, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if err1 != nil || err2 != nil {
			return "", fault.New(fault.Invalid, "The query string is malformed: percent-encode it.").With("MalformedQueryString")
		}
		if presigned && key == "X-Amz-Signature" {
			continue
		}
		// "=" sorts above digits and "-", so keys are compared alone by joining with a byte below them all.
		params = append(params, escape(key, false)+"\x00"+escape(value, false))
	}
	slices.Sort(params)
	return strings.ReplaceAll(strings.Join(params, "&"), "\x00", "="), nil
}

// canonicalPaths gives the forms of the path that may have been signed. S3 encodes the decoded path once, or
// takes it as sent; the others encode the path as sent a second time.
func canonicalPaths(escaped string, proto Protocol) ([]string, error) {
	if escaped == "" {
		escaped = "/"
	}
	if proto == S3 {
		segments := strings.Split(escaped, "/")
		for i, s := range segments {
			plain, err := url.PathUnescape(s)
			if err != nil {
				return nil, fault.New(fault.Invalid, "The path is malformed: percent-encode it.").With("InvalidURI")
			}
			segments[i] = escape(plain, false)
		}
		return distinct(strings.Join(segments, "/"), escaped), nil
	}
	return distinct(escape(escaped, true), escape(normalize(escaped), true)), nil
}

func distinct(a, b string) []string {
	if a == b {
		return []string{a}
	}
	return []string{a, b}
}

// normalize removes empty and dot segments and keeps a closing slash.
func normalize(path string) string {
	var out []string
	for s := range strings.SplitSeq(path, "/") {
		switch s {
		case "", ".":
		case "..":
			out = out[:max(len(out)-1, 0)]
		default:
			out = append(out, s)
		}
	}
	normal := "/" + strings.Join(out, "/")
	if len(out) > 0 && strings.HasSuffix(path, "/") {
		normal += "/"
	}
	return normal
}

const hexDigits = "0123456789ABCDEF"

// escape percent-encodes all but RFC 3986's unreserved characters, and slashes unless they are to be kept.
func escape(s string, keepSlash bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~', c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}
