package trails

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// The names that CloudTrail takes: no two of . _ - stand side by side.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

// CheckName refuses what no resource of CloudTrail can be called. Fault: InvalidTrailNameException.
func CheckName(name string) error {
	_, err := netip.ParseAddr(name)
	if len(name) < 3 || len(name) > 128 || !nameForm.MatchString(name) || err == nil {
		return fault.Invalidf("Name", "%q is not a name: use 3 to 128 letters and digits, with single . _ or - between them, and no IP address.", short(name)).With("InvalidTrailNameException")
	}
	return nil
}

// short keeps what somebody sent from filling an answer.
func short(s string) string {
	if len(s) > 256 {
		return strings.ToValidUTF8(s[:256], "") + "..."
	}
	return s
}

// ref is how a request names a trail: the ARN it gives, or that of the name in its place.
type ref struct {
	Place
	name, arn string
	// byName: the request did not say in which region the trail is at home.
	byName bool
}

// parse reads a name or an ARN. Faults: InvalidTrailNameException, CloudTrailARNInvalidException.
func parse(at Place, s string) (ref, error) {
	if !strings.HasPrefix(s, "arn:") {
		return ref{at, s, ARN(at, s), true}, CheckName(s)
	}
	a, err := arn.Parse(s)
	name, ok := strings.CutPrefix(a.Resource, "trail/")
	if err != nil || !ok || a.Service != "cloudtrail" || a.Region == "" || !arn.ValidAccount(a.Account) || CheckName(name) != nil || a.Partition != arn.Partition(a.Region) {
		return ref{}, fault.Invalidf("Name", "%q is not the ARN of a trail: write arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME.", short(s)).With("CloudTrailARNInvalidException")
	}
	return ref{Place{a.Account, a.Region}, name, s, false}, nil
}

// ARN names a trail by its home and its name.
func ARN(at Place, name string) string {
	return arn.New("cloudtrail", at.Region, at.Account, "trail/"+name)
}

func (r ref) missing(caller string) error {
	return (&fault.Error{Kind: fault.NotFound, Type: "trail", ID: r.name, Message: "Unknown trail: " + r.arn + " for the user: " + caller + "."}).With("TrailNotFoundException")
}
