package inventory

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// Decode reads one configuration item in either spelling and of any version. Types and versions it does not know
// are kept whole; it refuses only what is not a JSON object and items whose account, region, type, id or capture
// time is missing or unreadable. The bytes become part of the item and must not change afterwards.
func Decode(raw []byte) (*Item, error) {
	it := &Item{raw: raw}
	if err := it.doc.ResetBytes(raw); err != nil {
		return nil, notJSON(err)
	}
	root := it.doc.Root()
	if root.Kind() != tree.Object {
		return nil, fault.Invalidf("", "A configuration item is a JSON object; this is %s.", root.Kind())
	}
	var account, captured, state tree.Node
	for key, v := range root.Members {
		if !v.Exists() {
			continue
		}
		switch key {
		case "accountId", "awsAccountId":
			account = first(account, v)
		case "awsRegion":
			it.Region = v.Str()
		case "resourceType":
			it.Type = v.Str()
		case "resourceId":
			it.ID = v.Str()
		case "resourceName":
			it.Name = v.Str()
		case "arn", "ARN":
			it.ARN = v.Str()
		case "availabilityZone", "availibilityZone":
			it.Zone = v.Str()
		case "version", "configurationItemVersion", "snapshotVersion":
			it.Version = v.Str()
		case "configurationItemStatus":
			it.Status = Status(v.Str())
		case "configurationItemCaptureTime":
			captured = v
		case "resourceCreationTime":
			it.Created, _ = parseTime(v)
		case "configurationStateId", "configurationStateID":
			state = v
		case "configuration":
			it.configuration = v
		case "supplementaryConfiguration":
			it.supplementary = v
			it.marked = v.Kind() == tree.Object && v.Get(NotCollected).Kind() == tree.Object
		case "tags":
			it.tags = v
		case "relationships":
			it.relationships = v
		}
	}
	if err := it.identify(account, captured); err != nil {
		return nil, err
	}
	var ok bool
	if it.StateID, ok = state.Int(); !ok {
		it.StateID = it.Captured.UnixMilli()
	}
	return it, nil
}

func first(a, b tree.Node) tree.Node {
	if a.Exists() {
		return a
	}
	return b
}

func notJSON(err error) error {
	var syntax *tree.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	return fault.Invalidf("", "The configuration item is not JSON: %s at byte %d.", syntax.Reason, syntax.Offset)
}

// identify checks the five fields without which an item cannot be stored.
func (it *Item) identify(account, captured tree.Node) error {
	var err error
	if it.Account, err = parseAccount(account); err != nil {
		return err
	}
	switch {
	case it.Region == "" && it.Version == "1.0":
		it.Region = zoneRegion(it.Zone) // the first format told the zone only
	case it.Region == "Not Applicable": // a few old items of regional types say so
		it.Region = arn.Global
		if a, err := arn.Parse(it.ARN); err == nil && a.Region != "" {
			it.Region = a.Region
		}
	}
	for _, f := range [...]struct{ name, value string }{
		{"awsRegion", it.Region}, {"resourceType", it.Type}, {"resourceId", it.ID},
	} {
		if f.value == "" {
			return fault.Invalidf(f.name, "The configuration item%s has no %s.", it.subject(), f.name)
		}
		if len(f.value) > maxIdentity || strings.ContainsFunc(f.value, control) {
			return fault.Invalidf(f.name, "The configuration item%s has a %s that is longer than %d bytes or holds control characters.", it.subject(), f.name, maxIdentity)
		}
	}
	if strings.Trim(it.Region, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fault.Invalidf("awsRegion", "The configuration item%s has the region %q; a region holds lower-case letters, digits and hyphens.", it.subject(), it.Region)
	}
	if captured.Kind() == tree.Absent {
		return fault.Invalidf("configurationItemCaptureTime", "The configuration item%s has no configurationItemCaptureTime.", it.subject())
	}
	var ok bool
	if it.Captured, ok = parseTime(captured); !ok {
		return fault.Invalidf("configurationItemCaptureTime", "The configuration item%s has the unreadable configurationItemCaptureTime %s; use an ISO 8601 time with zone, or epoch seconds.", it.subject(), clip(captured.Raw()))
	}
	return nil
}

// maxIdentity bounds type and id: keys must fit an index page. AWS allows 768 bytes for an id.
const maxIdentity = 1024

func control(r rune) bool { return r < 0x20 || r == 0x7f }

// subject names the item in messages as far as it is known.
func (it *Item) subject() string {
	if it.Type == "" && it.ID == "" {
		return ""
	}
	return " of " + clip(strings.TrimSpace(it.Type+" "+it.ID))
}

func clip(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "..."
	}
	return s
}

// parseAccount reads the owner. A number has lost its leading zeros and gets them back. Text is taken as it is when
// it has ten to fourteen digits, because published samples carry placeholders of other lengths than twelve.
func parseAccount(n tree.Node) (string, error) {
	s := n.Str()
	if n.Kind() == tree.Number && len(s) < 12 {
		s = strings.Repeat("0", 12-len(s)) + s
	}
	switch {
	case s == "":
		return "", fault.Invalidf("awsAccountId", "The configuration item has no awsAccountId (or accountId).")
	case arn.ValidAccount(s), len(s) >= 10 && len(s) <= 14 && strings.Trim(s, "0123456789") == "":
		return s, nil
	}
	return "", fault.Invalidf("awsAccountId", "The configuration item has the awsAccountId %q; an account id is twelve digits.", clip(s))
}

// zoneRegion cuts the zone letter: us-west-2b lies in us-west-2.
func zoneRegion(zone string) string {
	if n := len(zone); n > 2 && zone[n-1] >= 'a' && zone[n-1] <= 'z' && zone[n-2] >= '0' && zone[n-2] <= '9' {
		return zone[:n-1]
	}
	return ""
}

// The time layouts met in files beside RFC 3339.
var layouts = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00"}

// Years outside these bounds are mistakes, and would not fit the stores' microseconds.
const firstYear, lastYear = 1970, 9999

// parseTime reads ISO text, or a number of seconds (milliseconds when it is too large for seconds).
func parseTime(n tree.Node) (time.Time, bool) {
	s := n.Str()
	switch n.Kind() {
	case tree.Number:
		return parseEpoch(s)
	case tree.String:
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				t = t.UTC().Truncate(time.Microsecond)
				return t, t.Year() >= firstYear && t.Year() <= lastYear
			}
		}
		return parseEpoch(s)
	}
	return time.Time{}, false
}

func parseEpoch(s string) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1e14 {
		return time.Time{}, false
	}
	if f < 1e11 {
		f *= 1e3
	}
	return time.UnixMicro(int64(math.Round(f * 1e3))).UTC(), true
}
