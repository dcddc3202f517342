package authz_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const management, member = "111122223333", "444455556666"

func open(t *testing.T) (*authz.Directory, *storetest.Env) {
	t.Helper()
	env := storetest.Open(t)
	return authz.New(store.For(env.DB, func(tx *store.Tx) authz.Tx { return tx }), env.Clock), env
}

// addAccount gives a member account its access role, as creating the account does.
func addAccount(t *testing.T, env *storetest.Env, account string) {
	t.Helper()
	err := env.Write(t.Context(), func(tx *store.Tx) error { return authz.EnsureAccessRole(tx, account, management) })
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("error %v, want one of kind %s", err, kind)
	}
}

// caller looks a key up as the verification of a signature does.
func caller(t *testing.T, d *authz.Directory, c authz.Credentials) authz.Caller {
	t.Helper()
	secret, who, err := d.Lookup(t.Context(), c.AccessKeyID, c.SessionToken)
	must(t, err)
	if secret != c.Secret {
		t.Fatalf("secret of %s is not the one given out", c.AccessKeyID)
	}
	return who
}

func TestBootstrapGivesTheSameCredentialsAgain(t *testing.T) {
	d, env := open(t)
	first, err := d.Bootstrap(t.Context(), management)
	must(t, err)
	again, err := d.Bootstrap(t.Context(), management)
	must(t, err)
	if first != again {
		t.Errorf("%+v, then %+v", first, again)
	}
	env.Reopen(t)
	d = authz.New(store.For(env.DB, func(tx *store.Tx) authz.Tx { return tx }), env.Clock)
	root := caller(t, d, first)
	if got := root.ARN(); got != "arn:aws:iam::111122223333:root" || root.UserID() != management {
		t.Errorf("root is %s, %s", got, root.UserID())
	}
	must(t, authz.Decide(root, "config", "PutConfigRule", member, ""))
	if got, ok := authz.AccountOf(first.AccessKeyID); !ok || got != management {
		t.Errorf("the key %s names account %q", first.AccessKeyID, got)
	}
	want := "[tickmark]\naws_access_key_id = " + first.AccessKeyID + "\naws_secret_access_key = " + first.Secret + "\nregion = eu-west-1\n"
	if got := first.Profile("tickmark", "eu-west-1"); got != want {
		t.Errorf("profile %q", got)
	}
	must(t, d.EnableKey(t.Context(), first.AccessKeyID, false))
	_, err = d.Bootstrap(t.Context(), management)
	wantKind(t, err, fault.Denied)
	_, err = d.Bootstrap(t.Context(), "12")
	wantKind(t, err, fault.Invalid)
}

func TestKeyIDsCarryTheAccountAsInAWS(t *testing.T) {
	// A published example of the layout: the access key ASIAQNZGKIQY56JQ7WML belongs to account 029608264753.
	if got, ok := authz.AccountOf("ASIAQNZGKIQY56JQ7WML"); !ok || got != "029608264753" {
		t.Errorf("account %q", got)
	}
	for _, id := range []string{"", "TKIA", "TKIA0000000000000000", "TKIA77777777777777777", "TKIA7777777777777777"} {
		if got, ok := authz.AccountOf(id); ok {
			t.Errorf("%q names account %q", id, got)
		}
	}
}

func TestKeys(t *testing.T) {
	d, _ := open(t)
	ctx := t.Context()
	_, err := d.CreateUser(ctx, management, "alice", authz.Grant{Policy: authz.AuditorReadOnly, Account: "*"})
	must(t, err)
	one, err := d.CreateKey(ctx, management, authz.User, "alice")
	must(t, err)
	two, err := d.CreateKey(ctx, management, authz.User, "alice")
	must(t, err)
	_, err = d.CreateKey(ctx, management, authz.User, "alice")
	wantKind(t, err, fault.Quota)
	list, err := d.Keys(ctx, management, authz.User, "alice")
	must(t, err)
	if len(list) != 2 || list[0].Value.Secret != "" || list[0].Body != nil {
		t.Errorf("keys %+v", list)
	}
	if got := caller(t, d, one).ARN(); got != "arn:aws:iam::111122223333:user/alice" {
		t.Errorf("ARN %s", got)
	}
	must(t, d.EnableKey(ctx, one.AccessKeyID, false))
	_, _, err = d.Lookup(ctx, one.AccessKeyID, "")
	wantKind(t, err, fault.NotFound)
	must(t, d.EnableKey(ctx, one.AccessKeyID, true))
	caller(t, d, one)
	_, _, err = d.Lookup(ctx, two.AccessKeyID, "a token")
	wantKind(t, err, fault.NotFound)
	must(t, d.DeleteKey(ctx, two.AccessKeyID))
	_, _, err = d.Lookup(ctx, two.AccessKeyID, "")
	wantKind(t, err, fault.NotFound)
	must(t, d.Delete(ctx, management, authz.User, "alice"))
	_, _, err = d.Lookup(ctx, one.AccessKeyID, "")
	wantKind(t, err, fault.NotFound)
	_, err = d.CreateKey(ctx, management, authz.Role, "x")
	wantKind(t, err, fault.Invalid)
	_, err = d.CreateKey(ctx, management, authz.User, "nobody")
	wantKind(t, err, fault.NotFound)
}

