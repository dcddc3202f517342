#!/usr/bin/env bash
# The commands that users script, through the unmodified aws command, against the demonstration's data directory.
# `want PATTERN COMMAND...` runs a command that must succeed and print something that matches; `refused PATTERN
# COMMAND...` one that must fail with a matching message. OUT is what the last command printed.
set -uo pipefail
passed=0 failed=0 OUT=""

report() { # NAME PATTERN OK
    if [ "$3" = 1 ] && grep -qE -- "$2" <<<"$OUT"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  wanted: %s\n  got: %s\n' "$1" "$2" "$(head -c 600 <<<"$OUT")"
    fi
}

want() {
    local pattern=$1 ok=1
    shift
    OUT=$("$@" 2>&1) || ok=0
    report "$*" "$pattern" $ok
}

refused() {
    local pattern=$1 ok=0
    shift
    OUT=$("$@" 2>&1) || ok=1
    report "$*" "$pattern" $ok
}

account=218007301253
config="aws configservice"

# --- STS
want '"Arn": "arn:aws:iam::218007301253:root"' aws sts get-caller-identity
want '"SessionToken"' aws sts get-session-token
want 'assumed-role/TickmarkAccess/cli' aws sts assume-role --role-arn arn:aws:iam::111122223333:role/TickmarkAccess --role-session-name cli
member=$(sed -nE 's/.*"AccessKeyId": "([^"]+)".*/\1/p' <<<"$OUT")
secret=$(sed -nE 's/.*"SecretAccessKey": "([^"]+)".*/\1/p' <<<"$OUT")
token=$(sed -nE 's/.*"SessionToken": "([^"]+)".*/\1/p' <<<"$OUT")
want '"Account": "111122223333"' env AWS_ACCESS_KEY_ID="$member" AWS_SECRET_ACCESS_KEY="$secret" AWS_SESSION_TOKEN="$token" aws sts get-caller-identity
refused 'InvalidClientTokenId' env AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE aws sts get-caller-identity
refused 'SignatureDoesNotMatch' env AWS_SECRET_ACCESS_KEY=wrong aws sts get-caller-identity

# --- Config: recorder, channel, rules, compliance
want 'true' $config describe-configuration-recorder-status --query 'ConfigurationRecordersStatus[0].recording'
want 'recorder: ON' $config get-status
want '' aws s3 mb s3://cli-config-bucket
want 'arn:aws:sns:us-west-2' aws sns create-topic --name config-changes --region us-west-2
want '' aws s3 mb s3://cli-west-bucket --region us-west-2
want 'Using existing S3 bucket|Subscribe succeeded|subscribe' $config subscribe --region us-west-2 --s3-bucket cli-west-bucket --sns-topic arn:aws:sns:us-west-2:$account:config-changes --iam-role arn:aws:iam::$account:role/config
want '"allSupported": true' $config describe-configuration-recorders
want '"s3BucketName"' $config describe-delivery-channels
want '' $config put-config-rule --config-rule '{"ConfigRuleName":"volumes","Source":{"Owner":"AWS","SourceIdentifier":"ENCRYPTED_VOLUMES"}}'
want '' $config put-config-rule --config-rule '{"ConfigRuleName":"buckets","Source":{"Owner":"AWS","SourceIdentifier":"S3_BUCKET_ENCRYPTION_ENABLED"}}'
want 'S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED' $config describe-config-rules --config-rule-names buckets
refused 'InvalidParameterValueException' $config put-config-rule --config-rule '{"ConfigRuleName":"x","Source":{"Owner":"AWS","SourceIdentifier":"NO_SUCH_RULE"}}'
refused 'InvalidParameterValueException.*nope' $config put-config-rule --config-rule '{"ConfigRuleName":"x","Source":{"Owner":"AWS","SourceIdentifier":"ENCRYPTED_VOLUMES"},"InputParameters":"{\"nope\":\"1\"}"}'
refused 'NoSuchConfigRuleException' $config describe-config-rules --config-rule-names nothing
for _ in 1 2 3 4 5 6 7 8; do
    OUT=$($config get-compliance-details-by-config-rule --config-rule-name volumes 2>&1)
    grep -q COMPLIANT <<<"$OUT" && break
    sleep 1
done
want '"ComplianceType": "(NON_)?COMPLIANT"' $config get-compliance-details-by-config-rule --config-rule-name volumes
want 'EvaluationResults' $config get-compliance-details-by-config-rule --config-rule-name volumes --compliance-types NON_COMPLIANT
want '"ConfigRuleName": "volumes"' $config describe-compliance-by-config-rule --config-rule-names volumes
want 'NON_COMPLIANT' $config describe-compliance-by-config-rule --compliance-types NON_COMPLIANT --max-items 5
want 'NonCompliantResourceCount' $config get-compliance-summary-by-config-rule
want 'ComplianceSummary' $config get-compliance-summary-by-resource-type
want 'FirstEvaluationStarted' $config describe-config-rule-evaluation-status --config-rule-names volumes
want 'AWS::EC2::Volume' $config list-discovered-resources --resource-type AWS::EC2::Volume
volume=$(sed -nE 's/.*"resourceId": "(vol-[^"]+)".*/\1/p' <<<"$OUT" | head -1)
want '"configurationItemMD5Hash": ""' $config get-resource-config-history --resource-type AWS::EC2::Volume --resource-id "$volume"
want "$volume" $config get-compliance-details-by-resource --resource-type AWS::EC2::Volume --resource-id "$volume"
refused 'ResourceNotDiscoveredException' $config get-resource-config-history --resource-type AWS::EC2::Volume --resource-id vol-nothing
want 'totalDiscoveredResources' $config get-discovered-resource-counts
want '' $config delete-config-rule --config-rule-name buckets

