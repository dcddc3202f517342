package awswire

// Kind is the type of a shape.
type Kind uint8

// The kinds of the service models. Document is free-form JSON, kept as json.RawMessage.
const (
	Structure Kind = iota
	List
	Map
	String
	Integer
	Long
	Float
	Double
	Boolean
	Timestamp
	Blob
	Document
)

// Location says where in a message a member travels.
type Location uint8

// The locations.
const (
	InBody Location = iota
	InPath
	InQuery
	InHeader
	InStatus
	InPayload
)

// Traits are a shape's yes-or-no properties.
type Traits uint8

// The traits. HasMin and HasMax say whether Min and Max are set; Flattened lists and maps have no wrapping element in
// the query protocol; ISO8601 timestamps are texts in every place; one member of a Union is set.
const (
	HasMin Traits = 1 << iota
	HasMax
	Sensitive
	Union
	Flattened
	ISO8601
)

// Shape is one type of a service model. Other shapes are named by their index in Service.Shapes.
type Shape struct {
	Name   string
	Kind   Kind
	Traits Traits
	// Elem is a list's element or a map's value, Key a map's key.
	Elem, Key int32
	// ElemName and KeyName are their element names in the query protocol where not "member", "value" and "key".
	ElemName, KeyName string
	// Min and Max bound a number, or the length of a string (in characters), blob, list or map.
	Min, Max int64
	// Pattern is the model's regular expression; Regexp its spelling for package regexp where that differs.
	Pattern, Regexp string
	Enum            []string
	Members         []Member
}

// Member is one member of a structure. Field i of the Go type is member i of its shape.
type Member struct {
	Name string
	// Wire is the name in messages where it is not Name.
	Wire     string
	Shape    int32
	In       Location
	Required bool
}

func (m *Member) wire() string {
	if m.Wire != "" {
		return m.Wire
	}
	return m.Name
}

func (s *Shape) is(t Traits) bool { return s.Traits&t != 0 }

// Operation is one operation of a model, served or not.
type Operation struct {
	Name, Method, URI string
	// Status is the answer's HTTP status; 0 means 200.
	Status int
	// Input and Output are shape indexes; -1 where the shape is not generated (the operation cannot be registered).
	Input, Output int32
	// Result is the query protocol's element around the output; empty when the operation has no output.
	Result string
	// Unsigned operations are called without a signature.
	Unsigned bool
	// Errors are indexes into Service.Errors.
	Errors []int32
}

// ErrorShape is one error of a model.
type ErrorShape struct {
	// Name is the shape's name, Code what clients see where it is not Name.
	Name, Code string
	Status     int
	Members    []ErrorMember
}

// ErrorMember is one member of an error; Header is the response header that carries it, if any; Enum the values it may
// have.
type ErrorMember struct {
	Name, Header string
	Required     bool
	Enum         []string
}

func (e *ErrorShape) code() string {
	if e.Code != "" {
		return e.Code
	}
	return e.Name
}

// Protocol is how a service's messages look.
type Protocol uint8

// The protocols. RestXML is S3's, which has no tables: only its errors are written here.
const (
	JSON Protocol = iota
	RestJSON
	Query
	RestXML
)

func (p Protocol) String() string {
	return [...]string{"awsJson1.1", "restJson1", "awsQuery", "restXml"}[p]
}

// Service is the generated description of one AWS service. It is never written to.
type Service struct {
	// Name is the model's file name, e.g. "resourcegroupstaggingapi"; SigningName is the service of a request's
	// credential scope, e.g. "tagging".
	Name, SigningName string
	Protocol          Protocol
	APIVersion        string
	// JSONVersion and TargetPrefix belong to JSON, XMLNamespace to Query.
	JSONVersion, TargetPrefix string
	XMLNamespace              string
	// MessageMember names the text of errors whose shape does not name one.
	MessageMember string
	Operations    []Operation
	Errors        []ErrorShape
	Shapes        []Shape
}
