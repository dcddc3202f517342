package compliance

import (
	"crypto/sha256"
	"encoding/hex"
)

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// shortID is the random part of an id such as config-rule-x7k2p9, drawn from a fresh unique id.
func (p *Program) shortID(n int) string {
	sum := sha256.Sum256([]byte(p.ids.NewID()))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(b)
}

// digest is a short hexadecimal name of some texts.
func digest(parts ...string) string {
	h := sha256.New()
	for _, s := range parts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
