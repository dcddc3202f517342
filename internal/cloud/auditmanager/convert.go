package auditmanager

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/cloud/client"
	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// Controls implements migrate.Source: the custom ones.
func (s *Source) Controls(ctx context.Context, yield func(assess.Control) error) error {
	return s.pages(ctx, "ListControls", wire.Object{"controlType": "Custom"}, func(page wire.Object) error {
		for _, m := range client.List(page, "controlMetadataList") {
			out, err := s.do(ctx, "GetControl", wire.Object{"controlId": text(m, "id")})
			if err != nil {
				return err
			}
			if err := yield(control(client.Inner(out, "control"))); err != nil {
				return err
			}
		}
		return nil
	})
}

func control(v wire.Object) assess.Control {
	out := assess.Control{
		ID: text(v, "id"), Type: text(v, "type"), Name: text(v, "name"), Description: text(v, "description"),
		TestingInformation: text(v, "testingInformation"), ActionPlanTitle: text(v, "actionPlanTitle"), ActionPlanInstructions: text(v, "actionPlanInstructions"),
		Tags: client.Strings(v, "tags"), CreatedBy: text(v, "createdBy"), UpdatedBy: text(v, "lastUpdatedBy"), Created: client.Time(v, "createdAt"), Updated: client.Time(v, "lastUpdatedAt"),
	}
	for _, m := range client.List(v, "controlMappingSources") {
		src := catalog.Source{
			ID: text(m, "sourceId"), Name: text(m, "sourceName"), Description: text(m, "sourceDescription"), SetUpOption: text(m, "sourceSetUpOption"),
			Type: catalog.SourceType(text(m, "sourceType")), Frequency: text(m, "sourceFrequency"), Troubleshooting: text(m, "troubleshootingText"),
		}
		keyword := client.Inner(m, "sourceKeyword")
		src.KeywordInput, src.Keyword = text(keyword, "keywordInputType"), text(keyword, "keywordValue")
		out.Sources = append(out.Sources, src)
	}
	return out
}

// Frameworks implements migrate.Source: the custom ones.
func (s *Source) Frameworks(ctx context.Context, yield func(assess.Framework) error) error {
	return s.pages(ctx, "ListAssessmentFrameworks", wire.Object{"frameworkType": "Custom"}, func(page wire.Object) error {
		for _, m := range client.List(page, "frameworkMetadataList") {
			out, err := s.do(ctx, "GetAssessmentFramework", wire.Object{"frameworkId": text(m, "id")})
			if err != nil {
				return err
			}
			if err := yield(framework(client.Inner(out, "framework"))); err != nil {
				return err
			}
		}
		return nil
	})
}

func framework(v wire.Object) assess.Framework {
	out := assess.Framework{
		ID: text(v, "id"), Type: text(v, "type"), Name: text(v, "name"), Description: text(v, "description"), ComplianceType: text(v, "complianceType"),
		Tags: client.Strings(v, "tags"), CreatedBy: text(v, "createdBy"), UpdatedBy: text(v, "lastUpdatedBy"), Created: client.Time(v, "createdAt"), Updated: client.Time(v, "lastUpdatedAt"),
	}
	for _, set := range client.List(v, "controlSets") {
		x := assess.Set{ID: text(set, "id"), Name: text(set, "name")}
		for _, c := range client.List(set, "controls") {
			x.Controls = append(x.Controls, text(c, "id"))
		}
		out.Sets = append(out.Sets, x)
	}
	return out
}

// Assessment implements migrate.Source. The definition of a control that is no longer there is what the assessment says of it.
func (s *Source) Assessment(ctx context.Context, id string) (assess.Assessment, assess.Snapshot, error) {
	out, err := s.do(ctx, "GetAssessment", wire.Object{"assessmentId": id})
	if err != nil {
		return assess.Assessment{}, nil, told(err)
	}
	v := client.Inner(out, "assessment")
	a, snap := assessment(v), assess.Snapshot{}
	a.Region = s.at.Region
	for _, set := range client.List(client.Inner(v, "framework"), "controlSets") {
		for _, k := range client.List(set, "controls") {
			def := assess.Definition{ID: text(k, "id"), Type: assess.Standard, Name: text(k, "name")}
			got, err := s.do(ctx, "GetControl", wire.Object{"controlId": def.ID})
			if err = told(err); err != nil && fault.KindOf(err) != fault.NotFound {
				return a, nil, err
			}
			if err == nil {
				c := control(client.Inner(got, "control"))
				def.Type, def.Description, def.TestingInformation, def.ActionPlanTitle, def.ActionPlanInstructions, def.Sources = c.Type, c.Description, c.TestingInformation, c.ActionPlanTitle, c.ActionPlanInstructions, c.Sources
			}
			snap[def.ID] = def
		}
	}
	return a, snap, nil
}

