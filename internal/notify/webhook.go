package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Signature is the header that proves who sent a notice: t=SECONDS,v1=HEX, where HEX is the HMAC-SHA256 of "SECONDS.BODY"
// with the channel's secret. Receivers refuse old times, so that a notice cannot be played again.
const Signature = "Tickmark-Signature"

// Sign is the value of the header.
func Sign(secret string, at time.Time, body string) string {
	t := strconv.FormatInt(at.Unix(), 10)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "." + body))
	return "t=" + t + ",v1=" + hex.EncodeToString(h.Sum(nil))
}

// post sends a notice to a channel's webhook.
func post(ctx context.Context, client *http.Client, c Channel, v *Delivery, now time.Time) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Webhook, strings.NewReader(v.Body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Tickmark notification service")
	r.Header.Set("Tickmark-Notice-Id", v.Message)
	r.Header.Set("Tickmark-Notice-Type", v.Type)
	r.Header.Set(Signature, Sign(c.Secret, now, v.Body))
	return accepted(client, r)
}
