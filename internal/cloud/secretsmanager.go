package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func secretsmanagerClient(cfg aws.Config) *secretsmanager.Client {
	return secretsmanager.NewFromConfig(cfg)
}

var secretsmanagerService = &service{
	names: []string{"secretsmanager"},
	operations: map[string]operation{
		"CancelRotateSecret": op(secretsmanagerClient, (*secretsmanager.Client).CancelRotateSecret),
		"DeleteSecret":       op(secretsmanagerClient, (*secretsmanager.Client).DeleteSecret),
		"DescribeSecret":     op(secretsmanagerClient, (*secretsmanager.Client).DescribeSecret),
		"ListSecrets":        op(secretsmanagerClient, (*secretsmanager.Client).ListSecrets),
		"RestoreSecret":      op(secretsmanagerClient, (*secretsmanager.Client).RestoreSecret),
		"RotateSecret":       op(secretsmanagerClient, (*secretsmanager.Client).RotateSecret),
		"UpdateSecret":       op(secretsmanagerClient, (*secretsmanager.Client).UpdateSecret),
	},
}
