package trail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Decode reads one CloudTrail record. The bytes become part of the event and must not change afterwards; space
// around the record is not part of it. Unknown fields and odd values are accepted: what is rejected is text that
// is not one JSON object, and a record that tells neither when nor what.
func Decode(raw []byte) (Event, error) {
	raw = bytes.TrimSpace(raw)
	var ev Event
	end, err := decode(&ev, raw, 0)
	if end > 0 && end != len(raw) {
		err = errors.New("not valid JSON: text after the record")
	}
	if err != nil {
		return Event{}, err
	}
	return ev, nil
}

// fields are the parts of a record that need the whole of it to be understood.
type fields struct {
	user, request, response                 span
	management, resources, insight, outside span
	time, stamp                             span
}

// decode reads the record that begins at b[at] into ev and returns the index behind it. errShort means that the
// record does not end within b.
func decode(ev *Event, b []byte, at int) (end int, err error) {
	s := scanner{b: b, i: at}
	c, err := s.peek()
	if err != nil {
		return 0, err
	}
	if c != '{' {
		return 0, errors.New("the record is not a JSON object")
	}
	var f fields
	start := s.i
	if err := members(&s, ev, &f); err != nil {
		return 0, err
	}
	ev.Raw = b[start:s.i:s.i]
	if !utf8.Valid(ev.Raw) {
		return s.i, errors.New("not valid UTF-8")
	}
	return s.i, complete(ev, b, &f)
}

// members walks the record's own members. A name that comes twice counts where it comes first.
func members(s *scanner, ev *Event, f *fields) error {
	s.i++
	if c, err := s.peek(); err != nil {
		return err
	} else if c == '}' {
		s.i++
		return nil
	}
	for {
		k, err := s.key()
		if err != nil {
			return err
		}
		v, err := s.value(1)
		if err != nil {
			return err
		}
		member(s.b, ev, f, k, v)
		if done, err := s.separator('}'); done || err != nil {
			return err
		}
	}
}

func member(b []byte, ev *Event, f *fields, k, v span) {
	name := b[k.start:k.end]
	if k.escaped {
		name = []byte(unescape(name))
	}
	switch string(name) {
	case "recipientAccountId":
		set(&ev.Account, b, v)
	case "awsRegion":
		set(&ev.Region, b, v)
	case "eventID":
		set(&ev.ID, b, v)
	case "eventTime":
		keep(&f.time, v)
	case "@timestamp":
		keep(&f.stamp, v)
	case "eventName":
		set(&ev.Name, b, v)
	case "eventSource":
		set(&ev.Source, b, v)
	case "eventCategory":
		set(&ev.Category, b, v)
	case "eventType":
		set(&ev.Type, b, v)
	case "readOnly":
		if ev.ReadOnly == "" {
			ev.ReadOnly = flag(str(b, v))
		}
	case "managementEvent":
		keep(&f.management, v)
	case "errorCode":
		set(&ev.ErrorCode, b, v)
	case "sourceIPAddress":
		set(&ev.SourceIP, b, v)
	case "sharedEventID":
		set(&ev.SharedID, b, v)
	case "userIdentity":
		keep(&f.user, v)
	case "resources":
		keep(&f.resources, v)
	case "insightDetails":
		keep(&f.insight, v)
	case "eventData":
		keep(&f.outside, v)
	case "requestParameters":
		keep(&f.request, v)
	case "responseElements":
		keep(&f.response, v)
	}
}

func keep(dst *span, v span) {
	if dst.empty() {
		*dst = v
	}
}

func set(dst *string, b []byte, v span) {
	if *dst == "" {
		*dst = str(b, v)
	}
}

// str is a string's value; "" for every other kind of value, but numbers (an account id written as one) are taken
// as they stand.
func str(b []byte, v span) string {
	if v.str {
		if v.escaped {
			return unescape(b[v.start:v.end])
		}
		return text(b[v.start:v.end])
	}
	if v.empty() || b[v.start] == '{' || b[v.start] == '[' || b[v.start] == 'n' {
		return ""
	}
	return text(b[v.start:v.end])
}

func flag(s string) string {
	switch s {
	case "true", "True":
		return "true"
	case "false", "False":
		return "false"
	}
	return ""
}

