package notify

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Targets says where webhooks may be sent. The zero value allows public addresses only: messages are written by users,
// and the server must not become their way into its own network.
type Targets struct {
	// Allow lists networks that may be reached although they are not public, such as 127.0.0.0/8 in tests.
	Allow []netip.Prefix
}

// timeout bounds one attempt, from the connection to the end of the answer.
const timeout = 5 * time.Second

// reserved are networks that are not public beyond what netip knows.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// check refuses addresses that are neither public nor allowed.
func (t Targets) check(ip netip.Addr) error {
	ip = ip.Unmap()
	for _, p := range t.Allow {
		if p.Contains(ip) {
			return nil
		}
	}
	public := ip.IsGlobalUnicast() && !ip.IsPrivate()
	for _, p := range reserved {
		public = public && !p.Contains(ip)
	}
	if !public {
		return fmt.Errorf("%s is not a public address: allow its network in the configuration to deliver there", ip)
	}
	return nil
}

// checkHost refuses what can be refused before a name is looked up.
func (t Targets) checkHost(host string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		return t.check(ip.WithZone(""))
	}
	if strings.EqualFold(host, "localhost") {
		return t.check(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	return nil
}

// client is an HTTP client that checks each address after the name was looked up and before it connects, so that a
// name that changes its mind gets nowhere. It follows no redirects and uses no proxy.
func (t Targets) client() *http.Client {
	dialer := &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return t.check(a.Addr().WithZone(""))
	}}
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, MaxIdleConnsPerHost: atOnce, ForceAttemptHTTP2: true},
	}
}

// send posts one delivery; any answer but 2xx is a failure.
func send(ctx context.Context, client *http.Client, v due) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.endpoint, strings.NewReader(v.Value.Body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/plain; charset=UTF-8")
	r.Header.Set("User-Agent", "Tickmark notification service")
	r.Header.Set("X-Amz-Sns-Message-Type", v.Value.Type)
	r.Header.Set("X-Amz-Sns-Message-Id", v.Value.Message)
	r.Header.Set("X-Amz-Sns-Topic-Arn", v.Value.Subscription[:strings.LastIndex(v.Value.Subscription, ":")])
	if v.Value.Type == typeNotification {
		r.Header.Set("X-Amz-Sns-Subscription-Arn", v.Value.Subscription)
	}
	if v.Value.Raw {
		r.Header.Set("X-Amz-Sns-Rawdelivery", "true")
	}
	return accepted(client, r)
}

// accepted makes the request of a delivery; any answer but 2xx is a failure.
func accepted(client *http.Client, r *http.Request) error {
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the endpoint answered %s", resp.Status)
	}
	return nil
}
