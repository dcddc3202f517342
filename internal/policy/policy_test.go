package policy

import (
	"net/url"
	"strings"
	"testing"
)

func parse(t *testing.T, s string) *Document {
	t.Helper()
	d, err := Parse(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func one(statement string) string { return `{"Version":"2012-10-17","Statement":[` + statement + `]}` }

func TestParseForms(t *testing.T) {
	plain := `{"Version":"2012-10-17","Id":"x","Statement":{"Sid":"s","Effect":"Allow","Principal":{"AWS":["111122223333","*"],"Service":"config.amazonaws.com"},"Action":"s3:GetObject","Resource":["a","b"],"Condition":{"Bool":{"aws:SecureTransport":true}}}}`
	for _, form := range []string{plain, url.QueryEscape(plain), url.PathEscape(plain), "[" + plain + "]", " " + plain} {
		d := parse(t, form)
		if len(d.Statements) != 1 || d.ID != "x" || d.Version != "2012-10-17" {
			t.Fatalf("%s: %+v", form, d)
		}
		s := d.Statements[0]
		if !s.Allow || s.SID != "s" || len(s.Principals) != 3 || len(s.Actions) != 1 || len(s.Resources) != 2 ||
			len(s.Conditions) != 1 || s.Conditions[0].Values[0] != "true" {
			t.Errorf("%s: %+v", form, s)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                     "unexpected end",
		`%7B%2`:                                "invalid URL escape",
		`{`:                                    "expected a member name",
		`7`:                                    "not an object",
		`{}`:                                   "Statement is absent",
		`{"Statement":["x"]}`:                  "statement 1: it is string",
		one(`{"Effect":"allow"}`):              `its Effect is "allow"`,
		one(`{"Effect":"Allow","Action":[1]}`): "its Action holds number",
		one(`{"Effect":"Allow","NotResource":{"a":1}}`):                "its NotResource holds object",
		one(`{"Effect":"Allow","Principal":"111122223333"}`):           "only \"*\" may stand alone",
		one(`{"Effect":"Allow","Principal":["*"]}`):                    "its Principal is array",
		one(`{"Effect":"Allow","Condition":{"Bool":"x"}}`):             "its Condition Bool is string",
		one(`{"Effect":"Allow","Condition":{"Bool":{"a":{"b":"c"}}}}`): "its Condition a holds object",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%s): %v, want %q", text, err, want)
		}
	}
}

func TestAdmin(t *testing.T) {
	for statement, want := range map[string]bool{
		`{"Effect":"Allow","Action":"*","Resource":"*"}`:                                                    true,
		`{"Effect":"Allow","Action":["s3:Get*","*"],"Resource":["arn:aws:s3:::b","*"]}`:                     true,
		`{"Effect":"Allow","Action":"*:*","Resource":"*"}`:                                                  true,
		`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"v"}}}`: true,
		`{"Effect":"Deny","Action":"*","Resource":"*"}`:                                                     false,
		`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`:                                                 false,
		`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::*"}`:                                       false,
		`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`:                                             false,
		`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::*"}`:                                    false,
	} {
		if got := parse(t, one(statement)).AllowsAdmin(); got != want {
			t.Errorf("%s: %v", statement, got)
		}
	}
}

func TestFullAccess(t *testing.T) {
	for statement, want := range map[string]string{
		`{"Effect":"Allow","Action":["ec2:Describe*","s3:*"],"Resource":"x"}`: "s3:*",
		`{"Effect":"Allow","Action":"*","Resource":"*"}`:                      "*",
		`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`:               "NotAction",
		`{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}`:          "",
		`{"Effect":"Deny","Action":"s3:*","Resource":"*"}`:                    "",
	} {
		if got := parse(t, one(statement)).FullAccess(); got != want {
			t.Errorf("%s: %q", statement, got)
		}
	}
}

func TestFixesAccount(t *testing.T) {
	for condition, want := range map[string]bool{
		`"StringEquals":{"AWS:SourceAccount":"111122223333"}`:                                              true,
		`"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads"}`:                                               false,
		`"ArnLike":{"AWS:SourceArn":["arn:aws:s3:us-east-1:111122223333:accesspoint/a"]}`:                  true,
		`"ArnLike":{"AWS:SourceArn":["arn:aws:s3:us-east-1:111122223333:accesspoint/a","arn:aws:s3:::b"]}`: false,
		`"StringLike":{"AWS:SourceArn":"uploads"}`:                                                         false,
		`"Bool":{"aws:SecureTransport":"true"}`:                                                            false,
		`"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"},"StringEquals":{"aws:SourceOrgID":"o-aaaaaaaaaa"}`:   true,
	} {
		d := parse(t, one(`{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*","Principal":{"Service":"s3.amazonaws.com"},"Condition":{`+condition+`}}`))
		if got := d.Statements[0].FixesAccount(); got != want {
			t.Errorf("%s: %v", condition, got)
		}
	}
}

func TestPublic(t *testing.T) {
	const open = `"Effect":"Allow","Action":"s3:GetObject","Resource":"*"`
	cases := []struct {
		statement string
		want      bool
	}{
		{open + `,"Principal":"*"`, true},
		{open + `,"Principal":{"AWS":"*"}`, true},
		{open + `,"Principal":{"AWS":["111122223333","*"]}`, true},
		{open + `,"NotPrincipal":{"AWS":"111122223333"}`, true},
		{open + `,"Principal":{"AWS":"111122223333"}`, false},
		{open + `,"Principal":{"Service":"*"}`, false},
		{open, false}, // an identity policy
		{`"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"`, false},
	}
	for key, want := range map[string]bool{
		`"StringEquals":{"aws:SourceAccount":"111122223333"}`:                          false,
		`"StringEquals":{"AWS:PrincipalOrgId":["o-aaaaaaaaaa","o-bbbbbbbbbb"]}`:        false,
		`"StringLike":{"aws:PrincipalOrgID":"o-*"}`:                                    true,
		`"StringLike":{"aws:PrincipalOrgPaths":"o-aaaaaaaaaa/r-ab12/*"}`:               false,
		`"StringEquals":{"aws:SourceVpce":"vpce-1"}`:                                   false,
		`"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`:                 true, // whatever the request brings
		`"StringEquals":{"aws:SourceAccount":["111122223333","${x}"]}`:                 true,
		`"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`:                           true,
		`"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`:                                true,
		`"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a/r/ou"}`:             true,
		`"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-a/r/ou"}`:              false,
		`"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:*"}`:           false,
		`"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:*:topic"}`:                  true,
		`"ArnLike":{"aws:SourceArn":"arn:aws:s3:::my-bucket*"}`:                        false,
		`"ArnLike":{"aws:SourceArn":"*"}`:                                              true,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}`:                       true,
		`"StringLike":{"aws:userid":"AROAEXAMPLE:*"}`:                                  false,
		`"StringLike":{"aws:userid":"*"}`:                                              true,
		`"IpAddress":{"aws:SourceIp":["192.0.2.0/24","10.0.0.0/8"]}`:                   false,
		`"IpAddress":{"aws:SourceIp":["192.0.2.0/24","0.0.0.0/0"]}`:                    true,
		`"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}`:                                     true,
		`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`:                                 false,
		`"IpAddress":{"aws:SourceIp":"::/0"}`:                                          true,
		`"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`:                               true,
		`"Bool":{"aws:SecureTransport":"true"}`:                                        true,
		`"StringEquals":{"s3:prefix":"public"}`:                                        true,
		`"StringEquals":{"s3:prefix":"public"},"StringLike":{"aws:SourceVpc":"vpc-1"}`: false,
	} {
		cases = append(cases, struct {
			statement string
			want      bool
		}{open + `,"Principal":"*","Condition":{` + key + `}`, want})
	}
	for _, c := range cases {
		if got := len(parse(t, one("{"+c.statement+"}")).Public()) > 0; got != c.want {
			t.Errorf("{%s}: public %v, want %v", c.statement, got, c.want)
		}
	}
}

