package cloud_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/tickmark/tickmark/internal/cloud/bucket"
	"github.com/tickmark/tickmark/internal/server"
)

// TestFeeds: log files of a bucket and messages of a queue lead to events, and messages that were worked off are gone.
func TestFeeds(t *testing.T) {
	endpoint := os.Getenv("TICKMARK_MOTO")
	if endpoint == "" {
		t.Skip("TICKMARK_MOTO names no simulator; test/cloud/run starts one")
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "simulated")
	t.Setenv("AWS_REGION", "us-east-1")
	ctx := t.Context()
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "simulated", "")}
	files, queues := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }), sqs.NewFromConfig(cfg)
	name := fmt.Sprintf("trails-%d", os.Getpid())
	if _, err := files.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	made, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"VisibilityTimeout": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	put := func(prefix, id string) string {
		t.Helper()
		key := prefix + "/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/01/" + id + ".json"
		text := fmt.Sprintf(`{"Records":[{"eventTime":"2026-01-01T00:00:00Z","eventName":"N","eventSource":"s","eventID":%q,"awsRegion":"eu-west-1","recipientAccountId":"111122223333","userIdentity":{"userName":%q}}]}`, id, id)
		if _, err := files.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: &key, Body: bytes.NewReader([]byte(text))}); err != nil {
			t.Fatal(err)
		}
		return key
	}
	put("looked", "a")
	put("looked", "b")
	for _, body := range []string{
		fmt.Sprintf(`{"s3Bucket":%q,"s3ObjectKey":[%q]}`, name, put("told", "c")),
		fmt.Sprintf(`{"Type":"Notification","Message":%q}`, fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":%q},"object":{"key":%q}}}]}`, name, put("told", "d"))),
		`not about log files`,
	} {
		if _, err := queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := server.Open(ctx, server.Config{
		Data: t.TempDir(), Listen: "127.0.0.1:0", TrailSources: []string{"s3://" + name + "/looked"}, TrailQueues: []string{*made.QueueUrl},
		TrailS3: bucket.Options{EndpointURL: endpoint, PathStyle: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- s.Serve(serving, l) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if got := eventually("abcd", func() string {
		all, err := s.FirstSeen(ctx, server.WhoQuery{From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, n := range all.Novelties {
			if n.Kind == "user" {
				ids = append(ids, n.User)
			}
		}
		slices.Sort(ids)
		return strings.Join(ids, "")
	}); got != "abcd" {
		t.Errorf("stored the events of %q", got)
	}
	if got := eventually("1", func() string {
		out, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: made.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
		if err != nil {
			t.Fatal(err)
		}
		visible, _ := strconv.Atoi(out.Attributes["ApproximateNumberOfMessages"])
		taken, _ := strconv.Atoi(out.Attributes["ApproximateNumberOfMessagesNotVisible"])
		return strconv.Itoa(visible + taken)
	}); got != "1" {
		t.Errorf("%s messages are left; only the one that is not understood should be", got)
	}
}

// eventually waits for an answer, for a while, and returns the last one.
func eventually(want string, ask func() string) (got string) {
	for range 300 {
		if got = ask(); got == want {
			return got
		}
		time.Sleep(100 * time.Millisecond)
	}
	return got
}