# --- Config: conformance packs
want 'nist-csf' $config describe-conformance-packs
want 'CREATE_COMPLETE' $config describe-conformance-pack-status --conformance-pack-names nist-csf
want 'ComplianceType' $config describe-conformance-pack-compliance --conformance-pack-name nist-csf --limit 5
want 'ConformancePackComplianceStatus' $config get-conformance-pack-compliance-summary --conformance-pack-names nist-csf
want 'ConformancePackRuleEvaluationResults' $config get-conformance-pack-compliance-details --conformance-pack-name nist-csf --limit 5
cat >"$WORK/pack.yaml" <<'Y'
Parameters:
  Days:
    Type: String
    Default: "45"
Resources:
  Keys:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: keys-rotated
      InputParameters:
        maxAccessKeyAge: !Ref Days
      Source:
        Owner: AWS
        SourceIdentifier: ACCESS_KEYS_ROTATED
Y
want 'conformance-pack/own' $config put-conformance-pack --conformance-pack-name own --template-body "file://$WORK/pack.yaml"
refused 'ConformancePackTemplateValidationException' $config put-conformance-pack --conformance-pack-name broken --template-body 'Resources: {A: {Type: AWS::EC2::Instance}}'
want '' $config delete-conformance-pack --conformance-pack-name own

# --- Config: aggregators over the organization
want 'aggregator' $config put-configuration-aggregator --configuration-aggregator-name all --organization-aggregation-source "RoleArn=arn:aws:iam::$account:role/config,AllAwsRegions=true"
want 'AggregateComplianceByConfigRules' $config describe-aggregate-compliance-by-config-rules --configuration-aggregator-name all --limit 10
want '"GroupName": "444455556666"' $config get-aggregate-config-rule-compliance-summary --configuration-aggregator-name all --group-by-key ACCOUNT_ID
want 'TotalDiscoveredResources' $config get-aggregate-discovered-resource-counts --configuration-aggregator-name all --group-by-key RESOURCE_TYPE
want 'ResourceIdentifiers' $config list-aggregate-discovered-resources --configuration-aggregator-name all --resource-type AWS::S3::Bucket

# --- CloudTrail
want '"EventName": "ConsoleLogin"' aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=ConsoleLogin --start-time 2023-07-10 --end-time 2023-07-11
want '"Username"' aws cloudtrail lookup-events --max-items 3 --start-time 2023-07-10 --end-time 2023-07-11
refused 'InvalidTimeRangeException' aws cloudtrail lookup-events --start-time 2023-07-11 --end-time 2023-07-10
want '"Location": "/cli-trails"' aws s3api create-bucket --bucket cli-trails
want '"IsMultiRegionTrail": true' aws cloudtrail create-trail --name cli-trail --s3-bucket-name cli-trails --is-multi-region-trail --include-global-service-events --enable-log-file-validation
want '' aws cloudtrail start-logging --name cli-trail
want '"IsLogging": true' aws cloudtrail get-trail-status --name cli-trail
want '"HomeRegion": "us-east-1"' aws cloudtrail describe-trails --trail-name-list cli-trail
want '"ReadWriteType": "All"' aws cloudtrail get-event-selectors --trail-name cli-trail
want 'arn:aws:s3:::photos/' aws cloudtrail put-event-selectors --trail-name cli-trail --event-selectors '[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos/"]}]}]'
refused 'InvalidEventSelectorsException' aws cloudtrail put-event-selectors --trail-name cli-trail --event-selectors '[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos"]}]}]'
want 'ApiCallRateInsight' aws cloudtrail put-insight-selectors --trail-name cli-trail --insight-selectors '[{"InsightType":"ApiCallRateInsight"}]'
refused 'InvalidParameterCombinationException' aws cloudtrail create-trail --name cli-two --s3-bucket-name cli-trails --is-multi-region-trail --no-include-global-service-events
refused 'S3BucketDoesNotExistException' aws cloudtrail create-trail --name cli-two --s3-bucket-name cli-no-bucket
refused 'TrailNotFoundException' aws cloudtrail start-logging --name cli-two
want '' aws cloudtrail delete-trail --name cli-trail
refused 'NotImplemented' aws cloudtrail enable-federation --event-data-store arn:aws:cloudtrail:us-east-1:$account:eventdatastore/none --federation-role arn:aws:iam::$account:role/none

# --- Security Hub, Organizations, SNS
want '' aws securityhub enable-security-hub
want 'EC2.8' aws securityhub get-findings --filters '{"ComplianceSecurityControlId":[{"Value":"EC2.8","Comparison":"EQUALS"}]}' --max-items 2
want '"Id": "111122223333"' aws organizations list-accounts
want '"MasterAccountId": "218007301253"' aws organizations describe-organization
want 'config-changes' aws sns list-topics --region us-west-2

# shellcheck source=/dev/null
[ -e "$(dirname "$0")/auditmanager.sh" ] && . "$(dirname "$0")/auditmanager.sh"

printf 'aws command: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
