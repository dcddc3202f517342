// Package managed is the library of AWS Config managed rules with open logic: one file per AWS service, each a list
// of declarations with a small check. What AWS documents of a rule beside its logic (name, trigger, types,
// parameters) comes from managed-rules.tsv, for rules that are not implemented too. docs/rules/writing-a-rule.md
// tells how a rule is added.
package managed

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule"
)

// sources are the rules' own text and cases, so that a verdict's logic can be shown and named by a digest.
//
//go:embed *.go managed-rules.tsv securityhub.tsv beyond-config.tsv undecided.tsv testdata
var sources embed.FS

// groups are the services with rules. The files, separated by blanks, must be those that declare them.
var groups = []struct {
	files string
	rules func() []rule.Rule
}{
	{"accountsetting.go servicestate.go", accountSettingRules},
	{"acm.go", acmRules},
	{"acmca.go", acmCARules},
	{"amplify.go", amplifyRules},
	{"alarmresource.go", alarmResourceRules},
	{"apigateway.go", apigatewayRules},
	{"apigatewayapi.go apigateway.go", apigatewayAPIRules},
	{"appconfig.go", appconfigRules},
	{"appflow.go", appflowRules},
	{"appintegrations.go", appintegrationsRules},
	{"appmesh.go", appmeshRules},
	{"apprunner.go", apprunnerRules},
	{"appstream.go", appstreamRules},
	{"appsync.go", appsyncRules},
	{"athena.go", athenaRules},
	{"autoscaling.go", autoscalingRules},
	{"autoscalinggroup.go metadata.go zones.go", autoscalingGroupRules},
	{"backup.go", backupRules},
	{"backupcover.go backupscope.go backup.go backupplan.go", backupCoverRules},
	{"backupplan.go schedule.go", backupPlanRules},
	{"backuprecovery.go backupscope.go", backupRecoveryRules},
	{"backuprestore.go backupscope.go", backupRestoreRules},
	{"batch.go", batchRules},
	{"beanstalk.go", beanstalkRules},
	{"cloudformation.go", cloudformationRules},
	{"cloudfront.go", cloudfrontRules},
	{"cloudfrontorigin.go cloudfront.go", cloudfrontOriginRules},
	{"cloudtrail.go trailselector.go", cloudtrailRules},
	{"cloudtrailbucket.go s3public.go", cloudtrailBucketRules},
	{"cloudtrailevents.go cloudtrail.go trailselector.go", cloudtrailEventsRules},
	{"cloudwatch.go", cloudwatchRules},
	{"codebuild.go", codebuildRules},
	{"codedeploy.go", codedeployRules},
	{"codepipeline.go", codepipelineRules},
	{"cognito.go", cognitoRules},
	{"connect.go", connectRules},
	{"controlalarm.go cloudtrail.go trailselector.go", controlAlarmRules},
	{"controlconfig.go", controlConfigRules},
	{"controldata.go controlsearch.go rdscluster.go sqs.go", controlDataRules},
	{"controlnetwork.go controldata.go credential.go", controlNetworkRules},
	{"controlrecent.go controldata.go sagemakerjob.go", controlRecentRules},
	{"controltag.go tagged.go taggedkind.go", controlTagRules},
	{"credential.go", credentialRules},
	{"customerprofiles.go", customerprofilesRules},
	{"datasync.go", datasyncRules},
	{"dax.go", daxRules},
	{"description.go", descriptionRules},
	{"detection.go", detectionRules},
	{"dms.go", dmsRules},
	{"documentdb.go rdssnapshot.go rdscluster.go rdsparameter.go", documentdbRules},
	{"dynamodb.go", dynamodbRules},
	{"ec2.go", ec2Rules},
	{"ec2instance.go", ec2InstanceRules},
	{"ec2launch.go metadata.go", ec2LaunchRules},
	{"ecr.go", ecrRules},
	{"ecs.go ecstask.go", ecsRules},
	{"ecsservice.go ecs.go", ecsServiceRules},
	{"efs.go", efsRules},
	{"eks.go", eksRules},
	{"elasticache.go", elasticacheRules},
	{"elb.go", elbRules},
	{"elbattribute.go zones.go", elbAttributeRules},
	{"elbtls.go elb.go", elbTLSRules},
	{"emr.go", emrRules},
	{"eventbridge.go", eventbridgeRules},
	{"fis.go", fisRules},
	{"fms.go apigateway.go cloudfront.go elb.go", fmsRules},
	{"fsx.go", fsxRules},
	{"glue.go", glueRules},
	{"guardduty.go", guarddutyRules},
	{"iam.go iamuse.go", iamRules},
	{"iamattached.go", iamAttachedRules},
	{"iamkms.go iam.go", iamKMSRules},
	{"imagebuilder.go", imagebuilderRules},
	{"iot.go", iotRules},
	{"ivs.go", ivsRules},
	{"kinesis.go", kinesisRules},
	{"kms.go", kmsRules},
	{"lambda.go", lambdaRules},
	{"lambdasetting.go", lambdaSettingRules},
	{"lightsail.go", lightsailRules},
	{"logs.go", logsRules},
	{"mq.go", mqRules},
	{"msk.go", mskRules},
	{"neptune.go rdssnapshot.go rdscluster.go documentdb.go", neptuneRules},
	{"networkacl.go", networkACLRules},
	{"networkfirewall.go zones.go", networkFirewallRules},
	{"opensearch.go", openSearchRules},
	{"organization.go", organizationRules},
	{"processcheck.go", processCheckRules},
	{"rds.go", rdsRules},
	{"rdscluster.go", rdsClusterRules},
	{"rdsinstance.go rdscluster.go rdsparameter.go", rdsInstanceRules},
	{"rdsparameter.go rdscluster.go", rdsParameterRules},
	{"rdssnapshot.go", rdsSnapshotRules},
	{"redshift.go", redshiftRules},
	{"redshiftdefault.go", redshiftDefaultRules},
	{"redshiftserverless.go redshiftdefault.go", redshiftServerlessRules},
	{"replicationgroup.go elasticache.go", replicationGroupRules},
	{"route53.go", route53Rules},
	{"rum.go", rumRules},
	{"s3.go", s3Rules},
	{"s3access.go s3lifecycle.go", s3AccessRules},
	{"s3events.go", s3EventsRules},
	{"s3lifecycle.go", s3LifecycleRules},
	{"s3policy.go s3.go", s3PolicyRules},
	{"s3public.go", s3PublicRules},
	{"sagemaker.go", sagemakerRules},
	{"sagemakerjob.go", sagemakerJobRules},
	{"search.go", searchRules},
	{"secretsmanager.go schedule.go", secretsmanagerRules},
	{"securitygroup.go", securityGroupRules},
	{"servicecatalog.go", servicecatalogRules},
	{"servicestate.go", serviceStateRules},
	{"ses.go", sesRules},
	{"sns.go", snsRules},
	{"sqs.go sns.go", sqsRules},
	{"ssm.go", ssmRules},
	{"ssminventory.go", ssmInventoryRules},
	{"stepfunctions.go", stepfunctionsRules},
	{"tagged.go taggedkind.go", taggedRules},
	{"tags.go", tagsRules},
	{"transfer.go", transferRules},
	{"vpc.go", vpcRules},
	{"vpcendpoint.go", vpcEndpointRules},
	{"vpn.go", vpnRules},
	{"waf.go", wafRules},
	{"wafclassic.go waf.go", wafClassicRules},
	{"workspaces.go", workspacesRules},
}

