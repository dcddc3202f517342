package aws_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/collect/collecttest"
)

// TestRecords plays the records of each type: testdata/ec2-volume.json, or the files of testdata/ec2-volume, for
// AWS::EC2::Volume. A type without a record fails;
// those of the Cloud Control table have theirs elsewhere.
func TestRecords(t *testing.T) {
	for _, typ := range aws.Own() {
		name := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(typ.Name, "AWS::"), "Tickmark::"), "::", "-"))
		t.Run(name, func(t *testing.T) { collecttest.Run(t, typ, name) })
	}
}

// TestNoStrayRecords: a record of a type that is not there is never played.
func TestNoStrayRecords(t *testing.T) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"cloudcontrol": true, "cloudcontrol-properties.tsv": true}
	for _, typ := range aws.Own() {
		known[strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(typ.Name, "AWS::"), "Tickmark::"), "::", "-"))] = true
	}
	for _, f := range files {
		if !known[strings.TrimSuffix(f.Name(), ".json")] {
			t.Errorf("testdata/%s belongs to no type", f.Name())
		}
	}
}
