// Package inventory keeps configuration items: what each resource of an estate looks like now and looked like at
// any past moment, how resources relate, and which of them changed. Items are kept exactly as they came; every
// reading goes through a tree decoded once. Stores implement Tx; the package knows neither SQL nor wire protocols.
package inventory

import (
	"crypto/sha256"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/tree"
)

// Key addresses one resource.
type Key struct{ Account, Region, Type, ID string }

func (k Key) String() string { return k.Account + "/" + k.Region + "/" + k.Type + "/" + k.ID }

// Compare orders keys as stores page through them.
func (k Key) Compare(o Key) int {
	for _, p := range [...][2]string{{k.Account, o.Account}, {k.Region, o.Region}, {k.Type, o.Type}} {
		if c := strings.Compare(p[0], p[1]); c != 0 {
			return c
		}
	}
	return strings.Compare(k.ID, o.ID)
}

// Status is an item's place in its resource's life.
type Status string

// The statuses. Others are kept as they came and count as recorded.
const (
	OK                 Status = "OK"
	Discovered         Status = "ResourceDiscovered"
	Deleted            Status = "ResourceDeleted"
	NotRecorded        Status = "ResourceNotRecorded"
	DeletedNotRecorded Status = "ResourceDeletedNotRecorded"
)

// Relationship is one edge from an item to another resource; ID or Name may be empty, not both. The label is kept
// as it came, trailing blank included.
type Relationship struct{ Type, ID, Name, Label string }

// Item is one configuration item. It is immutable and safe for concurrent readers; use it by pointer.
type Item struct {
	Key
	// Name, ARN and Zone are empty when the item does not tell them, as deletions do.
	Name, ARN, Zone string
	// Version is the item format's version, "1.3" today.
	Version string
	Status  Status
	// Captured is when the state was seen; Created is when the resource was made, zero when unknown.
	Captured, Created time.Time
	// StateID orders items of one resource that have the same capture time.
	StateID int64
	// Recorded is when the store took the item; zero for an item that was not read from a store.
	Recorded time.Time

	raw           []byte
	doc           tree.Doc
	configuration tree.Node // as it came: in the API form a string
	supplementary tree.Node
	tags          tree.Node
	relationships tree.Node

	marked     bool // with NotCollected
	openConfig sync.Once
	config     tree.Node
	openSupp   sync.Once
	supp       []opened
	hashOnce   sync.Once
	hash       [sha256.Size]byte
}

type opened struct {
	key string
	v   tree.Node
}

// Raw is the item exactly as it was received. It must not be changed.
func (it *Item) Raw() []byte { return it.raw }

// Hash is the SHA-256 of Raw: it names this state of the resource in read sets and evidence.
func (it *Item) Hash() [sha256.Size]byte {
	it.hashOnce.Do(func() { it.hash = sha256.Sum256(it.raw) })
	return it.hash
}

// Deleted reports whether the item says that the resource is gone.
func (it *Item) Deleted() bool { return it.Status == Deleted || it.Status == DeletedNotRecorded }

// Present reports whether the resource exists and is recorded: rules, queries and counts see only such items.
func (it *Item) Present() bool { return !it.Deleted() && it.Status != NotRecorded }

// Configuration is the resource's own description; absent for a deletion. The API form's string is opened.
func (it *Item) Configuration() tree.Node {
	if it.configuration.Kind() != tree.String {
		return it.configuration
	}
	it.openConfig.Do(func() { it.config = open(it.configuration) })
	return it.config
}

// Supplementary is one member of supplementaryConfiguration. A string value that holds a JSON document is opened.
func (it *Item) Supplementary(key string) tree.Node {
	n := it.supplementary.Get(key)
	if n.Kind() != tree.String {
		return n
	}
	it.openSupp.Do(func() {
		for k, v := range it.supplementary.Members {
			if v.Kind() == tree.String {
				it.supp = append(it.supp, opened{k, open(v)})
			}
		}
	})
	for i := range it.supp {
		if it.supp[i].key == key {
			return it.supp[i].v
		}
	}
	return n
}