// shared are the files with what rules have in common; a change there is a change of every rule's source.
var shared = []string{"vocabulary.go", "network.go", "vocabulary_setting.go", "version.go"}

// All lists the implemented rules by identifier. They are shared: do not change them.
var All = sync.OnceValue(func() []*rule.Rule {
	var all []*rule.Rule
	for _, g := range groups {
		digest := sourceDigest(g.files)
		for _, r := range g.rules() {
			complete(&r, digest)
			all = append(all, &r)
		}
	}
	slices.SortFunc(all, func(a, b *rule.Rule) int { return strings.Compare(a.Identifier, b.Identifier) })
	return all
})

// complete fills in what the catalog knows of the rule.
func complete(r *rule.Rule, source string) {
	r.Source = source
	if r.Logic == 0 {
		r.Logic = 1
	}
	e, ok := Find(r.Identifier)
	if !ok {
		return
	}
	r.Name, r.Trigger, r.Aliases = e.Name, e.Trigger, e.Aliases
	if r.Types == nil && r.Subjects == rule.EachItem {
		r.Types = e.Types
	}
}

func sourceDigest(files string) string {
	h := sha256.New()
	for _, name := range append(strings.Fields(files), shared...) {
		text, err := sources.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Own lists the rules of All that are not managed rules of AWS Config: controls that no managed rule covers. Their
// identifiers are Security Hub's control ids.
var Own = sync.OnceValue(func() []*rule.Rule {
	var own []*rule.Rule
	for _, r := range All() {
		if _, ok := Find(r.Identifier); !ok {
			own = append(own, r)
		}
	}
	return own
})

var byName = sync.OnceValue(func() map[string]*rule.Rule {
	m := map[string]*rule.Rule{}
	for _, r := range All() {
		m[strings.ToUpper(r.Name)] = r
		m[strings.ToUpper(r.Identifier)] = r
	}
	for _, r := range All() {
		for _, a := range r.Aliases {
			if m[a] == nil {
				m[a] = r
			}
		}
	}
	return m
})

// Lookup finds an implemented rule by identifier, alias or dashed name; nil when it is not implemented.
func Lookup(name string) *rule.Rule { return byName()[strings.ToUpper(name)] }

// Implemented reports whether a managed rule has logic here.
func Implemented(name string) bool { return Lookup(name) != nil }

// Cases is the text of a rule's own test cases, those of its family filled in, and the name of the last file.
func Cases(r *rule.Rule) (text []byte, name string, err error) {
	for _, t := range caseTemplates(r.Identifier) {
		more, err := t.expand()
		if err != nil {
			return nil, "", err
		}
		text, name = append(text, more...), t.file
	}
	files, err := fs.Glob(sources, path.Join("testdata/*", r.Identifier+".yaml"))
	if err != nil || len(files) == 0 && text == nil {
		return nil, "", fs.ErrNotExist
	}
	for _, name = range files {
		more, err := sources.ReadFile(name)
		if err != nil {
			return nil, "", err
		}
		text = append(text, more...)
	}
	return text, name, nil
}
