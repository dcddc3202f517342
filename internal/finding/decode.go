package finding

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// The limits of the format.
const (
	maxSize      = 240 << 10
	maxResources = 32
)

// labels are the severity labels with the lowest normalized value of each.
var labels = []struct {
	label string
	from  int
}{{"INFORMATIONAL", 0}, {"LOW", 1}, {"MEDIUM", 40}, {"HIGH", 70}, {"CRITICAL", 90}}

// Decode reads one finding. The region is used when the document names none. Raw is kept as given, without the
// space around it.
func Decode(raw []byte, region string) (Finding, error) {
	raw = []byte(strings.TrimSpace(string(raw)))
	if len(raw) > maxSize {
		return Finding{}, fault.Invalidf("Finding", "The finding has %d bytes; at most %d are allowed.", len(raw), maxSize)
	}
	d, err := tree.Parse(slices.Clone(raw))
	if err != nil {
		return Finding{}, &fault.Error{Kind: fault.Invalid, Field: "Finding", Message: "The finding is not valid JSON (" + err.Error() + ").", Err: err}
	}
	n := d.Root()
	if n.Kind() != tree.Object {
		return Finding{}, fault.Invalidf("Finding", "A finding is a JSON object.")
	}
	if err := check(n); err != nil {
		return Finding{}, err
	}
	f := Finding{Raw: raw}
	return f, f.read(n, region)
}

// requirement is a required string with the longest allowed length.
type requirement struct {
	field string
	max   int
}

var requirements = []requirement{
	{"SchemaVersion", 32},
	{"Id", 512},
	{"ProductArn", 2048},
	{"GeneratorId", 512},
	{"AwsAccountId", 12},
	{"CreatedAt", 64},
	{"UpdatedAt", 64},
	{"Title", 256},
	{"Description", 1024},
}

// enums are the members whose values are a closed list.
var enums = []struct {
	path   []string
	values []string
}{
	{[]string{"Compliance", "Status"}, []string{"PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"}},
	{[]string{"Workflow", "Status"}, []string{"NEW", "ASSIGNED", "IN_PROGRESS", "NOTIFIED", "RESOLVED", "SUPPRESSED"}},
	{[]string{"RecordState"}, []string{"ACTIVE", "ARCHIVED"}},
	{[]string{"VerificationState"}, []string{"UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"}},
	{[]string{"Severity", "Label"}, labelNames()},
	{[]string{"FindingProviderFields", "Severity", "Label"}, labelNames()},
}

func labelNames() []string {
	var out []string
	for _, l := range labels {
		out = append(out, l.label)
	}
	return out
}

// check holds a finding against what the format requires.
func check(n tree.Node) error {
	for _, r := range requirements {
		v := n.Get(r.field)
		switch {
		case !v.Exists():
			return fault.Invalidf(r.field, "The finding lacks %s.", r.field)
		case v.Kind() != tree.String || v.Str() == "":
			return fault.Invalidf(r.field, "%s must be a string that is not empty.", r.field)
		case utf8.RuneCountInString(v.Str()) > r.max:
			return fault.Invalidf(r.field, "%s is longer than %d characters.", r.field, r.max)
		}
	}
	switch {
	case n.Get("SchemaVersion").Str() != "2018-10-08":
		return fault.Invalidf("SchemaVersion", "SchemaVersion %q is not supported; it must be 2018-10-08.", n.Get("SchemaVersion").Str())
	case !arn.ValidAccount(n.Get("AwsAccountId").Str()):
		return fault.Invalidf("AwsAccountId", "AwsAccountId %q is not twelve digits.", n.Get("AwsAccountId").Str())
	}
	if a, err := arn.Parse(n.Get("ProductArn").Str()); err != nil || a.Service != "securityhub" || !strings.HasPrefix(a.Resource, "product/") {
		return fault.Invalidf("ProductArn", "ProductArn %q is not the ARN of a Security Hub product (arn:aws:securityhub:REGION:ACCOUNT:product/...).", n.Get("ProductArn").Str())
	}
	if !n.Get("Severity").Exists() && !n.Get("FindingProviderFields", "Severity").Exists() {
		return fault.Invalidf("Severity", "The finding lacks Severity.")
	}
	for _, e := range enums {
		v := n.Get(e.path...)
		if v.Exists() && !slices.Contains(e.values, v.Str()) {
			return fault.Invalidf(strings.Join(e.path, "."), "%q is no value of %s; use one of %s.", v.Str(), strings.Join(e.path, "."), strings.Join(e.values, ", "))
		}
	}
	return checkResources(n.Get("Resources"))
}

