package connect

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/fault"
)

// What AWS answers, and what to do about it, in one place.

// identityFault is about the credentials themselves: without them no account can be reached.
func identityFault(c Connection, err error) error {
	profile := "the default profile"
	if c.Profile != "" {
		profile = "profile " + c.Profile
	}
	remedy := "Check the keys with: aws sts get-caller-identity" + profileFlag(c.Profile) + "."
	switch said := err.Error(); {
	case contains(said, "ExpiredToken", "InvalidGrantException", "SSO session has expired", "sso login", "cached SSO token", "token has expired"):
		remedy = "Sign in anew: aws sso login" + profileFlag(c.Profile) + "."
	case fault.KindOf(err) != fault.Internal:
		return err // says it itself: no credentials, or Tickmark's own
	case code(err) == "":
		return &fault.Error{Kind: fault.Unavailable, Err: err, Message: "AWS could not be reached. Check the network, the proxy (HTTPS_PROXY), and --endpoint-url"}
	case contains(said, "InvalidClientTokenId", "SignatureDoesNotMatch"):
		remedy = "The keys are not AWS's, or are not active any more: make new ones, or give another --profile."
	}
	return &fault.Error{Kind: fault.Denied, Err: err, Message: fmt.Sprintf("AWS does not accept the credentials of %s. %s", profile, remedy)}
}

func profileFlag(name string) string {
	if name == "" {
		return ""
	}
	return " --profile " + name
}

// organizationFault is about listing the organization.
func organizationFault(err error, home Identity) error {
	f := &fault.Error{Kind: fault.Unavailable, Err: err, Message: "The accounts of the organization could not be listed"}
	switch c := code(err); {
	case c == "AWSOrganizationsNotInUseException":
		f.Kind = fault.Invalid
		f.Message = fmt.Sprintf("The account %s is in no organization. Leave --org out, or give a --profile of the management account.", home.Account)
	case denied(c):
		f.Kind = fault.Denied
		f.Message = fmt.Sprintf("%s may not list the organization. Use a --profile of the management account or of a delegated administrator that is allowed organizations:ListAccounts ('tickmark policy caller' prints the policy)", home.ARN)
	}
	return f
}

func unitFault(unit string, err error) error {
	switch code(err) {
	case "ParentNotFoundException", "InvalidInputException":
		return &fault.Error{Kind: fault.Invalid, Field: "ous", Err: err, Message: fmt.Sprintf("There is no organizational unit %s. List them with: aws organizations list-organizational-units-for-parent", unit)}
	}
	return &fault.Error{Kind: fault.Unavailable, Err: err, Message: fmt.Sprintf("The accounts of the organizational unit %s could not be listed", unit)}
}

// denied reports whether a code says that the caller is not allowed to.
func denied(code string) bool {
	return slices.Contains([]string{
		"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException",
		"NotAuthorized", "NotAuthorizedException", "UnauthorizedException", "ForbiddenException", "Forbidden", "403", "AccessDeniedForDependencyException",
	}, code)
}

// closed reports whether a code says that a region is not enabled for the account.
func closed(code string) bool {
	return slices.Contains([]string{"AuthFailure", "OptInRequired", "InvalidClientTokenId", "UnrecognizedClientException", "RegionDisabledException", "SubscriptionRequiredException"}, code)
}

// answer is what AWS said: the code and the message.
func answer(err error) (code, message string) {
	if e, ok := errors.AsType[*automation.APIError](err); ok {
		return e.Code, clipText(e.Message)
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Err != nil {
		return "", clipText(f.Err.Error())
	}
	return "", clipText(err.Error())
}

// clipText keeps an answer of the cloud to a line.
func clipText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 600 {
		s = s[:600] + "..."
	}
	return s
}

// assumeFailed reports whether an error is about the role and not about what was asked with it.
func assumeFailed(err error) bool {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Denied && f.Type == "role" {
		return true
	}
	e, ok := errors.AsType[*automation.APIError](err)
	return ok && strings.EqualFold(e.Service, "sts") && strings.HasPrefix(e.API, "Assume")
}

// roleRemedy is what to do about a role that cannot be assumed.
func roleRemedy(c Connection, home Identity, a Account, said string) string {
	switch {
	case contains(said, "service control policy"):
		return "A service control policy of the organization denies sts:AssumeRole on this account: except " + a.Role + " in it."
	case contains(said, "no identity-based policy allows"):
		return home.ARN + " is not allowed to assume roles: attach the policy that 'tickmark policy caller" + roleFlag(c) + "' prints to it."
	case a.Management && a.ID != home.Account:
		return "A StackSet does not reach the management account. Deploy the role there by itself: " + deploy(c, home, "cloudformation")
	}
	id := "asks for an external id: give it with --external-id"
	if c.ExternalID != "" {
		id = "asks for another external id"
	}
	format := "cloudformation"
	if c.Organization {
		format = "stackset"
	}
	return fmt.Sprintf("The role does not exist there, does not trust %s, or %s. Deploy it with: %s", principal(home), id, deploy(c, home, format))
}

// deploy is the command that prints a template of the role. The external id is not told.
func deploy(c Connection, home Identity, format string) string {
	s := "tickmark policy collector --format " + format + " --principal " + principal(home) + roleFlag(c)
	if c.ExternalID != "" {
		s += " --external-id ..."
	}
	if p := home.Partition(); p != "aws" && p != "" {
		s += " --partition " + p
	}
	return s
}

func roleFlag(c Connection) string {
	if c.Role == "" {
		return ""
	}
	return " --role " + c.Role
}

// principal is an identity as trust policies name it: of a session, the role it was taken from.
func principal(i Identity) string {
	rest, ok := strings.CutPrefix(i.ARN, "arn:"+i.Partition()+":sts::"+i.Account+":assumed-role/")
	if !ok {
		return i.ARN
	}
	role, _, _ := strings.Cut(rest, "/")
	if strings.HasPrefix(role, "AWSReservedSSO_") {
		// roles of IAM Identity Center lie under a path that the session's ARN does not tell
		return "arn:" + i.Partition() + ":iam::" + i.Account + ":root"
	}
	return "arn:" + i.Partition() + ":iam::" + i.Account + ":role/" + role
}

// permissionRemedy is what to do about actions that are missing.
func permissionRemedy(c Connection, a Account, missing []Permission) string {
	by := map[string]bool{}
	for _, m := range missing {
		by[m.By] = true
	}
	var parts []string
	if by["service control policy"] {
		parts = append(parts, "Allow the actions in the service control policies of the account.")
	}
	if by["permissions boundary"] {
		parts = append(parts, "Allow the actions in the permissions boundary of the role.")
	}
	if by["explicit deny"] {
		parts = append(parts, "A policy denies the actions explicitly: take them out of it.")
	}
	if by["policy"] {
		to := a.Role
		if to == "" {
			to = "the credentials of the connection"
		}
		types := ""
		if len(c.Types) > 0 {
			types = " --types " + strings.Join(c.Types, ",")
		}
		parts = append(parts, fmt.Sprintf("Attach to %s what 'tickmark policy collector%s' prints.", to, types))
	}
	return strings.Join(parts, " ")
}

func contains(s string, any ...string) bool {
	return slices.ContainsFunc(any, func(a string) bool { return strings.Contains(s, a) })
}
