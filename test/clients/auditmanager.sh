# Sourced by cli.sh: the Audit Manager commands that users script, from a control of each source type to a report.
am="aws auditmanager"
value() { sed -nE "s/.*\"$1\": \"([^\"]+)\".*/\1/p" <<<"$OUT" | head -1; }

want '"status": "ACTIVE"' $am get-account-status
want '"status": "ACTIVE"' $am register-account
want 'NIST SP 800-53 r5' $am list-assessment-frameworks --framework-type Standard --query 'frameworkMetadataList[].name'
want '"name"' $am list-controls --control-type Standard --max-results 5
standard1=$(value id)
standard2=$(sed -nE 's/.*"id": "([^"]+)".*/\1/p' <<<"$OUT" | sed -n 2p)
want 'iam_ListUsers' $am list-keywords-for-data-source --source AWS_API_Call

# A control of each source type.
source_file() { # NAME TYPE OPTION KEYWORD FREQUENCY
    local keyword="" frequency=""
    [ -z "$4" ] || keyword=",\"sourceKeyword\":{\"keywordInputType\":\"SELECT_FROM_LIST\",\"keywordValue\":\"$4\"}"
    [ -z "$5" ] || frequency=",\"sourceFrequency\":\"$5\""
    echo "[{\"sourceName\":\"$1\",\"sourceSetUpOption\":\"$3\",\"sourceType\":\"$2\"$keyword$frequency}]" >"$WORK/source.json"
}
control() { # NAME TYPE OPTION KEYWORD FREQUENCY; the id is left in $made
    source_file "$@"
    want "\"name\": \"$1\"" $am create-control --name "$1" --description "Made by a script" --testing-information "Look at it" --control-mapping-sources "file://$WORK/source.json"
    made=$(sed -nE 's#.*:control/([0-9a-f-]+)".*#\1#p' <<<"$OUT" | head -1)
}
control "Console sign-in" AWS_Cloudtrail System_Controls_Mapping signin_ConsoleLogin ""
signin=$made
control "Bucket encryption" AWS_Config System_Controls_Mapping S3_BUCKET_ENCRYPTION_ENABLED ""
encryption=$made
control "Approved images" AWS_Config System_Controls_Mapping APPROVED_AMIS_BY_ID ""
control "Users are listed" AWS_API_Call System_Controls_Mapping iam_ListUsers DAILY
users=$made
control "Stopped instances" AWS_Security_Hub System_Controls_Mapping EC2.4 ""
finding=$made
control "Policy is signed" MANUAL Procedural_Controls_Mapping "" ""
manual=$made
want 'Console sign-in' $am list-controls --control-type Custom
want '"keywordValue": "signin_ConsoleLogin"' $am get-control --control-id "$signin"
refused 'ValidationException' $am create-control --name 'back\slash' --control-mapping-sources "file://$WORK/source.json"

# A framework that mixes custom and standard controls.
cat >"$WORK/sets.json" <<J
[{"name":"Access","controls":[{"id":"$signin"},{"id":"$users"},{"id":"$manual"}]},
 {"name":"Data & storage","controls":[{"id":"$encryption"},{"id":"$finding"},{"id":"$standard1"},{"id":"$standard2"}]}]
J
want '"name": "Scripted framework"' $am create-assessment-framework --name "Scripted framework" --control-sets "file://$WORK/sets.json"
framework=$(sed -nE 's#.*:assessmentFramework/([0-9a-f-]+)".*#\1#p' <<<"$OUT" | head -1)
want 'Scripted framework' $am list-assessment-frameworks --framework-type Custom --region eu-central-1

# An assessment of one account; its evidence is there at once.
want '' aws s3 mb s3://scripted-reports
want '"status": "ACTIVE"' $am create-assessment --name "Scripted assessment" --framework-id "$framework" \
    --assessment-reports-destination destinationType=S3,destination=s3://scripted-reports --scope "awsAccounts=[{id=$account}]" \
    --roles "roleType=PROCESS_OWNER,roleArn=arn:aws:iam::$account:role/Auditor"
assessment=$(sed -nE 's#.*:assessment/([0-9a-f-]+)".*#\1#p' <<<"$OUT" | head -1)
want 'Scripted assessment' $am list-assessments
want '"id": "Data & storage"' $am get-assessment --assessment-id "$assessment"

