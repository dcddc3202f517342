// The account has a trail of all regions. Triggered by ConfigurationSnapshotDeliveryCompleted; reads the delivered
// snapshot from S3 and judges the account as a whole.
import { gunzipSync } from 'node:zlib';
import { ConfigServiceClient, PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const config = new ConfigServiceClient({});
const s3 = new S3Client({ forcePathStyle: true });

export async function handler(event) {
  const notice = JSON.parse(event.invokingEvent);
  if (notice.messageType !== 'ConfigurationSnapshotDeliveryCompleted') {
    throw new Error(`This rule is for ConfigurationSnapshotDeliveryCompleted, not for ${notice.messageType}.`);
  }
  const snapshot = await read(notice.s3Bucket, notice.s3ObjectKey);
  const trails = snapshot.configurationItems.filter((item) => item.resourceType === 'AWS::CloudTrail::Trail');
  const found = trails.some((trail) => trail.configuration?.isMultiRegionTrail === true);
  await config.send(new PutEvaluationsCommand({
    Evaluations: [{
      ComplianceResourceType: 'AWS::::Account',
      ComplianceResourceId: event.accountId,
      ComplianceType: found ? 'COMPLIANT' : 'NON_COMPLIANT',
      Annotation: found ? undefined : `None of ${trails.length} trails in the snapshot records all regions.`,
      OrderingTimestamp: new Date(notice.notificationCreationTime),
    }],
    ResultToken: event.resultToken,
    TestMode: event.resultToken === 'TESTMODE',
  }));
  return { trails: trails.length, found };
}

async function read(bucket, key) {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = Buffer.from(await body.transformToByteArray());
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return JSON.parse((zipped ? gunzipSync(bytes) : bytes).toString('utf8'));
}
