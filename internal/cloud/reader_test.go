package cloud

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/fault"
)

// reader is a Reader whose calls, but for those that tell whose its keys are, are answered by a function.
func reader(t *testing.T, answer http.HandlerFunc) Reader {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		r.Form = nil
		r.Body = io.NopCloser(strings.NewReader(string(b)))
		if strings.Contains(string(b), "Action=GetCallerIdentity&") {
			(&fake{}).ServeHTTP(w, r)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	c, err := New(Config{EndpointURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	c.source = static("AKIASOURCE")
	return Reader{c}
}

var here = collect.Place{Account: account, Region: region}

// TestPages: listings of every kind of token are read to their end, and counted.
func TestPages(t *testing.T) {
	for _, c := range []struct {
		api     string
		answers []string // by what the request must hold: "token => answer"
		list    string
		want    string
	}{
		{"ec2:DescribeVolumes", []string{
			`<R><volumeSet><item><volumeId>a</volumeId></item></volumeSet><nextToken>t&amp;1</nextToken></R>`,
			`NextToken=t%261 => <R><volumeSet><item><volumeId>b</volumeId></item></volumeSet><nextToken/></R>`,
		}, "Volumes[].VolumeId", "a b"},
		{"kms:ListKeys", []string{
			`{"Keys":[{"KeyId":"a"}],"NextMarker":"m","Truncated":true}`, `"Marker":"m" => {"Keys":[{"KeyId":"b"}],"NextMarker":"n","Truncated":false}`,
		}, "Keys[].KeyId", "a b"},
		{"wafv2:ListWebACLs", []string{`{"WebACLs":[{"Name":"a"}],"NextMarker":"m"}`, `"NextMarker":"m" => {"WebACLs":[{"Name":"b"}]}`}, "WebACLs[].Name", "a b"},
		{"route53:ListHostedZones", []string{
			`<R><HostedZones><HostedZone><Id>/hostedzone/A</Id></HostedZone></HostedZones><IsTruncated>true</IsTruncated><NextMarker>A1</NextMarker></R>`,
			`marker=A1 => <R><HostedZones/><IsTruncated>false</IsTruncated></R>`,
		}, "HostedZones[].Id", "/hostedzone/A"},
		{"s3:ListObjectVersions", []string{
			`<R><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker><Version><Key>a</Key></Version></R>`,
			`key-marker=k&version-id-marker=v => <R><IsTruncated>false</IsTruncated><Version><Key>b</Key></Version></R>`,
		}, "Versions[].Key", "a b"},
	} {
		t.Run(c.api, func(t *testing.T) {
			asked := 0
			r := reader(t, func(w http.ResponseWriter, req *http.Request) {
				b, _ := io.ReadAll(req.Body)
				want, answer, ok := strings.Cut(c.answers[asked], " => ")
				if !ok {
					want, answer = "", want
				}
				if sent := req.URL.RawQuery + string(b); !strings.Contains(sent, want) {
					t.Errorf("page %d: sent %s, want %s", asked, sent, want)
				}
				asked++
				_, _ = io.WriteString(w, answer)
			})
			in := collect.Object{}
			switch c.api {
			case "s3:ListObjectVersions":
				in["Bucket"] = "b"
			case "wafv2:ListWebACLs":
				in["Scope"] = "REGIONAL"
			}
			at := here
			if c.api == "route53:ListHostedZones" {
				at.Region = "us-east-1" // global services are in their home region alone
			}
			var got []string
			err := r.Pages(t.Context(), at, c.api, in, func(o collect.Object) error {
				got = append(got, collect.Texts(o, c.list)...)
				return nil
			})
			if err != nil || strings.Join(got, " ") != c.want || asked != len(c.answers) {
				t.Errorf("%v after %d calls, %v", got, asked, err)
			}
			if s := r.Stats()[c.api]; s.Calls != len(c.answers) || s.Errors != 0 {
				t.Errorf("counted %+v", s)
			}
		})
	}
}

// A listing that leads back to its own page is an error, not without end.
func TestPagesInACircle(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"WebACLs":[],"NextMarker":"m"}`)
	})
	n := 0
	err := r.Pages(t.Context(), here, "wafv2:ListWebACLs", collect.Object{"Scope": "REGIONAL"}, func(collect.Object) error { n++; return nil })
	if err == nil || !strings.Contains(err.Error(), "same page") || n > 2 {
		t.Errorf("%v after %d pages", err, n)
	}
}

// Throttled calls of collectors are made until AWS is content.
func TestPatience(t *testing.T) {
	n := 0
	r := reader(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n <= 3 {
			w.Header().Set("X-Amzn-Errortype", "TooManyRequestsException")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, `{"Keys":[]}`)
	})
	if _, err := r.Call(t.Context(), here, "kms:ListKeys", nil); err != nil {
		t.Fatal(err)
	}
	if s := r.Stats()["kms:ListKeys"]; s.Calls != 4 || s.Throttles != 3 {
		t.Errorf("counted %+v", s)
	}
}

// TestReaderErrors: what AWS says is an APIError, also when it is about the role.
func TestReaderErrors(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		if strings.Contains(string(b), "Action=AssumeRole&") {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"__type":"com.amazonaws.kms#NotFoundException","message":"no such key"}`)
	})
	_, err := r.Call(t.Context(), here, "kms:DescribeKey", collect.Object{"KeyId": "k"})
	if e, ok := errors.AsType[*automation.APIError](err); !ok || e.Code != "NotFoundException" || e.Message != "no such key" || e.Retryable {
		t.Errorf("%#v", err)
	}
	_, err = r.Call(t.Context(), collect.Place{Account: account, Region: region, Role: role}, "kms:DescribeKey", collect.Object{"KeyId": "k"})
	e, ok := errors.AsType[*automation.APIError](err)
	if f, isFault := errors.AsType[*fault.Error](err); !ok || !isFault || f.Type != "role" || f.Kind != fault.Denied || e.Code != "AccessDenied" || e.Service != "sts" {
		t.Errorf("%#v", err)
	}
	_, err = r.Call(t.Context(), here, "kms:DescribeKey", nil)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Invalid {
		t.Errorf("%#v", err)
	}
}

// TestNotOffered: a service that a region does not have is not called there.
func TestNotOffered(t *testing.T) {
	r := reader(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	_, err := r.Call(t.Context(), here, "shield:GetSubscriptionState", nil)
	if e, ok := errors.AsType[*automation.APIError](err); !ok || e.Code != collect.NotOffered {
		t.Errorf("%v", err)
	}
}
