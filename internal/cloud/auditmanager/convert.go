package auditmanager

import (
	"context"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Controls implements migrate.Source: the custom ones.
func (s *Source) Controls(ctx context.Context, yield func(assess.Control) error) error {
	p := sdk.NewListControlsPaginator(s.client, &sdk.ListControlsInput{ControlType: types.ControlTypeCustom})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.ControlMetadataList {
			out, err := s.client.GetControl(ctx, &sdk.GetControlInput{ControlId: m.Id})
			if err != nil {
				return err
			}
			if err := yield(control(out.Control)); err != nil {
				return err
			}
		}
	}
	return nil
}

func control(v *types.Control) assess.Control {
	out := assess.Control{
		ID: aws.ToString(v.Id), Type: string(v.Type), Name: aws.ToString(v.Name), Description: aws.ToString(v.Description),
		TestingInformation: aws.ToString(v.TestingInformation), ActionPlanTitle: aws.ToString(v.ActionPlanTitle), ActionPlanInstructions: aws.ToString(v.ActionPlanInstructions),
		Tags: v.Tags, CreatedBy: aws.ToString(v.CreatedBy), UpdatedBy: aws.ToString(v.LastUpdatedBy), Created: aws.ToTime(v.CreatedAt), Updated: aws.ToTime(v.LastUpdatedAt),
	}
	for _, m := range v.ControlMappingSources {
		src := catalog.Source{
			ID: aws.ToString(m.SourceId), Name: aws.ToString(m.SourceName), Description: aws.ToString(m.SourceDescription), SetUpOption: string(m.SourceSetUpOption),
			Type: catalog.SourceType(m.SourceType), Frequency: string(m.SourceFrequency), Troubleshooting: aws.ToString(m.TroubleshootingText),
		}
		if m.SourceKeyword != nil {
			src.KeywordInput, src.Keyword = string(m.SourceKeyword.KeywordInputType), aws.ToString(m.SourceKeyword.KeywordValue)
		}
		out.Sources = append(out.Sources, src)
	}
	return out
}

// Frameworks implements migrate.Source: the custom ones.
func (s *Source) Frameworks(ctx context.Context, yield func(assess.Framework) error) error {
	p := sdk.NewListAssessmentFrameworksPaginator(s.client, &sdk.ListAssessmentFrameworksInput{FrameworkType: types.FrameworkTypeCustom})
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.FrameworkMetadataList {
			out, err := s.client.GetAssessmentFramework(ctx, &sdk.GetAssessmentFrameworkInput{FrameworkId: m.Id})
			if err != nil {
				return err
			}
			if err := yield(framework(out.Framework)); err != nil {
				return err
			}
		}
	}
	return nil
}

func framework(v *types.Framework) assess.Framework {
	out := assess.Framework{
		ID: aws.ToString(v.Id), Type: string(v.Type), Name: aws.ToString(v.Name), Description: aws.ToString(v.Description), ComplianceType: aws.ToString(v.ComplianceType),
		Tags: v.Tags, CreatedBy: aws.ToString(v.CreatedBy), UpdatedBy: aws.ToString(v.LastUpdatedBy), Created: aws.ToTime(v.CreatedAt), Updated: aws.ToTime(v.LastUpdatedAt),
	}
	for _, set := range v.ControlSets {
		x := assess.Set{ID: aws.ToString(set.Id), Name: aws.ToString(set.Name)}
		for _, c := range set.Controls {
			x.Controls = append(x.Controls, aws.ToString(c.Id))
		}
		out.Sets = append(out.Sets, x)
	}
	return out
}

// Assessment implements migrate.Source. The definition of a control that is no longer there is what the assessment says of it.
func (s *Source) Assessment(ctx context.Context, id string) (assess.Assessment, assess.Snapshot, error) {
	out, err := s.client.GetAssessment(ctx, &sdk.GetAssessmentInput{AssessmentId: &id})
	if err != nil {
		return assess.Assessment{}, nil, told(err)
	}
	a, snap := assessment(out.Assessment), assess.Snapshot{}
	a.Region = s.region
	for _, set := range out.Assessment.Framework.ControlSets {
		for _, k := range set.Controls {
			def := assess.Definition{ID: aws.ToString(k.Id), Type: assess.Standard, Name: aws.ToString(k.Name)}
			got, err := s.client.GetControl(ctx, &sdk.GetControlInput{ControlId: k.Id})
			if err = told(err); err != nil && fault.KindOf(err) != fault.NotFound {
				return a, nil, err
			}
			if err == nil {
				c := control(got.Control)
				def.Type, def.Description, def.TestingInformation, def.ActionPlanTitle, def.ActionPlanInstructions, def.Sources = c.Type, c.Description, c.TestingInformation, c.ActionPlanTitle, c.ActionPlanInstructions, c.Sources
			}
			snap[def.ID] = def
		}
	}
	return a, snap, nil
}

