package policy

import "testing"

func TestAllowedOnAll(t *testing.T) {
	blocked := []string{"kms:Decrypt", "kms:ReEncrypt*"}
	for statement, want := range map[string]string{
		`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}`:                                                     "kms:Decrypt",
		`{"Effect":"Allow","Action":"KMS:decrypt","Resource":"*"}`:                                                     "kms:Decrypt",
		`{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:*:key/*"}`:                                       "kms:Decrypt",
		`{"Effect":"Allow","Action":"*","Resource":"arn:aws:kms:eu-west-1:111122223333:key/*"}`:                        "kms:Decrypt",
		`{"Effect":"Allow","Action":"kms:ReEncryptFrom","Resource":"arn:aws:kms:eu-west-1:*"}`:                         "kms:ReEncrypt*",
		`{"Effect":"Allow","Action":"kms:*From","Resource":"arn:aws-cn:kms:*:111122223333:*"}`:                         "kms:ReEncrypt*",
		`{"Effect":"Allow","Action":["kms:Encrypt","kms:D*"],"Resource":["arn:aws:s3:::b","arn:*"]}`:                   "kms:Decrypt",
		`{"Effect":"Allow","Action":"kms:D?crypt","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`: "kms:Decrypt",
		`{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`:                                                         "kms:Decrypt",
		`{"Effect":"Allow","NotAction":"kms:Decrypt","Resource":"*"}`:                                                  "kms:ReEncrypt*",
		`{"Effect":"Allow","NotAction":"kms:*","Resource":"*"}`:                                                        "",
		`{"Effect":"Allow","NotAction":["kms:Decrypt","kms:ReEncrypt*"],"Resource":"*"}`:                               "",
		`{"Effect":"Allow","Action":"kms:Decrypt","NotResource":"arn:aws:s3:::b"}`:                                     "kms:Decrypt",
		`{"Effect":"Allow","Action":"kms:Decrypt","NotResource":"arn:aws:kms:*:*:key/*"}`:                              "",
		`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:eu-west-1:111122223333:key/bd41e26b"}`:       "",
		`{"Effect":"Allow","Action":"kms:Decrypt","Resource":["arn:aws:kms:*:*:alias/*","arn:aws:s3:::*"]}`:            "",
		`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:key/b*"}`:                                "",
		`{"Effect":"Allow","Action":["kms:Encrypt","s3:*"],"Resource":"*"}`:                                            "",
		`{"Effect":"Deny","Action":"*","Resource":"*"}`:                                                                "",
		`{"Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}`:       "kms:Decrypt",
		`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"kms:Describe*","Resource":"*"}`: "",
		`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"k"},{"Effect":"Allow","Action":"s3:Get","Resource":"*"}`: "",
	} {
		if got := parse(t, one(statement)).AllowedOnAll("kms", "key/*", blocked); got != want {
			t.Errorf("%s: %q, want %q", statement, got, want)
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"", "*", true},
		{"*", "*", true},
		{"a", "", false},
		{"a", "a", true},
		{"a", "b", false},
		{"?", "a", true},
		{"?", "", false},
		{"a*", "*b", true},
		{"a*", "b*", false},
		{"a*c", "ab*", true},
		{"a*c", "*b", false},
		{"*a*", "b*b", true},
		{"a?c", "a*", true},
		{"a?", "a", false},
		{"kms:*from", "kms:reencrypt*", true},
		{"kms:re*", "kms:decrypt", false},
		{"**", "a", true},
		{"a**b", "ab", true},
		{"ab", "a?b", false},
	} {
		if got := overlap(c.a, c.b); got != c.want {
			t.Errorf("overlap(%q, %q) = %v", c.a, c.b, got)
		}
		if got := overlap(c.b, c.a); got != c.want {
			t.Errorf("overlap(%q, %q) = %v", c.b, c.a, got)
		}
	}
}

func TestOnlyFor(t *testing.T) {
	const owner = "111122223333"
	for statement, want := range map[string]bool{
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`:                                        true,
		`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","111122223333"]},"Action":"sts:AssumeRole"}`:     true,
		`{"Effect":"Deny","Principal":"*","Action":"*"},{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:*"}`:  true,
		`{"Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},"Action":"sts:AssumeRole"}`:                       false,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333","Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`:          false,
		`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`:                                                           false,
		`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`:                                     false,
		`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"a"},{"Effect":"Allow","Principal":"*","Action":"sts:*"}`: false,
		`{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`:                                         false,
		`{"Effect":"Allow","Action":"sts:AssumeRole"}`:                                                                           false,
	} {
		if got := parse(t, one(statement)).OnlyFor(owner); got != want {
			t.Errorf("%s: %v", statement, got)
		}
	}
	if parse(t, one(`{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`)).OnlyFor("") {
		t.Error("a document for a service is for the account without a number")
	}
}
