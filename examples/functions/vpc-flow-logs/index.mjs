// Each VPC has a flow log that is active. Change-triggered, scope AWS::EC2::VPC; asks ec2:DescribeFlowLogs. The rule
// parameter trafficType (ACCEPT, REJECT or ALL) may ask for what must be logged; a log of ALL has it always.
import { ConfigServiceClient, PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import { EC2Client, paginateDescribeFlowLogs } from '@aws-sdk/client-ec2';

const config = new ConfigServiceClient({});
const ec2 = new EC2Client({});

export async function handler(event) {
  const notice = JSON.parse(event.invokingEvent);
  const item = notice.configurationItem ?? notice.configurationItemSummary;
  const parameters = JSON.parse(event.ruleParameters ?? '{}');
  const [verdict, annotation] = await judge(item, event.eventLeftScope, parameters.trafficType);
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

async function judge(item, leftScope, traffic) {
  if (leftScope || item.resourceType !== 'AWS::EC2::VPC' || item.configurationItemStatus.startsWith('ResourceDeleted')) {
    return ['NOT_APPLICABLE'];
  }
  let inactive = 0;
  const pages = paginateDescribeFlowLogs({ client: ec2 }, { Filter: [{ Name: 'resource-id', Values: [item.resourceId] }] });
  for await (const page of pages) {
    for (const log of page.FlowLogs ?? []) {
      const enough = !traffic || log.TrafficType === traffic || log.TrafficType === 'ALL';
      if (log.FlowLogStatus === 'ACTIVE' && enough) return ['COMPLIANT'];
      inactive += 1;
    }
  }
  return ['NON_COMPLIANT', inactive === 0 ? 'The VPC has no flow log.' : 'No flow log of the VPC is active for the traffic that is asked for.'];
}
