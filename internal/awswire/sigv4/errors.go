package sigv4

import (
	"errors"

	"github.com/tickmark/tickmark/internal/fault"
)

// Protocol is a family of services that spell the same failure in the same way.
type Protocol uint8

// The protocols. Paths are encoded twice in all but S3.
const (
	JSON Protocol = iota
	Query
	S3
)

// The failures, by their name in the query protocol or in S3; spell turns them into a protocol's own.
const (
	missing      = "MissingAuthenticationToken"
	incomplete   = "IncompleteSignature"
	incompleteQ  = "AuthorizationQueryParametersError"
	unknownKey   = "InvalidClientTokenId"
	mismatch     = "SignatureDoesNotMatch"
	skewed       = "RequestTimeTooSkewed"
	expired      = "RequestExpired"
	expiredToken = "ExpiredToken"
	hashMismatch = "XAmzContentSHA256Mismatch"
	tooLarge     = "EntityTooLarge"
)

// spellings gives the codes of each protocol where they differ from the constants above.
var spellings = [...]map[string]string{
	JSON: {
		missing: "MissingAuthenticationTokenException", incomplete: "IncompleteSignatureException",
		incompleteQ: "IncompleteSignatureException",
		unknownKey:  "UnrecognizedClientException", mismatch: "InvalidSignatureException",
		skewed: "InvalidSignatureException", expiredToken: "ExpiredTokenException",
		hashMismatch: "InvalidSignatureException", tooLarge: "RequestEntityTooLargeException",
	},
	Query: {incompleteQ: "IncompleteSignature", skewed: "SignatureDoesNotMatch", hashMismatch: "SignatureDoesNotMatch", tooLarge: "RequestEntityTooLarge"},
	S3: {
		missing: "AccessDenied", incomplete: "AuthorizationHeaderMalformed", unknownKey: "InvalidAccessKeyId",
		expired: "AccessDenied",
	},
}

func (p Protocol) spell(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		if code := spellings[p][f.Code]; code != "" {
			f.Code = code
		}
	}
	return err
}

func denied(code, format string, args ...any) error {
	return fault.New(fault.Denied, format, args...).With(code)
}

func malformed(format string, args ...any) error {
	return fault.New(fault.Invalid, format, args...).With(incomplete)
}

func malformedQuery(format string, args ...any) error {
	return fault.New(fault.Invalid, format, args...).With(incompleteQ)
}

// lookupError turns the answer of a Lookup into the failure the client sees; the same sentence for every
// unknown key, so that nothing is learnt about which keys exist.
func lookupError(err error) error {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
		return err
	case f.Code == expiredToken:
		return denied(expiredToken, "The security token included in the request is expired.")
	case f.Kind == fault.NotFound:
		return denied(unknownKey, "The security token included in the request is invalid.")
	}
	return err
}