// Supplementaries yields every member of supplementaryConfiguration, opened as Supplementary does.
func (it *Item) Supplementaries() iter.Seq2[string, tree.Node] {
	return func(yield func(string, tree.Node) bool) {
		for k := range it.supplementary.Members {
			if !yield(k, it.Supplementary(k)) {
				return
			}
		}
	}
}

// open parses a string that holds a JSON document; a string that only looks like one stays a string.
func open(n tree.Node) tree.Node {
	s := strings.TrimLeft(n.Str(), " \t\r\n")
	if s == "" || !strings.ContainsRune(`{["`, rune(s[0])) && strings.TrimSpace(s) != "null" {
		return n
	}
	d, err := tree.ParseString(s)
	if err != nil {
		return n
	}
	return d.Root()
}

// Tag is the value of one tag.
func (it *Item) Tag(key string) (string, bool) {
	if it.tags.Kind() == tree.Object {
		n := it.tags.Get(key)
		return n.Str(), n.Kind() != tree.Absent
	}
	for k, v := range it.Tags() {
		if k == key {
			return v, true
		}
	}
	return "", false
}

// Tags yields the resource's tags: the map of the item format, or a list of key and value pairs.
func (it *Item) Tags() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if it.tags.Kind() == tree.Object {
			for k, v := range it.tags.Members {
				if !yield(k, v.Str()) {
					return
				}
			}
			return
		}
		for e := range it.tags.Elements {
			k, v := e.Fold("key"), e.Fold("value")
			if !k.Exists() {
				k, v = e.Fold("tagName"), e.Fold("tagValue")
			}
			if k.Exists() && !yield(k.Str(), v.Str()) {
				return
			}
		}
	}
}

// Relationships yields the edges to other resources; an entry without a type, or without id and name, is left out.
func (it *Item) Relationships() iter.Seq[Relationship] {
	return func(yield func(Relationship) bool) {
		for e := range it.relationships.Elements {
			r := Relationship{Type: e.Get("resourceType").Str(), ID: e.Get("resourceId").Str(), Name: e.Get("resourceName").Str()}
			if label := e.Get("relationshipName"); label.Exists() {
				r.Label = label.Str()
			} else {
				r.Label = e.Get("name").Str()
			}
			if r.Type == "" || r.ID == "" && r.Name == "" {
				continue
			}
			if !yield(r) {
				return
			}
		}
	}
}

// Field follows a path whose first element is configuration, supplementaryConfiguration, tags, relationships or
// one of the common fields, the latter in either spelling. Strings that hold JSON are opened on the way.
func (it *Item) Field(path ...string) tree.Node {
	if len(path) == 0 {
		return it.doc.Root()
	}
	switch path[0] {
	case "configuration":
		return it.Configuration().Get(path[1:]...)
	case "supplementaryConfiguration":
		if len(path) == 1 {
			return it.supplementary
		}
		return it.Supplementary(path[1]).Get(path[2:]...)
	}
	n := it.doc.Root().Get(path[0])
	if n.Kind() == tree.Absent {
		for _, other := range spellings[path[0]] {
			if n = it.doc.Root().Get(other); n.Kind() != tree.Absent {
				break
			}
		}
	}
	return n.Get(path[1:]...)
}

// spellings are the other names under which a common field may stand.
var spellings = map[string][]string{
	"accountId":                {"awsAccountId"},
	"awsAccountId":             {"accountId"},
	"arn":                      {"ARN"},
	"ARN":                      {"arn"},
	"version":                  {"configurationItemVersion", "snapshotVersion"},
	"configurationItemVersion": {"version", "snapshotVersion"},
	"availabilityZone":         {"availibilityZone"},
	"configurationStateId":     {"configurationStateID"},
	"configurationItemMD5Hash": {"configurationStateMd5Hash"},
}
