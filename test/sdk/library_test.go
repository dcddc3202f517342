package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/rule/managed"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/testenv"
)

// maxBody is how long a template's text may be as a body.
const maxBody = 51_200

// TestLibrary deploys every published template by the API over the sample's resources: as a body, or stored where it
// is too long for one. The library has the logic of each of their managed rules.
func TestLibrary(t *testing.T) {
	k := &kit{T: t, env: testenv.Start(t), called: map[string]bool{}}
	if _, err := k.env.LoadEstate(t.Context(), sample.Demo(stamp.System.Now()), func(int64) {}); err != nil {
		t.Fatal(err)
	}
	k.s3(home, "PUT", "/sdk-templates", "")
	names, stored := pack.Names(), 0
	if len(names) != 122 {
		t.Errorf("%d templates", len(names))
	}
	for _, name := range names {
		text, err := pack.Published(name)
		k.ok(err)
		if k.deploy(name, string(text)) {
			stored++
		}
		k.ok(k.env.Evaluate(t.Context(), func(compliance.Progress) {}))
		k.judged(name)
		must(k.configClient(home).DeleteConformancePack(t.Context(), &configservice.DeleteConformancePackInput{ConformancePackName: short(name)}))(k)
	}
	if stored != 1 {
		t.Errorf("%d templates are too long for a body, want 1", stored)
	}
}

// short is a pack's name of at most 51 characters.
func short(name string) *string {
	s := strings.ReplaceAll(strings.TrimPrefix(name, "Operational-Best-Practices-"), ".", "-")
	return aws.String(s[:min(len(s), 51)])
}

// deploy tells whether the template had to be stored.
func (k *kit) deploy(name, text string) (stored bool) {
	k.Helper()
	ctx, c := k.Context(), k.configClient(home)
	in := &configservice.PutConformancePackInput{ConformancePackName: short(name), TemplateBody: &text}
	parsed, err := pack.Parse([]byte(text))
	k.ok(err)
	for _, p := range parsed.Parameters {
		value := ""
		switch {
		case strings.HasSuffix(p.Name, "LambdaArn"): // one template has a rule of a function, which nobody offers here
			value = "arn:aws:lambda:" + home + ":" + k.env.Account + ":function:none"
		case !p.HasDefault: // the templates with remediation leave the role to whoever deploys them
			value = "arn:aws:iam::" + k.env.Account + ":role/remediation"
		case p.Default == "false" && strings.HasPrefix(p.Name, "CheckFor"): // one template has every rule behind a switch
			value = "true"
		default:
			continue
		}
		in.ConformancePackInputParameters = append(in.ConformancePackInputParameters, types.ConformancePackInputParameter{ParameterName: &p.Name, ParameterValue: &value})
	}
	_, err = c.PutConformancePack(ctx, in)
	if len(text) <= maxBody {
		if err != nil {
			k.Fatalf("%s: %v", name, err)
		}
		return false
	}
	k.refused(err, "ValidationException", "templateBody")
	if status, answer := k.s3(home, "PUT", "/sdk-templates/"+name+".yaml", text); status != 200 {
		k.Fatalf("storing %s: %d %s", name, status, answer)
	}
	in.TemplateBody, in.TemplateS3Uri = nil, aws.String("s3://sdk-templates/"+name+".yaml")
	must(c.PutConformancePack(ctx, in))(k)
	return true
}

// judged looks at every rule of a pack: managed ones have their logic, and one of a function that nobody offers is
// INSUFFICIENT_DATA.
func (k *kit) judged(name string) {
	k.Helper()
	ctx, c := k.Context(), k.configClient(home)
	state := must(c.DescribeConformancePackStatus(ctx, &configservice.DescribeConformancePackStatusInput{ConformancePackNames: []string{*short(name)}}))(k).ConformancePackStatusDetails[0]
	if state.ConformancePackState != types.ConformancePackStateCreateComplete {
		k.Fatalf("%s is %s: %s", name, state.ConformancePackState, aws.ToString(state.ConformancePackStatusReason))
	}
	verdicts := k.packRules(name)
	pages := configservice.NewDescribeConfigRulesPaginator(c, &configservice.DescribeConfigRulesInput{})
	n := 0
	for pages.HasMorePages() {
		for _, r := range must(pages.NextPage(ctx))(k).ConfigRules {
			n++
			id := aws.ToString(r.Source.SourceIdentifier)
			switch v := verdicts[*r.ConfigRuleName]; {
			case managed.Lookup(id) != nil:
			case r.Source.Owner == types.OwnerAws:
				k.Errorf("%s: %s has no logic (%s)", name, *r.ConfigRuleName, id)
			case v != types.ConformancePackComplianceTypeInsufficientData:
				k.Errorf("%s: %s is %s, and its function %s was never run", name, *r.ConfigRuleName, v, id)
			}
		}
	}
	if n != len(verdicts) || n == 0 {
		k.Errorf("%s: %d rules, %d in the pack", name, n, len(verdicts))
	}
}

func (k *kit) packRules(name string) map[string]types.ConformancePackComplianceType {
	k.Helper()
	out := map[string]types.ConformancePackComplianceType{}
	pages := configservice.NewDescribeConformancePackCompliancePaginator(k.configClient(home), &configservice.DescribeConformancePackComplianceInput{ConformancePackName: short(name)})
	for pages.HasMorePages() {
		for _, r := range must(pages.NextPage(k.Context()))(k).ConformancePackRuleComplianceList {
			out[*r.ConfigRuleName] = r.ComplianceType
		}
	}
	return out
}
