package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

// endpointNames are the services as the AWS SDKs spell them in AWS_ENDPOINT_URL_<SERVICE>.
var endpointNames = []string{
	"ACCOUNT", "ARTIFACT", "AUDITMANAGER", "CLOUDTRAIL", "CLOUDTRAIL_DATA", "CONFIG_SERVICE", "CONTROLCATALOG", "EVENTBRIDGE",
	"ORGANIZATIONS", "RESOURCE_GROUPS_TAGGING_API", "S3", "SECURITYHUB", "SNS", "SSM", "STS", "SUPPORT", "TICKMARK", "TRUSTEDADVISOR", "WELLARCHITECTED",
}

func (p *program) envCommand() *cobra.Command {
	var data string
	var all bool
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print endpoint variables and keys for the shell",
		Long: `Env prints export lines that point the AWS command and every SDK at the server of a data directory: one endpoint
variable for each service Tickmark speaks, so that other services go on reaching AWS, and the root keys. With --all the
one global variable instead: then every service goes to Tickmark.`,
		Example: `  eval "$(tickmark env --data tickmark-data)"`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			url, keys, err := server.Reach(data)
			if err != nil {
				return err
			}
			if all {
				p.export("AWS_ENDPOINT_URL", url)
			} else {
				for _, n := range endpointNames {
					p.export("AWS_ENDPOINT_URL_"+n, url)
				}
			}
			p.export("AWS_ACCESS_KEY_ID", keys.AccessKeyID)
			p.export("AWS_SECRET_ACCESS_KEY", keys.Secret)
			p.export("AWS_DEFAULT_REGION", "us-east-1")
			return nil
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().BoolVar(&all, "all", false, "send every AWS service to Tickmark (AWS_ENDPOINT_URL)")
	return cmd
}

func (p *program) export(name, value string) {
	fmt.Fprintf(p.out, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
}