// complete derives what the record does not say in so many words, and refuses what cannot be placed.
func complete(ev *Event, b []byte, f *fields) error {
	identity(ev, b, f.user)
	if ev.Category == "" {
		ev.Category = category(ev.Type, str(b, f.management))
	}
	if ev.Category == ActivityAuditLog {
		outside(ev, b, f.outside)
	}
	if ev.Category == Insight && ev.Name == "" && ev.Source == "" {
		walk(b, f.insight, func(depth int, k, v span) {
			switch key := string(b[k.start:k.end]); {
			case depth == 1 && key == "eventName":
				set(&ev.Name, b, v)
			case depth == 1 && key == "eventSource":
				set(&ev.Source, b, v)
			}
		})
	}
	var ok bool
	if ev.Time, ok = parseTime(str(b, f.time)); !ok {
		if ev.Time, ok = parseTime(str(b, f.stamp)); ok {
			ev.Adapted = true
		}
	}
	switch {
	case ok:
	case ev.Name == "" && ev.Source == "":
		return errors.New("not a CloudTrail record: it has neither eventTime nor eventName nor eventSource")
	case f.time.empty():
		return errors.New("the record has no eventTime (nor @timestamp)")
	default:
		return fmt.Errorf("eventTime %.40q is not a time", str(b, f.time))
	}
	if ev.Name == "" && ev.Source == "" {
		return errors.New("not a CloudTrail record: it has neither eventName nor eventSource")
	}
	if ev.ID == "" {
		sum := sha256.Sum256(ev.Raw)
		ev.ID = "sha256-" + hex.EncodeToString(sum[:16])
		ev.Adapted = true
	}
	for _, v := range [...]string{ev.ID, ev.Account, ev.Region} {
		if !plain(v) {
			return errors.New("eventID, account and awsRegion must be at most 256 characters without control characters")
		}
	}
	ev.Integrity = DigestMissing
	resources(ev, b, f)
	return nil
}

// plain reports whether s can be part of a key.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return len(s) <= 256
}

// category is that of records older than eventVersion 1.07, which do not name it.
func category(typ, management string) string {
	switch {
	case typ == "AwsCloudTrailInsight":
		return Insight
	case typ == "AwsVpceEvent":
		return NetworkActivity
	case flag(management) == "false":
		return Data
	}
	return Management
}

// The years that are believed; anything else is a mistake in the record.
const firstYear, lastYear = 1990, 2199

// parseTime reads a time in one of the forms met in the wild: RFC 3339, or seconds since 1970.
func parseTime(s string) (time.Time, bool) {
	t, ok := parseZulu(s)
	if !ok {
		var err error
		if t, err = time.Parse(time.RFC3339Nano, s); err != nil {
			sec, err := strconv.ParseFloat(s, 64)
			if err != nil || sec < 0 || sec > 1<<33 {
				return time.Time{}, false
			}
			t = time.UnixMilli(int64(sec * 1000))
		}
	}
	t = t.UTC().Truncate(time.Millisecond)
	return t, t.Year() >= firstYear && t.Year() <= lastYear
}

// parseZulu is the quick way for CloudTrail's own YYYY-MM-DDTHH:MM:SSZ.
func parseZulu(s string) (time.Time, bool) {
	if len(s) != 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z' {
		return time.Time{}, false
	}
	n := func(i, j int) int {
		v := 0
		for ; i < j; i++ {
			if s[i] < '0' || s[i] > '9' {
				return -1
			}
			v = v*10 + int(s[i]-'0')
		}
		return v
	}
	y, mo, d, h, mi, sec := n(0, 4), n(5, 7), n(8, 10), n(11, 13), n(14, 16), n(17, 19)
	if y < 0 || mo < 1 || mo > 12 || d < 1 || d > 28 || h < 0 || h > 23 || mi < 0 || mi > 59 || sec < 0 || sec > 59 {
		return time.Time{}, false // day 29 to 31 goes the slow way, which knows the calendar
	}
	return time.Date(y, time.Month(mo), d, h, mi, sec, 0, time.UTC), true
}

// unescape resolves the escapes of a string that the scanner has accepted.
func unescape(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out.WriteByte(b[i])
			continue
		}
		i++
		switch b[i] {
		case 'b':
			out.WriteByte('\b')
		case 'f':
			out.WriteByte('\f')
		case 'n':
			out.WriteByte('\n')
		case 'r':
			out.WriteByte('\r')
		case 't':
			out.WriteByte('\t')
		case 'u':
			r, n := unicodeEscape(b[i-1:])
			out.WriteRune(r)
			i += n - 2
		default:
			out.WriteByte(b[i])
		}
	}
	return out.String()
}
