package courier

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/logfile"
	"github.com/tickmark/tickmark/internal/trails"
)

const (
	keyBits = 2048
	// keyLife is how long a key signs.
	keyLife = 365 * 24 * time.Hour
)

// signer is a key that signs the digests of an account's trails in a Region that end in [From, To). It never leaves the
// store but as a signature.
type signer struct {
	From, To time.Time
	// Private is PKCS #8, Public PKCS #1 in DER.
	Private, Public []byte
}

var signers = docs.Collection[signer]{Kind: "trail-digest-key", Noun: "key of digests"}

// SigningKey is the key that signs, at a time, what else CloudTrail delivers for a place. ListPublicKeys has its public part.
func (c *Courier) SigningKey(ctx context.Context, at trails.Place, end time.Time) (*rsa.PrivateKey, error) {
	return c.signingKey(ctx, at, end)
}

// signingKey is the key for digests that end at a time; the first time it is made.
func (c *Courier) signingKey(ctx context.Context, at trails.Place, end time.Time) (*rsa.PrivateKey, error) {
	found, err := c.signers(ctx, at)
	if err != nil {
		return nil, err
	}
	from := end.Add(-2 * hour) // before the beginning of whatever it signs first
	for _, s := range found {
		if !end.Before(s.From) && end.Before(s.To) {
			return s.key()
		}
		if s.To.After(from) && !s.To.After(end) {
			from = s.To
		}
	}
	k, err := c.NewKey()
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return nil, err
	}
	s := signer{From: from.Truncate(time.Second), To: from.Truncate(time.Second).Add(keyLife), Private: private, Public: logfile.PublicKeyDER(&k.PublicKey)}
	return k, c.Store.Write(ctx, func(tx Tx) error {
		return signers.Insert(tx, at.Account, at.Region, logfile.Fingerprint(&k.PublicKey), "", s)
	})
}

func (s *signer) key() (*rsa.PrivateKey, error) {
	k, err := x509.ParsePKCS8PrivateKey(s.Private)
	if err != nil {
		return nil, fmt.Errorf("a key of digests is damaged in the store: %w", err)
	}
	r, ok := k.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a key of digests in the store is %T", k)
	}
	return r, nil
}

func (c *Courier) signers(ctx context.Context, at trails.Place) (out []signer, err error) {
	err = c.Store.Read(ctx, func(tx Tx) error {
		out = nil
		found, err := signers.All(tx, arn.In(at.Account, at.Region))
		for _, d := range found {
			if d.Account == at.Account && d.Region == at.Region {
				out = append(out, d.Value)
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b signer) int { return a.From.Compare(b.From) })
	return out, err
}

// PublicKey is one that digests are checked with.
type PublicKey struct {
	// DER is PKCS #1.
	DER         []byte
	From, To    time.Time
	Fingerprint string
}

// PublicKeys are those of a place that signed at some moment from start to end; the zero start is an hour before the
// end, the zero end is now. Fault: InvalidTimeRangeException.
func (c *Courier) PublicKeys(ctx context.Context, at trails.Place, start, end time.Time) (out []PublicKey, err error) {
	if end.IsZero() {
		end = c.Clock.Now()
	}
	if start.IsZero() {
		start = end.Add(-hour)
	}
	if start.After(end) {
		return nil, fault.Invalidf("StartTime", "StartTime is after EndTime.").With("InvalidTimeRangeException")
	}
	found, err := c.signers(ctx, at)
	for _, s := range found {
		if s.From.After(end) || s.To.Before(start) {
			continue
		}
		p, err := s.public()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, err
}

func (s *signer) public() (PublicKey, error) {
	k, err := x509.ParsePKCS1PublicKey(s.Public)
	if err != nil {
		return PublicKey{}, fmt.Errorf("a key of digests is damaged in the store: %w", err)
	}
	return PublicKey{s.Public, s.From, s.To, logfile.Fingerprint(k)}, nil
}

// Keys are the public keys of all trails of the installation, to check digests with.
func (c *Courier) Keys(ctx context.Context) (logfile.Keys, error) {
	keys := logfile.Keys{}
	return keys, c.Store.Read(ctx, func(tx Tx) error {
		found, err := signers.All(tx, arn.Everything())
		for _, d := range found {
			if err == nil {
				keys[d.ID], err = x509.ParsePKCS1PublicKey(d.Value.Public)
			}
		}
		return err
	})
}
