package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// signature is the parsed claim of one request.
type signature struct {
	Identity
	// date is the day of the credential scope, atText the signing time in its wire form.
	date, atText string
	// headers are the signed header names; headerList is how the signer joined them.
	headers    []string
	headerList string
	// sum is the signature, in hex.
	sum string
	// expires is the life of a presigned URL; stated tells whether the URL names it.
	expires time.Duration
	stated  bool
}

func (s signature) scope() string {
	return s.date + "/" + s.Region + "/" + s.Service + "/aws4_request"
}

// parse reads the header or the query form. The error carries a code of the query protocol; the signature is
// filled as far as it was understood, so that the error can be told in its service's protocol.
func parse(r *http.Request) (signature, error) {
	header := r.Header.Get("Authorization")
	inQuery := hasParam(r.URL.RawQuery, "X-Amz-Signature") || hasParam(r.URL.RawQuery, "X-Amz-Algorithm")
	switch {
	case header != "" && inQuery:
		return signature{}, fault.New(fault.Invalid, "Only one auth mechanism is allowed: send either an Authorization header or "+
			"X-Amz-Signature in the query, not both.").With("InvalidArgument")
	case header != "":
		return parseHeader(r, header)
	case inQuery:
		return parseQuery(r)
	}
	return signature{}, denied(missing, "The request is missing an Authorization header or an X-Amz-Signature in its query: sign it with Signature Version 4.")
}

func hasParam(rawQuery, name string) bool {
	return strings.Contains("&"+rawQuery, "&"+name+"=")
}

func parseHeader(r *http.Request, header string) (signature, error) {
	var s signature
	name, rest, _ := strings.Cut(header, " ")
	if name != algorithm {
		return s, malformed("Unsupported algorithm in the Authorization header: use %s.", algorithm)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		k, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := fields[k]; !ok || twice {
			return s, malformed("The Authorization header must be Credential=..., SignedHeaders=..., Signature=..., each once.")
		}
		fields[k] = v
	}
	if err := s.setCredential(fields["Credential"]); err != nil {
		return s, err
	}
	for _, k := range []string{"SignedHeaders", "Signature"} {
		if fields[k] == "" {
			return s, malformed("Authorization header requires '%s' parameter.", k)
		}
	}
	s.SessionToken = r.Header.Get("X-Amz-Security-Token")
	if err := s.setTime(headerTime(r)); err != nil {
		return s, err
	}
	return s, s.setSigned(fields["SignedHeaders"], fields["Signature"])
}

// headerTime is X-Amz-Date, or Date when that is absent.
func headerTime(r *http.Request) string {
	if at := r.Header.Get("X-Amz-Date"); at != "" {
		return at
	}
	date := r.Header.Get("Date")
	if t, err := http.ParseTime(date); err == nil {
		return t.UTC().Format(timeLayout)
	}
	return date
}

func parseQuery(r *http.Request) (signature, error) {
	s := signature{Identity: Identity{Presigned: true}, expires: defaultExpires}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return s, fault.New(fault.Invalid, "The query string is malformed: percent-encode it.").With("MalformedQueryString")
	}
	for _, k := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		if len(q[k]) != 1 || q[k][0] == "" {
			return s, malformedQuery("A presigned request needs %s exactly once in its query.", k)
		}
	}
	if q.Get("X-Amz-Algorithm") != algorithm {
		return s, malformedQuery("Unsupported X-Amz-Algorithm: use %s.", algorithm)
	}
	if err := s.setCredential(q.Get("X-Amz-Credential")); err != nil {
		return s, err
	}
	s.SessionToken = q.Get("X-Amz-Security-Token")
	if err := s.setTime(q.Get("X-Amz-Date")); err != nil {
		return s, err
	}
	if text, ok := q["X-Amz-Expires"]; ok {
		n, err := strconv.Atoi(text[0])
		if err != nil || n < 1 || n > int(MaxExpires/time.Second) || len(text) > 1 {
			return s, malformedQuery("X-Amz-Expires must be a number of seconds from 1 to %d.", int(MaxExpires/time.Second))
		}
		s.expires, s.stated = time.Duration(n)*time.Second, true
	}
	return s, s.setSigned(q.Get("X-Amz-SignedHeaders"), q.Get("X-Amz-Signature"))
}

// setCredential splits KEY/yyyymmdd/region/service/aws4_request.
func (s *signature) setCredential(c string) error {
	p := strings.Split(c, "/")
	if len(p) != 5 || slices.Contains(p, "") || p[4] != "aws4_request" {
		return malformed("Authorization requires 'Credential' of the form KEY_ID/yyyymmdd/region/service/aws4_request.")
	}
	s.AccessKeyID, s.date, s.Region, s.Service = p[0], p[1], p[2], p[3]
	return nil
}

func (s *signature) setTime(at string) error {
	t, err := time.Parse(timeLayout, at)
	if err != nil || len(at) != len(timeLayout) {
		return malformed("The signing time must be given as yyyymmddThhmmssZ in 'X-Amz-Date' or as a 'Date' header.")
	}
	s.SignedAt, s.atText = t, at
	return nil
}

func (s *signature) setSigned(headers, sum string) error {
	s.headerList, s.headers, s.sum = headers, strings.Split(headers, ";"), sum
	for i, name := range s.headers {
		if name != strings.ToLower(name) || i > 0 && name <= s.headers[i-1] {
			return malformed("SignedHeaders must be lower-case names in ascending order, each once.")
		}
	}
	if !slices.Contains(s.headers, "host") {
		return malformed("'Host' must be a 'SignedHeader' of the request.")
	}
	return nil
}

// checkTime holds the signing time against now and the scope's day.
func (s signature) checkTime(now time.Time, proto Protocol) error {
	if s.date != s.atText[:8] {
		return denied(mismatch, "Date in Credential scope does not match the day of the signing time: '%s' != '%s'.", s.date, s.atText[:8])
	}
	if s.Presigned && proto == S3 && !s.stated {
		return malformedQuery("A presigned request to S3 needs X-Amz-Expires.")
	}
	nowText := now.UTC().Format(timeLayout)
	if s.SignedAt.After(now.Add(MaxSkew)) {
		return denied(skewed, "Signature not yet current: %s is still later than %s (+ %d min). Set the client's clock.", s.atText, nowText, MaxSkew/time.Minute)
	}
	if s.Presigned {
		if now.After(s.SignedAt.Add(s.expires)) {
			return denied(expired, "Request has expired: it was signed at %s for %d seconds and it is now %s.", s.atText, s.expires/time.Second, nowText)
		}
		return nil
	}
	if s.SignedAt.Before(now.Add(-MaxSkew)) {
		return denied(skewed, "Signature expired: %s is now earlier than %s (- %d min). Set the client's clock.", s.atText, nowText, MaxSkew/time.Minute)
	}
	return nil
}
