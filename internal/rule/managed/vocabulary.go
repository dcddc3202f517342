package managed

import (
	"strings"
	"time"
)

// The account facts (docs/format/account-facts.md).
const (
	factPasswordPolicy      = "Tickmark::Account::PasswordPolicy"
	factSummary             = "Tickmark::Account::Summary"
	factCredentialReport    = "Tickmark::Account::CredentialReport"
	factEbsDefault          = "Tickmark::Account::EbsEncryptionByDefault"
	factS3PublicAccessBlock = "Tickmark::Account::S3PublicAccessBlock"
	factService             = "Tickmark::Account::Service"
	factPublicSnapshots     = "Tickmark::Account::EbsPublicSnapshots"
	factProtectedResource   = "Tickmark::Account::ProtectedResource"
	factOrganization        = "Tickmark::Account::Organization"
	factAlternateContacts   = "Tickmark::Account::AlternateContacts"
)

// sameKey reports whether a KMS key's ARN or id means the wanted one, which may be an ARN or a bare id.
func sameKey(got, want string) bool {
	return got != "" && (got == want || strings.HasSuffix(got, ":key/"+want) || strings.HasSuffix(want, ":key/"+got))
}

// transitionTime reads the time in an instance's reason for its state: "User initiated (2026-01-02 03:04:05 GMT)".
func transitionTime(reason string) (time.Time, bool) {
	_, rest, ok := strings.Cut(reason, "(")
	if !ok {
		return time.Time{}, false
	}
	text, _, _ := strings.Cut(rest, " GMT)")
	t, err := time.Parse(time.DateTime, text)
	return t, err == nil
}
