package cloudtrail_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	dataapi "github.com/tickmark/tickmark/internal/awsapi/cloudtraildata"
	organizationsapi "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
	traildata "github.com/tickmark/tickmark/internal/sample/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/cloudtrail"
	"github.com/tickmark/tickmark/internal/service/cloudtraildata"
	"github.com/tickmark/tickmark/internal/service/organizations"
	"github.com/tickmark/tickmark/internal/service/servicetest"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func registry(p cloudtrail.Parts, clock stamp.Source) *awswire.Registry {
	p.Tokens = awswire.NewTokens([]byte("test"))
	r := awswire.NewRegistry(awswire.Config{Stamp: clock}, api.Service, organizationsapi.Service, dataapi.Service)
	cloudtrail.New(p).Register(r)
	return r
}

// history is what the stories look up: six events of one morning.
func history(t *testing.T) trail.Store {
	t.Helper()
	m := trailtest.NewMemory()
	var b trail.Batch
	for i, fields := range []string{
		`"eventName":"CreateUser","eventSource":"iam.amazonaws.com","readOnly":false,"requestParameters":{"userName":"bob"},"userIdentity":{"type":"IAMUser","userName":"ana","accessKeyId":"AKIAANA"}`,
		`"eventName":"PutBucketPolicy","eventSource":"s3.amazonaws.com","readOnly":false,"userIdentity":{"type":"AssumedRole","principalId":"AROA:deploy","accessKeyId":"ASIADEPLOY"},"resources":[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}]`,
		`"eventName":"DescribeInstances","eventSource":"ec2.amazonaws.com","readOnly":true,"userIdentity":{"type":"IAMUser","userName":"ana","accessKeyId":"AKIAANA"}`,
		`"eventName":"GetObject","eventSource":"s3.amazonaws.com","readOnly":true,"managementEvent":false,"eventCategory":"Data","userIdentity":{"type":"IAMUser","userName":"ana"}`,
		`"eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com","userIdentity":{"type":"Root"}`,
		`"eventType":"AwsCloudTrailInsight","eventCategory":"Insight","insightDetails":{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com"}`,
	} {
		e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":"2024-03-05T08:00:%02dZ","eventID":"id-%d","awsRegion":"eu-west-1","recipientAccountId":"111122223333",%s}`, i, i, fields))
		if err != nil {
			t.Fatal(err)
		}
		b.Events = append(b.Events, e)
	}
	if _, err := m.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestStories(t *testing.T) {
	servicetest.Run(t, "testdata", func(t *testing.T) servicetest.Env {
		env := storetest.Open(t)
		p := cloudtrail.Parts{Events: history(t), Tokens: awswire.NewTokens([]byte("test"))}
		org := organization.New(store.For(env.DB, func(tx *store.Tx) organization.Tx { return tx }), env.Clock, servicetest.Account)
		openTrails(t, &p, env, org)
		openLake(t, &p, env, org)
		r := registry(p, env.Clock)
		organizations.New(org, p.Tokens).Register(r)
		cloudtraildata.New(p.Lake).Register(r)
		return servicetest.Env{Registry: r, Services: []*awswire.Service{api.Service, organizationsapi.Service, dataapi.Service}, Clock: env.Clock, Work: p.Lake.Work}
	})
}

// TestRealLogs pages through an hour of real logs and gets each record once, with its bytes.
func TestRealLogs(t *testing.T) {
	m := trailtest.NewMemory()
	if _, err := (&trail.Importer{Store: m, Clock: stamp.System}).FS(t.Context(), traildata.FS, traildata.Invictus); err != nil {
		t.Fatal(err)
	}
	r := registry(cloudtrail.Parts{Events: m}, stamp.System)
	const account = "123837392027" // the records' account; the folder's was not anonymised with them
	seen, token, last := map[string]bool{}, "", 1e12
	for {
		body, err := json.Marshal(map[string]any{"StartTime": "2023-07-10T11:00:00Z", "EndTime": 1688993880, "NextToken": token})
		if token == "" {
			body, err = []byte(`{"StartTime":"2023-07-10T11:00:00Z","EndTime":1688993880}`), nil
		}
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "CloudTrail_20131101.LookupEvents")
		w := httptest.NewRecorder()
		r.Serve(w, req, "cloudtrail", awswire.Caller{Account: account, Region: "us-east-1"})
		var out struct {
			Events []struct {
				EventId, CloudTrailEvent string
				EventTime                float64
			}
			NextToken string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body, err)
		}
		for _, e := range out.Events {
			if seen[e.EventId] || e.EventTime > last || !json.Valid([]byte(e.CloudTrailEvent)) {
				t.Fatalf("event %s of %v", e.EventId, e.EventTime)
			}
			seen[e.EventId], last = true, e.EventTime
		}
		if token = out.NextToken; token == "" {
			break
		}
	}
	if len(seen) != 2900 {
		t.Errorf("%d events, want 2900", len(seen))
	}
}
