package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

func kmsClient(cfg aws.Config) *kms.Client { return kms.NewFromConfig(cfg) }

var kmsService = &service{
	names: []string{"kms"},
	operations: map[string]operation{
		"CancelKeyDeletion":    op(kmsClient, (*kms.Client).CancelKeyDeletion),
		"CreateGrant":          op(kmsClient, (*kms.Client).CreateGrant),
		"DescribeKey":          op(kmsClient, (*kms.Client).DescribeKey),
		"EnableKey":            op(kmsClient, (*kms.Client).EnableKey),
		"EnableKeyRotation":    op(kmsClient, (*kms.Client).EnableKeyRotation),
		"GetKeyPolicy":         op(kmsClient, (*kms.Client).GetKeyPolicy),
		"GetKeyRotationStatus": op(kmsClient, (*kms.Client).GetKeyRotationStatus),
		"ListAliases":          op(kmsClient, (*kms.Client).ListAliases),
		"ListGrants":           op(kmsClient, (*kms.Client).ListGrants),
		"PutKeyPolicy":         op(kmsClient, (*kms.Client).PutKeyPolicy),
	},
}
