// Package sigv4 verifies AWS Signature Version 4 on incoming requests: the Authorization header, presigned
// URLs, and the chunked uploads of S3. It recomputes the signature from what the request itself says was
// signed and compares in constant time; secrets come from a function, so it knows no store. It promises that
// a body read to io.EOF without an error is the body that was signed (or that its signer declared unsigned).
package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// MaxSkew is how far the clock of a signer may be from ours.
const MaxSkew = 5 * time.Minute

// MaxExpires is the longest life of a presigned URL.
const MaxExpires = 7 * 24 * time.Hour

// defaultExpires is the life of a presigned URL that does not state one, as STS handles it.
const defaultExpires = 15 * time.Minute

const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeLayout = "20060102T150405Z"
)

// Identity is what a verified (or, from Scope, only parsed) request says about its signer.
type Identity struct {
	AccessKeyID string
	// SessionToken is the token of temporary credentials; empty for long-lived keys.
	SessionToken string
	// Region and Service are those of the credential scope; routing rests on them.
	Region, Service string
	// SignedAt is the time the signer claims.
	SignedAt time.Time
	// Presigned is set for the query form.
	Presigned bool
}

// Verifier verifies requests; P is what the caller knows a principal by. It is safe for concurrent use.
type Verifier[P any] struct {
	// Lookup finds the secret and the principal of an access key. It returns a fault of kind NotFound for a key
	// that is unknown, switched off or does not go with the token, and one with code ExpiredToken for a session
	// that is over; any other error is passed through.
	Lookup func(ctx context.Context, accessKeyID, sessionToken string) (secret string, principal P, err error)
	// Protocol tells how a service of the credential scope spells error codes and encodes paths; nil means S3
	// for "s3" and JSON for all others.
	Protocol func(service string) Protocol
	// MaxBody limits the body in bytes; 0 means 10 MiB. It is held in memory.
	MaxBody int64
	// MaxObject limits the decoded body of requests to S3, which are streamed; 0 means MaxBody.
	MaxObject int64
}

// Verify checks the request's signature at the time now. On success the request's body is replaced: by the
// bytes read and compared with their hash, or, for S3, by a reader that compares while it is read and fails in
// place of io.EOF.
func (v Verifier[P]) Verify(r *http.Request, now time.Time) (Identity, P, error) {
	var none P
	sig, err := parse(r)
	proto := v.protocol(sig.Service)
	if err != nil {
		return Identity{}, none, proto.spell(err)
	}
	if err := sig.checkTime(now, proto); err != nil {
		return Identity{}, none, proto.spell(err)
	}
	secret, principal, err := v.Lookup(r.Context(), sig.AccessKeyID, sig.SessionToken)
	if err != nil {
		return Identity{}, none, proto.spell(lookupError(err))
	}
	body, err := planBody(r, sig, proto, v.maxBody(proto))
	if err != nil {
		return Identity{}, none, proto.spell(err)
	}
	key := signingKey(secret, sig.date, sig.Region, sig.Service)
	if err := sig.compare(r, key, body.declared, proto); err != nil {
		return Identity{}, none, proto.spell(err)
	}
	body.replace(r, &chain{key: key, at: sig.atText, scope: sig.scope(), prev: sig.sum, proto: proto})
	return sig.Identity, principal, nil
}

func (v Verifier[P]) protocol(service string) Protocol {
	if v.Protocol != nil {
		return v.Protocol(service)
	}
	if service == "s3" {
		return S3
	}
	return JSON
}

func (v Verifier[P]) maxBody(proto Protocol) int64 {
	switch {
	case proto == S3 && v.MaxObject > 0:
		return v.MaxObject
	case v.MaxBody > 0:
		return v.MaxBody
	}
	return 10 << 20
}

// Scope parses the credential of a request without verifying anything: for routing, and for servers that
// accept any credentials. ok is false when the request carries no complete signature.
func Scope(r *http.Request) (id Identity, ok bool) {
	sig, err := parse(r)
	return sig.Identity, err == nil
}

// Unframe replaces the body of a chunked S3 upload by its content without checking signatures, for servers
// that accept any credentials. Checksums in trailers and the declared length are still checked.
func Unframe(r *http.Request, maxBody int64) error {
	form := r.Header.Get(hashHeader)
	if !isStreaming(form) {
		return nil
	}
	b, err := planStream(r, form, maxBody)
	if err != nil {
		return S3.spell(err)
	}
	b.replace(r, &chain{proto: S3})
	return nil
}

// compare recomputes the signature over the canonical request. A path with empty or dot segments is tried as
// sent first and then normalised, because signers differ there (S3 never normalises).
func (s signature) compare(r *http.Request, key []byte, payloadHash string, proto Protocol) error {
	query, err := canonicalQuery(r.URL.RawQuery, s.Presigned)
	if err != nil {
		return err
	}
	headers := canonicalHeaders(r, s.headers)
	paths, err := canonicalPaths(r.URL.EscapedPath(), proto)
	if err != nil {
		return err
	}
	for _, path := range paths {
		request := r.Method + "\n" + path + "\n" + query + "\n" + headers + "\n" + s.headerList + "\n" + payloadHash
		sum := sha256.Sum256([]byte(request))
		want := hmacHex(key, algorithm+"\n"+s.atText+"\n"+s.scope()+"\n"+hex.EncodeToString(sum[:]))
		if hmac.Equal([]byte(want), []byte(s.sum)) {
			return nil
		}
	}
	return denied(mismatch, "The request signature we calculated does not match the signature you provided. "+
		"Check your AWS Secret Access Key and signing method.")
}

// signingKey derives the key of one day, region and service from a secret.
func signingKey(secret, date, region, service string) []byte {
	key := hmacSum([]byte("AWS4"+secret), date)
	key = hmacSum(key, region)
	key = hmacSum(key, service)
	return hmacSum(key, "aws4_request")
}

func hmacSum(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}

func hmacHex(key []byte, data string) string { return hex.EncodeToString(hmacSum(key, data)) }
