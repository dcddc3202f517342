// Each IAM user has an MFA device. Change-triggered, scope AWS::IAM::User; asks iam:ListMFADevices, since the
// configuration item of a user does not tell.
import { ConfigServiceClient, PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import { IAMClient, ListMFADevicesCommand } from '@aws-sdk/client-iam';

const config = new ConfigServiceClient({});
const iam = new IAMClient({});

export async function handler(event) {
  const notice = JSON.parse(event.invokingEvent);
  // An item over 256 KB comes as a summary; the rule needs no more than that.
  const item = notice.configurationItem ?? notice.configurationItemSummary;
  const [verdict, annotation] = await judge(item, event.eventLeftScope);
  await config.send(new PutEvaluationsCommand({
    Evaluations: [{
      ComplianceResourceType: item.resourceType,
      ComplianceResourceId: item.resourceId,
      ComplianceType: verdict,
      Annotation: annotation,
      OrderingTimestamp: new Date(item.configurationItemCaptureTime),
    }],
    ResultToken: event.resultToken,
    TestMode: event.resultToken === 'TESTMODE',
  }));
  return verdict;
}

async function judge(item, leftScope) {
  if (leftScope || item.resourceType !== 'AWS::IAM::User' || item.configurationItemStatus.startsWith('ResourceDeleted')) {
    return ['NOT_APPLICABLE'];
  }
  const { MFADevices: devices } = await iam.send(new ListMFADevicesCommand({ UserName: item.resourceName }));
  return devices.length > 0 ? ['COMPLIANT'] : ['NON_COMPLIANT', 'The user has no MFA device.'];
}
