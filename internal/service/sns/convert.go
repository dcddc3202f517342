package sns

import (
	"encoding/base64"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/sns"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

// attributes turns message attributes into the form in which they are delivered.
func attributes(in map[string]api.MessageAttributeValue) (map[string]notify.Attribute, error) {
	var out map[string]notify.Attribute
	for name, v := range in {
		kind := awswire.Val(v.DataType)
		base, _, _ := strings.Cut(kind, ".")
		a := notify.Attribute{Type: kind, Value: awswire.Val(v.StringValue)}
		switch {
		case base == "Binary" && len(v.BinaryValue) > 0:
			a.Value = base64.StdEncoding.EncodeToString(v.BinaryValue)
		case base == "String" && a.Value != "", base == "Number" && a.Value != "":
		default:
			return nil, fault.Invalidf("MessageAttributes", "Invalid parameter: MessageAttributes Reason: %s must be a String, Number or Binary with a value.", name)
		}
		if out == nil {
			out = map[string]notify.Attribute{}
		}
		out[name] = a
	}
	return out, nil
}

// pending stands for the ARN of a subscription that is not confirmed.
const pending = "PendingConfirmation"

func subscription(s notify.Subscription) api.Subscription {
	out := api.Subscription{
		SubscriptionArn: new(s.ARN()), TopicArn: new(s.TopicARN()), Protocol: new(s.Protocol), Endpoint: new(s.Endpoint), Owner: new(s.Account),
	}
	if !s.Confirmed {
		out.SubscriptionArn = new(pending)
	}
	return out
}
