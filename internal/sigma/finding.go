package sigma

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// asff is a finding in AWS's form.
type asff struct {
	SchemaVersion string
	ID            string `json:"Id"`
	ProductArn    string
	GeneratorID   string `json:"GeneratorId"`
	AwsAccountID  string `json:"AwsAccountId"`
	Region        string
	Types         []string
	FirstObserved string `json:"FirstObservedAt"`
	LastObserved  string `json:"LastObservedAt"`
	CreatedAt     string
	UpdatedAt     string
	Severity      map[string]string
	Title         string
	Description   string
	SourceURL     string            `json:"SourceUrl,omitempty"`
	Product       map[string]string `json:"ProductFields"`
	Resources     []resource
	RecordState   string
	Workflow      map[string]string
}

type resource struct {
	Type   string
	ID     string `json:"Id"`
	Region string `json:",omitempty"`
}

// maxResources is how many resources a finding names; ASFF takes 32.
const maxResources = 32

// Finding is what a match of the rule tells the hub. The same event and rule always give the same finding.
func (r *Rule) Finding(e *trail.Event) (json.RawMessage, error) {
	at := e.Time.UTC().Format(time.RFC3339Nano)
	region := e.Region
	if region == arn.Global {
		region = "us-east-1"
	}
	f := asff{
		SchemaVersion: "2018-10-08", ID: "sigma/" + r.ID + "/" + e.ID,
		ProductArn:  "arn:aws:securityhub:" + region + ":" + e.Account + ":product/" + e.Account + "/default",
		GeneratorID: "sigma/" + r.ID, AwsAccountID: e.Account, Region: region, Types: types(r.Tags), FirstObserved: at, LastObserved: at, CreatedAt: at, UpdatedAt: at,
		Severity: map[string]string{"Label": strings.ToUpper(r.Level)}, Title: clip(r.Title, 256), Description: clip(cmp.Or(r.Description, r.Title), 1024),
		Product:     map[string]string{},
		RecordState: "ACTIVE", Workflow: map[string]string{"Status": "NEW"},
	}
	if len(r.References) > 0 && strings.HasPrefix(r.References[0], "https://") {
		f.SourceURL = r.References[0]
	}
	for name, v := range map[string]string{
		"tickmark/EventId": e.ID, "tickmark/EventName": e.Name, "tickmark/EventSource": e.Source, "tickmark/UserName": e.User, "tickmark/Principal": e.Principal,
		"tickmark/AccessKeyId": e.AccessKeyID, "tickmark/SourceIPAddress": e.SourceIP, "tickmark/ErrorCode": e.ErrorCode, "tickmark/Integrity": e.Integrity,
	} {
		if v != "" {
			f.Product[name] = clip(v, 1024)
		}
	}
	for _, x := range e.Resources[:min(len(e.Resources), maxResources)] {
		f.Resources = append(f.Resources, resource{kind(x.Type), clip(x.Name, 512), region})
	}
	if len(f.Resources) == 0 {
		f.Resources = []resource{{"AwsAccount", "AWS::::Account:" + e.Account, region}}
	}
	return json.Marshal(f)
}

// kind is a resource type as ASFF spells it: AwsS3Bucket for AWS::S3::Bucket.
func kind(t string) string {
	parts := strings.Split(t, "::")
	if len(parts) != 3 || parts[0] != "AWS" {
		return "Other"
	}
	service := parts[1]
	if len(service) > 1 && strings.ToUpper(service) == service {
		service = service[:1] + strings.ToLower(service[1:])
	}
	return "Aws" + service + parts[2]
}

// types are the finding types that tags of ATT&CK tactics stand for.
func types(tags []string) []string {
	var out []string
	for _, t := range tags {
		if name, ok := tactics[strings.ReplaceAll(strings.ToLower(t), "_", "-")]; ok {
			out = append(out, "TTPs/"+name)
		}
	}
	if out == nil {
		out = []string{"Unusual Behaviors"}
	}
	return out
}

var tactics = map[string]string{
	"attack.initial-access": "Initial Access", "attack.execution": "Execution", "attack.persistence": "Persistence", "attack.privilege-escalation": "Privilege Escalation",
	"attack.defense-evasion": "Defense Evasion", "attack.credential-access": "Credential Access", "attack.discovery": "Discovery", "attack.lateral-movement": "Lateral Movement",
	"attack.collection": "Collection", "attack.command-and-control": "Command and Control",
}

// clip cuts a text to a number of characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
