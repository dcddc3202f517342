package inventory

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

const apiForm = `{"version":"1.3","accountId":"123456789012","configurationItemCaptureTime":1582217600.123,
 "configurationItemStatus":"OK","configurationStateId":"1582217600123","configurationItemMD5Hash":"",
 "arn":"arn:aws:s3:::b","resourceType":"AWS::S3::Bucket","resourceId":"b","resourceName":"b","awsRegion":"eu-west-1",
 "availabilityZone":"Regional","resourceCreationTime":"2019-01-01T00:00:00Z","tags":{"env":"prod"},"relatedEvents":[],
 "relationships":[{"resourceType":"AWS::IAM::Role","resourceId":"AROA","relationshipName":"Is associated with "}],
 "configuration":"{\"name\":\"b\",\"owner\":{\"id\":\"x\"}}",
 "supplementaryConfiguration":{"BucketPolicy":"{\"policyText\":null}","Text":"{not json","Requester":"false","Nothing":"null"}}`

const fileForm = `{"configurationItemVersion":"1.3","awsAccountId":"123456789012","configurationItemCaptureTime":"2020-02-20T16:53:20.123Z",
 "configurationItemStatus":"OK","configurationStateId":1582217600123,"configurationStateMd5Hash":"",
 "ARN":"arn:aws:s3:::b","resourceType":"AWS::S3::Bucket","resourceId":"b","resourceName":"b","awsRegion":"eu-west-1",
 "availabilityZone":"Regional","resourceCreationTime":"2019-01-01T00:00:00.000Z","tags":{"env":"prod"},"relatedEvents":[],
 "relationships":[{"resourceType":"AWS::IAM::Role","resourceId":"AROA","name":"Is associated with "}],
 "configuration":{"name":"b","owner":{"id":"x"}},
 "supplementaryConfiguration":{"BucketPolicy":{"policyText":null},"Text":"{not json","Requester":false}}`

