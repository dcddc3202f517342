package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// The API describes what CloudFormation configures: "S3DestinationDescription" is S3DestinationConfiguration, and within
// destinations S3Configuration.
var firehoseDeliveryStream = &collect.Type{
	Name: "AWS::KinesisFirehose::DeliveryStream",
	Find: []collect.Step{
		{
			API: "firehose:ListDeliveryStreams", Input: object{"Limit": 50}, Each: "DeliveryStreamNames", After: "ExclusiveStartDeliveryStreamName", More: "HasMoreDeliveryStreams",
		},
		{
			API: "firehose:DescribeDeliveryStream", From: map[string]string{"DeliveryStreamName": "."}, Each: "DeliveryStreamDescription", Only: "DeliveryStreamName",
			Absent: []string{"ResourceNotFoundException"}, Else: map[string]string{"DeliveryStreamName": ".", "DeliveryStreamARN": "arn:{partition}:firehose:{region}:{account}:deliverystream/{.}"},
		},
	},
	ID: "{DeliveryStreamName}", Title: "{DeliveryStreamName}", ARN: "{DeliveryStreamARN}",
	Created: "CreateTimestamp",
	Tags:    "Tags",
	Details: []collect.Detail{{
		API: "firehose:ListTagsForDeliveryStream", Input: object{"Limit": 50}, From: map[string]string{"DeliveryStreamName": "DeliveryStreamName"}, Take: "Tags", Key: ".Tags",
		Covers: []string{"tags", "configuration.tags"},
	}},
	Shape: then(deliveryStream, tagList("Tags")),
	Note:  "Tokens of Splunk are left out.",
}

func deliveryStream(r *collect.Resource) any {
	out := object{"Arn": r.At("DeliveryStreamARN"), "DeliveryStreamName": r.At("DeliveryStreamName"), "DeliveryStreamType": r.At("DeliveryStreamType")}
	if r.Text("DeliveryStreamEncryptionConfiguration.Status") != "DISABLED" {
		collect.Set(out, "DeliveryStreamEncryptionConfigurationInput.KeyType", r.At("DeliveryStreamEncryptionConfiguration.KeyType"))
		collect.Set(out, "DeliveryStreamEncryptionConfigurationInput.KeyARN", r.At("DeliveryStreamEncryptionConfiguration.KeyARN"))
	}
	for _, part := range append(r.Every("Source"), r.Every("Destinations[]")...) {
		o, _ := part.(object)
		for name, v := range o {
			if to, ok := strings.CutSuffix(name, "Description"); ok {
				out[to+"Configuration"] = described(v)
			}
		}
	}
	// The API describes a destination in S3 twice.
	if out["ExtendedS3DestinationConfiguration"] != nil {
		delete(out, "S3DestinationConfiguration")
	}
	return out
}

// described is a description with the names of a configuration, without what is no configuration.
func described(v any) any {
	switch t := v.(type) {
	case object:
		out := object{}
		for name, e := range t {
			switch name {
			case "HECToken", "DeliveryStartTimestamp", "SnapshotInfo":
			case "S3DestinationDescription":
				out["S3Configuration"] = described(e)
			case "S3BackupDescription":
				out["S3BackupConfiguration"] = described(e)
			case "VpcConfigurationDescription":
				out["VpcConfiguration"] = described(e)
			default:
				out[name] = described(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = described(e)
		}
		return out
	}
	return v
}
