package inventory

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestMasked: no spelling of a type's secret fields lets the secret through, the rest stays, and raw keeps it all.
func TestMasked(t *testing.T) {
	const secret = "hunter2"
	cases := []struct{ name, typ, configuration string }{
		{"lambda", "AWS::Lambda::Function", `{"functionName":"keep","environment":{"variables":{"A":"hunter2","B":{"x":"hunter2"}}}}`},
		{"lambda, schema case", "AWS::Lambda::Function", `{"Name":"keep","Environment":{"Variables":{"A":"hunter2"}}}`},
		{"codebuild", "AWS::CodeBuild::Project", `{"x":"keep","environment":{"environmentVariables":[{"name":"a","value":"hunter2"},{"name":"b","value":"hunter2"}]}}`},
		{"task", "AWS::ECS::TaskDefinition", `{"Family":"keep","ContainerDefinitions":[{"Environment":[{"Name":"a","Value":"hunter2"}]}]}`},
		{"beanstalk", "AWS::ElasticBeanstalk::Environment", `{"x":"keep","optionSettings":{"aws:elasticbeanstalk:application:environment":{"KEY":{"value":"hunter2"}},"aws:autoscaling:asg":{"MinSize":{"value":"1"}}}}`},
		{"vpn", "AWS::EC2::VPNConnection", `{"x":"keep","customerGatewayConfiguration":"<pre_shared_key>hunter2</pre_shared_key>","options":{"tunnelOptions":[{"preSharedKey":"hunter2"}]}}`},
		{"launch template", "AWS::EC2::LaunchTemplate", `{"x":"keep","LaunchTemplateData":{"UserData":"hunter2"}}`},
		{"any type", "X::Y::Z", `{"x":"keep","a":[{"masterUserPassword":"hunter2","Password":"hunter2"}],"inner":"{\"password\":\"hunter2\"}"}`},
	}
	for _, c := range cases {
		text := quote(c.configuration)
		for form, configuration := range map[string]string{"file": c.configuration, "api": text} {
			t.Run(c.name+" "+form, func(t *testing.T) {
				raw := fmt.Sprintf(`{"awsAccountId":"123456789012","awsRegion":"r","resourceType":%q,"resourceId":"i","configurationItemCaptureTime":"2026-01-01T00:00:00Z","configuration":%s,"supplementaryConfiguration":{"k":"keep"},"tags":{"é<":"keep"}}`, c.typ, configuration)
				it := mustDecode(t, raw)
				shown := string(Masked(it))
				if !json.Valid([]byte(shown)) || strings.Contains(shown, secret) || strings.Count(shown, "keep") != 3 || !strings.Contains(shown, "****") {
					t.Errorf("masked: %s", shown)
				}
				if string(it.Raw()) != raw {
					t.Error("raw changed")
				}
				again := mustDecode(t, shown)
				if got, want := again.Configuration().Kind(), it.Configuration().Kind(); got != want {
					t.Errorf("the configuration has become %s, was %s", got, want)
				}
			})
		}
	}
}

func TestMaskedLeavesTheRest(t *testing.T) {
	for _, src := range []string{apiForm, fileForm, strings.Replace(fileForm, `"name":"b"`, `"requirePassword":true,"password":null,"passwordPolicy":{"minimumLength":8}`, 1)} {
		if got := string(Masked(mustDecode(t, src))); got != src {
			t.Errorf("%s\nhas become %s", src, got)
		}
	}
}
