package auditmanager

import (
	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func roles(list []assess.Role) []api.Role {
	return convert(list, func(r *assess.Role) api.Role { return api.Role{RoleType: &r.Type, RoleArn: &r.ARN} })
}

// rolesOf keeps the difference between no list and an empty one.
func rolesOf(list []api.Role) []assess.Role {
	if list == nil {
		return nil
	}
	return convert(list, func(r *api.Role) assess.Role {
		return assess.Role{Type: awswire.Val(r.RoleType), ARN: awswire.Val(r.RoleArn)}
	})
}

func destination(d assess.Destination) *api.AssessmentReportsDestination {
	return &api.AssessmentReportsDestination{DestinationType: &d.Type, Destination: &d.Path}
}

func destinationOf(d *api.AssessmentReportsDestination) assess.Destination {
	if d == nil {
		return assess.Destination{}
	}
	return assess.Destination{Type: awswire.Val(d.DestinationType), Path: awswire.Val(d.Destination)}
}

// scope shows the services that were named, so that tools which compare see what they have asked for; AWS shows none.
func scope(a *assess.Assessment) *api.Scope {
	return &api.Scope{
		AwsAccounts: convert(a.Accounts, func(a *assess.ScopeAccount) api.AWSAccount {
			return api.AWSAccount{Id: &a.ID, EmailAddress: text(a.Email), Name: text(a.Name)}
		}),
		AwsServices: convert(a.Services, func(name *string) api.AWSService { return api.AWSService{ServiceName: name} }),
	}
}

func scopeOf(v *api.Scope) []assess.ScopeAccount {
	if v == nil {
		return nil
	}
	return convert(v.AwsAccounts, func(a *api.AWSAccount) assess.ScopeAccount {
		return assess.ScopeAccount{ID: awswire.Val(a.Id), Email: awswire.Val(a.EmailAddress), Name: awswire.Val(a.Name)}
	})
}

func servicesOf(v *api.Scope) []string {
	if v == nil {
		return nil
	}
	return convert(v.AwsServices, func(s *api.AWSService) string { return awswire.Val(s.ServiceName) })
}

func delegation(d *assess.Delegation) api.Delegation {
	return api.Delegation{
		Id: &d.ID, AssessmentId: &d.Assessment, AssessmentName: &d.Name, ControlSetId: &d.ControlSet, RoleArn: &d.RoleARN, RoleType: &d.RoleType,
		Comment: text(d.Comment), Status: &d.Status, CreatedBy: text(d.CreatedBy), CreationTime: &d.Created, LastUpdated: &d.Updated,
	}
}
