package connect_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/connect"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

var kinds = []connect.Kind{
	{Name: "AWS::EC2::Volume", Calls: []connect.Call{{API: "ec2:DescribeVolumes", Probe: true}}},
	{Name: "AWS::S3::Bucket", Calls: []connect.Call{{API: "s3:ListBuckets", Probe: true, Once: true}, {API: "s3:GetBucketEncryption", Each: true}}},
	{Name: "AWS::ApiGateway::RestApi", Calls: []connect.Call{{API: "apigateway:GetRestApis", Probe: true}}},
}

func survey(t *testing.T, w *world, c connect.Connection) connect.Found {
	t.Helper()
	found, err := run(t, w, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func run(t *testing.T, w *world, c connect.Connection, known []connect.Account) (connect.Found, error) {
	t.Helper()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	s := connect.Survey{Cloud: w, Connection: c, Kinds: kinds, Known: known, Clock: stamp.System}
	return s.Run(context.Background())
}

func of(t *testing.T, f connect.Found, id string) connect.Account {
	t.Helper()
	for _, a := range f.Accounts {
		if a.ID == id {
			return a
		}
	}
	t.Fatalf("account %s is not told of", id)
	return connect.Account{}
}

var organization = connect.Connection{Name: "org", Organization: true, Role: "Collector"}

// 200 accounts of which 10 have a broken role: 190 can be read, 10 are named with what to do.
func TestTwoHundredAccounts(t *testing.T) {
	w := estate(200)
	for i := 15; i < 200; i += 19 { // 10 of them
		w.members[i].refuse = "User: arn:aws:iam::100000000000:user/operator is not authorized to perform: sts:AssumeRole on resource: x"
	}
	var told []int
	s := connect.Survey{Cloud: w, Connection: organization, Kinds: kinds, Clock: stamp.System, Progress: func(done, of int, _ connect.Account) {
		if of != 200 {
			t.Errorf("progress of %d accounts", of)
		}
		told = append(told, done)
	}}
	found, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	count := map[connect.Status]int{}
	for _, a := range found.Accounts {
		count[a.Status]++
		if a.Status == connect.Denied && (a.Code != "AccessDenied" || !strings.Contains(a.Remedy, "tickmark policy collector --format stackset --principal arn:aws:iam::100000000000:user/operator --role Collector")) {
			t.Errorf("%+v", a)
		}
		if a.Status == connect.OK && (len(a.Regions) != 2 || a.Checked != "simulated") {
			t.Errorf("%+v", a)
		}
	}
	if count[connect.OK] != 190 || count[connect.Denied] != 10 || len(told) != 200 || !slices.IsSorted(told) {
		t.Errorf("%v, told %d", count, len(told))
	}
	if w.most > 64 {
		t.Errorf("%d calls at once", w.most)
	}
}

// The account of the credentials is read with them where the role is not there.
func TestManagementAccountByOwnCredentials(t *testing.T) {
	a := of(t, survey(t, estate(3), organization), "100000000000")
	if a.Status != connect.OK || a.Role != "" || !a.Management || !strings.Contains(a.Note, "own credentials") {
		t.Errorf("%+v", a)
	}
}

func TestStatesOfAccounts(t *testing.T) {
	w := estate(9)
	w.members[1].state = "SUSPENDED"
	w.members[2].state = "PENDING_ACTIVATION"
	w.members[3].refuse = "... with an explicit deny in a service control policy"
	w.members[4].refuse = "... because no identity-based policy allows the sts:AssumeRole action"
	w.members[5].trouble = errors.New("connection refused")
	w.members[6].missing = []string{"s3:GetEncryptionConfiguration", "apigateway:GET"}
	w.members[7].missing, w.members[7].by = []string{"ec2:DescribeVolumes"}, "service control policy"
	w.members[8].missing = []string{"ec2:DescribeVolumes", "s3:ListAllMyBuckets", "s3:GetEncryptionConfiguration", "apigateway:GET"}
	found := survey(t, w, organization)
	for _, c := range []struct {
		id     string
		status connect.Status
		says   string // in remedy or note
	}{
		{"100000000001", connect.Inactive, "SUSPENDED"},
		{"100000000002", connect.Inactive, "PENDING_ACTIVATION"},
		{"100000000003", connect.Denied, "service control policy"},
		{"100000000004", connect.Denied, "tickmark policy caller --role Collector"},
		{"100000000005", connect.Failed, "tickmark connect test org"},
		{"100000000006", connect.Missing, "tickmark policy collector"},
		{"100000000007", connect.Missing, "service control policies"},
		{"100000000008", connect.Denied, "tickmark policy collector"},
	} {
		a := of(t, found, c.id)
		if a.Status != c.status || !strings.Contains(a.Remedy+a.Note, c.says) {
			t.Errorf("%+v, want %s and %q", a, c.status, c.says)
		}
	}
	m := of(t, found, "100000000006").Missing
	if len(m) != 2 || m[0].Action != "apigateway:GET" || m[1].Action != "s3:GetEncryptionConfiguration" || !slices.Equal(m[1].Types, []string{"AWS::S3::Bucket"}) {
		t.Errorf("%+v", m)
	}
	if m := of(t, found, "100000000007").Missing; len(m) != 1 || m[0].By != "service control policy" {
		t.Errorf("%+v", m)
	}
}

// Where simulation is denied, one call of each service tells.
func TestProbing(t *testing.T) {
	w := estate(2)
	w.closed = true
	w.members[1].missing = []string{"s3:ListBuckets"}
	a := of(t, survey(t, w, organization), "100000000001")
	if a.Status != connect.Missing || a.Checked != "probed" || len(a.Missing) != 1 || a.Missing[0].Action != "s3:ListAllMyBuckets" {
		t.Errorf("%+v", a)
	}
	if w.calls["s3:GetBucketEncryption"] > 0 {
		t.Error("a call was probed that needs a bucket")
	}
}

// An action that IAM does not know does not hide what is missing beside it.
func TestUnknownActionsAreLeftOut(t *testing.T) {
	w := estate(2)
	w.members[1].missing = []string{"ec2:DescribeVolumes"}
	s := connect.Survey{Cloud: w, Connection: organization, Clock: stamp.System, Kinds: append(slices.Clone(kinds),
		connect.Kind{Name: "AWS::New::Thing", Calls: []connect.Call{{API: "unknown:ListThings"}}})}
	found, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	a := of(t, found, "100000000001")
	if a.Checked != "simulated" || len(a.Missing) != 1 || a.Missing[0].Action != "ec2:DescribeVolumes" {
		t.Errorf("%+v", a)
	}
}

func TestSelection(t *testing.T) {
	w := estate(6)
	w.units = map[string][]string{"ou-ab12-topunits": {"ou-ab12-belowone"}}
	w.inUnit = map[string]string{"100000000001": "ou-ab12-topunits", "100000000002": "ou-ab12-belowone", "100000000003": "ou-ab12-otherone"}
	for _, c := range []struct {
		name string
		edit func(*connect.Connection)
		want []string
	}{
		{"all", func(*connect.Connection) {}, []string{"100000000000", "100000000001", "100000000002", "100000000003", "100000000004", "100000000005"}},
		{"accounts", func(c *connect.Connection) { c.Accounts = []string{"100000000004"} }, []string{"100000000004"}},
		{"without", func(c *connect.Connection) { c.ExcludeAccounts = []string{"100000000000", "100000000005"} }, []string{"100000000001", "100000000002", "100000000003", "100000000004"}},
		{"units", func(c *connect.Connection) { c.Units = []string{"ou-ab12-topunits"} }, []string{"100000000001", "100000000002"}},
		{"units and accounts", func(c *connect.Connection) {
			c.Units, c.Accounts = []string{"ou-ab12-otherone"}, []string{"100000000005"}
		}, []string{"100000000003", "100000000005"}},
		{"without units", func(c *connect.Connection) {
			c.Units, c.ExcludeUnits = []string{"ou-ab12-topunits"}, []string{"ou-ab12-belowone"}
		}, []string{"100000000001"}},
	} {
		conn := organization
		c.edit(&conn)
		found := survey(t, w, conn)
		var got []string
		for _, a := range found.Accounts {
			if a.Readable() {
				got = append(got, a.ID)
			}
		}
		if !slices.Equal(got, c.want) || len(found.Accounts) != 6 {
			t.Errorf("%s: %v of %d, want %v", c.name, got, len(found.Accounts), c.want)
		}
	}
	conn := organization
	conn.Accounts = []string{"999999999999"}
	if _, err := run(t, w, conn, nil); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "999999999999") {
		t.Errorf("an account that is not there: %v", err)
	}
}

func TestOwnAccountAndPartitions(t *testing.T) {
	w := estate(1)
	w.home = connect.Identity{Account: "100000000000", ARN: "arn:aws-us-gov:sts::100000000000:assumed-role/Admin/me", Region: "us-gov-west-1"}
	w.members[0].refuse, w.members[0].regions = "", []string{"us-gov-east-1", "us-gov-west-1"}
	found := survey(t, w, connect.Connection{Name: "own"})
	if a := found.Accounts[0]; len(found.Accounts) != 1 || a.Role != "" || a.Status != connect.OK || !slices.Equal(a.Regions, w.members[0].regions) {
		t.Errorf("%+v", found.Accounts)
	}
	found = survey(t, w, connect.Connection{Name: "own", Role: "Collector"})
	if a := found.Accounts[0]; a.Role != "arn:aws-us-gov:iam::100000000000:role/Collector" {
		t.Errorf("%+v", a)
	}
	w.alone = true
	if _, err := run(t, w, organization, nil); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "--org") {
		t.Errorf("without an organization: %v", err)
	}
}

