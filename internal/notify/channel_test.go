package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

// postbox is a small SMTP server.
type postbox struct {
	net.Listener
	tls *tls.Config
	// offer says whether STARTTLS is offered, implicit whether connections begin with TLS.
	offer, implicit bool

	mu     sync.Mutex
	refuse bool
	mails  []string
	login  string
	secure []bool
}

func newPostbox(t *testing.T, offer, implicit bool) (*postbox, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &postbox{Listener: l, offer: offer, implicit: implicit, tls: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p, pool
}

func (p *postbox) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	secure := p.implicit
	if secure {
		c = tls.Server(c, p.tls)
	}
	r := bufio.NewReader(c)
	say := func(s string) { _, _ = io.WriteString(c, s+"\r\n") }
	say("220 ready")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			if p.offer && !secure {
				say("250-localhost\r\n250 STARTTLS")
			} else {
				say("250-localhost\r\n250 AUTH PLAIN")
			}
		case "STARTTLS":
			say("220 go")
			c = tls.Server(c, p.tls)
			r, secure = bufio.NewReader(c), true
		case "AUTH":
			p.mu.Lock()
			p.login = strings.TrimPrefix(rest, "PLAIN ")
			p.mu.Unlock()
			say("235 ok")
		case "RCPT":
			p.mu.Lock()
			refuse := p.refuse
			p.mu.Unlock()
			if refuse {
				say("450 later")
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			p.mu.Lock()
			p.mails, p.secure = append(p.mails, b.String()), append(p.secure, secure)
			p.mu.Unlock()
			say("250 kept")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func notice(id string) notify.Notice {
	return notify.Notice{ID: id, Type: "Evidence Request OPEN", Account: account, Assessment: "a", Name: "Prüfung\r\nBcc: x@y.z", Message: "Grüße.\n.\nPunkt", Author: "ana"}
}

func TestMail(t *testing.T) {
	for name, c := range map[string]struct{ offer, implicit bool }{"starttls": {true, false}, "implicit": {false, true}} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			p, pool := newPostbox(t, c.offer, c.implicit)
			_, port, err := net.SplitHostPort(p.Addr().String())
			must(t, err)
			scheme := map[bool]string{false: "smtp", true: "smtps"}[c.implicit]
			m, err := notify.ParseMail(scheme+"://me:s3cret@localhost:"+port, "audit@example.com")
			must(t, err)
			m.TLS = &tls.Config{RootCAs: pool}
			f.MailBy(m)
			must(t, f.SetChannel(t.Context(), notify.Channel{Account: account, Mail: []string{"ana@example.com", "bob@example.com"}}))
			p.refuse = true
			must(t, f.Tell(t.Context(), notice("n1")))
			must(t, f.Tell(t.Context(), notice("n1"))) // told twice, sent once
			if n, err := f.Deliver(t.Context()); n != 0 || err != nil {
				t.Fatalf("%d delivered, %v", n, err)
			}
			p.mu.Lock()
			p.refuse = false
			p.mu.Unlock()
			f.env.Clock.Advance(time.Minute)
			if n, err := f.Deliver(t.Context()); n != 2 || err != nil {
				t.Fatalf("%d delivered, %v", n, err)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			login, _ := base64.StdEncoding.DecodeString(p.login)
			if len(p.mails) != 2 || !p.secure[0] || string(login) != "\x00me\x00s3cret" {
				t.Fatalf("%d mails, secure %v, login %q", len(p.mails), p.secure, login)
			}
			got, err := mail.ReadMessage(strings.NewReader(strings.ReplaceAll(p.mails[0], "\r\n..", "\r\n.")))
			must(t, err)
			subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
			must(t, err)
			body, err := io.ReadAll(quotedprintable.NewReader(got.Body))
			must(t, err)
			if got.Header.Get("Bcc") != "" || !strings.Contains(subject, "Prüfung") || !strings.HasPrefix(string(body), "Grüße.\r\n.\r\nPunkt") || !strings.HasSuffix(got.Header.Get("To"), "@example.com") {
				t.Errorf("mail %q, subject %q, body %q", got.Header, subject, body)
			}
		})
	}
}

