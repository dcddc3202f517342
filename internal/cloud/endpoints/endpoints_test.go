package endpoints

import (
	"slices"
	"testing"
)

// test/cloud holds all services beside botocore; these are the kinds there are.
func TestResolve(t *testing.T) {
	for _, c := range []struct{ service, region, host, signed string }{
		{"ec2", "eu-central-1", "ec2.eu-central-1.amazonaws.com", "eu-central-1"},
		{"ec2", "cn-north-1", "ec2.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{"ec2", "eu-new-9", "ec2.eu-new-9.amazonaws.com", "eu-new-9"},
		{"iam", "eu-central-1", "iam.amazonaws.com", "us-east-1"},
		{"iam", "us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1"},
		{"iam", "cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
		{"route53", "us-west-2", "route53.amazonaws.com", "us-east-1"},
		{"organizations", "us-gov-west-1", "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
		{"sts", "eu-west-1", "sts.eu-west-1.amazonaws.com", "eu-west-1"},
		{"cloudcontrol", "eu-west-1", "cloudcontrolapi.eu-west-1.amazonaws.com", "eu-west-1"},
		{"s3control", "eu-west-1", "s3-control.eu-west-1.amazonaws.com", "eu-west-1"},
	} {
		at, ok := Resolve(c.service, c.region)
		if !ok || at.Host != c.host || at.Region != c.signed {
			t.Errorf("%s in %s: %+v", c.service, c.region, at)
		}
	}
	if at, ok := Resolve("nothing", "eu-west-1"); ok {
		t.Errorf("a service that is not known is at %+v", at)
	}
}

func TestOffered(t *testing.T) {
	for _, c := range []struct {
		service, region string
		want            bool
	}{
		{"ec2", "eu-central-1", true},
		{"ec2", "eu-nowhere-1", false},
		{"iam", "us-east-1", true},
		{"iam", "eu-central-1", false},
		{"iam", "cn-north-1", true},
		{"auditmanager", "us-east-1", true},
		{"auditmanager", "sa-east-1", false},
		{"nothing", "us-east-1", true},
		{"route53", "cn-north-1", true},
		{"route53", "cn-northwest-1", true},
		{"route53", "us-gov-east-1", false},
	} {
		if got := Offered(c.service, c.region); got != c.want {
			t.Errorf("%s in %s: %t", c.service, c.region, got)
		}
	}
}

func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{"eu-west-1": "aws", "us-gov-east-1": "aws-us-gov", "cn-north-1": "aws-cn", "mx-central-1": "aws", "": "aws"} {
		if got := PartitionOf(region); got != want {
			t.Errorf("%s is in %s", region, got)
		}
	}
	if all := Regions("aws"); len(all) < 30 || !slices.Contains(all, "eu-central-2") || slices.Contains(all, "aws-global") {
		t.Errorf("%v", all)
	}
	if Regions("nowhere") != nil || Global("nowhere") != "" || Global("aws-us-gov") != "us-gov-west-1" || !IsGlobal("iam", "aws") || IsGlobal("ec2", "aws") {
		t.Error("what is global is wrong")
	}
}
