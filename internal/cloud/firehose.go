package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/firehose"
)

func firehoseClient(cfg aws.Config) *firehose.Client { return firehose.NewFromConfig(cfg) }

var firehoseService = &service{
	names: []string{"firehose"},
	operations: map[string]operation{
		"DescribeDeliveryStream":        op(firehoseClient, (*firehose.Client).DescribeDeliveryStream),
		"ListDeliveryStreams":           op(firehoseClient, (*firehose.Client).ListDeliveryStreams),
		"StartDeliveryStreamEncryption": op(firehoseClient, (*firehose.Client).StartDeliveryStreamEncryption),
		"StopDeliveryStreamEncryption":  op(firehoseClient, (*firehose.Client).StopDeliveryStreamEncryption),
	},
}