# A console sign-in of an IAM user becomes user activity, a finding a compliance check.
day=$(date -u +%Y-%m-%d)
cat >"$WORK/signin.json" <<J
{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::$account:user/alice","accountId":"$account","userName":"alice"},"eventTime":"${day}T00:00:01Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"},"eventID":"11111111-2222-4333-8444-555555555555","eventType":"AwsConsoleSignIn","managementEvent":true,"recipientAccountId":"$account","eventCategory":"Management"}]}
J
want '"items": 1' "$TICKMARK" import cloudtrail "$WORK/signin.json" --data "$DATA" --output json
want '"duplicates": 1' "$TICKMARK" import cloudtrail "$WORK/signin.json" --data "$DATA" --output json
finding_json() { # STATUS TIME
    echo "[{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"scripted\",\"ProductArn\":\"arn:aws:securityhub:us-east-1:$account:product/$account/default\",\"GeneratorId\":\"security-control/EC2.4\",\"AwsAccountId\":\"$account\",\"Types\":[\"Software and Configuration Checks\"],\"CreatedAt\":\"${day}T00:00:00Z\",\"UpdatedAt\":\"$2\",\"Severity\":{\"Label\":\"MEDIUM\"},\"Title\":\"Stopped instance\",\"Description\":\"d\",\"Resources\":[{\"Type\":\"AwsEc2Instance\",\"Id\":\"arn:aws:ec2:us-east-1:$account:instance/i-1\"}],\"Compliance\":{\"Status\":\"$1\",\"SecurityControlId\":\"EC2.4\"}}]" >"$WORK/finding.json"
}
finding_json FAILED "${day}T00:00:02Z"
want '"SuccessCount": 1' aws securityhub batch-import-findings --findings "file://$WORK/finding.json"
finding_json PASSED "${day}T00:00:03Z"
want '"SuccessCount": 1' aws securityhub batch-import-findings --findings "file://$WORK/finding.json"

folders() { $am get-evidence-folders-by-assessment-control --assessment-id "$assessment" --control-set-id "$1" --control-id "$2" 2>&1; }
until_evidence() { # SET CONTROL COUNT
    for _ in $(seq 15); do
        OUT=$(folders "$1" "$2")
        [ "$(sed -nE 's/.*"totalEvidence": ([0-9]+).*/\1/p' <<<"$OUT" | head -1)" = "$3" ] && return
        sleep 2
    done
}
until_evidence Access "$signin" 1
report "evidence folder of the sign-in control" "\"name\": \"$day\"" 1
report "user activity" '"evidenceByTypeUserActivityCount": 1' 1
folder=$(value id)
want 'arn:aws:iam::218007301253:user/alice' $am get-evidence-by-evidence-folder --assessment-id "$assessment" --control-set-id Access --evidence-folder-id "$folder"
evidence=$(value id)
want '"eventName": "ConsoleLogin"' $am get-evidence --assessment-id "$assessment" --control-set-id Access --evidence-folder-id "$folder" --evidence-id "$evidence"
# Beside the finding and its later status stand the verdicts of our own rules, for the places where no finding has come.
for _ in $(seq 15); do
    OUT=$(folders "Data & storage" "$finding")
    OUT=$($am get-evidence-by-evidence-folder --assessment-id "$assessment" --control-set-id "Data & storage" --evidence-folder-id "$(value id)" \
        --query "{findings: length(evidence[?dataSource=='AWS Security Hub']), rules: length(evidence[?dataSource=='AWS Config']) > \`0\`}" 2>&1)
    grep -q '"findings": 2' <<<"$OUT" && break
    sleep 2
done
report "a finding and its later status" '"findings": 2' 1
report "rules where no finding has come" '"rules": true' 1

# Manual evidence, by text and by file.
want '"errors": \[\]' $am batch-import-evidence-to-assessment-control --assessment-id "$assessment" --control-set-id Access --control-id "$manual" --manual-evidence '[{"textResponse":"The policy was signed by everybody."}]'
want 'uploadUrl' $am get-evidence-file-upload-url --file-name policy.txt
upload=$(value uploadUrl)
file=$(value evidenceFileName)
want '' curl -sSf -X PUT --data-binary 'signed' "$upload"
want '"errors": \[\]' $am batch-import-evidence-to-assessment-control --assessment-id "$assessment" --control-set-id Access --control-id "$manual" --manual-evidence "[{\"evidenceFileName\":\"$file\"}]"

# Select, report, download, verify.
want '' $am associate-assessment-report-evidence-folder --assessment-id "$assessment" --evidence-folder-id "$folder"
want '"status": "IN_PROGRESS"' $am create-assessment-report --assessment-id "$assessment" --name scripted-report
report_id=$(value id)
for _ in $(seq 30); do
    OUT=$($am list-assessment-reports 2>&1)
    grep -q '"status": "COMPLETE"' <<<"$(grep -B12 -A12 "$report_id" <<<"$OUT")" && break
    sleep 1
done
want '"link"' $am get-assessment-report-url --assessment-id "$assessment" --assessment-report-id "$report_id"
want '' curl -sSf -o "$WORK/report.zip" "$(value link)"
want 'INTACT' "$TICKMARK" verify "$WORK/report.zip" --key "$DATA/ledger.pub"
want 'scripted-report' aws s3 ls s3://scripted-reports --recursive
key=$(sed -nE 's/.* ([^ ]+\.zip).*/\1/p' <<<"$OUT" | head -1)
want '"signatureValid": true' $am validate-assessment-report-integrity --s3-relative-path "s3://scripted-reports/$key"
want 'ASSESSMENT' $am get-change-logs --assessment-id "$assessment"
want '"status": "INACTIVE"' $am update-assessment-status --assessment-id "$assessment" --status INACTIVE
refused 'ResourceNotFoundException' $am get-assessment --assessment-id 11111111-2222-4333-8444-555555555555
