package inventory

import "strings"

// FactPrefix begins the types of account facts.
const FactPrefix = "Tickmark::Account::"

// The reserved types of account facts that no configuration snapshot holds; docs/format/account-facts.md describes
// their fields.
const (
	PasswordPolicyType         = "Tickmark::Account::PasswordPolicy"
	SummaryType                = "Tickmark::Account::Summary"
	CredentialReportType       = "Tickmark::Account::CredentialReport"
	EbsEncryptionByDefaultType = "Tickmark::Account::EbsEncryptionByDefault"
	S3PublicAccessBlockType    = "Tickmark::Account::S3PublicAccessBlock"
	ServiceType                = "Tickmark::Account::Service"
	OrganizationType           = "Tickmark::Account::Organization"
	AlternateContactsType      = "Tickmark::Account::AlternateContacts"
	GapType                    = "Tickmark::Account::Gap"
)

// NotCollected is the key of an item's supplementary configuration that says which of its paths could not be read, and
// why: an object from path to reason.
const NotCollected = "Tickmark::NotCollected"

// Global reports whether items of a type, a fact of the account or a part of IAM, always are of no region.
func Global(typ string) bool {
	switch typ {
	case PasswordPolicyType, SummaryType, CredentialReportType, S3PublicAccessBlockType, OrganizationType, AlternateContactsType:
		return true
	}
	return strings.HasPrefix(typ, "AWS::IAM::")
}

// ServiceID is the resource id of the state of one AWS service in an account and region.
func ServiceID(account, service string) string { return account + "/" + service }

// EverythingGap is the `what` of a gap over a whole account: its role cannot be assumed, its region not be called.
const EverythingGap = "account"

// Uncollected says why a path of the item could not be read; "" when it was, or is absent. Paths are those of rules'
// fields.
func (it *Item) Uncollected(path string) string {
	if !it.marked {
		return ""
	}
	path = strings.ReplaceAll(path, "[]", "")
	for p, why := range it.supplementary.Get(NotCollected).Members {
		if rest, ok := strings.CutPrefix(path, p); ok && (rest == "" || rest[0] == '.') {
			return why.Str()
		}
	}
	return ""
}

// GapID is the resource id of a note about something that could not be collected.
func GapID(account, what string) string { return account + "/" + what }