func TestRegions(t *testing.T) {
	w := estate(3)
	w.members[2].missing = []string{"ec2:DescribeRegions"}
	w.members[1].regions = append(w.members[1].regions, "cn-north-1", "evil.example/")
	if a := of(t, survey(t, w, organization), "100000000001"); !slices.Equal(a.Regions, []string{"eu-central-1", "us-east-1"}) {
		t.Errorf("%+v", a)
	}
	conn := organization
	conn.Regions = []string{"eu-central-1", "ap-east-1"}
	found := survey(t, w, conn)
	if a := of(t, found, "100000000001"); !slices.Equal(a.Regions, []string{"eu-central-1"}) || !strings.Contains(a.Note, "Not enabled: ap-east-1") {
		t.Errorf("%+v", a)
	}
	if a := of(t, found, "100000000002"); !slices.Equal(a.Regions, []string{"ap-east-1", "eu-central-1"}) || !strings.Contains(a.Note, "UnauthorizedOperation") {
		t.Errorf("%+v", a)
	}
	if a := of(t, survey(t, w, organization), "100000000002"); len(a.Regions) != 17 || !strings.Contains(a.Note, "ec2:DescribeRegions") {
		t.Errorf("%+v", a)
	}
}

// Regions that a service control policy closes are left out and named; when it closes all, that is another matter.
func TestClosedRegions(t *testing.T) {
	w := estate(3)
	w.members[1].regions = []string{"us-east-1", "eu-central-1", "eu-west-3", "me-south-1"}
	w.members[1].shut = map[string]string{"eu-west-3": "UnauthorizedOperation", "me-south-1": "AuthFailure"}
	found := survey(t, w, organization)
	a := of(t, found, "100000000001")
	if !slices.Equal(a.Regions, []string{"eu-central-1", "us-east-1"}) || !slices.Equal(a.Closed, []string{"eu-west-3"}) || a.Status != connect.OK ||
		!strings.Contains(a.Note, "Closed by a service control policy: eu-west-3. Not enabled: me-south-1.") {
		t.Errorf("%+v", a)
	}
	if a := of(t, found, "100000000002"); len(a.Regions) != 2 || a.Note != "" {
		t.Errorf("%+v", a)
	}
}

