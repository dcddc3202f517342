package forensic_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/forensic"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var day = time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)

const (
	home  = "111122223333"
	other = "444455556666"
)

// story is a morning: ana looks around, takes a role, and out of it another one in the other account.
func story(t *testing.T) *forensic.Investigator {
	t.Helper()
	ana := `"userIdentity":{"type":"IAMUser","userName":"ana","arn":"arn:aws:iam::111122223333:user/dev/ana","accessKeyId":"AKIAANAANAANAANA0"}`
	first := `"userIdentity":{"type":"AssumedRole","principalId":"AROA1:ana-1","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/ana-1","accessKeyId":"ASIAFIRSTFIRST001"}`
	second := `"userIdentity":{"type":"AssumedRole","principalId":"AROA2:hop","arn":"arn:aws:sts::444455556666:assumed-role/Admin/hop","accessKeyId":"ASIASECONDSECOND2"}`
	var b trail.Batch
	for i, line := range []string{
		home + ` eu-west-1 ` + ana + `,"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","readOnly":true,"sourceIPAddress":"10.0.0.1"`,
		home + ` eu-west-1 ` + ana + `,"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","readOnly":false,"sourceIPAddress":"10.0.0.1","errorCode":"UnauthorizedOperation"`,
		home + ` us-east-1 ` + ana + `,"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","readOnly":true,"sourceIPAddress":"10.0.0.2",
			"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/Deploy","roleSessionName":"ana-1"},
			"responseElements":{"credentials":{"accessKeyId":"ASIAFIRSTFIRST001","expiration":"Mar 5, 2024, 9:00:00 AM"},"assumedRoleUser":{"arn":"arn:aws:sts::111122223333:assumed-role/Deploy/ana-1"}}`,
		home + ` us-east-1 ` + first + `,"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","readOnly":true,
			"requestParameters":{"roleArn":"arn:aws:iam::444455556666:role/Admin","roleSessionName":"hop"},
			"responseElements":{"credentials":{"accessKeyId":"ASIASECONDSECOND2"},"assumedRoleUser":{"arn":"arn:aws:sts::444455556666:assumed-role/Admin/hop"}}`,
		home + ` eu-west-1 ` + first + `,"eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy","readOnly":false,"requestParameters":{"bucketName":"logs"}`,
		other + ` eu-west-1 ` + second + `,"eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","readOnly":false,"requestParameters":{"bucketName":"logs"},"errorCode":"AccessDenied"`,
		home + ` eu-west-1 "userIdentity":{"type":"IAMUser","userName":"bob","arn":"arn:aws:iam::111122223333:user/bob"},"eventSource":"s3.amazonaws.com","eventName":"GetBucketPolicy","readOnly":true,"requestParameters":{"bucketName":"logs"}`,
		home + ` eu-west-1 "userIdentity":{"type":"IAMUser","userName":"ana","arn":"arn:aws:iam::111122223333:user/ops/ana"},"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","readOnly":true`,
	} {
		account, rest, _ := strings.Cut(line, " ")
		region, fields, _ := strings.Cut(rest, " ")
		e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventID":"e%d","awsRegion":%q,"recipientAccountId":%q,%s}`, day.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i, region, account, fields))
		if err != nil {
			t.Fatal(err)
		}
		b.Events = append(b.Events, e)
	}
	m := trailtest.NewMemory()
	if _, err := m.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return &forensic.Investigator{Events: m}
}

