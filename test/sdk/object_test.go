package sdk_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// s3 asks the face for objects, signed by the SDK's signer, and gives the status and the body.
func (k *kit) s3(region, method, path, body string) (int, string) {
	k.Helper()
	return k.signed("s3", region, method, path, body, nil, time.Now())
}

// signed sends any request with a good signature of the given time.
func (k *kit) signed(service, region, method, path, body string, header map[string]string, at time.Time) (int, string) {
	k.Helper()
	req, err := http.NewRequestWithContext(k.Context(), method, k.env.URL+path, strings.NewReader(body))
	k.ok(err)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	keys := aws.Credentials{AccessKeyID: k.env.Credentials.AccessKeyID, SecretAccessKey: k.env.Credentials.Secret}
	k.ok(v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" }).SignHTTP(k.Context(), keys, req, hash, service, region, at))
	resp, err := http.DefaultClient.Do(req)
	k.ok(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	k.ok(err)
	return resp.StatusCode, string(answer)
}