func assessment(v wire.Object) assess.Assessment {
	m, f := client.Inner(v, "metadata"), client.Inner(v, "framework")
	a := assess.Assessment{
		ID: text(m, "id"), Name: text(m, "name"), Description: text(m, "description"), ComplianceType: text(m, "complianceType"),
		Framework: assess.FrameworkRef{ID: text(f, "id")}, Status: text(m, "status"), Tags: client.Strings(v, "tags"), Roles: roles(client.List(m, "roles")),
		Created: client.Time(m, "creationTime"), Updated: client.Time(m, "lastUpdated"),
	}
	about, d := client.Inner(f, "metadata"), client.Inner(m, "assessmentReportsDestination")
	a.Framework.Name, a.Framework.Description, a.Framework.ComplianceType = text(about, "name"), text(about, "description"), text(about, "complianceType")
	a.Destination = assess.Destination{Type: text(d, "destinationType"), Path: text(d, "destination")}
	for _, x := range client.List(client.Inner(m, "scope"), "awsAccounts") {
		a.Accounts = append(a.Accounts, assess.ScopeAccount{ID: text(x, "id"), Email: text(x, "emailAddress"), Name: text(x, "name")})
	}
	for _, d := range client.List(m, "delegations") {
		a.Delegations = append(a.Delegations, delegation(&a, d))
	}
	for _, set := range client.List(f, "controlSets") {
		a.Sets = append(a.Sets, controlSet(set))
	}
	return a
}

func controlSet(v wire.Object) assess.ControlSet {
	out := assess.ControlSet{ID: text(v, "id"), Status: text(v, "status")}
	for _, k := range client.List(v, "controls") {
		x := assess.ControlState{ID: text(k, "id"), Status: text(k, "status")}
		for _, c := range client.List(k, "comments") {
			x.Comments = append(x.Comments, assess.Comment{Author: text(c, "authorName"), Body: text(c, "commentBody"), Posted: client.Time(c, "postedDate")})
		}
		out.Controls = append(out.Controls, x)
	}
	return out
}

func roles(list []wire.Object) (out []assess.Role) {
	for _, r := range list {
		out = append(out, assess.Role{Type: text(r, "roleType"), ARN: text(r, "roleArn")})
	}
	return out
}

func delegation(a *assess.Assessment, d wire.Object) assess.Delegation {
	return assess.Delegation{
		ID: text(d, "id"), ControlSet: text(d, "controlSetId"), RoleARN: text(d, "roleArn"), RoleType: text(d, "roleType"), Comment: text(d, "comment"),
		Status: text(d, "status"), CreatedBy: text(d, "createdBy"), Created: client.Time(d, "creationTime"), Updated: client.Time(d, "lastUpdated"), Assessment: a.ID, Name: a.Name,
	}
}

func evidence(e wire.Object) assess.CopiedEvidence {
	attributes := client.Strings(e, "attributes")
	body := ledger.Body{
		Source: text(e, "dataSource"), Type: text(e, "evidenceByType"), Service: text(e, "eventSource"), Event: text(e, "eventName"),
		Actor: text(e, "iamId"), Verdict: verdict(text(e, "complianceCheck")), Account: text(e, "evidenceAwsAccountId"), Attributes: attributes,
	}
	for _, r := range client.List(e, "resourcesIncluded") {
		body.Subjects = append(body.Subjects, ledger.Subject{ARN: text(r, "arn"), ID: text(r, "value"), Verdict: verdict(text(r, "complianceCheck"))})
	}
	if response, ok := attributes["textResponse"]; ok {
		body.Text = response
		delete(attributes, "textResponse")
	}
	return assess.CopiedEvidence{
		ID: text(e, "id"), Time: client.Time(e, "time"), Body: body, Selected: text(e, "assessmentReportSelection") == "Yes",
		Account: text(e, "evidenceAwsAccountId"), Region: attributes["awsRegion"],
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
