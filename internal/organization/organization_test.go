package organization_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const management = "111122223333"

func open(t *testing.T) (*organization.Directory, *storetest.Env) {
	t.Helper()
	env := storetest.Open(t)
	return organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, management), env
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if f, ok := err.(*fault.Error); !ok || f.Code != code {
		t.Errorf("error %v, want code %s", err, code)
	}
}

func TestNothingWithoutAnOrganization(t *testing.T) {
	d, _ := open(t)
	_, err := d.Describe(t.Context())
	wantCode(t, err, "AWSOrganizationsNotInUseException")
	_, err = d.CreateAccount(t.Context(), "prod", "prod@example.com", "", nil)
	wantCode(t, err, "AWSOrganizationsNotInUseException")
	wantCode(t, d.Trust(t.Context(), "config.amazonaws.com"), "AWSOrganizationsNotInUseException")
}

func TestOrganizationWithItsAccounts(t *testing.T) {
	d, env := open(t)
	ctx := t.Context()
	o, err := d.Create(ctx, "", "root@example.com")
	must(t, err)
	if !regexp.MustCompile(`^o-[a-z0-9]{10}$`).MatchString(o.ID) || !regexp.MustCompile(`^r-[0-9a-z]{4}$`).MatchString(o.RootID) || o.FeatureSet != "ALL" {
		t.Errorf("organization %+v", o)
	}
	_, err = d.Create(ctx, "ALL", "")
	wantCode(t, err, "AlreadyInOrganizationException")

	c, err := d.CreateAccount(ctx, "prod", "prod@example.com", "OrganizationAccountAccessRole", map[string]string{"env": "prod"})
	must(t, err)
	if c.FailureReason != "" || !regexp.MustCompile(`^\d{12}$`).MatchString(c.Account) {
		t.Errorf("creation %+v", c)
	}
	again, err := d.CreationStatus(ctx, c.ID)
	must(t, err)
	if again != c {
		t.Errorf("status %+v, want %+v", again, c)
	}
	failed, err := d.CreateAccount(ctx, "prod2", "prod@example.com", "", nil)
	must(t, err)
	if failed.FailureReason != "EMAIL_ALREADY_EXISTS" || failed.Account != "" {
		t.Errorf("creation with an email in use: %+v", failed)
	}
	_, err = d.CreationStatus(ctx, "car-nothing")
	wantCode(t, err, "CreateAccountStatusNotFoundException")

	must(t, d.Join(ctx, organization.Account{ID: "218007301253"}))
	must(t, d.Join(ctx, organization.Account{ID: "218007301253", Name: "other"}))
	if err := d.Join(ctx, organization.Account{ID: "2180"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("short id: %v", err)
	}

	list, err := d.Accounts(ctx)
	must(t, err)
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID+" "+a.Method)
	}
	want := []string{management + " INVITED", "218007301253 INVITED", c.Account + " CREATED"}
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		t.Errorf("accounts %v, want %v", ids, want)
	}
	_, err = d.Account(ctx, "999999999999")
	wantCode(t, err, "AccountNotFoundException")
	got, err := d.Tags(ctx, c.Account)
	must(t, err)
	if got["env"] != "prod" {
		t.Errorf("tags %v", got)
	}

	// The management account reaches each member by a role.
	access := authz.New(store.For(env.DB, func(tx *store.Tx) authz.Tx { return tx }), env.Clock)
	for account, roles := range map[string][]string{c.Account: {"TickmarkAccess", "OrganizationAccountAccessRole"}, "218007301253": {"TickmarkAccess"}} {
		for _, role := range roles {
			_, err := access.AssumeRole(ctx, authz.Anyone(management, ""), "arn:aws:iam::"+account+":role/"+role, "test", time.Hour)
			must(t, err)
		}
	}
}

