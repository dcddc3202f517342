package policy

import "testing"

func TestAllowsOthers(t *testing.T) {
	for statement, want := range map[string]bool{
		`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}`:                                             true,
		`{"Effect":"Deny","Principal":"*","Action":"s3:GetObject"}`:                                              false,
		`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject"}`:                       true,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":"s3:GetObject"}`:      false,
		`{"Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},"Action":"s3:GetObject"}`:         true,
		`{"Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e5"},"Action":"s3:GetObject"}`:            true,
		`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject"}`:          false,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/ann"},"NotAction":"s3:GetObject"}`: true,
	} {
		if got := parse(t, one(statement)).Statements[0].AllowsOthers("111122223333"); got != want {
			t.Errorf("%s: %v, want %v", statement, got, want)
		}
	}
}

func TestMayDo(t *testing.T) {
	for _, c := range []struct {
		statement, pattern string
		want               bool
	}{
		{`{"Effect":"Allow","Action":"s3:Put*"}`, "s3:PutBucketAcl", true},
		{`{"Effect":"Allow","Action":"s3:*Acl"}`, "s3:Put*", true},
		{`{"Effect":"Allow","Action":"s3:Get*"}`, "s3:Put*", false},
		{`{"Effect":"Allow","NotAction":"s3:Put*"}`, "s3:PutBucketAcl", false},
		{`{"Effect":"Allow","NotAction":"s3:PutObject"}`, "s3:PutBucketAcl", true},
	} {
		if got := parse(t, one(c.statement)).Statements[0].MayDo(c.pattern); got != c.want {
			t.Errorf("%s, %s: %v", c.statement, c.pattern, got)
		}
	}
}

func TestWithin(t *testing.T) {
	const (
		reads  = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"s3:Get*","Resource":"arn:aws:s3:::*"}`
		denies = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
		vpcs   = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-1","vpc-2"]}}}`
		notIP  = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`
	)
	for _, c := range []struct {
		name, policy, control string
		want                  bool
	}{
		{"same", reads, reads, true},
		{"narrower", `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/r"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, reads, true},
		{"another account", `{"Effect":"Allow","Principal":{"AWS":"777788889999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"one of two accounts", `{"Effect":"Allow","Principal":{"AWS":["444455556666","777788889999"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"the account itself", `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}`, reads, true},
		{"a service", `{"Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}`, reads, true},
		{"everyone", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"an action more", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"all actions but one", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"NotAction":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"a resource more", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*","*"]}`, reads, false},
		{"all resources but one", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:GetObject","NotResource":"arn:aws:s3:::c/*"}`, reads, false},
		{
			"a user of an allowed user's account", `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/bob"},"Action":"s3:GetObject","Resource":"*"}`,
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/ann"},"Action":"s3:GetObject","Resource":"*"}`, false,
		},
		{
			"all but some principals", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:GetObject","Resource":"*"}`,
			`{"Effect":"Allow","NotPrincipal":{"AWS":"777788889999"},"Action":"s3:GetObject","Resource":"*"}`, false,
		},
		{"no action", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Resource":"arn:aws:s3:::b/*"}`, reads, false},
		{"no resource", `{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:GetObject"}`, reads, false},
		{"a denial is nothing allowed", denies, reads, true},
		{"denied by the control only", reads, reads + "," + denies, false},
		{"denied by both", reads + "," + denies, reads + "," + denies, true},
		{"another action denied by the control", reads, reads + `,{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}`, true},
		{"fewer networks", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"AWS:SourceVpc":"vpc-1"}}}`, vpcs, true},
		{"another network", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-1","vpc-3"]}}}`, vpcs, false},
		{"another key", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpc-1"}}}`, vpcs, false},
		{"another operator", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"aws:SourceVpc":"vpc-1"}}}`, vpcs, false},
		{"no condition", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`, vpcs, false},
		{"more excluded", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}}`, notIP, true},
		{"something else excluded", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, notIP, false},
	} {
		if got := parse(t, one(c.policy)).Within(parse(t, one(c.control)), "111122223333"); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestIsAccount(t *testing.T) {
	for _, c := range []struct {
		id, name string
		want     bool
	}{
		{"444455556666", "arn:aws:iam::444455556666:root", true},
		{"arn:aws:iam::444455556666:root", "444455556666", true},
		{"arn:aws:iam::444455556666:role/r", "444455556666", false},
		{"444455556666", "777788889999", false},
		{"*", "", false},
	} {
		if got := (Principal{"AWS", c.id}).IsAccount(c.name); got != c.want {
			t.Errorf("%s, %s: %v", c.id, c.name, got)
		}
	}
}
