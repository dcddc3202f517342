package sdk_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
)

// assessment is aws_auditmanager_assessment. The roles that are configured are not read again; all of them stand in
// roles_all.
func (t *terraform) assessment(framework string) *resource {
	ctx := t.Context()
	keep := func(state attrs, a *types.Assessment) attrs {
		m := a.Metadata
		for attr, v := range map[string]*string{
			"id": m.Id, "arn": a.Arn, "name": m.Name, "description": m.Description, "status": (*string)(&m.Status), "framework_id": a.Framework.Id,
			"destination": m.AssessmentReportsDestination.Destination, "destination_type": (*string)(&m.AssessmentReportsDestination.DestinationType),
		} {
			state.keep(attr, v)
		}
		accounts, services, roles := []string{}, []string{}, []string{}
		for _, x := range m.Scope.AwsAccounts {
			accounts = append(accounts, aws.ToString(x.Id))
		}
		//lint:ignore SA1019 the provider sends and reads it
		for _, x := range m.Scope.AwsServices {
			services = append(services, aws.ToString(x.ServiceName))
		}
		for _, r := range m.Roles {
			roles = append(roles, string(r.RoleType)+" "+aws.ToString(r.RoleArn))
		}
		slices.Sort(accounts)
		slices.Sort(services)
		slices.Sort(roles)
		state["aws_accounts"], state["aws_services"], state["roles_all"] = accounts, services, roles
		state.keepTags(a.Tags)
		return state
	}
	scope := func(plan attrs) *types.Scope {
		s := &types.Scope{}
		for _, id := range plan["aws_accounts"].([]string) {
			s.AwsAccounts = append(s.AwsAccounts, types.AWSAccount{Id: &id})
		}
		for _, name := range plan["aws_services"].([]string) {
			//lint:ignore SA1019 the provider sends and reads it
			s.AwsServices = append(s.AwsServices, types.AWSService{ServiceName: &name})
		}
		return s
	}
	roles := func(plan attrs) (out []types.Role) {
		for _, r := range plan["roles"].([]string) {
			typ, arn, _ := strings.Cut(r, " ")
			out = append(out, types.Role{RoleType: types.RoleType(typ), RoleArn: &arn})
		}
		return out
	}
	destination := func(plan attrs) *types.AssessmentReportsDestination {
		return &types.AssessmentReportsDestination{Destination: plan.opt("destination"), DestinationType: types.AssessmentReportDestinationType(plan.str("destination_type"))}
	}
	owner := "PROCESS_OWNER arn:aws:iam::" + t.env.Account + ":role/terraform/Owner"
	config := func(more attrs) attrs {
		all := attrs{
			"name": "terraform", "framework_id": framework, "destination": "s3://terraform-reports", "destination_type": "S3",
			"roles": []string{owner}, "roles_all": []string{owner}, "aws_accounts": []string{t.env.Account}, "aws_services": []string{},
		}
		maps.Copy(all, more)
		return all
	}
	both := []string{owner, "PROCESS_OWNER arn:aws:iam::" + t.env.Account + ":role/terraform/Second"}
	return &resource{
		name:  "assessment",
		blind: []string{"roles"},
		configs: []attrs{
			config(attrs{"description": "text", "aws_services": []string{"ec2", "s3"}, "tags": map[string]string{"key1": "value1"}}),
			config(attrs{"description": "text updated", "name": "terraform / é", "destination": "s3://terraform-reports/here", "roles": both, "roles_all": both, "aws_services": []string{"s3"}, "tags": map[string]string{"key1": "value1updated", "key2": "value2"}}),
			config(attrs{"description": "text", "aws_accounts": []string{member, t.env.Account}}),
		},
		create: func(plan attrs) attrs {
			var out *auditmanager.CreateAssessmentOutput
			tags, _ := plan["tags"].(map[string]string)
			t.ok(patiently[*types.ResourceNotFoundException](t, func() (err error) { // a role that was just made is not known yet
				out, err = t.c.CreateAssessment(ctx, &auditmanager.CreateAssessmentInput{
					AssessmentReportsDestination: destination(plan), FrameworkId: plan.opt("framework_id"), Name: plan.opt("name"), Description: plan.opt("description"),
					Roles: roles(plan), Scope: scope(plan), Tags: tags,
				})
				return err
			}))
			return keep(plan, out.Assessment)
		},
		read: func(state attrs) attrs {
			out, err := t.c.GetAssessment(ctx, &auditmanager.GetAssessmentInput{AssessmentId: state.opt("id")})
			if t.gone(err) {
				return nil
			}
			return keep(state, out.Assessment)
		},
		update: func(plan, state attrs) attrs {
			out := must(t.c.UpdateAssessment(ctx, &auditmanager.UpdateAssessmentInput{
				AssessmentId: plan.opt("id"), AssessmentName: plan.opt("name"), AssessmentDescription: plan.opt("description"),
				AssessmentReportsDestination: destination(plan), Roles: roles(plan), Scope: scope(plan),
			}))(t.kit)
			plan["status"] = string(out.Assessment.Metadata.Status)
			t.retag(state.str("arn"), state["tags"], plan["tags"])
			return plan
		},
		remove: func(state attrs) {
			_, err := t.c.DeleteAssessment(ctx, &auditmanager.DeleteAssessmentInput{AssessmentId: state.opt("id")})
			t.gone(err)
		},
		found: byID,
	}
}

