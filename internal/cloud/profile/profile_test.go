package profile_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/profile"
)

// aws plays the hosts that the SDK asks for credentials: STS and the portal of IAM Identity Center. It is reached as a
// proxy, under a certificate of its own, so that the SDK goes where it would go.
type aws struct {
	mu    sync.Mutex
	hosts []string
	asked []string
}

var played = &aws{}

// TestMain sets the proxy before the first request: net/http reads it once.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		panic(err)
	}
	secure, bundle := played.serve(dir)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { played.connect(w, r, secure.Listener.Addr().String()) }))
	for name, v := range map[string]string{
		"HTTPS_PROXY": proxy.URL, "HTTP_PROXY": "", "NO_PROXY": "", "AWS_CA_BUNDLE": bundle, "HOME": dir, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"),
	} {
		_ = os.Setenv(name, v)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "https_proxy", "no_proxy"} {
		_ = os.Unsetenv(name)
	}
	code := m.Run()
	proxy.Close()
	secure.Close()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// serve starts the TLS server and writes its certificate.
func (a *aws) serve(dir string) (s *httptest.Server, bundle string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "aws"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"*.amazonaws.com", "*.us-east-1.amazonaws.com", "*.eu-west-1.amazonaws.com", "*.sso.eu-west-1.amazonaws.com"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	bundle = filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	s = httptest.NewUnstartedServer(a)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	return s, bundle
}

// connect joins a client to the server, whatever host it wants.
func (a *aws) connect(w http.ResponseWriter, r *http.Request, to string) {
	a.mu.Lock()
	a.hosts = append(a.hosts, r.Host)
	a.mu.Unlock()
	there, err := net.Dial("tcp", to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
	go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
}

func (a *aws) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.asked = append(a.asked, r.URL.Path+" "+r.Header.Get("X-Amz-Sso_bearer_token")+" "+string(body))
	a.mu.Unlock()
	expires := time.Now().Add(time.Hour)
	if strings.HasPrefix(r.URL.Path, "/federation/credentials") {
		fmt.Fprintf(w, `{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":%d}}`, expires.UnixMilli())
		return
	}
	for _, action := range []string{"AssumeRoleWithWebIdentity", "AssumeRole"} {
		if strings.Contains(string(body), "Action="+action+"&") {
			_, name, _ := strings.Cut(string(body), "role%2F")
			name, _, _ = strings.Cut(name, "&")
			fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>ASIA%[2]s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
				action, name, expires.UTC().Format(time.RFC3339))
			return
		}
	}
	w.WriteHeader(http.StatusBadRequest)
}

func (a *aws) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hosts, a.asked = nil, nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// cached is the file of a session of IAM Identity Center.
func cached(t *testing.T, of, startURL string, expires time.Time) {
	t.Helper()
	sum := sha1.Sum([]byte(of))
	write(t, filepath.Join(os.Getenv("HOME"), ".aws/sso/cache", hex.EncodeToString(sum[:])+".json"),
		fmt.Sprintf(`{"startUrl":%q,"region":"eu-west-1","accessToken":"token-of-%s","expiresAt":%q}`, startURL, of, expires.UTC().Format(time.RFC3339)))
}

const files = `[default]
region = eu-west-1
[profile static]
region = eu-west-1
[profile chain]
role_arn = arn:aws:iam::111122223333:role/last
source_profile = middle
external_id = chained
[profile middle]
role_arn = arn:aws:iam::111122223333:role/middle
source_profile = static
[profile web]
role_arn = arn:aws:iam::111122223333:role/web
web_identity_token_file = %[1]s/token
[profile process]
credential_process = cat %[1]s/process.json
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile old-sso]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Reader
[profile expired]
sso_start_url = https://expired.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Reader
`

// Each kind of credentials is found, also in an environment that sends every service to Tickmark: nothing goes there.
func TestKindsOfCredentials(t *testing.T) {
	home := os.Getenv("HOME")
	write(t, os.Getenv("AWS_CONFIG_FILE"), fmt.Sprintf(files, home))
	write(t, os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n[static]\naws_access_key_id = AKIASTATIC\naws_secret_access_key = s\n")
	write(t, filepath.Join(home, "token"), "web-token")
	write(t, filepath.Join(home, "process.json"), `{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s"}`)
	cached(t, "corp", "https://corp.awsapps.com/start", time.Now().Add(time.Hour))
	cached(t, "https://old.awsapps.com/start", "https://old.awsapps.com/start", time.Now().Add(time.Hour))
	cached(t, "https://expired.awsapps.com/start", "https://expired.awsapps.com/start", time.Now().Add(-time.Hour))
	tickmark := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("Tickmark was called: %s", r.URL) }))
	t.Cleanup(tickmark.Close)
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"} {
		t.Setenv(name, tickmark.URL)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "TKIAOWN")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	for _, c := range []struct {
		profile, key, region string
		asked                []string // of each request, in order
		fails                string
	}{
		{profile: "", key: "AKIADEFAULT", region: "eu-west-1"},
		{profile: "static", key: "AKIASTATIC", region: "eu-west-1"},
		{profile: "chain", key: "ASIAlast", region: "us-east-1", asked: []string{"role%2Fmiddle", "ExternalId=chained"}},
		{profile: "web", key: "ASIAweb", region: "us-east-1", asked: []string{"WebIdentityToken=web-token"}},
		{profile: "process", key: "AKIAPROCESS", region: "us-east-1"},
		{profile: "sso", key: "ASIASSO", region: "us-east-1", asked: []string{"token-of-corp"}},
		{profile: "old-sso", key: "ASIASSO", region: "us-east-1", asked: []string{"token-of-https://old"}},
		{profile: "expired", fails: "expired"},
		{profile: "missing", fails: "--profile"},
	} {
		t.Run(c.profile, func(t *testing.T) {
			played.reset()
			credentials, region, err := profile.Load(t.Context(), c.profile)
			var key string
			if err == nil {
				v, failed := credentials.Retrieve(t.Context())
				key, err = v.AccessKeyID, failed
			}
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("%v, want %s", err, c.fails)
				}
				return
			}
			if err != nil || key != c.key || region != c.region {
				t.Errorf("%s in %s, %v; want %s in %s", key, region, err, c.key, c.region)
			}
			if len(played.asked) != len(c.asked) {
				t.Fatalf("asked %q", played.asked)
			}
			for i, want := range c.asked {
				if !strings.Contains(played.asked[i], want) {
					t.Errorf("asked %q, want %s", played.asked[i], want)
				}
			}
			for _, h := range played.hosts {
				if !strings.HasSuffix(h, ".amazonaws.com:443") {
					t.Errorf("%s was called", h)
				}
			}
		})
	}
}