func mustDecode(t testing.TB, s string) *Item {
	t.Helper()
	it, err := Decode([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestBothSpellings(t *testing.T) {
	for name, src := range map[string]string{"api": apiForm, "file": fileForm} {
		t.Run(name, func(t *testing.T) {
			it := mustDecode(t, src)
			if want := (Key{"123456789012", "eu-west-1", "AWS::S3::Bucket", "b"}); it.Key != want {
				t.Errorf("Key = %v, want %v", it.Key, want)
			}
			if it.Name != "b" || it.ARN != "arn:aws:s3:::b" || it.Zone != "Regional" || it.Version != "1.3" || it.Status != OK || it.StateID != 1582217600123 {
				t.Errorf("common fields: %+v", it)
			}
			if want := time.Date(2020, 2, 20, 16, 53, 20, 123e6, time.UTC); !it.Captured.Equal(want) {
				t.Errorf("Captured = %v, want %v", it.Captured, want)
			}
			if want := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC); !it.Created.Equal(want) {
				t.Errorf("Created = %v, want %v", it.Created, want)
			}
			if got := it.Configuration().Get("owner", "id").Str(); got != "x" {
				t.Errorf("configuration.owner.id = %q", got)
			}
			if got := it.Field("configuration", "name").Str(); got != "b" {
				t.Errorf("Field(configuration, name) = %q", got)
			}
			if got := it.Field("accountId").Str(); got != "123456789012" {
				t.Errorf("Field(accountId) = %q", got)
			}
			if n := it.Supplementary("BucketPolicy"); n.Kind() != tree.Object || n.Get("policyText").Exists() {
				t.Errorf("BucketPolicy = %s", n.Raw())
			}
			if v, ok := it.Supplementary("Requester").Bool(); v || !ok {
				t.Errorf("Requester = %v %v", v, ok)
			}
			if got := it.Field("supplementaryConfiguration", "Text").Str(); got != "{not json" {
				t.Errorf("Text = %q", got)
			}
			if it.Supplementary("Nothing").Exists() || it.Supplementary("Other").Exists() {
				t.Error("an absent supplementary value exists")
			}
			if v, ok := it.Tag("env"); v != "prod" || !ok {
				t.Errorf("Tag = %q %v", v, ok)
			}
			if _, ok := it.Tag("none"); ok {
				t.Error("an absent tag is there")
			}
			want := []Relationship{{"AWS::IAM::Role", "AROA", "", "Is associated with "}}
			if got := slices.Collect(it.Relationships()); !slices.Equal(got, want) {
				t.Errorf("relationships %v, want %v", got, want)
			}
		})
	}
}

func TestOldestFormat(t *testing.T) {
	it := mustDecode(t, `{"configurationItemVersion":"1.0","resourceId":"vol-1","arn":"a","accountId":"12345678910",
	 "configurationItemCaptureTime":"2014-03-07T23:47:08.918Z","configurationStateID":"3e660fdf-4e34","availibilityZone":"us-west-2b",
	 "resourceType":"AWS::EC2::Volume","tags":[{"key":"a","value":"1"},{"tagName":"b","tagValue":"2"}]}`)
	if it.Region != "us-west-2" || it.Zone != "us-west-2b" {
		t.Errorf("region %q zone %q", it.Region, it.Zone)
	}
	if it.StateID != it.Captured.UnixMilli() {
		t.Errorf("StateID = %d, want the capture time", it.StateID)
	}
	if got := maps.Collect(it.Tags()); !maps.Equal(got, map[string]string{"a": "1", "b": "2"}) {
		t.Errorf("tags %v", got)
	}
}

func TestRegionNotApplicable(t *testing.T) {
	for name, want := range map[string]string{"arn:aws:ec2:eu-west-3:123456789012:x/y": "eu-west-3", "arn:aws:s3:::b": "global"} {
		src := strings.Replace(strings.Replace(fileForm, `"eu-west-1"`, `"Not Applicable"`, 1), `"arn:aws:s3:::b"`, quote(name), 1)
		if it := mustDecode(t, src); it.Region != want {
			t.Errorf("%s: region %q, want %q", name, it.Region, want)
		}
	}
}

func TestUnknownIsKept(t *testing.T) {
	it := mustDecode(t, `{"configurationItemVersion":"9.9","awsAccountId":123456789,"awsRegion":"global","resourceType":"X::Y::Z",
	 "resourceId":"1","configurationItemCaptureTime":"1582217600","configuration":[1],"future":{"a":1},"resourceName":null,"tags":null}`)
	if it.Version != "9.9" || it.Account != "000123456789" || it.Name != "" {
		t.Errorf("%+v", it)
	}
	if v, _ := it.Field("future", "a").Int(); v != 1 {
		t.Error("an unknown field was lost")
	}
}

// TestRejected: each of the five fields is required, and the fault names it.
func TestRejected(t *testing.T) {
	cases := []struct{ field, from, to string }{
		{"awsAccountId", `"awsAccountId":"123456789012"`, `"x":1`},
		{"awsAccountId", `"awsAccountId":"123456789012"`, `"awsAccountId":"../../etc"`},
		{"awsAccountId", `"awsAccountId":"123456789012"`, `"awsAccountId":"1234"`},
		{"awsRegion", `"awsRegion":"eu-west-1"`, `"awsRegion":null`},
		{"awsRegion", `"awsRegion":"eu-west-1"`, `"awsRegion":"../x"`},
		{"resourceType", `"resourceType":"AWS::S3::Bucket","resourceId":"b"`, `"resourceId":"b"`},
		{"resourceId", `"resourceId":"b"`, `"resourceId":""`},
		{"resourceId", `"resourceId":"b"`, `"resourceId":"a\u0000b"`},
		{"configurationItemCaptureTime", `"configurationItemCaptureTime":"2020-02-20T16:53:20.123Z"`, `"x":1`},
		{"configurationItemCaptureTime", `"2020-02-20T16:53:20.123Z"`, `"yesterday"`},
		{"configurationItemCaptureTime", `"2020-02-20T16:53:20.123Z"`, `[]`},
		{"configurationItemCaptureTime", `"2020-02-20T16:53:20.123Z"`, `-1`},
		{"configurationItemCaptureTime", `"2020-02-20T16:53:20.123Z"`, `"0001-01-01T00:00:00Z"`},
	}
	for _, c := range cases {
		src := strings.Replace(fileForm, c.from, c.to, 1)
		if src == fileForm {
			t.Fatalf("the case %s does not apply", c.from)
		}
		_, err := Decode([]byte(src))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != c.field {
			t.Errorf("%s -> %s: %v, want a fault of the field %s", c.from, c.to, err, c.field)
		}
	}
	for _, src := range []string{"", "{", "[]", "null", `"x"`, "{} {}"} {
		if _, err := Decode([]byte(src)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", src, err)
		}
	}
}

func TestBuild(t *testing.T) {
	spec := Spec{
		Key: Key{"123456789012", "eu-west-1", "AWS::EC2::Instance", "i-1"}, ARN: "arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
		Captured:      time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC),
		Configuration: map[string]any{"instanceId": "i-1"}, Tags: map[string]string{"a": "b"},
		Relationships: []Relationship{{Type: "AWS::EC2::VPC", ID: "vpc-1", Label: "Is contained in Vpc"}},
	}
	it, err := Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Build(spec)
	if string(it.Raw()) != string(again.Raw()) || it.Hash() != again.Hash() {
		t.Error("equal input gave different bytes")
	}
	if it.Key != spec.Key || !it.Captured.Equal(spec.Captured) || it.StateID != spec.Captured.UnixMilli() || it.Status != OK {
		t.Errorf("%+v", it)
	}
	if got := slices.Collect(it.Relationships()); !slices.Equal(got, spec.Relationships) {
		t.Errorf("relationships %v", got)
	}
	if it.Field("configurationStateMd5Hash").Kind() != tree.String || it.Field("relatedEvents").Kind() != tree.Array {
		t.Error("the hash and the related events must be written, empty")
	}
}

func TestConcurrentReaders(t *testing.T) {
	it := mustDecode(t, apiForm)
	done := make(chan string)
	for range 8 {
		go func() {
			done <- it.Configuration().Get("name").Str() + it.Supplementary("BucketPolicy").Kind().String()
		}()
	}
	for range 8 {
		if got := <-done; got != "bobject" {
			t.Errorf("read %q", got)
		}
	}
}

func FuzzDecodeItem(f *testing.F) {
	f.Add([]byte(apiForm))
	f.Add([]byte(fileForm))
	f.Add([]byte(`{"awsAccountId":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		it, err := Decode(slices.Clone(b))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		if it.Account == "" || it.Region == "" || it.Type == "" || it.ID == "" || it.Captured.Year() < firstYear || it.Captured.Year() > lastYear {
			t.Fatalf("accepted %q as %+v", b, it)
		}
		if !json.Valid(it.Raw()) || string(it.Raw()) != string(b) {
			t.Fatalf("raw bytes changed: %q", b)
		}
		it.Configuration()
		for range it.Supplementaries() {
		}
		for range it.Tags() {
		}
		for range it.Relationships() {
		}
	})
}
