package authz

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Key is a long-lived access key of root or a user. Its id carries the account, as those of AWS do.
type Key struct {
	// Principal is the id of the owner.
	Principal string
	Secret    string
	// Disabled keys verify nothing and can be enabled again.
	Disabled bool `json:",omitempty"`
}

// Credentials are what a client signs with.
type Credentials struct {
	AccessKeyID, Secret string
	// SessionToken is empty for long-lived keys.
	SessionToken string
}

// Profile renders the credentials as a profile of an AWS credentials file.
func (c Credentials) Profile(name, region string) string {
	text := fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", name, c.AccessKeyID, c.Secret)
	if c.SessionToken != "" {
		text += "aws_session_token = " + c.SessionToken + "\n"
	}
	if region != "" {
		text += "region = " + region + "\n"
	}
	return text
}

// maxKeys is how many keys one principal may have: enough to change them without a gap.
const maxKeys = 2

// The prefixes of our key ids differ from those of AWS, so that nobody and no scanner takes one for the other.
const (
	keyPrefix     = "TKIA"
	sessionPrefix = "TSIA"
)

// CreateKey adds an access key to a user or to root.
func (d *Directory) CreateKey(ctx context.Context, account string, kind Kind, name string) (Credentials, error) {
	if kind == Role {
		return Credentials{}, fault.New(fault.Invalid, "A role has no access keys: assume it.")
	}
	c := newCredentials(d.ids, keyPrefix, account)
	return c, d.store.Write(ctx, func(tx Tx) error {
		p, err := principals.ByName(tx, account, "", uniqueName(kind, name))
		if err != nil {
			return err
		}
		own, err := keysOf(tx, account, p.ID)
		if err != nil {
			return err
		}
		if len(own) >= maxKeys {
			return fault.New(fault.Quota, "The %s %s has %d access keys already, the most allowed: delete one first.", kind, name, maxKeys)
		}
		return keys.Insert(tx, account, "", c.AccessKeyID, "", Key{Principal: p.ID, Secret: c.Secret})
	})
}

// Keys lists the access keys of a principal, without their secrets.
func (d *Directory) Keys(ctx context.Context, account string, kind Kind, name string) ([]docs.Doc[Key], error) {
	var out []docs.Doc[Key]
	err := d.store.Read(ctx, func(tx Tx) error {
		p, err := principals.ByName(tx, account, "", uniqueName(kind, name))
		if err == nil {
			out, err = keysOf(tx, account, p.ID)
		}
		return err
	})
	for i := range out {
		out[i].Value.Secret, out[i].Body = "", nil
	}
	return out, err
}

// EnableKey switches a key on or off.
func (d *Directory) EnableKey(ctx context.Context, accessKeyID string, enabled bool) error {
	return d.store.Write(ctx, func(tx Tx) error {
		account, _ := AccountOf(accessKeyID)
		k, err := keys.Get(tx, account, "", accessKeyID)
		if err != nil {
			return err
		}
		k.Value.Disabled = !enabled
		return keys.Update(tx, k)
	})
}

// DeleteKey removes a key.
func (d *Directory) DeleteKey(ctx context.Context, accessKeyID string) error {
	return d.store.Write(ctx, func(tx Tx) error {
		account, _ := AccountOf(accessKeyID)
		return keys.Delete(tx, account, "", accessKeyID)
	})
}

func keysOf(tx Tx, account, principal string) ([]docs.Doc[Key], error) {
	all, err := keys.All(tx, arn.Scope{Accounts: []string{account}})
	var own []docs.Doc[Key]
	for _, k := range all {
		if k.Value.Principal == principal {
			own = append(own, k)
		}
	}
	return own, err
}

// newCredentials makes a key id and a secret of 240 bits. An id of the source holds at least 62 random bits.
func newCredentials(ids stamp.Source, prefix, account string) Credentials {
	sum := sha256.Sum256([]byte(ids.NewID() + ids.NewID() + ids.NewID() + ids.NewID()))
	return Credentials{
		AccessKeyID: newKeyID(ids, prefix, account),
		Secret:      base64.StdEncoding.EncodeToString(sum[:30]),
	}
}

// newKeyID packs the account and 39 random bits: 80 bits in base32, the account in bits 1 to 40 as AWS has it.
func newKeyID(ids stamp.Source, prefix, account string) string {
	n, _ := strconv.ParseUint(account, 10, 40) // twelve digits, checked when the principal was made
	sum := sha256.Sum256([]byte(ids.NewID()))
	var b [12]byte
	binary.BigEndian.PutUint64(b[:8], n<<23|binary.BigEndian.Uint64(sum[:8])>>41)
	copy(b[8:], sum[8:10])
	return prefix + base32.StdEncoding.EncodeToString(b[:10])
}

// AccountOf tells the account that an access key id names; false when it cannot be one of ours. The first bit
// does not count.
func AccountOf(accessKeyID string) (string, bool) {
	if len(accessKeyID) != 20 {
		return "", false
	}
	b, err := base32.StdEncoding.DecodeString(accessKeyID[4:])
	if err != nil {
		return "", false
	}
	account := fmt.Sprintf("%012d", binary.BigEndian.Uint64(b[:8])<<1>>24)
	return account, arn.ValidAccount(account)
}
