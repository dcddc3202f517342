package sdk_test

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// activity: what callers do here is in the event history of their account as soon as they are answered.
func activity(k *kit) {
	ctx, c := k.Context(), k.configClient(abroad)
	_, err := c.DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: aws.String("no-such-rule-of-mine")})
	k.refused(err, "NoSuchConfigRuleException")
	e := k.lastEvent(k.config(abroad), types.LookupAttributeKeyResourceName, "no-such-rule-of-mine")
	if e["eventName"] != "DeleteConfigRule" || e["eventSource"] != "config.amazonaws.com" || e["errorCode"] != "NoSuchConfigRuleException" || e["awsRegion"] != abroad ||
		e["userIdentity"].(map[string]any)["type"] != "Root" || e["requestParameters"].(map[string]any)["configRuleName"] != "no-such-rule-of-mine" {
		k.Errorf("%v", e)
	}

	role := must(sts.NewFromConfig(k.config(abroad)).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + member + ":role/TickmarkAccess"), RoleSessionName: aws.String("traced"),
	}))(k).Credentials
	e = k.lastEvent(k.config(abroad), types.LookupAttributeKeyEventName, "AssumeRole")
	text, _ := json.Marshal(e)
	if !strings.Contains(string(text), *role.AccessKeyId) || strings.Contains(string(text), *role.SecretAccessKey) || strings.Contains(string(text), *role.SessionToken) {
		k.Errorf("%s", text)
	}
	session := k.as(abroad, *role.AccessKeyId, *role.SecretAccessKey, *role.SessionToken)
	_, err = configservice.NewFromConfig(session).DeleteConfigRule(ctx, &configservice.DeleteConfigRuleInput{ConfigRuleName: aws.String("not-there")})
	k.refused(err, "NoSuchConfigRuleException")
	e = k.lastEvent(session, types.LookupAttributeKeyAccessKeyId, *role.AccessKeyId)
	id := e["userIdentity"].(map[string]any)
	if e["recipientAccountId"] != member || id["type"] != "AssumedRole" || !strings.HasSuffix(id["arn"].(string), ":assumed-role/TickmarkAccess/traced") {
		k.Errorf("%v", e)
	}
}

// lastEvent is the record of the last event with an attribute, in the caller's account and region.
func (k *kit) lastEvent(as aws.Config, key types.LookupAttributeKey, value string) (record map[string]any) {
	k.Helper()
	out := must(cloudtrail.NewFromConfig(as).LookupEvents(k.Context(), &cloudtrail.LookupEventsInput{
		MaxResults: aws.Int32(1), LookupAttributes: []types.LookupAttribute{{AttributeKey: key, AttributeValue: &value}},
	}))(k)
	if len(out.Events) != 1 {
		k.Fatalf("%d events with %s %s", len(out.Events), key, value)
	}
	k.ok(json.Unmarshal([]byte(*out.Events[0].CloudTrailEvent), &record))
	return record
}
