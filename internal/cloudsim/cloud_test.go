package cloudsim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/cloudsim"
	"github.com/tickmark/tickmark/internal/stamp"
)

// ask makes a request as AWS's clients do, but for the signature, and gives the status and the body.
func ask(t *testing.T, address, key, region, api string, in map[string]string) (int, string) {
	t.Helper()
	service, name, _ := strings.Cut(api, ":")
	op := models.Find(service, name)
	if op == nil {
		t.Fatalf("%s is no operation of the models", api)
	}
	uri, body := op.URI, ""
	header := http.Header{"Authorization": {fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0", key, region, op.Service.SigningName)}}
	switch op.Service.Protocol {
	case "json":
		header.Set("X-Amz-Target", op.Service.TargetPrefix+"."+name)
		b, _ := json.Marshal(in)
		body = string(b)
	case "query", "ec2":
		form := url.Values{"Action": {name}, "Version": {op.Service.Version}}
		for k, v := range in {
			form.Set(k, v)
		}
		body = form.Encode()
	default:
		more := url.Values{}
		for k, v := range in {
			if strings.Contains(uri, "{"+k+"}") {
				uri = strings.ReplaceAll(uri, "{"+k+"}", url.PathEscape(v))
			} else {
				more.Set(k, v)
			}
		}
		if len(more) > 0 {
			uri += "?" + more.Encode()
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), op.Method, address+uri, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(b)
}

const key = "AKIAIOSFODNN7EXAMPLE"

func cloud(t *testing.T, c cloudsim.Config) (*cloudsim.Cloud, string) {
	t.Helper()
	s := cloudsim.NewCloud(c)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// TestPages: a listing in pages has every resource once, in whatever protocol.
func TestPages(t *testing.T) {
	_, address := cloud(t, cloudsim.Config{Resources: 20000, Regions: []string{"us-east-1", "eu-west-1"}})
	for api, c := range map[string]struct{ mark, token, next string }{
		"logs:DescribeLogGroups":     {`"logGroupName":`, "nextToken", `"nextToken":"`},
		"ec2:DescribeVolumes":        {"<volumeId>vol-", "NextToken", "<nextToken>"},
		"lambda:ListFunctions":       {`"FunctionName":`, "Marker", `"NextMarker":"`},
		"rds:DescribeDBInstances":    {"<DbiResourceId>", "Marker", "<Marker>"},
		"cloudwatch:DescribeAlarms":  {`"AlarmName":`, "NextToken", `"NextToken":"`},
		"sqs:ListQueues":             {"queue-", "NextToken", `"NextToken":"`},
		"dynamodb:ListTables":        {"table-", "ExclusiveStartTableName", `"LastEvaluatedTableName":"`},
		"organizations:ListAccounts": {`"Email":`, "NextToken", `"NextToken":"`},
	} {
		want := map[string]int{
			"logs:DescribeLogGroups": 1500, "ec2:DescribeVolumes": 1100, "lambda:ListFunctions": 800, "rds:DescribeDBInstances": 100,
			"cloudwatch:DescribeAlarms": 1200, "sqs:ListQueues": 400, "dynamodb:ListTables": 250, "organizations:ListAccounts": 1,
		}[api]
		in, got := map[string]string{}, 0
		for page := 0; ; page++ {
			status, body := ask(t, address, key, "us-east-1", api, in)
			if status != http.StatusOK || page > 100 {
				t.Fatalf("%s: page %d: %d %.200s", api, page, status, body)
			}
			if got += strings.Count(body, c.mark); api == "ec2:DescribeVolumes" {
				got -= strings.Count(body, "<attachmentSet>") // which name the volume again
			}
			_, rest, more := strings.Cut(body, c.next)
			if !more {
				break
			}
			in[c.token], _, _ = strings.Cut(strings.NewReplacer(`"`, "<").Replace(rest), "<")
		}
		if got != want {
			t.Errorf("%s lists %d, want %d", api, got, want)
		}
	}
}

// TestDetails: every detail call of the table answers, or says that there is none, in a form that its model knows.
func TestDetails(t *testing.T) {
	_, address := cloud(t, cloudsim.Config{Resources: 20000, Regions: []string{"us-east-1"}})
	for _, d := range cloudsim.Details() {
		value := map[string]string{
			"Bucket": "bucket-3", "FunctionName": "fn-3", "QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/queue-3", "TopicArn": "arn:aws:sns:us-east-1:1:topic-3", "TableName": "table-3",
			"ResourceArn": "arn:aws:sns:us-east-1:1:topic-3", "Resource": "arn:aws:lambda:us-east-1:1:function:fn-3", "KeyId": "00000000-0000-4000-8000-000000000003", "repositoryName": "repository-3", "resourceArn": "arn:aws:ecr:us-east-1:1:repository/repository-3",
		}[d.Key]
		status, body := ask(t, address, key, "us-east-1", d.API, map[string]string{d.Key: value})
		switch {
		case d.Absent == "" && status != http.StatusOK:
			t.Errorf("%s: %d %s", d.API, status, body)
		case d.Absent != "" && (status != http.StatusNotFound || !strings.Contains(body, d.Absent) && !strings.Contains(body, "There is none")):
			t.Errorf("%s: %d %s", d.API, status, body)
		}
		if status, body = ask(t, address, key, "us-east-1", d.API, map[string]string{d.Key: "nobody"}); status == http.StatusOK {
			t.Errorf("%s of what is not there: %s", d.API, body)
		}
	}
}

// TestRates: calls beyond a limit are throttled in the service's own words; time fills the bucket again.
func TestRates(t *testing.T) {
	clock := stamp.NewFixed(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	s, address := cloud(t, cloudsim.Config{Resources: 1000, Limited: true, Clock: clock})
	for i := range 10 {
		if status, body := ask(t, address, key, "us-east-1", "logs:DescribeLogGroups", nil); status != http.StatusOK {
			t.Fatalf("call %d: %d %s", i, status, body)
		}
	}
	if status, body := ask(t, address, key, "us-east-1", "logs:DescribeLogGroups", nil); status != http.StatusBadRequest || !strings.Contains(body, "ThrottlingException") {
		t.Errorf("the eleventh call in a second: %d %s", status, body)
	}
	if status, _ := ask(t, address, key, "eu-west-1", "logs:DescribeLogGroups", nil); status != http.StatusOK {
		t.Errorf("another region has its own limit, and answers %d", status)
	}
	clock.Advance(500 * time.Millisecond)
	if status, _ := ask(t, address, key, "us-east-1", "logs:DescribeLogGroups", nil); status != http.StatusOK {
		t.Errorf("half a second later: %d", status)
	}
	if taken, denied := s.Calls(); taken != 12 || denied != 1 {
		t.Errorf("%d taken, %d denied", taken, denied)
	}
	if least, by := s.Bound(); least != 100*time.Millisecond || !strings.HasPrefix(by, "logs:DescribeLogGroups us-east-1") {
		t.Errorf("bound %s by %s", least, by)
	}
}

// TestAccounts: roles of accounts are assumed, but for the broken ones; the keys lead to the account.
func TestAccounts(t *testing.T) {
	s, address := cloud(t, cloudsim.Config{Accounts: 30, Broken: 3, Resources: 100})
	role := func(account string) map[string]string {
		return map[string]string{"RoleArn": "arn:aws:iam::" + account + ":role/TickmarkCollector", "RoleSessionName": "scan"}
	}
	broken := s.BrokenAccounts()
	if len(broken) != 3 {
		t.Fatal(broken)
	}
	if status, body := ask(t, address, key, "us-east-1", "sts:AssumeRole", role(broken[0])); status != http.StatusForbidden || !strings.Contains(body, "AccessDenied") {
		t.Errorf("a broken role: %d %s", status, body)
	}
	status, body := ask(t, address, key, "us-east-1", "sts:AssumeRole", role("200000000007"))
	_, rest, _ := strings.Cut(body, "<AccessKeyId>")
	theirs, _, _ := strings.Cut(rest, "<")
	if status != http.StatusOK || theirs == "" {
		t.Fatal(status, body)
	}
	if _, body = ask(t, address, theirs, "us-east-1", "sts:GetCallerIdentity", nil); !strings.Contains(body, "<Account>200000000007</Account>") {
		t.Error(body)
	}
	if status, body = ask(t, address, key, "af-south-1", "ec2:DescribeVolumes", nil); status != http.StatusUnauthorized || !strings.Contains(body, "AuthFailure") {
		t.Errorf("a region that is not enabled: %d %s", status, body)
	}
}

// TestNotSimulated: what nobody wrote an answer for is an error unless it is a listing.
func TestNotSimulated(t *testing.T) {
	_, address := cloud(t, cloudsim.Config{Resources: 100})
	if status, body := ask(t, address, key, "us-east-1", "ec2:DescribeVpnConnections", nil); status != http.StatusOK || !strings.Contains(body, "DescribeVpnConnectionsResponse") {
		t.Errorf("a listing of what the account has not: %d %s", status, body)
	}
	if status, body := ask(t, address, key, "us-east-1", "iam:GetPolicy", map[string]string{"PolicyArn": "arn:aws:iam::1:policy/a"}); status != http.StatusNotImplemented || !strings.Contains(body, "NotSimulated") {
		t.Errorf("%d %s", status, body)
	}
}
