package cloud

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloud/wire"
)

// TestList: the list, the models and the names of services fit together.
func TestList(t *testing.T) {
	n := 0
	for _, service := range models.Names() {
		n += len(models.Load(service).Operations)
	}
	if len(list()) != n {
		t.Errorf("operations.txt has %d operations, the models %d: run cmd/awsmodels (CONTRIBUTING.md)", len(list()), n)
	}
	for _, name := range list() {
		service, api, _ := strings.Cut(name, ":")
		if models.Find(service, api) == nil {
			t.Errorf("%s has no model: run cmd/awsmodels (CONTRIBUTING.md)", name)
		}
	}
	for alias, to := range otherOperations {
		if service, api, _ := strings.Cut(to, ":"); models.Find(service, api) == nil {
			t.Errorf("%s means %s, which is not in operations.txt", alias, to)
		}
	}
}

// TestMembers writes every member as it is answered to the file named by TICKMARK_MEMBERS, for test/cloud to compare
// with boto3's models; without it, the spellings of each service are checked by one of its members.
func TestMembers(t *testing.T) {
	var lines []string
	for _, name := range list() {
		service, api, _ := strings.Cut(name, ":")
		for _, m := range members(models.Find(service, api).Output) {
			lines = append(lines, service+" "+api+" "+m)
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	for _, want := range []string{
		"apigateway GetStage tracingEnabled", "codebuild BatchGetProjects projects.artifacts.encryptionDisabled", "logs DescribeLogGroups logGroups.retentionInDays",
		"config DescribeConfigRules ConfigRules.Scope.TagKey", "config DescribeConfigurationRecorders ConfigurationRecorders.recordingGroup.allSupported",
		"accessanalyzer GetAnalyzer analyzer.configuration.unusedAccess.unusedAccessAge", "ec2 DescribeSecurityGroups SecurityGroups.IpPermissions.IpRanges.CidrIp",
	} {
		if _, ok := slices.BinarySearch(lines, want); !ok {
			t.Errorf("no member is spelled %s", want)
		}
	}
	if file := os.Getenv("TICKMARK_MEMBERS"); file != "" {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// members lists the paths of an operation's output; a structure inside itself is not opened again.
func members(output *models.Member) (all []string) {
	var open func(m *models.Member, path string, inside []string)
	open = func(m *models.Member, path string, inside []string) {
		switch {
		case m.Element != nil:
			open(m.Element, path, inside)
		case m.Type == "structure" && !slices.Contains(inside, m.ShapeName):
			for _, member := range m.Members {
				all = append(all, path+member.Name)
				open(member, path+member.Name+".", append(slices.Clone(inside), m.ShapeName))
			}
		}
	}
	if output != nil {
		open(output, "", nil)
	}
	return all
}

// FuzzInputs: no input makes the checker panic, and of what it takes for one operation a request can be made.
func FuzzInputs(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22}]}`, `{"configuration":{"unusedAccess":{"unusedAccessAge":"9"}}}`,
		`{"Body":"x","Expires":"2026-01-01"}`, `{"Payload":"\ud800"}`, `[{"a":[[[[]]]]}]`, `{"Expires":1e300}`, `{"Metadata":{"a":"b"},"metadata":null}`,
		`{"Bucket":"b","Key":"k/../l","Body":"x"}`,
	} {
		f.Add(s)
	}
	var some []*models.Operation
	for _, name := range []string{"ec2:RevokeSecurityGroupIngress", "accessanalyzer:CreateAnalyzer", "s3:PutObject", "lambda:Invoke", "cloudfront:UpdateDistribution", "wafv2:PutLoggingConfiguration", "dynamodb:UpdateTable"} {
		service, api, _ := strings.Cut(name, ":")
		some = append(some, models.Find(service, api))
	}
	f.Fuzz(func(t *testing.T, inputs string) {
		for _, op := range some {
			tree, err := decode(json.RawMessage(inputs))
			if err != nil {
				continue
			}
			in, err := wire.Check("Inputs", op.Input, tree)
			if err != nil {
				continue
			}
			r, err := wire.Build(op, in, func() string { return "token" })
			if err == nil && op.Service.Protocol == "json" && !json.Valid(r.Body) {
				t.Fatalf("%s: %s", op.Name, r.Body)
			}
			if out, err := encode(in); err != nil || !json.Valid(out) {
				t.Fatalf("%s: %v: %s", op.Name, err, out)
			}
		}
	})
}
