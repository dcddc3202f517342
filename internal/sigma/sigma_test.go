package sigma_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/sigma"
	"github.com/tickmark/tickmark/internal/trail"
)

const header = "title: T\nid: r-1\nlogsource: {product: aws, service: cloudtrail}\n"

func event(t *testing.T) *trail.Event {
	t.Helper()
	e, err := trail.Decode([]byte(`{"eventTime":"2024-03-05T08:00:00Z","eventID":"e1","awsRegion":"eu-west-1","recipientAccountId":"111122223333",
		"eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","errorCode":null,"sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2.0 (Kali)",
		"userIdentity":{"type":"IAMUser","userName":"ana","arn":"arn:aws:iam::111122223333:user/ana"},
		"requestParameters":{"userName":"bob","size":42,"items":[{"cidr":"10.0.0.0/8"},{"cidr":"0.0.0.0/0"}],"star":"a*b"},"responseElements":{"accessKey":{"userName":"BOB"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return &e
}

func TestMatches(t *testing.T) {
	e := event(t)
	for detection, want := range map[string]bool{
		"a: {eventName: createaccesskey}\n  condition: a":                                                                true,
		"a: {eventName|cased: createaccesskey}\n  condition: a":                                                          false,
		"a: {eventName: [PutUser, CreateAccessKey]}\n  condition: a":                                                     true,
		"a: {eventName: Create*Key, eventSource: iam.amazonaws.com}\n  condition: a":                                     true,
		"a: {eventName: 'Create????ssKey'}\n  condition: a":                                                              true,
		"a: {eventName: 'Create?Key'}\n  condition: a":                                                                   false,
		"a: {requestParameters.star: 'a\\*b'}\n  condition: a":                                                           true,
		"a: {requestParameters.star: 'a\\?b'}\n  condition: a":                                                           false,
		"a: {requestParameters.items.cidr: 0.0.0.0/0}\n  condition: a":                                                   true,
		"a: {requestParameters.size: 42}\n  condition: a":                                                                true,
		"a: {requestParameters.size|gte: 43}\n  condition: a":                                                            false,
		"a: {requestParameters.size|lt: 43}\n  condition: a":                                                             true,
		"a: {requestParameters|contains: '\"cidr\":\"10.'}\n  condition: a":                                              true,
		"a: {userAgent|contains|all: [kali, aws-cli]}\n  condition: a":                                                   true,
		"a: {userAgent|contains|all: [kali, boto]}\n  condition: a":                                                      false,
		"a: {userAgent|contains: [kali, boto]}\n  condition: a":                                                          true,
		"a: {userAgent|startswith: AWS}\n  condition: a":                                                                 true,
		"a: {userAgent|endswith: 'kali)'}\n  condition: a":                                                               true,
		"a: {userAgent|re: '^aws.*Kali'}\n  condition: a":                                                                true,
		"a: {userAgent|re: '^AWS'}\n  condition: a":                                                                      false,
		"a: {userAgent|re|i: '^AWS'}\n  condition: a":                                                                    true,
		"a: {sourceIPAddress|cidr: 203.0.113.0/24}\n  condition: a":                                                      true,
		"a: {sourceIPAddress|cidr: [10.0.0.0/8, '2001:db8::/32']}\n  condition: a":                                       false,
		"a: {errorCode: null}\n  condition: a":                                                                           true,
		"a: {errorMessage: null}\n  condition: a":                                                                        true,
		"a: {eventName: null}\n  condition: a":                                                                           false,
		"a: {errorCode|exists: true}\n  condition: a":                                                                    true,
		"a: {nothing|exists: false}\n  condition: a":                                                                     true,
		"a: {nothing|exists: true}\n  condition: a":                                                                      false,
		"a: {requestParameters.userName|fieldref: responseElements.accessKey.userName}\n  condition: a":                  true,
		"a: {requestParameters.userName|fieldref|cased: responseElements.accessKey.userName}\n  condition: a":            false,
		"a: {requestParameters.userName|fieldref: userIdentity.userName}\n  condition: a":                                false,
		"a: {eventName|neq: PutUser}\n  condition: a":                                                                    true,
		"a: [kali, nothing]\n  condition: a":                                                                             true,
		"a: [nothing]\n  condition: a":                                                                                   false,
		"a:\n    - eventName: X\n    - eventName: CreateAccessKey\n  condition: a":                                       true,
		"a: {eventName: CreateAccessKey}\n  f: {userIdentity.userName: ana}\n  condition: a and not f":                   false,
		"a: {eventName: CreateAccessKey}\n  f: {userIdentity.userName: eve}\n  condition: a and not f":                   true,
		"sel_a: {eventName: X}\n  sel_b: {eventName: CreateAccessKey}\n  condition: 1 of sel_*":                          true,
		"sel_a: {eventName: X}\n  sel_b: {eventName: CreateAccessKey}\n  condition: all of sel_*":                        false,
		"a: {eventName: X}\n  b: {eventName: CreateAccessKey}\n  condition: 1 of them":                                   true,
		"a: {eventName: X}\n  b: {eventName: CreateAccessKey}\n  c: {eventName: Y}\n  condition: b and not (a or c)":     true,
		"a: {eventName: X}\n  b: {eventName: CreateAccessKey}\n  c: {eventName: Y}\n  condition: not a and (not b or c)": false,
		"a: {eventName: X}\n  b: {eventName: CreateAccessKey}\n  condition: [a, b]":                                      true,
		"a: {eventName: X}\n  b: {eventName: CreateAccessKey}\n  condition: a or b and a":                                false,
	} {
		r, err := sigma.Parse([]byte(header + "detection:\n  " + detection + "\n"))
		if err != nil {
			t.Errorf("%s: %v", detection, err)
			continue
		}
		if got := r.Matches(sigma.NewEvent(e)); got != want {
			t.Errorf("%v: %s", got, detection)
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", "[]": "mapping", "title: T": "logsource",
		"logsource: {product: aws, service: cloudtrail}\ndetection: {a: {b: c}, condition: a}": "no title",
		"title: T\nlogsource: {product: windows, service: x}":                                  "not for CloudTrail",
		header:                            "no detection",
		header + "detection: {a: {b: c}}": "no condition",
		header + "detection: {a: {b: c}, condition: x}":                                `no search "x"`,
		header + "detection: {a: {b: c}, condition: a and}":                            "ends where a search",
		header + "detection: {a: {b: c}, condition: (a}":                               "not closed",
		header + "detection: {a: {b: c}, condition: a a}":                              "not expected",
		header + "detection: {a: {b: c}, condition: 'a | count() > 5'}":                "aggregations",
		header + "detection: {a: {b: c}, condition: 1 of x*}":                          "no search is named like",
		header + "detection: {a: {b|base64: c}, condition: a}":                         `"base64" is not offered`,
		header + "detection: {a: {b|contains|re: c}, condition: a}":                    "does not go with",
		header + "detection: {a: {b|re: '(?=x)'}, condition: a}":                       "regular expression",
		header + "detection: {a: {b|cidr: here}, condition: a}":                        "range of addresses",
		header + "detection: {a: {b|gt: many}, condition: a}":                          "takes a number",
		header + "detection: {a: {b|exists: 1}, condition: a}":                         "true or false",
		header + "detection: {a: {}, condition: a}":                                    "empty",
		header + "detection: {a: {b: []}, condition: a}":                               "no value",
		header + "detection: {a: {b: {c: d}}, condition: a}":                           "not a mapping",
		header + "level: urgent\ndetection: {a: {b: c}, condition: a}":                 "urgent",
		header + "correlation: {}\n":                                                   "correlation",
		header + "detection: {a: {b: c}, condition: " + strings.Repeat("(", 60) + "a}": "nested deeper",
		"title: " + strings.Repeat("x", 300<<10):                                       "larger than",
	} {
		_, err := sigma.Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: %v, want %q", text, err, want)
		}
	}
	_, err := sigma.Parse([]byte(header + "detection:\n  a:\n    b|base64: c\n  condition: a\n"))
	if err == nil || !strings.HasPrefix(err.Error(), "line 6:") {
		t.Errorf("the line of a mistake: %v", err)
	}
}

// TestFinding: a match is a finding that the hub takes, the same each time.
func TestFinding(t *testing.T) {
	r, err := sigma.Parse([]byte(header + "level: high\ndescription: D\ntags: [attack.persistence, attack.t1098]\nreferences: ['https://example.com/x']\ndetection: {a: {eventName: CreateAccessKey}, condition: a}"))
	if err != nil {
		t.Fatal(err)
	}
	e := event(t)
	raw, err := r.Finding(e)
	if err != nil {
		t.Fatal(err)
	}
	f, err := finding.Decode(raw, "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := r.Finding(e)
	if string(raw) != string(again) || f.Account != "111122223333" {
		t.Errorf("%+v", f)
	}
	for _, want := range []string{`"Id":"sigma/r-1/e1"`, `"Label":"HIGH"`, `"Types":["TTPs/Persistence"]`, `"Type":"AwsIamUser","Id":"bob"`, `"SourceUrl":"https://example.com/x"`, `"tickmark/EventName":"CreateAccessKey"`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in %s", want, raw)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header + "detection:\n  a: {eventName|contains: [x, 'y*?']}\n  b: [k]\n  condition: 1 of them and not (a or b)\n")
	f.Add(header + "detection: {a: {b|re|i: '(x'}, condition: a}")
	e, err := trail.Decode([]byte(`{"eventTime":"2024-03-05T08:00:00Z","eventID":"e","eventName":"N","recipientAccountId":"111122223333"}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := sigma.Parse([]byte(text))
		if err != nil {
			return
		}
		_ = r.Matches(sigma.NewEvent(&e))
		if raw, err := r.Finding(&e); err != nil || len(raw) == 0 {
			t.Error(fmt.Sprint(err))
		}
	})
}
