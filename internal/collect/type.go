package collect

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

// Place is where calls go and as whom: an account, a region to call, and the ARN of the role to assume ("" for the
// caller's own credentials).
type Place struct{ Account, Region, Role string }

// Caller calls AWS. An API is named service:Operation ("ec2:DescribeVolumes"), members of inputs and answers as the
// API's model names them. An error that AWS answered is an *automation.APIError.
type Caller interface {
	Call(ctx context.Context, at Place, api string, in Object) (Object, error)
	// Pages makes a call again and again until its answer has no further page. It ends early with page's error.
	Pages(ctx context.Context, at Place, api string, in Object, page func(Object) error) error
}

// Type declares how the resources of one type, or an account fact, are found, read and shaped.
type Type struct {
	Name string
	// Region is "" when each region has its own resources. Otherwise the type is read once in an account: it is the
	// region the items get (arn.Global, "us-east-1"), or a template such as "{BucketRegion}".
	Region string
	// Home is the region that is called for a type read once in an account; us-east-1 (of the partition) when empty.
	Home string
	// Find are the calls that find resources, each made for the elements that the one before it found.
	Find []Step
	// Over, if set, gives the elements for which the first step is made in a region, instead of once.
	Over func(region string) []Object
	// Details are made for each resource found.
	Details []Detail

	// ID, Title, ARN and Zone are templates over the element found, like "{VolumeId}"; {account}, {region} and {partition}
	// are those of the resource, "^" is the element of the step before: "{^.ClusterArn}".
	ID, Title, ARN, Zone string
	// Created and Tags are paths in the element. Tags takes lists of Key and Value in any spelling, and objects.
	Created, Tags string
	// Shape makes the configuration; nil is Describe.
	Shape func(r *Resource) any
	// Rename corrects keys that Describe spells otherwise than AWS Config: "VPCId" -> "vpcId".
	Rename map[string]string
	// Drop are paths of the element that Config does not record, or that hold secrets. Maps are paths of objects whose keys
	// are data and stay as they are. Empty are paths of lists that Config writes as [] when the answer has none. Paths are
	// those of the answer, without "[]"; those of a detail's begin with the key it goes to: "supplementaryConfiguration.KEY.".
	Drop, Maps, Empty []string
	// Bean is how AWS Config writes some types, as Java's beans: names lose all capitals they begin with ("DBClusterArn" is
	// dbclusterArn), and times are milliseconds since 1970. For Shape nil, and for details.
	Bean bool
	// Relations are the edges to other resources.
	Relations []Relation
	// Finish changes the resource when the rest is done: what the table above cannot say.
	Finish func(r *Resource)
	// Gone are error codes that say a resource asked for by Step.Only is no more.
	Gone []string
	// Note says why the item lacks what AWS Config has, for the documentation.
	Note string
}

// Step is one call that finds resources; without an API it gives the elements of Given.
type Step struct {
	API   string
	Given []Object
	Input Object // members that are always given
	// Whole are members given unless Only limits the call: the size of a page, where a call that names resources takes none.
	Whole Object
	// From are members given for each element of the step before: member path -> path in that element; "." is the element.
	// "{account}", "{region}" are what they say.
	From map[string]string
	// Batch gives one member a list of a value of many elements, up to Size in a call.
	Batch *Batch
	// Each is the path of the elements in the answer: "Reservations[].Instances[]"; "" takes the answer as one.
	Each string
	// Only is the member that limits the call to one resource, by its id: "VolumeIds[]" for a list of it, "BucketName" for
	// itself; "" when the call cannot. Filters are written like "Filters:vpc-id". "Names[]=:name/" gives what follows the last
	// ":name/" of the id. Of several steps with it the last is the first call made, in place of the steps before it; "." is
	// then the id.
	Only string
	// After is the member that asks for the next page by the last element of the one before, as long as the answer's member
	// More is true: for lists without tokens.
	After, More string
	// Keep leaves an element out when it is false.
	Keep func(e *Element) bool
	// When makes the call only for elements where it is true; the others go on as they are.
	When func(e *Element) bool
	// Absent are error codes that mean there is nothing, instead of a failure; Instead is then the only element, if not nil.
	// A code that means this with one message only is followed by a part of it: "AccessDeniedException: is not enabled".
	Absent  []string
	Instead Object
	// Again makes the call once more, after a while, as long as it is true of the answer: something is being made.
	Again func(answer Object) bool
	// Else lets an element whose call is denied go on as the step before found it, with these members (as in From) beside: a
	// resource's own policy may shut out a role that may read all others. What is not known of it is noted in its item;
	// without Else the list would not be complete.
	Else map[string]string
	// Merge lays the answer over the element of the step before instead of standing below it.
	Merge bool
}

