package inventory

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
	GapType                    = "Tickmark::Account::Gap"
)

// NotCollected is the key of an item's supplementary configuration that says which of its paths could not be read, and
// why: an object from path to reason.
const NotCollected = "Tickmark::NotCollected"

// ServiceID is the resource id of the state of one AWS service in an account and region.
func ServiceID(account, service string) string { return account + "/" + service }

// GapID is the resource id of a note about something that could not be collected.
func GapID(account, what string) string { return account + "/" + what }