func subject(t *testing.T, s string) forensic.Subject {
	t.Helper()
	out, err := forensic.SubjectOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var all = forensic.Window{Scope: arn.Everything()}

func TestActivity(t *testing.T) {
	i := story(t)
	for _, c := range []struct {
		who    string
		window forensic.Window
		want   string // events, errors, changes, calls, ids of the latest
	}{
		{"ana", all, "4 1 1 s3.amazonaws.com ListBuckets=2 ec2.amazonaws.com RunInstances=1 sts.amazonaws.com AssumeRole=1 | e7 e2 e1"},
		{"arn:aws:iam::111122223333:user/dev/ana", all, "3 1 1 ec2.amazonaws.com RunInstances=1 s3.amazonaws.com ListBuckets=1 sts.amazonaws.com AssumeRole=1 | e2 e1 e0"},
		{"ASIAFIRSTFIRST001", all, "2 0 1 s3.amazonaws.com PutBucketPolicy=1 sts.amazonaws.com AssumeRole=1 | e4 e3"},
		{"arn:aws:iam::444455556666:role/Admin", all, "1 1 1 s3.amazonaws.com DeleteBucket=1 | e5"},
		{"arn:aws:sts::111122223333:assumed-role/Deploy/ana-1", all, "2 0 1 s3.amazonaws.com PutBucketPolicy=1 sts.amazonaws.com AssumeRole=1 | e4 e3"},
		{"ana", forensic.Window{Scope: arn.In(home, "eu-west-1"), From: day.Add(time.Minute), To: day.Add(3 * time.Minute)}, "1 1 1 ec2.amazonaws.com RunInstances=1 | e1"},
		{"ana", forensic.Window{Scope: arn.In(other, "")}, "0 0 0 |"},
		{"ana", forensic.Window{Scope: arn.Everything(), Regions: []string{"us-east-1"}}, "1 0 0 sts.amazonaws.com AssumeRole=1 | e2"},
		{"nobody", all, "0 0 0 |"},
	} {
		a, err := i.Activity(t.Context(), subject(t, c.who), c.window, 3)
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(a.Events, a.Errors, a.Changes)
		for _, y := range a.Calls {
			got += fmt.Sprintf(" %s=%d", y.Value, y.Count)
		}
		got += " |"
		for _, r := range a.Recent {
			got += " " + r.ID
		}
		if got != c.want {
			t.Errorf("%s: got  %s\nwant %s", c.who, got, c.want)
		}
	}
	a, err := i.Activity(t.Context(), subject(t, "ana"), all, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !a.First.Equal(day) || !a.Last.Equal(day.Add(7*time.Minute)) {
		t.Errorf("from %s to %s", a.First, a.Last)
	}
	want := []forensic.Tally{{Value: "10.0.0.1", Count: 2, Errors: 1, First: day, Last: day.Add(time.Minute)}, {Value: "10.0.0.2", Count: 1, First: day.Add(2 * time.Minute), Last: day.Add(2 * time.Minute)}}
	if !slices.Equal(want, a.Addresses) {
		t.Errorf("%+v", a.Addresses)
	}
}

// outline is a tree of sessions in one line.
func outline(all []forensic.Session) string {
	var out []string
	for _, s := range all {
		out = append(out, fmt.Sprintf("%s(%s %d/%d/%d)[%s]", s.Key, s.Principal, s.Events, s.Errors, s.Changes, outline(s.Sessions)))
	}
	return strings.Join(out, " ")
}

func TestSessions(t *testing.T) {
	i := story(t)
	s, err := i.Sessions(t.Context(), subject(t, "ana"), all)
	if err != nil {
		t.Fatal(err)
	}
	want := "ASIAFIRSTFIRST001(arn:aws:sts::111122223333:assumed-role/Deploy/ana-1 2/0/1)[ASIASECONDSECOND2(arn:aws:sts::444455556666:assumed-role/Admin/hop 1/1/1)[]]"
	if got := outline(s.Sessions); got != want || s.Cut || len(s.Origin) != 0 {
		t.Errorf("got %s", got)
	}
	if x := s.Sessions[0]; x.Role != "arn:aws:iam::111122223333:role/Deploy" || x.Name != "ana-1" || x.By != "AKIAANAANAANAANA0" || !x.Expires.Equal(day.Add(9*time.Hour)) || x.Address != "10.0.0.2" {
		t.Errorf("%+v", x)
	}
	s, err = i.Sessions(t.Context(), subject(t, "ASIASECONDSECOND2"), all)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Sessions) != 0 || len(s.Origin) != 2 || s.Origin[0].By != "AKIAANAANAANAANA0" || s.Origin[1].Key != "ASIASECONDSECOND2" {
		t.Errorf("where the key comes from: %+v", s.Origin)
	}
}

func TestFirstSeen(t *testing.T) {
	i := story(t)
	n, err := i.FirstSeen(t.Context(), "", forensic.Window{Scope: arn.Everything(), From: day.Add(2 * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range n.Novelties {
		got = append(got, fmt.Sprintf("%s %s %s %d", x.User, x.Kind, x.Value, x.Count))
	}
	want := []string{
		"ana address 10.0.0.2 1", "ana call sts.amazonaws.com AssumeRole 1", "ana place 111122223333 us-east-1 1",
		"ana-1 user ana-1 2", "hop user hop 1", "bob user bob 1",
	}
	if !slices.Equal(want, got) || !n.Since.Equal(day) {
		t.Errorf("%q since %s", got, n.Since)
	}
	if n, err = i.FirstSeen(t.Context(), "bob", forensic.Window{Scope: arn.Everything(), From: day}); err != nil || len(n.Novelties) != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	if _, err := i.FirstSeen(t.Context(), "", all); err == nil {
		t.Error("first-seen without a beginning was answered")
	}
	if _, err := i.FirstSeen(t.Context(), "", forensic.Window{Scope: arn.Everything(), From: day, To: day.Add(-1)}); err == nil {
		t.Error("a window that ends before it begins was accepted")
	}
}

func TestAbout(t *testing.T) {
	i := story(t)
	ids := func(reads bool, limit int) string {
		t.Helper()
		acts, more, err := i.About(t.Context(), []string{"logs", "", "arn:aws:s3:::logs", "logs"}, all, reads, limit)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, a := range acts {
			out = append(out, a.ID)
		}
		return fmt.Sprint(strings.Join(out, " "), more)
	}
	for want, got := range map[string]string{"e5 e4false": ids(false, 0), "e6 e5 e4false": ids(true, 0), "e6 e5true": ids(true, 2)} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSubjectOf(t *testing.T) {
	for in, want := range map[string]forensic.Subject{
		"ana": {User: "ana"}, "AKIAIOSFODNN7EXAMPLE": {Key: "AKIAIOSFODNN7EXAMPLE"}, "AKIA lives": {User: "AKIA lives"},
		"arn:aws:iam::111122223333:root": {ARN: "arn:aws:iam::111122223333:root"},
	} {
		if got := subject(t, in); got != want {
			t.Errorf("%s: %+v", in, got)
		}
	}
	for _, bad := range []string{"", "arn:x"} {
		if _, err := forensic.SubjectOf(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
