package invocation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Claim is what a result token says: whose verdicts it lets a function give, and until when.
type Claim struct {
	Account  string `json:"a"`
	Region   string `json:"r"`
	Rule     string `json:"i"` // its id
	Revision string `json:"v"`
	Expires  int64  `json:"e"` // seconds
}

// life is how long a function may take to give its verdicts.
const life = 24 * time.Hour

// Tokens makes and reads result tokens.
type Tokens struct{ key []byte }

// NewTokens derives its key from a secret, which must stay the same as long as tokens shall stay good.
func NewTokens(secret []byte) *Tokens {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("result token"))
	return &Tokens{h.Sum(nil)}
}

// Make signs a claim that is good from now on.
func (t *Tokens) Make(c Claim, now time.Time) (string, error) {
	c.Expires = now.Add(life).Unix()
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(text) + "." + base64.RawURLEncoding.EncodeToString(t.sign(text)), nil
}

func (t *Tokens) sign(text []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write(text)
	return h.Sum(nil)
}

// Read checks a token. Fault: InvalidResultTokenException.
func (t *Tokens) Read(token string, now time.Time) (c Claim, err error) {
	body, signature, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return c, badToken("It is not a token of an event that a rule's function was sent.")
	}
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(given, t.sign(text)) || json.Unmarshal(text, &c) != nil {
		return c, badToken("It is not a token of an event that a rule's function was sent.")
	}
	if now.Unix() > c.Expires {
		return c, badToken("It has expired: verdicts must be given within a day.")
	}
	return c, nil
}

// Foreign is the fault of a token that was made for another account or region than the caller's.
func Foreign(c Claim) error {
	return badToken("It belongs to a rule of the account " + c.Account + " in " + c.Region + ": call AWS Config there.")
}

func badToken(why string) error {
	return fault.Invalidf("ResultToken", "The result token is not valid. %s Pass on the token of the event, or TestMode to try a function out.", why).With("InvalidResultTokenException")
}
