package aws

import "testing"

// FuzzCredentialReport: any bytes make rows that have the header's columns, or an error.
func FuzzCredentialReport(f *testing.F) {
	for _, seed := range []string{"", "user\n", "user,arn\nada,x\n", "user,mfa_active,mfa_active\n\"a\",b\n", "user,_a__b\nx,y\n", "\xff,\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, report []byte) {
		users, err := credentialReport(report)
		if err != nil && users != nil {
			t.Errorf("an error and %d users", len(users))
		}
		for _, u := range users {
			if _, ok := u.(map[string]any)["user"]; !ok {
				t.Errorf("a row without a user: %v", u)
			}
		}
	})
}