func TestPrincipalsAreRefusedWithReasons(t *testing.T) {
	d, _ := open(t)
	for field, grant := range map[string]authz.Grant{
		"policy":      {Policy: "God", Account: "*"},
		"account":     {Policy: authz.Admin, Account: "12"},
		"assessments": {Policy: authz.Delegate, Account: "*", Assessments: []string{""}},
	} {
		_, err := d.CreateUser(t.Context(), management, "bob", grant)
		if f, ok := err.(*fault.Error); !ok || f.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, name := range []string{"", "a b", "a/b", strings.Repeat("x", 65)} {
		_, err := d.CreateUser(t.Context(), management, name)
		wantKind(t, err, fault.Invalid)
	}
	_, err := d.CreateUser(t.Context(), "1", "bob")
	wantKind(t, err, fault.Invalid)
	_, err = d.CreateUser(t.Context(), management, "bob")
	must(t, err)
	_, err = d.CreateUser(t.Context(), management, "bob")
	wantKind(t, err, fault.Exists)
	wantKind(t, d.SetGrants(t.Context(), management, authz.Root, "root"), fault.Invalid)
	wantKind(t, d.Delete(t.Context(), management, authz.Root, "root"), fault.Invalid)
}

func TestAccountsDoNotSeeEachOther(t *testing.T) {
	d, _ := open(t)
	_, err := d.CreateUser(t.Context(), management, "alice")
	must(t, err)
	_, err = d.Principal(t.Context(), member, authz.User, "alice")
	wantKind(t, err, fault.NotFound)
	for account, want := range map[string]int{management: 1, member: 0} {
		list, err := d.List(t.Context(), arn.In(account, "eu-west-1"))
		must(t, err)
		if len(list) != want {
			t.Errorf("%s sees %d principals, want %d", account, len(list), want)
		}
	}
}

func TestAssumeAccessRole(t *testing.T) {
	d, env := open(t)
	ctx := t.Context()
	rootKey, err := d.Bootstrap(ctx, management)
	must(t, err)
	addAccount(t, env, member)
	addAccount(t, env, member) // again changes nothing
	root := caller(t, d, rootKey)
	role := "arn:aws:iam::" + member + ":role/TickmarkAccess"

	got, err := d.AssumeRole(ctx, root, role, "work", time.Hour)
	must(t, err)
	who := caller(t, d, got.Credentials)
	if who.ARN() != "arn:aws:sts::444455556666:assumed-role/TickmarkAccess/work" || who.Account != member || !who.Temporary {
		t.Errorf("session acts as %s in %s", who.ARN(), who.Account)
	}
	if !strings.HasPrefix(who.UserID(), "AROA") || !strings.HasSuffix(who.UserID(), ":work") || got.Caller.UserID() != who.UserID() {
		t.Errorf("user id %s", who.UserID())
	}
	must(t, authz.Decide(who, "config", "PutConfigRule", member, ""))
	wantKind(t, authz.Decide(who, "config", "PutConfigRule", management, ""), fault.Denied)

	// Inside the process the same without a session that is kept.
	self, err := d.ActAs(ctx, root, role, "work")
	must(t, err)
	if self.ARN() != who.ARN() || self.UserID() != who.UserID() || self.AccessKeyID != "" {
		t.Errorf("acts as %s, %s", self.ARN(), self.UserID())
	}
	must(t, authz.Decide(self, "cloudtrail", "StartLogging", member, ""))
	_, err = d.ActAs(ctx, who, "arn:aws:iam::"+management+":role/TickmarkAccess", "back")
	wantKind(t, err, fault.Denied)
	_, err = d.ActAs(ctx, root, "arn:aws:iam::"+member+":role/none", "work")
	wantKind(t, err, fault.Denied)
	_, err = d.ActAs(ctx, root, "none", "work")
	wantKind(t, err, fault.Invalid)

	// The token belongs to the session.
	_, _, err = d.Lookup(ctx, got.AccessKeyID, got.SessionToken+"x")
	wantKind(t, err, fault.NotFound)
	_, _, err = d.Lookup(ctx, got.AccessKeyID, "")
	wantKind(t, err, fault.NotFound)

	// The member's role is not trusted by the management account's.
	_, err = d.AssumeRole(ctx, who, "arn:aws:iam::"+management+":role/TickmarkAccess", "back", time.Hour)
	wantKind(t, err, fault.Denied)

	// A principal of the management account without Admin may not, one with Admin there may.
	for policy, want := range map[string]fault.Kind{authz.AuditorReadOnly: fault.Denied, authz.ComplianceOwner: fault.Denied, authz.Admin: fault.Internal} {
		_, err = d.CreateUser(ctx, management, policy, authz.Grant{Policy: policy, Account: member})
		must(t, err)
		key, err := d.CreateKey(ctx, management, authz.User, policy)
		must(t, err)
		_, err = d.AssumeRole(ctx, caller(t, d, key), role, "work", time.Hour)
		if fault.KindOf(err) != want || (want == fault.Internal) != (err == nil) {
			t.Errorf("%s: %v", policy, err)
		}
	}
	// Admin of one's own account is not enough for another's role.
	local := authz.Caller{Account: management, Kind: authz.User, Name: "local", ID: "AIDAX", Grants: []authz.Grant{{Policy: authz.Admin, Account: management}}}
	_, err = d.AssumeRole(ctx, local, role, "work", time.Hour)
	wantKind(t, err, fault.Denied)
	// Nor does Admin help with a role that trusts somebody else, or that does not exist.
	_, err = d.CreateRole(ctx, member, "Other", []string{"arn:aws:iam::" + management + ":user/carol"}, authz.Grant{Policy: authz.AuditorReadOnly, Account: member})
	must(t, err)
	for _, name := range []string{"Other", "None"} {
		_, err = d.AssumeRole(ctx, root, "arn:aws:iam::"+member+":role/"+name, "work", time.Hour)
		wantKind(t, err, fault.Denied)
	}
	carol := root
	carol.Kind, carol.Name, carol.Partition = authz.User, "carol", "aws-us-gov"
	_, err = d.AssumeRole(ctx, carol, "arn:aws-us-gov:iam::"+member+":role/Other", "work", time.Hour)
	must(t, err)

	for _, bad := range []struct {
		role, session string
		length        time.Duration
	}{
		{"TickmarkAccess", "work", time.Hour},
		{"arn:aws:iam::1:role/TickmarkAccess", "work", time.Hour},
		{"arn:aws:iam::" + member + ":user/x", "work", time.Hour},
		{role, "w", time.Hour},
		{role, "a b", time.Hour},
		{role, "work", 14 * time.Minute},
		{role, "work", 12*time.Hour + 1},
	} {
		_, err := d.AssumeRole(ctx, root, bad.role, bad.session, bad.length)
		wantKind(t, err, fault.Invalid)
	}
	_, err = d.AssumeRole(ctx, who, role, "chained", 2*time.Hour)
	wantKind(t, err, fault.Invalid)
}

func TestSessionsEnd(t *testing.T) {
	d, env := open(t)
	ctx := t.Context()
	rootKey, err := d.Bootstrap(ctx, management)
	must(t, err)
	got, err := d.SessionToken(ctx, caller(t, d, rootKey), 12*time.Hour)
	must(t, err)
	if want := storetest.Start.Add(time.Hour); !got.Expires.Equal(want) {
		t.Errorf("root's session ends %s, want %s", got.Expires, want)
	}
	session := caller(t, d, got.Credentials)
	if session.ARN() != "arn:aws:iam::111122223333:root" {
		t.Errorf("session acts as %s", session.ARN())
	}
	_, err = d.SessionToken(ctx, session, time.Hour)
	wantKind(t, err, fault.Denied)
	_, err = d.SessionToken(ctx, caller(t, d, rootKey), 37*time.Hour)
	wantKind(t, err, fault.Invalid)

	env.Clock.Advance(time.Hour - time.Second)
	caller(t, d, got.Credentials)
	env.Clock.Advance(time.Second)
	_, _, err = d.Lookup(ctx, got.AccessKeyID, got.SessionToken)
	if f, ok := err.(*fault.Error); !ok || f.Code != "ExpiredToken" {
		t.Errorf("error %v", err)
	}
	must(t, d.Sweep(ctx, management))
	_, _, err = d.Lookup(ctx, got.AccessKeyID, got.SessionToken)
	if f, ok := err.(*fault.Error); !ok || f.Code != "ExpiredToken" {
		t.Errorf("swept too early: %v", err)
	}
	env.Clock.Advance(24 * time.Hour)
	must(t, d.Sweep(ctx, management))
	_, _, err = d.Lookup(ctx, got.AccessKeyID, got.SessionToken)
	wantKind(t, err, fault.NotFound)
}

func TestDeletedPrincipalDoesNotComeBackWithItsSessions(t *testing.T) {
	d, _ := open(t)
	ctx := t.Context()
	grant := authz.Grant{Policy: authz.Admin, Account: management}
	_, err := d.CreateUser(ctx, management, "alice", grant)
	must(t, err)
	key, err := d.CreateKey(ctx, management, authz.User, "alice")
	must(t, err)
	session, err := d.SessionToken(ctx, caller(t, d, key), time.Hour)
	must(t, err)
	must(t, d.SetGrants(ctx, management, authz.User, "alice"))
	wantKind(t, authz.Decide(caller(t, d, session.Credentials), "sns", "Publish", management, ""), fault.Denied)
	must(t, d.Delete(ctx, management, authz.User, "alice"))
	_, err = d.CreateUser(ctx, management, "alice", grant)
	must(t, err)
	for _, c := range []authz.Credentials{key, session.Credentials} {
		_, _, err = d.Lookup(ctx, c.AccessKeyID, c.SessionToken)
		wantKind(t, err, fault.NotFound)
	}
}
