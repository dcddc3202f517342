package managed

import (
	"slices"
	"strconv"
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

// compareVersions compares two versions of dotted numbers, as far as both go: 3.13 is as good as 3.13.7. ok is false for
// anything else.
func compareVersions(a, b string) (order int, ok bool) {
	x, okX := versionParts(a)
	y, okY := versionParts(b)
	n := min(len(x), len(y))
	return slices.Compare(x[:n], y[:n]), okX && okY
}

func versionParts(version string) (parts []uint64, ok bool) {
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, true
}
