package managed

import "strings"

// The account facts (docs/format/account-facts.md).
const (
	factPasswordPolicy      = "Tickmark::Account::PasswordPolicy"
	factSummary             = "Tickmark::Account::Summary"
	factCredentialReport    = "Tickmark::Account::CredentialReport"
	factEbsDefault          = "Tickmark::Account::EbsEncryptionByDefault"
	factS3PublicAccessBlock = "Tickmark::Account::S3PublicAccessBlock"
)

// sameKey reports whether a KMS key's ARN or id means the wanted one, which may be an ARN or a bare id.
func sameKey(got, want string) bool {
	return got != "" && (got == want || strings.HasSuffix(got, ":key/"+want) || strings.HasSuffix(want, ":key/"+got))
}
