// Package sts serves the AWS Security Token Service over the principals of package authz: GetCallerIdentity,
// AssumeRole and GetSessionToken.
//
// Known to differ: a session cannot be narrowed by a policy, so requests that carry one are refused instead of getting
// more than they asked for; there are no MFA devices; session tags and external ids are accepted and have no effect.
package sts
