package insight

import (
	"encoding/json"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/tickmark/tickmark/internal/trail"
)

// The states of an insight.
const (
	stateStart = "Start"
	stateEnd   = "End"
)

// record is an Insights event as trails get it.
type record struct {
	EventVersion       string  `json:"eventVersion"`
	EventTime          string  `json:"eventTime"`
	AwsRegion          string  `json:"awsRegion"`
	EventID            string  `json:"eventID"`
	EventType          string  `json:"eventType"`
	RecipientAccountID string  `json:"recipientAccountId"`
	SharedEventID      string  `json:"sharedEventID"`
	InsightDetails     details `json:"insightDetails"`
	EventCategory      string  `json:"eventCategory"`
}

type details struct {
	State          string         `json:"state"`
	EventSource    string         `json:"eventSource"`
	EventName      string         `json:"eventName"`
	InsightType    string         `json:"insightType"`
	ErrorCode      string         `json:"errorCode,omitempty"`
	InsightContext insightContext `json:"insightContext"`
}

type insightContext struct {
	Statistics   statistics    `json:"statistics"`
	Attributions []attribution `json:"attributions"`
}

type statistics struct {
	Baseline         average `json:"baseline"`
	Insight          average `json:"insight"`
	InsightDuration  Minute  `json:"insightDuration"`
	BaselineDuration Minute  `json:"baselineDuration"`
}

type average struct {
	Average float64 `json:"average"`
}

// attribution says who made the calls, with what, or how they failed; the most frequent first.
type attribution struct {
	Attribute string  `json:"attribute"`
	Insight   []value `json:"insight"`
	Baseline  []value `json:"baseline"`
}

type value struct {
	Value   string  `json:"value"`
	Average float64 `json:"average"`
}

// places of decimals that averages are given with.
const decimals = 1e10

func rounded(v float64) float64 { return math.Round(v*decimals) / decimals }

// ids names the things that insights are known by.
var ids = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/tickmark/tickmark/insight"))

// SharedID is what both events of an anomaly share. It comes of the anomaly itself, as do the events' own ids: an event
// that is made again is the same.
func (f *Found) SharedID() string {
	text, err := json.Marshal([]any{f.Account, f.Region, f.Category, f.Source, f.Name, f.ErrorCode, f.Start})
	if err != nil { // strings and a number always have a text
		panic(err)
	}
	return uuid.NewSHA1(ids, text).String()
}

// EventIDs are the ids of the event at its start and of that at its end.
func (f *Found) EventIDs() (start, end string) {
	shared := f.SharedID()
	return uuid.NewSHA1(ids, []byte(shared+stateStart)).String(), uuid.NewSHA1(ids, []byte(shared+stateEnd)).String()
}

// record is the event in one of the states, without attributions.
func (f *Found) record(state string, h *History) record {
	start, end := f.EventIDs()
	id, until, at := start, f.Seen, f.Start
	if state == stateEnd {
		id, until, at = end, f.End, f.End
	}
	baseline, minutes := h.Baseline(f.Start)
	return record{
		EventVersion: "1.08", EventTime: at.Time().Format(time.RFC3339), AwsRegion: f.Region, EventID: id,
		EventType: "AwsCloudTrailInsight", RecipientAccountID: f.Account, SharedEventID: f.SharedID(),
		InsightDetails: details{
			State: state, EventSource: f.Source, EventName: f.Name, InsightType: f.Type(), ErrorCode: f.ErrorCode,
			InsightContext: insightContext{
				Statistics: statistics{
					Baseline: average{rounded(baseline)}, Insight: average{rounded(h.Average(f.Start, until))},
					InsightDuration: until - f.Start, BaselineDuration: minutes,
				},
			},
		},
		EventCategory: trail.Insight,
	}
}
