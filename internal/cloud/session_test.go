package cloud

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// TestWhere: a call goes where it says, or nowhere.
func TestWhere(t *testing.T) {
	for _, c := range []struct {
		name, account, region, role string
		kind                        fault.Kind
		message                     string
	}{
		{"a role of the account", account, region, role, 0, ""},
		{"own credentials of the account", account, region, "", 0, ""},
		{"own credentials of another account", "999988887777", region, "", fault.Denied, "belong to account 111122223333"},
		{"a role of another account", "999988887777", region, role, fault.Invalid, "belongs to account 111122223333"},
		{"a role of another partition", account, "cn-north-1", role, fault.Invalid, "partition aws, but region cn-north-1 is in aws-cn"},
		{"a role of GovCloud", account, "us-gov-west-1", "arn:aws-us-gov:iam::111122223333:role/path/R", 0, ""},
		{"a user", account, region, "arn:aws:iam::111122223333:user/ann", fault.Invalid, "not the ARN of a role"},
		{"no ARN", account, region, "Remediation", fault.Invalid, "arn:aws:iam::111122223333:role/NAME"},
		{"no account", "", region, "", fault.Invalid, "12 digits"},
		{"no region", account, "", "", fault.Invalid, "eu-central-1"},
		{"a region that is a host", account, "x-1-a.example.com/", "", fault.Invalid, "not a region"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{answer: `{"KeyRotationEnabled":true}`}
			in := call("kms", "GetKeyRotationStatus", `{"KeyId":"k"}`)
			in.Account, in.Region, in.Role = c.account, c.region, c.role
			_, err := start(t, f, Config{}).Call(t.Context(), in)
			if c.message == "" {
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(f.got[0].auth, "/"+c.region+"/kms/") {
					t.Errorf("signed %s, want region %s", f.got[0].auth, c.region)
				}
				return
			}
			if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.message) {
				t.Errorf("%v, want %s", err, c.message)
			}
			if len(f.got) != 0 {
				t.Errorf("sent %v", f.got)
			}
		})
	}
}

// TestAssume: a role is assumed once under a name that shows in CloudTrail, and again when its keys run out.
func TestAssume(t *testing.T) {
	f := &fake{answer: `{}`}
	c := start(t, f, Config{ExternalID: "ext-1"})
	for range 3 {
		if _, err := c.Call(t.Context(), call("kms", "DescribeKey", `{"KeyId":"k"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.assumed) != 1 {
		t.Fatalf("assumed %d times, want once", len(f.assumed))
	}
	for _, s := range []string{"RoleSessionName=tickmark-remediation", "ExternalId=ext-1", "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FRemediation"} {
		if !strings.Contains(f.assumed[0], s) {
			t.Errorf("%s is not in %s", s, f.assumed[0])
		}
	}
	f = &fake{answer: `{}`, expires: time.Now().Add(expiryWindow - time.Minute)}
	c = start(t, f, Config{})
	for range 2 {
		if _, err := c.Call(t.Context(), call("kms", "DescribeKey", `{"KeyId":"k"}`)); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.assumed) < 2 {
		t.Error("keys that are about to expire were not renewed")
	}
}

// A role is assumed in the profile's region, once for all regions; the session is named as asked.
func TestAssumeForAllRegions(t *testing.T) {
	f := &fake{answer: `{}`}
	c := start(t, f, Config{Session: "tickmark-collector"})
	for _, r := range []string{"af-south-1", "us-east-1"} {
		in := call("kms", "DescribeKey", `{"KeyId":"k"}`)
		in.Region = r
		if _, err := c.Call(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.assumed) != 1 || !strings.Contains(f.assumed[0], "RoleSessionName=tickmark-collector") {
		t.Errorf("assumed %v", f.assumed)
	}
	if len(f.where) != 1 || !strings.Contains(f.where[0], "/eu-west-1/sts/") {
		t.Errorf("assumed in %v", f.where)
	}
}

func TestWhose(t *testing.T) {
	account, who, region, err := start(t, &fake{}, Config{}).Whose(t.Context())
	if err != nil || account != "111122223333" || who != "arn:aws:iam::111122223333:user/ops" || region != "eu-west-1" {
		t.Errorf("%s %s %s, %v", account, who, region, err)
	}
}

// TestSource: the environment's endpoints and Tickmark's own keys are not obeyed, profiles are.
func TestSource(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials")
	write := "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = s\n[own]\naws_access_key_id = TKIAOWN\naws_secret_access_key = s\n"
	if err := os.WriteFile(file, []byte(write), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_PROFILE", "")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
	for _, c := range []struct{ environment, profile, want, message string }{
		{"AKIAENVIRONMENT", "", "AKIAENVIRONMENT", ""},
		{"AKIAENVIRONMENT", "ops", "AKIAOPS", ""},
		{"TKIATICKMARK", "", "AKIADEFAULT", ""},
		{"TSIATICKMARK", "", "AKIADEFAULT", ""},
		{"", "own", "", "are Tickmark's own"},
		{"", "missing", "", "Give --profile, a profile that exists"},
	} {
		t.Run(c.environment+c.profile, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", c.environment)
			f := &fake{answer: `{}`}
			made := start(t, f, Config{Profile: c.profile})
			fresh, _ := New(Config{Profile: c.profile})
			made.source = fresh.source
			in := call("kms", "DescribeKey", `{"KeyId":"k"}`)
			in.Role = ""
			_, err := made.Call(t.Context(), in)
			if c.message != "" {
				if err == nil || !strings.Contains(err.Error(), c.message) {
					t.Errorf("%v, want %s", err, c.message)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(f.got[0].auth, "Credential="+c.want+"/") {
				t.Errorf("signed %s, want %s", f.got[0].auth, c.want)
			}
		})
	}
	if _, set := os.LookupEnv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"); set {
		t.Error("the switch stayed in the environment")
	}
}

func TestEndpointURL(t *testing.T) {
	for _, s := range []string{"127.0.0.1:5000", "ftp://x", "http://", "http://user:pw@x"} {
		if _, err := New(Config{EndpointURL: s}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want it refused", s, err)
		}
	}
	c, err := New(Config{})
	if err != nil || c.target(key{region: "us-east-1"}, nil).EndpointURL != "" {
		t.Errorf("%v, want AWS's own endpoints", err)
	}
}