// delegation is aws_auditmanager_assessment_delegation. Its id is made of assessment, role and set, for AWS changes the
// delegation's own; the control set is known by its name alone, and roles compare whatever their case.
func (t *terraform) delegation(assessment string) *resource {
	ctx := t.Context()
	set, role := "Accès / b, it's renamed", "arn:aws:iam::"+t.env.Account+":role/terraform/Expert"
	config := attrs{"assessment_id": assessment, "role_arn": role, "role_type": "RESOURCE_OWNER", "control_set_id": set}
	commented := maps.Clone(config)
	commented["comment"] = "text, with é"
	return &resource{
		name: "assessment_delegation", configs: []attrs{config, commented}, replace: true, blind: []string{"role_type", "comment"},
		create: func(plan attrs) attrs {
			var out *auditmanager.BatchCreateDelegationByAssessmentOutput
			t.ok(patiently[*types.ResourceNotFoundException](t, func() (err error) {
				out, err = t.c.BatchCreateDelegationByAssessment(ctx, &auditmanager.BatchCreateDelegationByAssessmentInput{
					AssessmentId: plan.opt("assessment_id"), CreateDelegationRequests: []types.CreateDelegationRequest{{
						RoleArn: plan.opt("role_arn"), RoleType: types.RoleType(plan.str("role_type")), ControlSetId: plan.opt("control_set_id"), Comment: plan.opt("comment"),
					}},
				})
				return err
			}))
			for _, d := range out.Delegations { // all of the assessment's
				if strings.EqualFold(aws.ToString(d.RoleArn), plan.str("role_arn")) && aws.ToString(d.ControlSetId) == plan.str("control_set_id") {
					plan["id"] = plan.str("assessment_id") + "|" + plan.str("role_arn") + "|" + plan.str("control_set_id")
					for attr, v := range map[string]*string{
						"comment": d.Comment, "control_set_id": d.ControlSetId, "delegation_id": d.Id, "role_arn": d.RoleArn, "role_type": (*string)(&d.RoleType), "status": (*string)(&d.Status),
					} {
						plan.keep(attr, v)
					}
					return plan
				}
			}
			t.Fatalf("the delegation is not in the answer: %+v", out.Errors)
			return nil
		},
		read: func(state attrs) attrs {
			parts := strings.Split(state.str("id"), "|")
			pages := auditmanager.NewGetDelegationsPaginator(t.c, &auditmanager.GetDelegationsInput{})
			for pages.HasMorePages() {
				for _, d := range must(pages.NextPage(ctx))(t.kit).Delegations {
					if aws.ToString(d.AssessmentId) == parts[0] && strings.EqualFold(aws.ToString(d.RoleArn), parts[1]) && aws.ToString(d.ControlSetName) == parts[2] {
						state["control_set_id"] = parts[2]
						for attr, v := range map[string]*string{"assessment_id": d.AssessmentId, "delegation_id": d.Id, "role_arn": d.RoleArn, "status": (*string)(&d.Status)} {
							state.keep(attr, v)
						}
						return state
					}
				}
			}
			return nil
		},
		remove: func(state attrs) {
			_, err := t.c.BatchDeleteDelegationByAssessment(ctx, &auditmanager.BatchDeleteDelegationByAssessmentInput{
				AssessmentId: state.opt("assessment_id"), DelegationIds: []string{state.str("delegation_id")},
			})
			t.gone(err)
		},
		found: byID,
	}
}

// report is aws_auditmanager_assessment_report. There is no call for one report, and none deletes it while it is made.
func (t *terraform) report(assessment string) *resource {
	ctx := t.Context()
	return &resource{
		name: "assessment_report", stale: []string{"status"}, replace: true,
		configs: []attrs{{"assessment_id": assessment, "name": "terraform-1"}, {"assessment_id": assessment, "name": "terraform-2", "description": "text, with é"}},
		create: func(plan attrs) attrs {
			r := must(t.c.CreateAssessmentReport(ctx, &auditmanager.CreateAssessmentReportInput{
				AssessmentId: plan.opt("assessment_id"), Name: plan.opt("name"), Description: plan.opt("description"),
			}))(t.kit).AssessmentReport
			for attr, v := range map[string]*string{"id": r.Id, "assessment_id": r.AssessmentId, "author": r.Author, "name": r.Name, "description": r.Description, "status": (*string)(&r.Status)} {
				plan.keep(attr, v)
			}
			return plan
		},
		read: func(state attrs) attrs {
			pages := auditmanager.NewListAssessmentReportsPaginator(t.c, &auditmanager.ListAssessmentReportsInput{})
			for pages.HasMorePages() {
				for _, r := range must(pages.NextPage(ctx))(t.kit).AssessmentReports {
					if aws.ToString(r.Id) == state.str("id") {
						for attr, v := range map[string]*string{"assessment_id": r.AssessmentId, "author": r.Author, "name": r.Name, "description": r.Description, "status": (*string)(&r.Status)} {
							state.keep(attr, v)
						}
						return state
					}
				}
			}
			return nil
		},
		remove: func(state attrs) {
			t.gone(patiently[*types.ValidationException](t, func() error {
				_, err := t.c.DeleteAssessmentReport(ctx, &auditmanager.DeleteAssessmentReportInput{AssessmentId: state.opt("assessment_id"), AssessmentReportId: state.opt("id")})
				return err
			}))
		},
		found: byID,
	}
}
