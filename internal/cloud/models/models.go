// Package models has AWS's own descriptions of the API operations that Tickmark calls: slim copies of botocore's models
// (SOURCES.md), made by cmd/awsmodels from the list in internal/cloud/operations.txt.
//
// What it promises:
//   - A model is read from the binary when its service is first asked for, once; it is not changed afterwards.
//   - Members stand in the order of the model, names are as AWS spells them.
//   - Every shape that an operation reaches is there, and none other.
//
// Left out of the models: documentation, errors' shapes (codes come from the answers), waiters, limits of lengths and
// lists of values, which AWS judges better than an old copy of them would.
package models

// Service is one service of AWS.
type Service struct {
	// Name is boto3's: "ec2", "elbv2".
	Name string `json:"-"`
	// ID is the name in user agents and documentation: "EC2".
	ID              string `json:"id"`
	Version         string `json:"version"`
	Protocol        string `json:"protocol"` // json, rest-json, rest-xml, query, ec2
	EndpointPrefix  string `json:"endpointPrefix"`
	SigningName     string `json:"signingName"`
	TargetPrefix    string `json:"targetPrefix,omitempty"`
	JSONVersion     string `json:"jsonVersion,omitempty"`
	QueryCompatible bool   `json:"queryCompatible,omitempty"` // its error codes are those of the query protocol it once had

	Operations map[string]*Operation `json:"operations"`
	Shapes     map[string]*Shape     `json:"shapes"`
}

// Operation is one operation of a service.
type Operation struct {
	Name    string   `json:"-"`
	Service *Service `json:"-"`
	Method  string   `json:"method"`
	URI     string   `json:"uri"`
	// Input and Output are nil for an operation that has none.
	Input  *Member `json:"input,omitempty"`
	Output *Member `json:"output,omitempty"`
	// ResultWrapper is the element around the output (query).
	ResultWrapper   string `json:"resultWrapper,omitempty"`
	HostPrefix      string `json:"hostPrefix,omitempty"`
	Checksum        bool   `json:"checksum,omitempty"` // the request needs a checksum of its body
	Unsigned        bool   `json:"unsigned,omitempty"`
	UnsignedPayload bool   `json:"unsignedPayload,omitempty"`
	Page            *Page  `json:"page,omitempty"`
}

// Page tells how the pages of a listing follow each other.
type Page struct {
	// In are members of the input that take what stands at the paths Out of the output.
	In  []string `json:"in"`
	Out []string `json:"out"`
	// Results are the paths of the listed things; the first is the main one.
	Results []string `json:"results"`
	// More is the path of a boolean: false ends the listing whatever Out has.
	More string `json:"more,omitempty"`
	// Limit is the member of the input that bounds a page.
	Limit string `json:"limit,omitempty"`
}

// Shape is a type.
type Shape struct {
	Name            string    `json:"-"`
	Type            string    `json:"type"` // structure, list, map, string, boolean, integer, long, float, double, timestamp, blob
	Members         []*Member `json:"members,omitempty"`
	Required        []string  `json:"required,omitempty"`
	Element         *Member   `json:"element,omitempty"` // of a list, and a map's value
	Key             *Member   `json:"key,omitempty"`
	Payload         string    `json:"payload,omitempty"` // the member that is the whole body
	Flattened       bool      `json:"flattened,omitempty"`
	Union           bool      `json:"union,omitempty"`
	Document        bool      `json:"document,omitempty"` // any JSON
	EventStream     bool      `json:"eventStream,omitempty"`
	Streaming       bool      `json:"streaming,omitempty"`
	LocationName    string    `json:"locationName,omitempty"`
	TimestampFormat string    `json:"timestampFormat,omitempty"`
	Namespace       *XMLName  `json:"namespace,omitempty"`
	byName          map[string]*Member
	byWire, byTag   map[string]*Member
	attributes      bool
}

// Member is a use of a shape: by a structure under a name, as an element, as an input.
type Member struct {
	Name      string `json:"name,omitempty"`
	ShapeName string `json:"shape"`
	// Location is where it stands when not in the body: header, headers, querystring, uri, statusCode.
	Location     string   `json:"location,omitempty"`
	LocationName string   `json:"locationName,omitempty"`
	QueryName    string   `json:"queryName,omitempty"`
	Flattened    bool     `json:"flattened,omitempty"`
	Streaming    bool     `json:"streaming,omitempty"`
	Token        bool     `json:"token,omitempty"` // an idempotency token: filled in when it is not given
	HostLabel    bool     `json:"hostLabel,omitempty"`
	JSONValue    bool     `json:"jsonvalue,omitempty"`
	XMLAttribute bool     `json:"xmlAttribute,omitempty"`
	TimeFormat   string   `json:"timestampFormat,omitempty"`
	Namespace    *XMLName `json:"namespace,omitempty"`

	*Shape `json:"-"`
}

// XMLName is an XML namespace.
type XMLName struct {
	Prefix string `json:"prefix,omitempty"`
	URI    string `json:"uri"`
}

// Member finds a structure's member by its exact name.
func (s *Shape) Member(name string) *Member { return s.byName[name] }

// ByWire finds the member of a JSON answer by its key.
func (s *Shape) ByWire(key string) *Member { return s.byWire[key] }

// ByTag finds the member of an XML answer by its element.
func (s *Shape) ByTag(tag []byte) *Member { return s.byTag[string(tag)] }

// Attributes tells structures of which some members are attributes of the element.
func (s *Shape) Attributes() bool { return s.attributes }

// tag is the element of a member in an answer: that of its items when they have no element around them.
func (m *Member) tag() string {
	if m.Type == "list" && m.Flat() {
		if n := m.Element.Explicit(); n != "" {
			return n
		}
	}
	return m.Wire()
}

// Wire is the name on the wire: the one that the use or its type sets, or else the member's own.
func (m *Member) Wire() string {
	if n := m.Explicit(); n != "" {
		return n
	}
	return m.Name
}

// Explicit is the name on the wire that the model sets, "" for none.
func (m *Member) Explicit() string {
	if m.LocationName != "" {
		return m.LocationName
	}
	return m.Shape.LocationName
}

// Flat tells lists and maps without an element of their own around them.
func (m *Member) Flat() bool { return m.Flattened || m.Shape.Flattened }

// Stream tells bodies that are not read into memory.
func (m *Member) Stream() bool { return m.Streaming || m.Shape.Streaming }

// Format is the member's own way to write a time, "" for the protocol's.
func (m *Member) Format() string {
	if m.TimeFormat != "" {
		return m.TimeFormat
	}
	return m.TimestampFormat
}

// NS is the XML namespace of the member's element.
func (m *Member) NS() *XMLName {
	if m.Namespace != nil {
		return m.Namespace
	}
	return m.Shape.Namespace
}
