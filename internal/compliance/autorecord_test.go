package compliance_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// A place without a recorder gets one that records everything; one that somebody has stopped stays stopped.
func TestKeepRecorders(t *testing.T) {
	env := storetest.Open(t)
	p := compliance.New(store.For(env.DB, func(tx *store.Tx) compliance.Tx { return tx }), env.Clock)
	const account = "111122223333"
	regions := []string{"eu-west-1", "us-gov-west-1"}
	for range 2 {
		have, err := p.KeepRecorders(t.Context(), account, regions, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, region := range regions {
			r := have[region]
			if !r.Status.Recording || !r.Records("AWS::IAM::Role") || !r.Records("AWS::EC2::Volume") || r.Daily("AWS::EC2::Volume") {
				t.Errorf("%s: %+v", region, r)
			}
		}
		if r := have["us-gov-west-1"]; r.RoleARN != "arn:aws-us-gov:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig" {
			t.Errorf("role %s", r.RoleARN)
		}
	}
	at := compliance.Place{Account: account, Region: "eu-west-1"}
	if list, err := p.Recorders(t.Context(), at, "default"); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
	if err := p.StopRecorder(t.Context(), at, "default"); err != nil {
		t.Fatal(err)
	}
	have, err := p.KeepRecorders(t.Context(), account, append(regions, "us-east-1"), "")
	if err != nil || have["eu-west-1"].Status.Recording || !have["us-east-1"].Status.Recording {
		t.Errorf("%+v %v", have, err)
	}
}