func checkResources(rs tree.Node) error {
	if rs.Kind() != tree.Array || rs.Len() == 0 {
		return fault.Invalidf("Resources", "The finding lacks Resources; it needs at least one.")
	}
	if rs.Len() > maxResources {
		return fault.Invalidf("Resources", "The finding names %d resources; at most %d are allowed.", rs.Len(), maxResources)
	}
	var err error
	i := 0
	for r := range rs.Elements {
		if r.Get("Type").Str() == "" || r.Get("Id").Str() == "" {
			err = fault.Invalidf("Resources", "Resources[%d] lacks its Type or its Id.", i)
			break
		}
		i++
	}
	return err
}

// read fills in the attributes from a checked document.
func (f *Finding) read(n tree.Node, region string) error {
	var err error
	if f.Created, err = parseTime("CreatedAt", n.Get("CreatedAt").Str()); err != nil {
		return err
	}
	if f.Updated, err = parseTime("UpdatedAt", n.Get("UpdatedAt").Str()); err != nil {
		return err
	}
	if r := n.Get("Region").Str(); r != "" {
		region = r
	}
	if region == "" {
		a, _ := arn.Parse(n.Get("ProductArn").Str())
		region = a.Region
	}
	f.Key = Key{n.Get("AwsAccountId").Str(), region, n.Get("ProductArn").Str(), n.Get("Id").Str()}
	f.GeneratorID, f.Title, f.ControlID = n.Get("GeneratorId").Str(), n.Get("Title").Str(), controlID(n)
	f.Status = Status{n.Get("Compliance", "Status").Str(), n.Get("Workflow", "Status").Str(), n.Get("RecordState").Str()}
	if f.Record == "" {
		f.Record = "ACTIVE"
	}
	if f.Workflow == "" {
		f.Workflow = "NEW"
	}
	s := n.Get("FindingProviderFields", "Severity")
	if !s.Exists() {
		s = n.Get("Severity")
	}
	f.Severity, f.Normalized, err = severity(s)
	return err
}

func parseTime(field, s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fault.Invalidf(field, "%s %q is not a time such as 2026-01-15T12:00:00.000Z.", field, s)
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// severity reads label and number, deriving each from the other as Security Hub does.
func severity(n tree.Node) (string, int, error) {
	label := n.Get("Label").Str()
	if label != "" {
		for _, l := range labels {
			if l.label == label {
				return label, l.from, nil
			}
		}
		return "", 0, fault.Invalidf("Severity.Label", "%q is no severity.", label)
	}
	v, ok := n.Get("Normalized").Int()
	if !ok || v < 0 || v > 100 {
		if n.Get("Normalized").Exists() {
			return "", 0, fault.Invalidf("Severity.Normalized", "Severity.Normalized must be a whole number from 0 to 100.")
		}
		return "INFORMATIONAL", 0, nil
	}
	for _, l := range labels {
		if int(v) >= l.from {
			label = l.label
		}
	}
	return label, int(v), nil
}

// controlID is the Security Hub control a finding is about. Consolidated findings name it outright; findings of one
// standard have it at the end of their generator id.
func controlID(n tree.Node) string {
	if id := n.Get("Compliance", "SecurityControlId").Str(); id != "" {
		return id
	}
	gen := n.Get("GeneratorId").Str()
	if id, ok := strings.CutPrefix(gen, "security-control/"); ok {
		return id
	}
	if id := n.Get("ProductFields", "ControlId").Str(); id != "" {
		return id
	}
	// aws-foundational-security-best-practices/v/1.0.0/EC2.4 and its like; a rule's ARN ends in rule/1.1, which
	// is the requirement of a standard and not a control of Security Hub.
	if i := strings.Index(gen, "/v/"); i > 0 && !strings.Contains(gen, ":") && !strings.Contains(gen, "/rule/") {
		return gen[strings.LastIndexByte(gen, '/')+1:]
	}
	return ""
}

// String names the finding in messages.
func (k Key) String() string { return fmt.Sprintf("%s of %s", k.ID, k.ProductArn) }
