package bucket

import (
	"errors"
	"net/http"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/wire"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
)

// sorts are S3's errors that only the owner of the channel or of the bucket can mend, by their codes.
var sorts = map[string]fault.Kind{
	"NoSuchBucket": fault.NotFound, "NotFound": fault.NotFound, "InvalidBucketName": fault.NotFound,
	"AccessDenied": fault.Denied, "AllAccessDisabled": fault.Denied, "AccountProblem": fault.Denied, "Forbidden": fault.Denied,
	"InvalidAccessKeyId": fault.Denied, "SignatureDoesNotMatch": fault.Denied, "InvalidToken": fault.Denied, "ExpiredToken": fault.Denied,
	"AccessControlListNotSupported": fault.Denied,
	"KeyTooLongError":               fault.Invalid, "InvalidURI": fault.Invalid, "XMinioInvalidObjectName": fault.Invalid,
}

// told is S3's error as a fault with S3's code. What is not the owner's to mend is Unavailable.
func (s *S3) told(f delivery.File, err error) error {
	if own, ok := errors.AsType[*fault.Error](err); ok {
		return own
	}
	api, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return &fault.Error{Kind: fault.Unavailable, Code: "ServiceUnavailable", Err: err, Message: "The S3 endpoint of the bucket " + f.Bucket + " does not answer. It is tried again; see to it that it can be reached"}
	}
	e := &fault.Error{Kind: fault.Unavailable, Code: api.Code, Err: err, Message: "The bucket " + f.Bucket + " did not take " + f.Key + ": S3 answers " + api.Code + ": " + clip(api.Message)}
	switch kind, known := sorts[e.Code]; {
	case f.KMSKeyARN != "" && aboutKey(api):
		e.Kind, e.Field = fault.Invalid, "s3KmsKeyArn"
	case known:
		if e.Kind = kind; kind == fault.Invalid {
			e.Field = "s3KeyPrefix"
		}
	case api.Status == http.StatusForbidden:
		e.Kind = fault.Denied
	}
	return e
}

// aboutKey reports whether S3 cannot encrypt with the key, or cannot encrypt with keys at all.
func aboutKey(e *wire.Error) bool {
	switch e.Code {
	case "NotImplemented", "KMSNotConfigured", "InvalidEncryptionAlgorithmError":
		return true
	case "InvalidArgument", "InvalidRequest":
		return strings.Contains(strings.ToLower(e.Message), "kms")
	default:
		return strings.HasPrefix(e.Code, "KMS.") || strings.HasPrefix(e.Code, "Kms")
	}
}

// clip keeps a foreign text short.
func clip(s string) string {
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return s
}
