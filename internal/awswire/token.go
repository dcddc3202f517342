package awswire

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Tokens makes and reads page tokens. A token is opaque (sealed with AES-GCM under a nonce that follows from what is
// sealed) and good only for the operation, the other parameters, and the caller's account and region it was made for.
type Tokens struct {
	aead cipher.AEAD
	mac  []byte
}

// maxToken is the length every service's token shape allows.
const maxToken = 1000

// NewTokens derives its keys from a secret, which must stay the same as long as tokens shall stay good.
func NewTokens(secret []byte) *Tokens {
	block, err := aes.NewCipher(derive(secret, "page token cipher"))
	if err != nil { // only a wrong key length
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &Tokens{aead: aead, mac: derive(secret, "page token nonce")}
}

func derive(secret []byte, label string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(label))
	return h.Sum(nil)
}

// Seal makes the token that continues an operation at cursor. query is the operation's input: its paging members
// (NextToken, MaxResults, Limit ...) may change from page to page, all others are bound into the token.
func (t *Tokens) Seal(ctx context.Context, op string, query, cursor any) (string, error) {
	bound, err := binding(ctx, op, query)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(cursor)
	if err != nil {
		return "", fmt.Errorf("page token of %s: %w", op, err)
	}
	h := hmac.New(sha256.New, t.mac)
	h.Write(bound)
	h.Write(text)
	nonce := h.Sum(nil)[:t.aead.NonceSize()]
	token := base64.StdEncoding.EncodeToString(t.aead.Seal(nonce, nonce, text, bound))
	if len(token) > maxToken {
		return "", fmt.Errorf("page token of %s: %d characters, more than %d", op, len(token), maxToken)
	}
	return token, nil
}

// Open reads a token into cursor and tells whether there was one: the empty token means the first page. A token that
// was altered, or made for something else, is a fault.
func (t *Tokens) Open(ctx context.Context, op, token string, query, cursor any) (bool, error) {
	if token == "" {
		return false, nil
	}
	bound, err := binding(ctx, op, query)
	if err != nil {
		return false, err
	}
	sealed, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(sealed) < t.aead.NonceSize() {
		return false, badToken(errors.New("not a token"))
	}
	n := t.aead.NonceSize()
	text, err := t.aead.Open(nil, sealed[:n], sealed[n:], bound)
	if err != nil {
		return false, badToken(err)
	}
	if err := json.Unmarshal(text, cursor); err != nil {
		return false, badToken(err)
	}
	return true, nil
}

func badToken(err error) error {
	f := fault.Invalidf("nextToken", "The page token is not valid for this request. Pass the token of the last answer "+
		"unchanged, with the same other parameters, or none to start over.").With("InvalidNextTokenException")
	f.Err = err
	return f
}

// binding is a digest of all a token belongs to.
func binding(ctx context.Context, op string, query any) ([]byte, error) {
	c := CallerFrom(ctx)
	text, err := json.Marshal([]any{op, c.Account, c.Region, withoutPaging(query)})
	if err != nil {
		return nil, fmt.Errorf("page token of %s: %w", op, err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// pagingMembers may differ between the pages of one query.
var pagingMembers = []string{"nexttoken", "maxresults", "limit", "maxitems", "pagesize", "paginationtoken", "marker"}

// withoutPaging returns a copy of a structure without its paging members; anything else as it is.
func withoutPaging(query any) any {
	v := reflect.Indirect(reflect.ValueOf(query))
	if !v.IsValid() || v.Kind() != reflect.Struct {
		return query
	}
	rest := reflect.New(v.Type()).Elem()
	rest.Set(v)
	for _, name := range pagingMembers {
		field := rest.FieldByNameFunc(func(n string) bool { return strings.ToLower(n) == name })
		if field.IsValid() && field.CanSet() {
			field.SetZero()
		}
	}
	return rest.Interface()
}