func TestUnits(t *testing.T) {
	d, _ := open(t)
	ctx := t.Context()
	o, err := d.Create(ctx, "ALL", "")
	must(t, err)
	must(t, d.Join(ctx, organization.Account{ID: "444455556666", Name: "dev"}))
	parent := o.RootID
	var way []string
	for i := range 5 {
		u, err := d.CreateUnit(ctx, parent, fmt.Sprint("level ", i), map[string]string{"n": "1"})
		must(t, err)
		way, parent = append(way, u.ID), u.ID
	}
	_, err = d.CreateUnit(ctx, parent, "too deep", nil)
	wantCode(t, err, "ConstraintViolationException")
	_, err = d.CreateUnit(ctx, o.RootID, "level 0", nil)
	wantCode(t, err, "DuplicateOrganizationalUnitException")
	_, err = d.CreateUnit(ctx, way[0], "level 0", nil)
	must(t, err)
	_, err = d.CreateUnit(ctx, "ou-none-00000000", "x", nil)
	wantCode(t, err, "ParentNotFoundException")
	_, err = d.Unit(ctx, "ou-none-00000000")
	wantCode(t, err, "OrganizationalUnitNotFoundException")

	must(t, d.Move(ctx, "444455556666", o.RootID, way[1]))
	path, err := d.Path(ctx, "444455556666")
	must(t, err)
	if want := fmt.Sprintf("%s/%s/%s/%s/444455556666/", o.ID, o.RootID, way[0], way[1]); path != want {
		t.Errorf("path %s, want %s", path, want)
	}
	below, members, err := d.Children(ctx, way[1])
	must(t, err)
	if len(below) != 1 || below[0].ID != way[2] || len(members) != 1 || members[0].ID != "444455556666" {
		t.Errorf("children %v %v", below, members)
	}
	if got, err := d.Parent(ctx, way[2]); err != nil || got != way[1] {
		t.Errorf("parent %s: %v", got, err)
	}
	_, err = d.Parent(ctx, "999999999999")
	wantCode(t, err, "ChildNotFoundException")
	_, _, err = d.Children(ctx, "r-none")
	wantCode(t, err, "ParentNotFoundException")
	for _, c := range []struct{ account, from, to, code string }{
		{"999999999999", o.RootID, way[0], "AccountNotFoundException"},
		{"444455556666", o.RootID, way[0], "SourceParentNotFoundException"},
		{"444455556666", way[1], "ou-none-00000000", "DestinationParentNotFoundException"},
		{"444455556666", way[1], way[1], "DuplicateAccountException"},
	} {
		wantCode(t, d.Move(ctx, c.account, c.from, c.to), c.code)
	}
}

func TestDelegationAndTrust(t *testing.T) {
	d, env := open(t)
	ctx := t.Context()
	_, err := d.Create(ctx, "ALL", "")
	must(t, err)
	must(t, d.Join(ctx, organization.Account{ID: "444455556666"}))
	const audit, config = "auditmanager.amazonaws.com", "config.amazonaws.com"

	wantCode(t, d.RegisterDelegate(ctx, management, audit), "ConstraintViolationException")
	wantCode(t, d.RegisterDelegate(ctx, "999999999999", audit), "AccountNotFoundException")
	wantCode(t, d.RegisterDelegate(ctx, "444455556666", "audit"), "InvalidInputException")
	must(t, d.RegisterDelegate(ctx, "444455556666", audit))
	env.Clock.Advance(time.Hour)
	must(t, d.RegisterDelegate(ctx, "444455556666", config))
	wantCode(t, d.RegisterDelegate(ctx, "444455556666", audit), "AccountAlreadyRegisteredException")
	for service, want := range map[string]int{"": 1, audit: 1, "sns.amazonaws.com": 0} {
		list, err := d.Delegates(ctx, service)
		must(t, err)
		if len(list) != want || want == 1 && !list[0].Since().Equal(storetest.Start) {
			t.Errorf("delegates of %q: %+v", service, list)
		}
	}

	must(t, d.Trust(ctx, audit))
	must(t, d.Trust(ctx, audit))
	must(t, d.Trust(ctx, "sns.amazonaws.com"))
	wantCode(t, d.Distrust(ctx, audit), "ConstraintViolationException")
	must(t, d.DeregisterDelegate(ctx, "444455556666", audit))
	wantCode(t, d.DeregisterDelegate(ctx, "444455556666", audit), "AccountNotRegisteredException")
	must(t, d.Distrust(ctx, audit))
	must(t, d.Distrust(ctx, audit))
	trusted, err := d.TrustedServices(ctx)
	must(t, err)
	if len(trusted) != 1 || trusted[0].Service != "sns.amazonaws.com" {
		t.Errorf("trusted %v", trusted)
	}
	must(t, d.DeregisterDelegate(ctx, "444455556666", config))
	if list, err := d.Delegates(ctx, ""); err != nil || len(list) != 0 {
		t.Errorf("delegates %v: %v", list, err)
	}
	wantCode(t, d.DeregisterDelegate(ctx, "444455556666", config), "AccountNotRegisteredException")
}

func TestTags(t *testing.T) {
	d, _ := open(t)
	ctx := t.Context()
	o, err := d.Create(ctx, "ALL", "")
	must(t, err)
	must(t, d.Tag(ctx, o.RootID, map[string]string{"a": "1", "b": "2"}))
	must(t, d.Tag(ctx, o.RootID, map[string]string{"a": "3"}))
	must(t, d.Untag(ctx, o.RootID, []string{"b", "c"}))
	got, err := d.Tags(ctx, o.RootID)
	must(t, err)
	if len(got) != 1 || got["a"] != "3" {
		t.Errorf("tags %v", got)
	}
	if got, err := d.Tags(ctx, management); err != nil || len(got) != 0 {
		t.Errorf("tags of an account without any: %v, %v", got, err)
	}
	wantCode(t, d.Tag(ctx, "999999999999", map[string]string{"a": "1"}), "TargetNotFoundException")
	wantCode(t, d.Tag(ctx, o.RootID, map[string]string{"aws:x": "1"}), "InvalidInputException")
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint("k", i)] = ""
	}
	wantCode(t, d.Tag(ctx, o.RootID, many), "ConstraintViolationException")
}
