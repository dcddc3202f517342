package eventbus

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/tree"
)

// envelope is an event on a bus, its members in EventBridge's order.
type envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// text is the event as JSON, the detail as it came.
func (e *envelope) text() (string, error) {
	if e.Resources == nil {
		e.Resources = []string{}
	}
	detail := e.Detail
	e.Detail = json.RawMessage("null")
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return "", err
	}
	e.Detail = detail
	head := strings.TrimSuffix(b.String(), "null}\n")
	return head + string(bytes.TrimSpace(detail)) + "}", nil
}

// happening is an event that goes to a bus.
type happening struct {
	Place
	bus   string
	id    string
	texts []string // the event as JSON; more than one when it is spelled in several ways
	at    time.Time
	// reading: only rules for all management events see it.
	reading bool
	hop     bool
	docs    []*tree.Doc
}

func (h *happening) parse() error {
	h.docs = make([]*tree.Doc, len(h.texts))
	for i, t := range h.texts {
		d, err := tree.ParseString(t)
		if err != nil {
			return err
		}
		h.docs[i] = d
	}
	return nil
}

// detailTypes are EventBridge's names for CloudTrail's types of events. For sign-ins AWS's documents have two, and rules
// are found with both: an event is told under the name that matches.
var detailTypes = map[string][]string{
	"AwsApiCall":           {"AWS API Call via CloudTrail"},
	"AwsVpceEvent":         {"AWS API Call via CloudTrail"},
	"AwsServiceEvent":      {"AWS Service Event via CloudTrail"},
	"AwsConsoleAction":     {"AWS Console Action via CloudTrail"},
	"AwsConsoleSignIn":     {"AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"},
	"AwsCloudTrailInsight": {"AWS Insight via CloudTrail"},
}

// ofTrail makes an event of CloudTrail one for the default bus of its place; false when it has no place there.
func ofTrail(e *trail.Event) (happening, bool) {
	types, known := detailTypes[e.Type]
	service, _, _ := strings.Cut(e.Source, ".")
	if !known || service == "" || !arn.ValidAccount(e.Account) || e.Region == "" || len(e.Raw) > MaxEvent {
		return happening{}, false
	}
	h := happening{Place: Place{e.Account, e.Region}, bus: Default, id: e.ID, at: e.Time, reading: reading(e)}
	for _, t := range types {
		v := envelope{
			Version: "0", ID: e.ID, DetailType: t, Source: "aws." + service, Account: e.Account,
			Time: e.Time.UTC().Format(time.RFC3339), Region: e.Region, Detail: e.Raw,
		}
		text, err := v.text()
		if err != nil || len(text) > MaxEvent {
			return h, false
		}
		h.texts = append(h.texts, text)
	}
	return h, h.parse() == nil
}

// reading tells a management event that only reads, by its name as EventBridge does.
func reading(e *trail.Event) bool {
	if e.Category != trail.Management && e.Category != "" {
		return false
	}
	if e.Source == "sts.amazonaws.com" && (e.Name == "GetFederationToken" || e.Name == "GetSessionToken") {
		return false
	}
	for _, verb := range []string{"Get", "List", "Describe"} {
		if strings.HasPrefix(e.Name, verb) {
			return true
		}
	}
	return false
}
