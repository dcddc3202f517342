package anchor

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// authority is a time-stamp authority (RFC 3161).
type authority struct {
	url    string
	clock  stamp.Source
	client *http.Client
}

func (a authority) Name() (kind, where string) { return TimeStamp, a.url }

func (a authority) Keep(ctx context.Context, c ledger.Checkpoint) (Receipt, error) {
	sum := sha256.Sum256(c.Note)
	nonce := make([]byte, 8)
	_, _ = rand.Read(nonce) // never fails: the program stops instead
	question := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Nonce: new(big.Int).SetBytes(nonce), Certificates: true}
	body, err := question.Marshal()
	if err != nil {
		return Receipt{}, err
	}
	_, answer, err := post(ctx, a.client, a.url, "application/timestamp-query", body)
	if err != nil {
		return Receipt{}, err
	}
	stamped, err := parsed(timestamp.ParseResponse, answer)
	if err != nil {
		return Receipt{}, fmt.Errorf("its answer: %w", err)
	}
	if stamped.Nonce == nil || stamped.Nonce.Cmp(question.Nonce) != 0 {
		return Receipt{}, fmt.Errorf("its answer is to another question")
	}
	if _, err := CheckToken(stamped.RawToken, c.Note, nil); err != nil {
		return Receipt{}, err
	}
	return Receipt{At: stamped.Time.UTC(), Reference: "serial " + stamped.SerialNumber.String(), Token: stamped.RawToken}, nil
}

// Stamp is what a time-stamp token says.
type Stamp struct {
	At time.Time
	// Authority is the subject of the certificate that signed; Trusted tells that it leads to one of the given roots.
	Authority string
	Trusted   bool
}

// parsed reads foreign bytes. The libraries' decoder of BER looks beyond the end of some cut documents.
func parsed[T any](parse func([]byte) (T, error), raw []byte) (out T, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it is cut off or not in BER")
		}
	}()
	return parse(raw)
}

// CheckToken checks offline that a token is over a text, and signed by the certificate in it. Whether that certificate is
// an authority's is only known with roots.
func CheckToken(token, text []byte, roots *x509.CertPool) (Stamp, error) {
	t, err := parsed(timestamp.Parse, token)
	if err != nil {
		return Stamp{}, fmt.Errorf("the time-stamp token: %w", err)
	}
	sum := sha256.Sum256(text)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]) {
		return Stamp{}, fmt.Errorf("the time-stamp token is over another text")
	}
	signed, err := parsed(pkcs7.Parse, token)
	if err != nil {
		return Stamp{}, fmt.Errorf("the time-stamp token: %w", err)
	}
	signer := signed.GetOnlySigner() // not any certificate in the token: those may be put there
	if signer == nil || !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return Stamp{}, fmt.Errorf("the time-stamp token is not signed by one certificate for time stamps")
	}
	out := Stamp{At: t.Time.UTC(), Authority: signer.Subject.String()}
	if roots != nil {
		between := x509.NewCertPool()
		for _, c := range t.Certificates {
			between.AddCert(c)
		}
		_, err := signer.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
		out.Trusted = err == nil
	}
	return out, nil
}