func assessment(v *types.Assessment) assess.Assessment {
	m := v.Metadata
	a := assess.Assessment{
		ID: aws.ToString(m.Id), Name: aws.ToString(m.Name), Description: aws.ToString(m.Description), ComplianceType: aws.ToString(m.ComplianceType),
		Framework: assess.FrameworkRef{ID: aws.ToString(v.Framework.Id)}, Status: string(m.Status), Tags: v.Tags, Roles: roles(m.Roles),
		Created: aws.ToTime(m.CreationTime), Updated: aws.ToTime(m.LastUpdated),
	}
	if f := v.Framework.Metadata; f != nil {
		a.Framework.Name, a.Framework.Description, a.Framework.ComplianceType = aws.ToString(f.Name), aws.ToString(f.Description), aws.ToString(f.ComplianceType)
	}
	if d := m.AssessmentReportsDestination; d != nil {
		a.Destination = assess.Destination{Type: string(d.DestinationType), Path: aws.ToString(d.Destination)}
	}
	if m.Scope != nil {
		for _, x := range m.Scope.AwsAccounts {
			a.Accounts = append(a.Accounts, assess.ScopeAccount{ID: aws.ToString(x.Id), Email: aws.ToString(x.EmailAddress), Name: aws.ToString(x.Name)})
		}
	}
	for _, d := range m.Delegations {
		a.Delegations = append(a.Delegations, delegation(&a, &d))
	}
	for _, set := range v.Framework.ControlSets {
		a.Sets = append(a.Sets, controlSet(&set))
	}
	return a
}

func controlSet(v *types.AssessmentControlSet) assess.ControlSet {
	out := assess.ControlSet{ID: aws.ToString(v.Id), Status: string(v.Status)}
	for _, k := range v.Controls {
		x := assess.ControlState{ID: aws.ToString(k.Id), Status: string(k.Status)}
		for _, c := range k.Comments {
			x.Comments = append(x.Comments, assess.Comment{Author: aws.ToString(c.AuthorName), Body: aws.ToString(c.CommentBody), Posted: aws.ToTime(c.PostedDate)})
		}
		out.Controls = append(out.Controls, x)
	}
	return out
}

func roles(list []types.Role) (out []assess.Role) {
	for _, r := range list {
		out = append(out, assess.Role{Type: string(r.RoleType), ARN: aws.ToString(r.RoleArn)})
	}
	return out
}

func delegation(a *assess.Assessment, d *types.Delegation) assess.Delegation {
	return assess.Delegation{
		ID: aws.ToString(d.Id), ControlSet: aws.ToString(d.ControlSetId), RoleARN: aws.ToString(d.RoleArn), RoleType: string(d.RoleType), Comment: aws.ToString(d.Comment),
		Status: string(d.Status), CreatedBy: aws.ToString(d.CreatedBy), Created: aws.ToTime(d.CreationTime), Updated: aws.ToTime(d.LastUpdated), Assessment: a.ID, Name: a.Name,
	}
}

func evidence(e *types.Evidence) assess.CopiedEvidence {
	attributes := maps.Clone(e.Attributes)
	body := ledger.Body{
		Source: aws.ToString(e.DataSource), Type: aws.ToString(e.EvidenceByType), Service: aws.ToString(e.EventSource), Event: aws.ToString(e.EventName),
		Actor: aws.ToString(e.IamId), Verdict: verdict(aws.ToString(e.ComplianceCheck)), Account: aws.ToString(e.EvidenceAwsAccountId), Attributes: attributes,
	}
	for _, r := range e.ResourcesIncluded {
		body.Subjects = append(body.Subjects, ledger.Subject{ARN: aws.ToString(r.Arn), ID: aws.ToString(r.Value), Verdict: verdict(aws.ToString(r.ComplianceCheck))})
	}
	if text, ok := attributes["textResponse"]; ok {
		body.Text = text
		delete(attributes, "textResponse")
	}
	return assess.CopiedEvidence{
		ID: aws.ToString(e.Id), Time: aws.ToTime(e.Time), Body: body, Selected: aws.ToString(e.AssessmentReportSelection) == "Yes",
		Account: aws.ToString(e.EvidenceAwsAccountId), Region: attributes["awsRegion"],
	}
}

// verdict reads what Audit Manager shows of one.
func verdict(shown string) ledger.Verdict {
	switch strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(shown)) {
	case "COMPLIANT", "PASS", "PASSED":
		return ledger.Compliant
	case "NON_COMPLIANT", "FAIL", "FAILED":
		return ledger.NonCompliant
	}
	return ledger.NoVerdict
}