// TestMailWithoutTLS: credentials are not sent in the clear to another machine's name, and failures keep no secret.
func TestMailWithoutTLS(t *testing.T) {
	f := open(t)
	p, pool := newPostbox(t, true, false)
	_, port, err := net.SplitHostPort(p.Addr().String())
	must(t, err)
	m, err := notify.ParseMail("smtp://me:s3cret@127.0.0.1:"+port, "audit@example.com")
	must(t, err)
	m.TLS = &tls.Config{RootCAs: pool} // the certificate is not for this name
	f.MailBy(m)
	must(t, f.SetChannel(t.Context(), notify.Channel{Account: account, Mail: []string{"ana@example.com"}}))
	must(t, f.Tell(t.Context(), notice("n1")))
	for range 20 {
		_, err := f.Deliver(t.Context())
		must(t, err)
		f.env.Clock.Advance(9 * time.Hour)
	}
	list, err := f.Undelivered(t.Context(), arn.Scope{Accounts: []string{account}})
	must(t, err)
	if len(list) != 1 || strings.Contains(list[0].LastError, "s3cret") || !strings.Contains(list[0].LastError, "STARTTLS") || p.login != "" {
		t.Errorf("undelivered %+v, login %q", list, p.login)
	}
	for _, bad := range []string{"smtp://", "http://me:s3cret@h", "smtp://me:s3cret@h:x y", "smtp://me:s3cret@h/path", "smtp://h?x=s3cret"} {
		if _, err := notify.ParseMail(bad, "a@b.c"); fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := notify.ParseMail("smtp://h", "Ana <a@b.c>"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("sender: %v", err)
	}
}

func TestWebhookIsSigned(t *testing.T) {
	f := open(t)
	secret := "0123456789abcdef"
	must(t, f.SetChannel(t.Context(), notify.Channel{Account: account, Webhook: f.hook.URL, Secret: secret}))
	must(t, f.SetChannel(t.Context(), notify.Channel{Account: account, Webhook: f.hook.URL})) // keeps the secret
	f.hook.status = http.StatusBadGateway
	must(t, f.Tell(t.Context(), notice("n1")))
	if n, err := f.Deliver(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d delivered, %v", n, err)
	}
	f.hook.mu.Lock()
	f.hook.status = http.StatusOK
	f.hook.mu.Unlock()
	f.env.Clock.Advance(time.Minute)
	if n, err := f.Deliver(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d delivered, %v", n, err)
	}
	r, body := f.hook.got[1], f.hook.bodies[1]
	if got := r.Header.Get(notify.Signature); got != notify.Sign(secret, f.env.Clock.Now(), body) || got == notify.Sign("another secret ..", f.env.Clock.Now(), body) {
		t.Errorf("signature %q", got)
	}
	if !strings.Contains(body, `"type":"Evidence Request OPEN"`) || r.Header.Get("Tickmark-Notice-Id") != "n1" {
		t.Errorf("body %s", body)
	}
	must(t, f.Tell(t.Context(), notice("n2")))
	must(t, f.SetChannel(t.Context(), notify.Channel{Account: account})) // nobody is told any more
	if n, err := f.Deliver(t.Context()); n != 0 || err != nil || len(f.hook.got) != 2 {
		t.Errorf("%d delivered, %v", n, err)
	}
	if c, err := f.Channel(t.Context(), "444455556666"); err != nil || c.Webhook != "" {
		t.Errorf("another account has %+v, %v", c, err)
	}
	other := notice("n3")
	other.Account = "444455556666"
	must(t, f.Tell(t.Context(), other))
	if n, err := f.Pending(t.Context(), arn.Everything()); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}

func TestChannelIsChecked(t *testing.T) {
	f := open(t)
	for field, c := range map[string]notify.Channel{
		"webhookUrl":      {Webhook: "ftp://example.com", Secret: "0123456789abcdef"},
		"webhookUrl ":     {Webhook: "https://u:p@example.com", Secret: "0123456789abcdef"},
		"webhookUrl  ":    {Webhook: "http://10.0.0.1/", Secret: "0123456789abcdef"},
		"webhookSecret":   {Webhook: "https://example.com/"},
		"webhookSecret ":  {Webhook: "https://example.com/", Secret: "short"},
		"webhookSecret  ": {Secret: "0123456789abcdef"},
		"mailRecipients":  {Mail: []string{"Ana <ana@example.com>"}},
		"mailRecipients ": {Mail: []string{"a@b.c\r\nBcc: d@e.f"}},
		"mailRecipients2": {Mail: []string{"a@b.c", "a@b.c"}},
		"mailRecipients3": {Mail: make([]string, 21)},
	} {
		c.Account = account
		err := f.SetChannel(t.Context(), c)
		if e, ok := err.(*fault.Error); !ok || e.Field != strings.Trim(field, " 23") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