func TestOtherAccounts(t *testing.T) {
	d := parse(t, one(`{"Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/r",
		"arn:aws:iam::444455556666:root","777788889999","*","AIDAEXAMPLE"],"CanonicalUser":"79a59df9","Service":"sns.amazonaws.com"}}`))
	var got []string
	for _, p := range d.OtherAccounts("111122223333") {
		got = append(got, p.ID)
	}
	if want := "arn:aws:iam::444455556666:root 777788889999 AIDAEXAMPLE 79a59df9"; strings.Join(got, " ") != want {
		t.Errorf("other accounts %q, want %q", strings.Join(got, " "), want)
	}
}

func TestDoesAndOn(t *testing.T) {
	s := parse(t, one(`{"Effect":"Allow","Action":["S3:Get*"],"NotResource":"arn:aws:s3:::secret/*"}`)).Statements[0]
	for action, want := range map[string]bool{"s3:GetObject": true, "s3:getbucketacl": true, "s3:PutObject": false, "s3:*": false} {
		if s.Does(action) != want {
			t.Errorf("Does(%s) is %v", action, !want)
		}
	}
	for resource, want := range map[string]bool{"arn:aws:s3:::open/a": true, "arn:aws:s3:::secret/a": false} {
		if s.On(resource) != want {
			t.Errorf("On(%s) is %v", resource, !want)
		}
	}
}

