package sdk_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	cttypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	hubtypes "github.com/aws/aws-sdk-go-v2/service/securityhub/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// neighbours are the services around: their paginators, typed errors and, of topics, the delivery.
func neighbours(k *kit) {
	k.trail(cloudtrail.NewFromConfig(k.config(home)))
	k.organization(organizations.NewFromConfig(k.config(home)))
	k.findings(securityhub.NewFromConfig(k.config(home)))
	k.topics(sns.NewFromConfig(k.config(home)))
}

func (k *kit) trail(c *cloudtrail.Client) {
	day := time.Date(2023, 7, 10, 0, 0, 0, 0, time.UTC)
	in := &cloudtrail.LookupEventsInput{
		StartTime: &day, EndTime: aws.Time(day.AddDate(0, 0, 1)), MaxResults: aws.Int32(10),
		LookupAttributes: []cttypes.LookupAttribute{{AttributeKey: cttypes.LookupAttributeKeyEventSource, AttributeValue: aws.String("iam.amazonaws.com")}},
	}
	seen := map[string]bool{}
	n := walk(k, cloudtrail.NewLookupEventsPaginator(c, in), func(o *cloudtrail.LookupEventsOutput) int {
		for _, e := range o.Events {
			seen[*e.EventId] = true
			if *e.EventSource != "iam.amazonaws.com" || !strings.Contains(*e.CloudTrailEvent, *e.EventId) {
				k.Errorf("event %s of %s", *e.EventId, *e.EventSource)
			}
		}
		return len(o.Events)
	})
	if n != len(seen) || n < 20 {
		k.Errorf("%d events, %d of them different", n, len(seen))
	}
	in.StartTime, in.EndTime = in.EndTime, in.StartTime
	_, err := c.LookupEvents(k.Context(), in)
	fails[*cttypes.InvalidTimeRangeException](k, err)
}

func (k *kit) organization(c *organizations.Client) {
	ctx := k.Context()
	ids := map[string]bool{}
	walk(k, organizations.NewListAccountsPaginator(c, &organizations.ListAccountsInput{MaxResults: aws.Int32(1)}), func(o *organizations.ListAccountsOutput) int {
		for _, a := range o.Accounts {
			ids[*a.Id] = true
		}
		return len(o.Accounts)
	})
	if len(ids) < 3 || !ids[member] {
		k.Errorf("accounts %v", ids)
	}
	_, err := c.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: aws.String("999999999999")})
	fails[*orgtypes.AccountNotFoundException](k, err)
	_, err = organizations.NewFromConfig(k.member(home)).CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{Name: aws.String("x"), ParentId: aws.String("r-0000")})
	fails[*orgtypes.AccessDeniedException](k, err)
}

func (k *kit) findings(c *securityhub.Client) {
	ctx := k.Context()
	must(c.EnableSecurityHub(ctx, &securityhub.EnableSecurityHubInput{}))(k)
	filter := &hubtypes.AwsSecurityFindingFilters{AwsAccountId: []hubtypes.StringFilter{{Value: &k.env.Account, Comparison: hubtypes.StringFilterComparisonEquals}}}
	var one *hubtypes.AwsSecurityFinding
	n := walk(k, securityhub.NewGetFindingsPaginator(c, &securityhub.GetFindingsInput{Filters: filter, MaxResults: aws.Int32(1)}), func(o *securityhub.GetFindingsOutput) int {
		for i := range o.Findings {
			one = &o.Findings[i]
		}
		return len(o.Findings)
	})
	if n < 2 {
		k.Fatalf("%d findings", n)
	}
	bad := *one
	bad.CreatedAt = aws.String("yesterday")
	out := must(c.BatchImportFindings(ctx, &securityhub.BatchImportFindingsInput{Findings: []hubtypes.AwsSecurityFinding{*one, bad}}))(k)
	if *out.SuccessCount != 1 || *out.FailedCount != 1 {
		k.Errorf("imported %d, failed %d: the good one of a batch is not harmed by the bad one", *out.SuccessCount, *out.FailedCount)
	}
	_, err := c.GetFindings(ctx, &securityhub.GetFindingsInput{NextToken: aws.String("forged")})
	fails[*hubtypes.InvalidInputException](k, err)
}

// topics are delivered to a webhook that confirms.
func (k *kit) topics(c *sns.Client) {
	ctx := k.Context()
	bodies := make(chan string, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies <- string(b)
	}))
	defer hook.Close()
	topic := must(c.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("sdk-topic")}))(k).TopicArn
	must(c.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: aws.String("http"), Endpoint: &hook.URL}))(k)
	var asked struct{ Token string }
	k.ok(json.Unmarshal([]byte(k.next(bodies)), &asked))
	must(c.ConfirmSubscription(ctx, &sns.ConfirmSubscriptionInput{TopicArn: topic, Token: &asked.Token}))(k)
	must(c.Publish(ctx, &sns.PublishInput{TopicArn: topic, Message: aws.String("hello <b>"), Subject: aws.String("s")}))(k)
	if got := k.next(bodies); !strings.Contains(got, "hello") {
		k.Errorf("delivered: %s", got)
	}
	_, err := c.Publish(ctx, &sns.PublishInput{TopicArn: aws.String(*topic + "-none"), Message: aws.String("x")})
	fails[*snstypes.NotFoundException](k, err)
	if n := len(must(c.ListTopics(ctx, &sns.ListTopicsInput{}))(k).Topics); n < 1 {
		k.Error("no topics")
	}
}

func (k *kit) next(bodies <-chan string) string {
	k.Helper()
	select {
	case b := <-bodies:
		return b
	case <-time.After(10 * time.Second):
		k.Fatal("nothing was delivered")
		return ""
	}
}
