package logfile

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/fault"
)

// Keys are public keys by their fingerprints.
type Keys map[string]*rsa.PublicKey

// maxKeys is the longest list of public keys that is read, in bytes.
const maxKeys = 16 << 20

// keyBits are the sizes of keys that are taken.
const (
	minKeyBits = 2048
	maxKeyBits = 8192
)

type keyList struct {
	PublicKeyList []struct {
		Value       []byte
		Fingerprint string
	}
}

// ReadKeys reads what `aws cloudtrail list-public-keys` prints; several outputs may follow one another.
func ReadKeys(r io.Reader) (Keys, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxKeys+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxKeys {
		return nil, fault.Invalidf("public-keys", "The list of public keys has more than %d bytes.", maxKeys)
	}
	keys := Keys{}
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var list keyList
		err := dec.Decode(&list)
		if err == io.EOF {
			break
		}
		if err == nil {
			err = keys.add(list)
		}
		if err != nil {
			return nil, &fault.Error{
				Kind: fault.Invalid, Field: "public-keys", Err: err,
				Message: fmt.Sprintf("The public keys cannot be read: %v. Give the output of `aws cloudtrail list-public-keys --output json`.", err),
			}
		}
	}
	if len(keys) == 0 {
		return nil, fault.Invalidf("public-keys", "There is no public key in the list. Give the output of `aws cloudtrail list-public-keys --output json` for the time of the digests.")
	}
	return keys, nil
}

func (k Keys) add(list keyList) error {
	for i, e := range list.PublicKeyList {
		key, err := x509.ParsePKCS1PublicKey(e.Value)
		if err != nil {
			return fmt.Errorf("PublicKeyList[%d]: %w", i, err)
		}
		if bits := key.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
			return fmt.Errorf("PublicKeyList[%d]: a key of %d bits", i, bits)
		}
		if e.Fingerprint == "" {
			return fmt.Errorf("PublicKeyList[%d]: no Fingerprint", i)
		}
		k[e.Fingerprint] = key
	}
	return nil
}
