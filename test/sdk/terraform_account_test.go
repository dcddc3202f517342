package sdk_test

import (
	"github.com/aws/aws-sdk-go-v2/service/auditmanager"
	"github.com/aws/aws-sdk-go-v2/service/auditmanager/types"
)

// accountRegistration is aws_auditmanager_account_registration. Its id is the region; only the status can be read.
func (t *terraform) accountRegistration() *resource {
	ctx := t.Context()
	register := func(plan attrs) attrs {
		out := must(t.c.RegisterAccount(ctx, &auditmanager.RegisterAccountInput{DelegatedAdminAccount: plan.opt("delegated_admin_account"), KmsKey: plan.opt("kms_key")}))(t.kit)
		plan["id"], plan["status"] = home, string(out.Status)
		return plan
	}
	return &resource{
		name:  "account_registration",
		blind: []string{"kms_key", "deregister_on_destroy", "delegated_admin_account"},
		configs: []attrs{
			{"deregister_on_destroy": true},
			{"deregister_on_destroy": true, "kms_key": "arn:aws:kms:" + home + ":" + t.env.Account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"},
		},
		create: register,
		read: func(state attrs) attrs {
			out := must(t.c.GetAccountStatus(ctx, &auditmanager.GetAccountStatusInput{}))(t.kit)
			if out.Status == types.AccountStatusInactive {
				return nil
			}
			state["status"] = string(out.Status)
			return state
		},
		update: func(plan, _ attrs) attrs { return register(plan) },
		remove: func(state attrs) {
			if state["deregister_on_destroy"] == true {
				must(t.c.DeregisterAccount(ctx, &auditmanager.DeregisterAccountInput{}))(t.kit)
			}
		},
		stubborn: true,
		found:    byID,
	}
}

// organizationAdmin is aws_auditmanager_organization_admin_account_registration.
func (t *terraform) organizationAdmin() *resource {
	ctx := t.Context()
	keep := func(state attrs, account, organization *string) attrs {
		state.keep("admin_account_id", account)
		state.keep("id", account)
		state.keep("organization_id", organization)
		return state
	}
	return &resource{
		name:    "organization_admin_account_registration",
		configs: []attrs{{"admin_account_id": member}, {"admin_account_id": "444455556666"}},
		replace: true,
		create: func(plan attrs) attrs {
			out := must(t.c.RegisterOrganizationAdminAccount(ctx, &auditmanager.RegisterOrganizationAdminAccountInput{AdminAccountId: plan.opt("admin_account_id")}))(t.kit)
			return keep(plan, out.AdminAccountId, out.OrganizationId)
		},
		read: func(state attrs) attrs {
			out := must(t.c.GetOrganizationAdminAccount(ctx, &auditmanager.GetOrganizationAdminAccountInput{}))(t.kit)
			if out.AdminAccountId == nil {
				return nil
			}
			return keep(state, out.AdminAccountId, out.OrganizationId)
		},
		remove: func(state attrs) {
			must(t.c.DeregisterOrganizationAdminAccount(ctx, &auditmanager.DeregisterOrganizationAdminAccountInput{AdminAccountId: state.opt("admin_account_id")}))(t.kit)
		},
		stubborn: true,
		found:    byID,
	}
}
