package trails

import (
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/selector"
)

// Trail is one trail.
type Trail struct {
	// Account owns the trail: the management account that of an organization trail, whoever made it.
	Account, HomeRegion string
	Name, ARN           string
	Settings
	// Basic or Advanced say which events it takes; one of them is empty.
	Basic    []selector.Basic    `json:",omitempty"`
	Advanced []selector.Advanced `json:",omitempty"`
	Insights []InsightSelector   `json:",omitempty"`
	Logging  bool
	// Started and Stopped are when logging was last switched; zero when it never was.
	Created, Started, Stopped time.Time
	// StartSeq is the last event that had arrived when logging was last started.
	StartSeq int64 `json:",omitempty"`
}

// Settings are what CreateTrail and UpdateTrail set.
type Settings struct {
	Bucket string
	Prefix string `json:",omitempty"`
	// Remote: the bucket lies at another S3. BucketAccount owns one that lies here.
	Remote        bool   `json:",omitempty"`
	BucketAccount string `json:",omitempty"`
	// TopicARN is told of files.
	TopicARN string `json:",omitempty"`
	KMSKeyID string `json:",omitempty"`
	// GlobalEvents takes events of services without region; MultiRegion those of all regions, Organization those of
	// all accounts of the organization.
	GlobalEvents, MultiRegion, Organization bool
	// Validation delivers digest files.
	Validation bool
	// LogGroupARN and LogRoleARN are refused today; members of old documents none have.
	LogGroupARN string `json:",omitempty"`
	LogRoleARN  string `json:",omitempty"`
}

// InsightSelector asks for Insights events of a type, from the events of categories.
type InsightSelector struct {
	Type       string
	Categories []string
}

// all are the trails, each in its home region under its name.
var all = docs.Collection[Trail]{Kind: "trail", Noun: "trail"}

// CustomSelectors reports whether the trail takes other events than a new one does.
func (t *Trail) CustomSelectors() bool {
	return len(t.Advanced) > 0 || !slices.EqualFunc(t.Basic, selector.Default(), func(a, b selector.Basic) bool {
		return a.ReadWrite == b.ReadWrite && a.Management == b.Management && len(a.Exclude)+len(a.Resources) == 0
	})
}

// shows reports whether the trail is to be seen in a region of one of its accounts.
func (t *Trail) shows(region string) bool { return t.MultiRegion || t.HomeRegion == region }

// Place is the trail's home.
func (t *Trail) Place() Place { return Place{t.Account, t.HomeRegion} }

// TopicName is what the topic's ARN ends with.
func (t *Trail) TopicName() string {
	a, err := arn.Parse(t.TopicARN)
	if err != nil {
		return ""
	}
	return a.Resource
}