func TestRefusesPlainHTTP(t *testing.T) {
	const deny = `"Effect":"Deny","Principal":"*","Action":"s3:*"`
	const plain = `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`
	for statements, want := range map[string]bool{
		`{` + deny + `,"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` + plain + `}`:                                         true,
		`{` + deny + `,"Resource":"arn:aws:s3:::b",` + plain + `},{` + deny + `,"Resource":"arn:aws:s3:::b/*",` + plain + `}`:   true,
		`{` + deny + `,"Resource":"arn:aws:s3:::b*",` + plain + `}`:                                                             true,
		`{` + deny + `,"Resource":"arn:aws:s3:::b",` + plain + `}`:                                                              false,
		`{` + deny + `,"Resource":"*"}`:                                                                                         false,
		`{` + deny + `,"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`:                                     false,
		`{` + deny + `,"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":["true","false"]}}}`:                           false,
		`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`: false,
		`{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*",` + plain + `}`:                  false,
		`{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":"*",` + plain + `}`:                             false, // reading is left out
		`{"Effect":"Deny","Principal":"*","NotAction":"iam:*","Resource":"*",` + plain + `}`:                                    true,
	} {
		if got := parse(t, one(statements)).RefusesPlainHTTP("s3:*", "arn:aws:s3:::b", "arn:aws:s3:::b/*"); got != want {
			t.Errorf("%s: %v", statements, got)
		}
	}
}

// FuzzParse feeds policies from anywhere: no input may stop the program, and what is read must answer every question.
func FuzzParse(f *testing.F) {
	f.Add(one(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}`))
	f.Add("%7B%22Statement%22%3A%5B%5D%7D")
	f.Add(`[{"Statement":{"Effect":"Deny","NotAction":"*","NotResource":"*","NotPrincipal":{"AWS":"*"}}}]`)
	f.Add(one(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*","aws:userid":"A*:"}}}`))
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		d.AllowsAdmin()
		d.FullAccess()
		d.OtherAccounts("111122223333")
		d.RefusesPlainHTTP("s3:*", "arn:aws:s3:::b")
		d.RefusesUnencryptedObjects("arn:aws:s3:::b/*", "AES256")
		for _, open := range d.Public() {
			if !open.Allow || open.Restricted() {
				t.Errorf("%q: a statement that is no public grant: %+v", s, open)
			}
		}
	})
}
