package inventory

import (
	"encoding/json"
	"time"
)

// Spec describes an item to build: for generators, collectors and tests.
type Spec struct {
	Key
	Name, ARN, Zone string
	// Status is OK when empty.
	Status            Status
	Captured, Created time.Time
	// StateID is the capture time in milliseconds when 0.
	StateID int64
	// Configuration and Supplementary are anything encoding/json takes; nil stands for none.
	Configuration any
	Supplementary map[string]any
	Tags          map[string]string
	Relationships []Relationship
	// Frequency at which the recorder asked for it, and when it was delivered; both are empty for what was recorded at once.
	Frequency string
	Delivered time.Time
}

// Build encodes the item in the file form of version 1.3, equal input giving equal bytes, and decodes it again.
func Build(s Spec) (*Item, error) {
	raw, err := json.Marshal(s.fileForm())
	if err != nil {
		return nil, err
	}
	return Decode(raw)
}

const wireTime = "2006-01-02T15:04:05.000Z"

// fileItem is the file form in the order AWS writes it.
type fileItem struct {
	RelatedEvents []string          `json:"relatedEvents"`
	Relationships []fileEdge        `json:"relationships"`
	Configuration any               `json:"configuration"`
	Supplementary map[string]any    `json:"supplementaryConfiguration"`
	Tags          map[string]string `json:"tags"`
	Version       string            `json:"configurationItemVersion"`
	Captured      string            `json:"configurationItemCaptureTime"`
	Delivered     string            `json:"configurationItemDeliveryTime,omitempty"`
	Frequency     string            `json:"recordingFrequency,omitempty"`
	StateID       int64             `json:"configurationStateId"`
	Account       string            `json:"awsAccountId"`
	Status        Status            `json:"configurationItemStatus"`
	Type          string            `json:"resourceType"`
	ID            string            `json:"resourceId"`
	Name          string            `json:"resourceName,omitempty"`
	ARN           string            `json:"ARN,omitempty"`
	Region        string            `json:"awsRegion"`
	Zone          string            `json:"availabilityZone,omitempty"`
	Hash          string            `json:"configurationStateMd5Hash"`
	Created       string            `json:"resourceCreationTime,omitempty"`
}

type fileEdge struct {
	ID    string `json:"resourceId,omitempty"`
	Name  string `json:"resourceName,omitempty"`
	Type  string `json:"resourceType"`
	Label string `json:"name"`
}

func (s Spec) fileForm() fileItem {
	f := fileItem{
		RelatedEvents: []string{}, Relationships: []fileEdge{}, Configuration: s.Configuration,
		Supplementary: s.Supplementary, Tags: s.Tags, Version: "1.3",
		Captured: s.Captured.UTC().Format(wireTime), StateID: s.StateID,
		Account: s.Account, Status: s.Status, Type: s.Type, ID: s.ID, Name: s.Name, ARN: s.ARN, Region: s.Region, Zone: s.Zone,
	}
	for _, r := range s.Relationships {
		f.Relationships = append(f.Relationships, fileEdge{r.ID, r.Name, r.Type, r.Label})
	}
	if f.Status == "" {
		f.Status = OK
	}
	if f.StateID == 0 {
		f.StateID = s.Captured.UnixMilli()
	}
	if f.Supplementary == nil {
		f.Supplementary = map[string]any{}
	}
	if f.Tags == nil {
		f.Tags = map[string]string{}
	}
	f.Frequency = s.Frequency
	if !s.Delivered.IsZero() {
		f.Delivered = s.Delivered.UTC().Format(wireTime)
	}
	if !s.Created.IsZero() {
		f.Created = s.Created.UTC().Format(wireTime)
	}
	return f
}
