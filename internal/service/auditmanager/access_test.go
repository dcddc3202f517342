package auditmanager_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/service/servicetest"
)

// as is somebody of the account: a session of a role with a policy, perhaps for some assessments only.
func as(role, policy string, assessments ...string) authz.Caller {
	return authz.Caller{
		Account: account, Kind: authz.Role, Name: role, ID: "AROA" + role, SessionName: "session", AccessKeyID: "TKIAEXAMPLE",
		Grants: []authz.Grant{{Policy: policy, Account: account, Assessments: assessments}},
	}
}

// TestAccess has people of every kind ask about two assessments, one of which has a set delegated to a role.
func TestAccess(t *testing.T) {
	h := newHouse(t)
	h.estate()
	ctx, owner := t.Context(), h.client(root, servicetest.Region)
	framework, one := h.begin(owner)
	more, err := owner.CreateAssessment(ctx, &sdk.CreateAssessmentInput{
		Name: aws.String("Q2"), FrameworkId: &framework, Scope: &types.Scope{},
		AssessmentReportsDestination: &types.AssessmentReportsDestination{DestinationType: types.AssessmentReportDestinationTypeS3, Destination: aws.String("s3://audit-reports")},
		Roles:                        []types.Role{{RoleType: types.RoleTypeProcessOwner, RoleArn: aws.String("arn:aws:iam::" + account + ":role/Second")}},
	})
	h.ok(err)
	two := *more.Assessment.Metadata.Id
	h.work()
	d, err := owner.BatchCreateDelegationByAssessment(ctx, &sdk.BatchCreateDelegationByAssessmentInput{
		AssessmentId: &one, CreateDelegationRequests: []types.CreateDelegationRequest{{
			ControlSetId: aws.String(setName), RoleType: types.RoleTypeResourceOwner, RoleArn: aws.String("arn:aws:iam::" + account + ":role/Expert"),
		}},
	})
	h.ok(err)
	if len(d.Delegations) != 1 {
		t.Fatalf("delegations %+v", d)
	}

	for _, x := range []struct {
		name   string
		caller authz.Caller
		sees   []string // of Q1 and Q2, the newest first
		role   types.RoleType
		sets   int
		// what it may do on Q1
		comment, report, folders bool
	}{
		{"administrator", root, []string{two, one}, types.RoleTypeProcessOwner, 1, true, true, true},
		{"compliance owner", as("Owner", authz.ComplianceOwner), []string{two, one}, types.RoleTypeProcessOwner, 1, true, true, true},
		{"compliance owner of one", as("Owner", authz.ComplianceOwner, one), []string{one}, types.RoleTypeProcessOwner, 1, true, true, true},
		{"auditor", as("Auditor", authz.AuditorReadOnly), []string{two, one}, "", 1, false, false, true},
		{"auditor of one", as("Auditor", authz.AuditorReadOnly, one), []string{one}, "", 1, false, false, true},
		{"delegate", as("Expert", authz.Delegate), []string{one}, types.RoleTypeResourceOwner, 1, true, false, false},
		{"somebody else", as("Other", authz.Delegate), nil, "", 0, false, false, false},
		{"collector", as("Collector", authz.Collector), nil, "", -1, false, false, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := h.client(x.caller, servicetest.Region)
			list, err := c.ListAssessments(ctx, &sdk.ListAssessmentsInput{})
			if x.sets < 0 {
				var denied *types.AccessDeniedException
				if !errors.As(err, &denied) {
					t.Errorf("listing: %v", err)
				}
				return
			}
			h.ok(err)
			var ids []string
			for _, a := range list.AssessmentMetadata {
				ids = append(ids, *a.Id)
			}
			if len(ids) != len(x.sees) || (len(ids) > 0 && ids[0] != x.sees[0]) {
				t.Errorf("sees %v, want %v", ids, x.sees)
			}
			if a, err := c.GetAssessment(ctx, &sdk.GetAssessmentInput{AssessmentId: &one}); err == nil {
				if len(a.Assessment.Framework.ControlSets) != x.sets {
					t.Errorf("%d control sets", len(a.Assessment.Framework.ControlSets))
				}
				if a.UserRole == nil && x.role != "" || a.UserRole != nil && a.UserRole.RoleType != x.role {
					t.Errorf("its role is %+v", a.UserRole)
				}
			} else if x.sets > 0 {
				t.Error(err)
			}
			k, err := owner.GetAssessment(ctx, &sdk.GetAssessmentInput{AssessmentId: &one})
			h.ok(err)
			_, err = c.UpdateAssessmentControl(ctx, &sdk.UpdateAssessmentControlInput{
				AssessmentId: &one, ControlSetId: aws.String(setName), ControlId: k.Assessment.Framework.ControlSets[0].Controls[0].Id, CommentBody: aws.String("hm"),
			})
			if (err == nil) != x.comment {
				t.Errorf("commenting: %v", err)
			}
			_, err = c.CreateAssessmentReport(ctx, &sdk.CreateAssessmentReportInput{AssessmentId: &one, Name: aws.String("r")})
			if (err == nil) != x.report {
				t.Errorf("asking for a report: %v", err)
			}
			_, err = c.GetEvidenceFoldersByAssessment(ctx, &sdk.GetEvidenceFoldersByAssessmentInput{AssessmentId: &one})
			if (err == nil) != x.folders {
				t.Errorf("listing folders: %v", err)
			}
			if _, err = c.RegisterAccount(ctx, &sdk.RegisterAccountInput{}); (err == nil) != (x.name == "administrator") {
				t.Errorf("registering: %v", err)
			}
		})
	}

	// A delegate that has handed everything back has lost its access.
	_, err = owner.UpdateAssessmentControlSetStatus(ctx, &sdk.UpdateAssessmentControlSetStatusInput{
		AssessmentId: &one, ControlSetId: aws.String(setName), Status: types.ControlSetStatusReviewed, Comment: aws.String("done"),
	})
	h.ok(err)
	a, err := h.client(as("Expert", authz.Delegate), servicetest.Region).GetAssessment(ctx, &sdk.GetAssessmentInput{AssessmentId: &one})
	if err == nil && len(a.Assessment.Framework.ControlSets) != 0 {
		t.Errorf("the delegate still sees %d control sets", len(a.Assessment.Framework.ControlSets))
	}
}
