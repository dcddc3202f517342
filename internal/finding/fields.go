package finding

import "strings"

// fieldPaths are the filters with the place in the document that each looks at. A step that meets an array looks at
// every element.
var fieldPaths = func() map[string][]string {
	out := map[string][]string{}
	for _, line := range strings.Fields(`
AwsAccountId AwsAccountName CompanyName Confidence CreatedAt Criticality Description FirstObservedAt GeneratorId Id
LastObservedAt ProductArn ProductName RecordState Region Sample SourceUrl Title UpdatedAt VerificationState WorkflowState
UserDefinedFields ProductFields Type=Types
ComplianceAssociatedStandardsId=Compliance.AssociatedStandards.StandardsId ComplianceSecurityControlId=Compliance.SecurityControlId
ComplianceSecurityControlParametersName=Compliance.SecurityControlParameters.Name
ComplianceSecurityControlParametersValue=Compliance.SecurityControlParameters.Value ComplianceStatus=Compliance.Status
FindingProviderFieldsConfidence=FindingProviderFields.Confidence FindingProviderFieldsCriticality=FindingProviderFields.Criticality
FindingProviderFieldsRelatedFindingsId=FindingProviderFields.RelatedFindings.Id
FindingProviderFieldsRelatedFindingsProductArn=FindingProviderFields.RelatedFindings.ProductArn
FindingProviderFieldsSeverityLabel=FindingProviderFields.Severity.Label FindingProviderFieldsSeverityOriginal=FindingProviderFields.Severity.Original
FindingProviderFieldsTypes=FindingProviderFields.Types
MalwareName=Malware.Name MalwarePath=Malware.Path MalwareState=Malware.State MalwareType=Malware.Type
NetworkDestinationDomain=Network.DestinationDomain NetworkDestinationIpV4=Network.DestinationIpV4
NetworkDestinationIpV6=Network.DestinationIpV6 NetworkDestinationPort=Network.DestinationPort NetworkDirection=Network.Direction
NetworkProtocol=Network.Protocol NetworkSourceDomain=Network.SourceDomain NetworkSourceIpV4=Network.SourceIpV4
NetworkSourceIpV6=Network.SourceIpV6 NetworkSourceMac=Network.SourceMac NetworkSourcePort=Network.SourcePort
NoteText=Note.Text NoteUpdatedAt=Note.UpdatedAt NoteUpdatedBy=Note.UpdatedBy
ProcessLaunchedAt=Process.LaunchedAt ProcessName=Process.Name ProcessParentPid=Process.ParentPid ProcessPath=Process.Path
ProcessPid=Process.Pid ProcessTerminatedAt=Process.TerminatedAt RecommendationText=Remediation.Recommendation.Text
RelatedFindingsId=RelatedFindings.Id RelatedFindingsProductArn=RelatedFindings.ProductArn
ResourceApplicationArn=Resources.ApplicationArn ResourceApplicationName=Resources.ApplicationName
ResourceAwsEc2InstanceIamInstanceProfileArn=Resources.Details.AwsEc2Instance.IamInstanceProfileArn
ResourceAwsEc2InstanceImageId=Resources.Details.AwsEc2Instance.ImageId
ResourceAwsEc2InstanceIpV4Addresses=Resources.Details.AwsEc2Instance.IpV4Addresses
ResourceAwsEc2InstanceIpV6Addresses=Resources.Details.AwsEc2Instance.IpV6Addresses
ResourceAwsEc2InstanceKeyName=Resources.Details.AwsEc2Instance.KeyName
ResourceAwsEc2InstanceLaunchedAt=Resources.Details.AwsEc2Instance.LaunchedAt
ResourceAwsEc2InstanceSubnetId=Resources.Details.AwsEc2Instance.SubnetId
ResourceAwsEc2InstanceType=Resources.Details.AwsEc2Instance.Type ResourceAwsEc2InstanceVpcId=Resources.Details.AwsEc2Instance.VpcId
ResourceAwsIamAccessKeyCreatedAt=Resources.Details.AwsIamAccessKey.CreatedAt
ResourceAwsIamAccessKeyPrincipalName=Resources.Details.AwsIamAccessKey.PrincipalName
ResourceAwsIamAccessKeyStatus=Resources.Details.AwsIamAccessKey.Status
ResourceAwsIamAccessKeyUserName=Resources.Details.AwsIamAccessKey.UserName
ResourceAwsIamUserUserName=Resources.Details.AwsIamUser.UserName ResourceAwsS3BucketOwnerId=Resources.Details.AwsS3Bucket.OwnerId
ResourceAwsS3BucketOwnerName=Resources.Details.AwsS3Bucket.OwnerName ResourceContainerImageId=Resources.Details.Container.ImageId
ResourceContainerImageName=Resources.Details.Container.ImageName ResourceContainerLaunchedAt=Resources.Details.Container.LaunchedAt
ResourceContainerName=Resources.Details.Container.Name ResourceDetailsOther=Resources.Details.Other ResourceId=Resources.Id
ResourcePartition=Resources.Partition ResourceRegion=Resources.Region ResourceTags=Resources.Tags ResourceType=Resources.Type
SeverityLabel=Severity.Label SeverityNormalized=Severity.Normalized SeverityProduct=Severity.Product
ThreatIntelIndicatorCategory=ThreatIntelIndicators.Category ThreatIntelIndicatorLastObservedAt=ThreatIntelIndicators.LastObservedAt
ThreatIntelIndicatorSource=ThreatIntelIndicators.Source ThreatIntelIndicatorSourceUrl=ThreatIntelIndicators.SourceUrl
ThreatIntelIndicatorType=ThreatIntelIndicators.Type ThreatIntelIndicatorValue=ThreatIntelIndicators.Value
VulnerabilitiesExploitAvailable=Vulnerabilities.ExploitAvailable VulnerabilitiesFixAvailable=Vulnerabilities.FixAvailable
WorkflowStatus=Workflow.Status`) {
		name, path, ok := strings.Cut(line, "=")
		if !ok {
			path = name
		}
		out[name] = strings.Split(path, ".")
	}
	return out
}()

// indexed are the filters that the store answers by itself when they ask for equality.
var indexed = map[string]Attribute{
	"AwsAccountId": AccountAttr, "Region": RegionAttr, "ProductArn": ProductAttr, "Id": IDAttr, "GeneratorId": GeneratorAttr,
	"SeverityLabel": SeverityAttr, "ComplianceStatus": ComplianceAttr, "WorkflowStatus": WorkflowAttr, "RecordState": RecordAttr,
}

// SortBy are the fields that findings can be sorted by.
var SortBy = map[string]Attribute{
	"Id": IDAttr, "AwsAccountId": AccountAttr, "Region": RegionAttr, "ProductArn": ProductAttr, "GeneratorId": GeneratorAttr,
	"Title": TitleAttr, "SeverityLabel": NormalizedAttr, "SeverityNormalized": NormalizedAttr, "ComplianceStatus": ComplianceAttr,
	"WorkflowStatus": WorkflowAttr, "RecordState": RecordAttr, "CreatedAt": CreatedAttr, "UpdatedAt": UpdatedAttr,
	"ComplianceSecurityControlId": ControlAttr,
}