// What AWS says of the credentials themselves is told with what to do.
func TestCredentialsThatFail(t *testing.T) {
	sts := func(code string) error {
		return &automation.APIError{Service: "sts", API: "GetCallerIdentity", Code: code, Message: "m"}
	}
	for _, c := range []struct {
		err  error
		kind fault.Kind
		says string
	}{
		{sts("ExpiredToken"), fault.Denied, "aws sso login --profile p"},
		{&fault.Error{Kind: fault.Denied, Message: "none", Err: errors.New("failed to refresh cached credentials, the SSO session has expired or is invalid")}, fault.Denied, "aws sso login --profile p"},
		{sts("InvalidClientTokenId"), fault.Denied, "give another --profile"},
		{sts("AccessDenied"), fault.Denied, "aws sts get-caller-identity --profile p"},
		{errors.New("dial tcp: no route to host"), fault.Unavailable, "Check the network"},
		{fault.New(fault.Denied, "The AWS credentials found are Tickmark's own."), fault.Denied, "Tickmark's own"},
	} {
		_, err := run(t, &world{broken: c.err}, connect.Connection{Profile: "p"}, nil)
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.err, err, c.says)
		}
	}
}

func TestEndOfContextEndsTheSurvey(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := connect.Survey{Cloud: estate(200), Connection: organization, Kinds: kinds, Clock: stamp.System, Progress: func(int, int, connect.Account) { cancel() }}
	if _, err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestPlan(t *testing.T) {
	accounts := []connect.Account{
		{ID: "100000000001", Status: connect.OK, Regions: []string{"us-east-1", "eu-central-1"}},
		{ID: "100000000002", Status: connect.Missing, Regions: []string{"us-east-1"}},
		{ID: "100000000003", Status: connect.Denied},
	}
	p := connect.PlanOf(accounts, kinds)
	if p.Accounts != 2 || p.Places != 3 || p.Types != 3 || p.AtLeast != 3+3+2 || len(p.Calls) != 4 {
		t.Errorf("%+v", p)
	}
	no := connect.PlanWhere(accounts, kinds, func(service, region string) bool { return service != "ec2" || region != "us-east-1" })
	if no.AtLeast != p.AtLeast-2 {
		t.Errorf("where a service is not in a region: %+v", no)
	}
	if c := p.Calls[2]; c.API != "s3:GetBucketEncryption" || c.AtLeast != 0 || !c.PerResource {
		t.Errorf("%+v", c)
	}
}

func TestBadConnections(t *testing.T) {
	for _, c := range []struct {
		field string
		c     connect.Connection
	}{
		{"name", connect.Connection{Name: "a/b"}},
		{"every", connect.Connection{Every: time.Second}},
		{"endpoint-url", connect.Connection{EndpointURL: "ftp://x"}},
		{"role", connect.Connection{Organization: true}},
		{"role", connect.Connection{Accounts: []string{"100000000001"}}},
		{"role", connect.Connection{Role: "a b"}},
		{"role-arn", connect.Connection{RoleARNs: []string{"x"}}},
		{"role-arn", connect.Connection{RoleARNs: []string{"arn:aws:iam::100000000001:role/a"}, Organization: true, Role: "x"}},
		{"role-arn", connect.Connection{RoleARNs: []string{"arn:aws:iam::100000000001:role/a", "arn:aws:iam::100000000001:role/b"}}},
		{"accounts", connect.Connection{Role: "x", Accounts: []string{"1"}}},
		{"ous", connect.Connection{Units: []string{"ou-ab12-abcdefgh"}}},
		{"ous", connect.Connection{Organization: true, Role: "x", Units: []string{"everything"}}},
		{"regions", connect.Connection{Regions: []string{"everywhere"}}},
		{"regions", connect.Connection{Regions: []string{"us-east-1.evil.example"}}},
		{"types", connect.Connection{Types: []string{"Volume"}}},
		{"external-id", connect.Connection{ExternalID: "secret with blanks"}},
	} {
		err := c.c.Check()
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Field != c.field {
			t.Errorf("%+v: %v, want a fault of %s", c.c, err, c.field)
		} else if c.c.ExternalID != "" && strings.Contains(f.Message, c.c.ExternalID) {
			t.Errorf("the external id is told: %s", f.Message)
		}
	}
}

func TestDirectory(t *testing.T) {
	db := storetest.Open(t).DB
	ctx := context.Background()
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	d := connect.New(store.For(db, func(tx *store.Tx) docs.Tx { return tx }), stamp.NewFixed(at), "000000000001")
	found := []connect.Account{{ID: "100000000001", Status: connect.OK}, {ID: "100000000002", Status: connect.Denied, Remedy: "x"}}
	c := organization
	if err := d.Put(ctx, c, found); err != nil {
		t.Fatal(err)
	}
	other := connect.Connection{Name: "org.2"}
	if err := d.Put(ctx, other, found[:1]); err != nil {
		t.Fatal(err)
	}
	if err := d.Keep(ctx, "org", found[:1]); err != nil {
		t.Fatal(err)
	}
	accounts, err := d.Accounts(ctx, "org")
	if err != nil || len(accounts) != 2 || accounts[0].Status != connect.OK || accounts[1].Status != connect.Left || accounts[1].Remedy != "" {
		t.Fatalf("%+v, %v", accounts, err)
	}
	if all, err := d.All(ctx); err != nil || len(all) != 2 || all[0].Name != "org" || all[0].Every != connect.DefaultEvery || !all[0].Created.Equal(at) {
		t.Errorf("%+v, %v", all, err)
	}
	if err := d.Remove(ctx, "org"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Accounts(ctx, "org"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after its end: %v", err)
	}
	if err := d.Keep(ctx, "org", found); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what is found through a connection that is gone: %v", err)
	}
	if accounts, err := d.Accounts(ctx, "org.2"); err != nil || len(accounts) != 1 {
		t.Errorf("%+v, %v", accounts, err)
	}
	stranger := connect.New(store.For(db, func(tx *store.Tx) docs.Tx { return tx }), stamp.NewFixed(at), "000000000002")
	if all, err := stranger.All(ctx); err != nil || len(all) != 0 {
		t.Errorf("another installation's account sees %+v, %v", all, err)
	}
}

// What a file declares is there as long as the file says so, and only the file changes it.
func TestDeclared(t *testing.T) {
	env := storetest.Open(t)
	ctx := context.Background()
	d := connect.New(store.For(env.DB, func(tx *store.Tx) docs.Tx { return tx }), env.Clock, "000000000001")
	declare := func(names ...string) {
		t.Helper()
		var list []connect.Connection
		for _, n := range names {
			list = append(list, connect.Connection{Name: n, Profile: "p"})
		}
		if err := d.Declare(ctx, list); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Put(ctx, connect.Connection{Name: "mine"}, nil); err != nil {
		t.Fatal(err)
	}
	declare("a", "b")
	if err := d.Keep(ctx, "a", []connect.Account{{ID: "100000000001", Status: connect.OK}}); err != nil {
		t.Fatal(err)
	}
	before, err := d.Get(ctx, "a")
	if err != nil || !before.Declared {
		t.Fatalf("%+v, %v", before, err)
	}
	env.Clock.Advance(time.Hour)
	declare("a")
	if after, err := d.Get(ctx, "a"); err != nil || !after.Updated.Equal(before.Updated) {
		t.Errorf("written again unchanged: %+v, %v", after, err)
	}
	if accounts, err := d.Accounts(ctx, "a"); err != nil || len(accounts) != 1 || accounts[0].Status != connect.OK {
		t.Errorf("%+v, %v", accounts, err)
	}
	if _, err := d.Get(ctx, "b"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what is not declared any more: %v", err)
	}
	if _, err := d.Get(ctx, "mine"); err != nil {
		t.Errorf("what a command made: %v", err)
	}
	for _, err := range []error{d.Put(ctx, connect.Connection{Name: "a"}, nil), d.Remove(ctx, "a")} {
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("%v", err)
		}
	}
	if err := d.Declare(ctx, []connect.Connection{{Name: "a/b"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

// A later survey tries again what was denied or missing, not what was allowed, and takes new accounts.
func TestSurveyAgain(t *testing.T) {
	w := estate(3)
	w.members[1].missing = []string{"ec2:DescribeVolumes"}
	w.members[2].refuse = "no"
	first := survey(t, w, organization)
	w.members[2].refuse = ""
	w.members[1].missing = nil
	w.members = append(w.members, member{id: "100000000009", regions: []string{"us-east-1"}})
	before := w.calls["iam:SimulatePrincipalPolicy"]
	again, err := run(t, w, organization, first.Accounts)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"100000000001", "100000000002", "100000000009"} {
		if a := of(t, again, id); a.Status != connect.OK {
			t.Errorf("%+v", a)
		}
	}
	if n := w.calls["iam:SimulatePrincipalPolicy"] - before; n != 3*3 { // three accounts, for each all resources and two paths
		t.Errorf("%d simulations", n)
	}
}
