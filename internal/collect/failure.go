package collect

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/automation"
)

// Kind tells why something could not be collected.
type Kind string

// The kinds of failures.
const (
	Denied    Kind = "denied"    // the role may not
	Throttled Kind = "throttled" // the API went on refusing for too many calls
	Disabled  Kind = "disabled"  // the region or the service is not enabled for the account
	Broken    Kind = "failed"    // anything else: the network, a fault of the service, an answer that cannot be read
)

// Failure is what could not be collected.
type Failure struct {
	API  string // "s3:GetBucketPolicy"
	Kind Kind
	Code string // the API's; "" when there was no answer
	Why  string // a sentence with the code
	Err  error
}

func (f *Failure) Error() string { return f.Why }
func (f *Failure) Unwrap() error { return f.Err }

// failure is the Failure of an error; an end that was asked for stays what it is.
func failure(api string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if s, ok := errors.AsType[stop](err); ok {
		return s
	}
	f := &Failure{API: api, Kind: Broken, Why: api + ": " + err.Error(), Err: err}
	if e, ok := errors.AsType[*automation.APIError](err); ok {
		f.Code, f.Why = e.Code, api+": "+e.Code+": "+e.Message
		f.Kind = KindOf(e.Code)
	}
	return f
}

// NotOffered is the code of a call to a service that a region does not have.
const NotOffered = "ServiceNotOffered"

var codes = map[Kind][]string{
	Denied: {
		"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException", "Forbidden", "403", "NotAuthorized", "UnauthorizedException",
		"AllAccessDisabled", "KMSAccessDeniedException", "ExpiredToken", "ExpiredTokenException", "RequestExpired", "SignatureDoesNotMatch",
	},
	Throttled: {
		"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
		"LimitExceededException", "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "TransactionInProgressException", "SlowDown", "EC2ThrottledException",
	},
	Disabled: {
		"OptInRequired", "SubscriptionRequiredException", "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "RegionDisabledException", "InvalidAccessException",
		"UnsupportedOperation", "UnsupportedOperationException", "UnknownOperationException", "InvalidAction", "NotSignedUp", NotOffered,
	},
}

// KindOf is the kind of failure that an API's error code tells.
func KindOf(code string) Kind {
	for kind, list := range codes {
		if slices.Contains(list, code) {
			return kind
		}
	}
	return Broken
}

// absent reports whether an error is one of the codes that mean there is nothing; "Code: part" wants the part in its message.
func absent(err error, list []string) bool {
	e, ok := errors.AsType[*automation.APIError](err)
	return ok && slices.ContainsFunc(list, func(want string) bool {
		code, part, _ := strings.Cut(want, ": ")
		return e.Code == code && strings.Contains(e.Message, part)
	})
}
