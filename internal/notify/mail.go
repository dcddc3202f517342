package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Mail is the server that mails leave by. The zero value sends none.
type Mail struct {
	// Host and Port are the server's; Implicit says that TLS begins with the connection (smtps).
	Host, Port string
	Implicit   bool
	// User and Password may be empty. They are sent over TLS only, or to this machine.
	User, Password string
	// From is the sender's address.
	From string
	// TLS replaces the system's trust; for tests.
	TLS *tls.Config
}

// ParseMail reads smtp://USER:PASSWORD@HOST:PORT, or smtps:// where TLS begins with the connection. Its errors never hold
// the URL, which has a password in it.
func ParseMail(address, from string) (Mail, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return Mail{}, fault.Invalidf("smtp-url", "The address of the mail server must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start.")
	}
	a, err := mail.ParseAddress(from)
	if err != nil || a.Address != from {
		return Mail{}, fault.Invalidf("mail-from", "%q is not a plain mail address: mails need a sender such as audit@example.com.", from)
	}
	m := Mail{Host: u.Hostname(), Port: u.Port(), Implicit: u.Scheme == "smtps", User: u.User.Username(), From: from}
	m.Password, _ = u.User.Password()
	if m.Port == "" {
		m.Port = map[bool]string{false: "587", true: "465"}[m.Implicit]
	}
	return m, nil
}

// mailTimeout bounds one mail, from the connection to the server's last word.
const mailTimeout = 30 * time.Second

// send delivers one mail. A server that offers STARTTLS is spoken to over TLS; credentials go no other way.
func (m Mail) send(ctx context.Context, v *Delivery) error {
	if m.Host == "" {
		return errors.New("no mail server is configured: start with --smtp-url")
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(m.Host, m.Port))
	if err != nil {
		return err
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return err
		}
	}
	trust := &tls.Config{}
	if m.TLS != nil {
		trust = m.TLS.Clone()
	}
	trust.ServerName, trust.MinVersion = m.Host, tls.VersionTLS12
	if m.Implicit {
		conn = tls.Client(conn, trust)
	}
	c, err := smtp.NewClient(conn, m.Host)
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, _ := c.Extension("STARTTLS"); ok && !m.Implicit {
		if err := c.StartTLS(trust); err != nil {
			return fmt.Errorf("STARTTLS: %w", err)
		}
	}
	if m.User != "" {
		if err := c.Auth(smtp.PlainAuth("", m.User, m.Password, m.Host)); err != nil {
			return fmt.Errorf("log in to the mail server: %w", err)
		}
	}
	return m.hand(c, v)
}

// hand gives the server the mail.
func (m Mail) hand(c *smtp.Client, v *Delivery) error {
	to := strings.TrimPrefix(v.To, toMail)
	if err := c.Mail(m.From); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	text, err := m.compose(to, v)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// compose writes the mail. What comes from people stands in the encoded subject and body only, so that it cannot add a
// header. The Message-ID is the notice's, so that a mail that comes twice is seen to be one.
func (m Mail) compose(to string, v *Delivery) ([]byte, error) {
	var b bytes.Buffer
	subject := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, v.Subject)
	for _, h := range [][2]string{
		{"From", m.From},
		{"To", to},
		{"Subject", mime.QEncoding.Encode("utf-8", subject)},
		{"Date", v.Queued.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + v.Message + "@tickmark." + m.From[strings.LastIndexByte(m.From, '@')+1:] + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	if _, err := q.Write([]byte(v.Body)); err != nil {
		return nil, err
	}
	return b.Bytes(), q.Close()
}