// Batch is a list member of a call for many elements; a filter is written like "Filters:image-id".
type Batch struct {
	Member, Path string
	Size         int
	// Match and By join answers to elements when Step.Merge or a Detail wants them: path in the answer's element = path in
	// the element asked for.
	Match, By string
}

// Detail is one call for a resource that adds to its item.
type Detail struct {
	API   string
	Input Object
	From  map[string]string // as in Step
	// Over are elements of the resource, for each of which the call is made with From relative to it. What is taken is laid
	// over the element; the list of them goes to Key. Where Absent holds the element is left out.
	Over  string
	Batch *Batch // asks for many resources at once; Take is then relative to the answer's element (Each)
	Each  string
	// Take is the path of the answer that is taken; "" is the whole answer.
	Take string
	// Key is where it goes: a key of the supplementary configuration, or with "." in front a member of the element
	// (".Tags"), seen by Shape, Tags and the templates.
	Key string
	// Text keeps a document as JSON text. Raw keeps member names as the API has them.
	Text, Raw bool
	// Absent are error codes that mean the resource has none; Instead is then taken, nothing when nil.
	Absent  []string
	Instead any
	// When leaves the call out for resources where it is false.
	When func(e *Element) bool
	// Shared makes the call once in a reading: it is the same for all resources, and Put takes from its answer, which it must
	// not change, what is the resource's.
	Shared bool
	// Put, if set, does what Take and Key do.
	Put func(r *Resource, answer Object)
	// Read, if set, makes the calls itself, any number of them: call calls API for the resource. Its error is noted as that
	// of any other detail.
	Read func(r *Resource, call func(in Object) (Object, error)) error
	// Covers are the paths of the item that stay unread when the call fails; supplementaryConfiguration.Key when empty.
	Covers []string
}

// Relation is an edge: to the resources of a type whose ids, or names, lie at a path of the element.
type Relation struct {
	Label, Type string
	ID, Name    string // one of them is a path; ARNs are cut to what follows Cut, if set
	Cut         string
}

// Once reports whether a type is read once in an account instead of in each region.
func (t *Type) Once() bool { return t.Region != "" }

// CallRegion is the region to call for the resources of a region.
func (t *Type) CallRegion(region string) string {
	switch {
	case !t.Once():
		return region
	case t.Home != "":
		return t.Home
	}
	return HomeRegion(arn.Partition(region))
}

// HomeRegion is where the global services of a partition are called.
func HomeRegion(partition string) string {
	switch partition {
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-cn":
		return "cn-north-1"
	}
	return "us-east-1"
}

// APIs are all operations that reading the type may call.
func (t *Type) APIs() []string {
	var all []string
	for _, s := range t.Find {
		if s.API != "" {
			all = append(all, s.API)
		}
	}
	for _, d := range t.Details {
		all = append(all, d.API)
	}
	return all
}

// IsFact reports whether the type is an account fact instead of a resource type.
func (t *Type) IsFact() bool { return strings.HasPrefix(t.Name, "Tickmark::") }
