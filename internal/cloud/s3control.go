package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
)

func s3controlClient(cfg aws.Config) *s3control.Client { return s3control.NewFromConfig(cfg) }

var s3controlService = &service{
	names: []string{"s3control"},
	operations: map[string]operation{
		"DeletePublicAccessBlock": op(s3controlClient, (*s3control.Client).DeletePublicAccessBlock),
		"GetPublicAccessBlock":    op(s3controlClient, (*s3control.Client).GetPublicAccessBlock),
		"PutPublicAccessBlock":    op(s3controlClient, (*s3control.Client).PutPublicAccessBlock),
	},
}
