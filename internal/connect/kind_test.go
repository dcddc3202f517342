package connect_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/permit"
)

var (
	action  = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9]+$`)
	reading = regexp.MustCompile(`:(Admin|Batch|Generate|Gateway)?(BatchGet|CredentialReport|Describe|Get|GET|List|Lookup|Query|Search|Select|View|Scan|DomainMetadata|SimulatePrincipalPolicy)`)
)

// Every call of every collector has a permission, and none but reading ones.
func TestCollectorsHavePermissions(t *testing.T) {
	for _, typ := range aws.Types() {
		kinds, err := connect.Kinds(aws.Types(), []string{typ.Name})
		if err != nil || len(kinds) != 1 {
			t.Fatalf("%s: %v, %v", typ.Name, kinds, err)
		}
		for _, c := range kinds[0].Calls {
			grants, err := permit.Grants(permit.Need{API: c.API, TypeName: c.TypeName})
			if err != nil {
				t.Errorf("%s: %v", typ.Name, err)
			}
			for _, g := range grants {
				if !action.MatchString(g.Action) || !reading.MatchString(g.Action) {
					t.Errorf("%s: %s needs %s, which is no reading action", typ.Name, c.API, g.Action)
				}
			}
		}
	}
}

// What all collectors need fits the managed policies of one role.
func TestPoliciesOfAllCollectors(t *testing.T) {
	kinds, err := connect.Kinds(aws.Types(), nil)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := permit.Policies(connect.Needs(kinds), permit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d types, %d policies", len(kinds), len(docs))
}

func TestUnknownTypes(t *testing.T) {
	_, err := connect.Kinds(aws.Types(), []string{"AWS::EC2::Volume", "AWS::No::Such"})
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "AWS::No::Such") || strings.Contains(err.Error(), "Volume") {
		t.Errorf("%v", err)
	}
}

// The first call that finds a type may be made to see whether it is allowed; the others need what it finds.
func TestProbesOfTypes(t *testing.T) {
	kinds, err := connect.Kinds(aws.Types(), []string{"AWS::S3::Bucket"})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range kinds[0].Calls {
		if c.Probe != (i == 0) || c.Each != (i > 0) || !c.Once {
			t.Errorf("%d: %+v", i, c)
		}
	}
}
