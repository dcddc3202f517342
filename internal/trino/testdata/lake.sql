-- Queries an event data store is asked, by the constructs they are made of. Each ends with a semicolon at a line's end.
-- The first is a comment before the statement, a count by two columns, a time range in texts.
/* who used a service how often */
SELECT eventSource, eventName, COUNT(*) AS calls
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE userIdentity.principalId LIKE '%:alice@example.com'
  AND eventTime > '2024-03-01 00:00:00' AND eventTime < '2024-03-08 00:00:00'
GROUP BY eventSource, eventName
ORDER BY calls DESC;

SELECT count(*
    ) AS total, date(eventTime
    ) AS day, awsRegion, element_at(additionalEventData, 'configRuleName'
    ) AS rule
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName= 'PutEvaluations' AND readOnly=False AND managementEvent=True
GROUP
    BY date(eventTime
    ), awsRegion, additionalEventData
ORDER
    BY date(eventTime
    ) DESC, total DESC, awsRegion;

SELECT day_of_week(eventTime) weekday, COUNT(*) n FROM "0233062b-51f6-4d18-8dec-c8eb1fb5bcb2"
WHERE eventCategory = 'Data' GROUP BY day_of_week(eventTime)ORDER BY day_of_week(eventTime);

SELECT userIdentity.sessionContext.sessionIssuer.userName, userIdentity.arn AS user, userIdentity, eventTime, resources,
    tlsDetails.tlsVersion, eventJson
FROM "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/0233062b-51f6-4d18-8dec-c8eb1fb5bcb2"
WHERE (eventName LIKE '%Create%' OR eventName LIKE '%Put%') AND resources IS NOT NULL
    AND userIdentity.sessioncontext.sessionissuer.username NOT LIKE 'AWSServiceRole%'
    AND userIdentity.sessioncontext.sessionissuer.username NOT IN (''
    )
    AND sourceIpAddress != 'cloudformation.amazonaws.com'ORDER BY eventTime DESC;

SELECT eventID, userIdentity.sessionContext.sessionIssuer.arn AS role
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName = 'AssumeRole' AND userIdentity.type = 'AssumedRole' AND errorCode IS NULL
    AND userIdentity.sessionContext.sessionIssuer.arn = element_at(resources,1
    ).arn;

SELECT element_at(requestParameters, 'bucketName') AS bucket, element_at(requestParameters, 'key') AS key, COUNT(*) AS reads
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventSource = 's3.amazonaws.com' AND eventCategory = 'Data' AND eventName = 'GetObject'
GROUP BY requestParameters ORDER BY reads DESC LIMIT 20;

SELECT DISTINCT element_at(requestParameters, 'bucketName') AS Bucket, awsRegion AS Region, recipientAccountId AS Account
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE element_at(additionalEventData, 'aclRequired') = 'Yes'
ORDER BY recipientAccountId, awsRegion;

SELECT eventTime, json_extract_scalar(eventJson, '$.requestParameters.tagSet.items[0].key') AS key,
    json_extract_scalar(json_array_get(element_at(requestParameters, 'evaluations'), 0), '$.complianceType') AS verdict,
    json_extract(element_at(requestParameters, 'CreateSnapshotsRequest'), '$.InstanceSpecification.InstanceId') AS instance
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName IN ('CreateTags','PutEvaluations'
    )ORDER BY key, eventTime DESC;

SELECT userIdentity.principalId, element_at(requestParameters, 'stackSetName') AS name
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName LIKE '%StackSet' AND element_at(requestParameters, 'stackSetName') IN (
    SELECT regexp_replace(element_at(requestParameters, 'stackName'), '^StackSet-|(-[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12})$') AS name
    FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
    WHERE userIdentity.principalId IN (
        SELECT userIdentity.principalId FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE eventID = '5b1f2c3d-1111-2222-3333-444455556666'));

SELECT element_at(requestParameters, 'groupId') AS sg, eventName, eventTime, element_at(requestParameters, 'ipPermissions') rule
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName = 'AuthorizeSecurityGroupIngress' AND element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%' -- open to all
UNION ALL
SELECT json_extract_scalar(element_at(requestParameters, 'ModifySecurityGroupRulesRequest'), '$.GroupId') sg, eventName, eventTime,
    element_at(requestParameters, 'ModifySecurityGroupRulesRequest') rule
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE eventName = 'ModifySecurityGroupRules'
ORDER BY sg,
    eventTime;

SELECT eventSource, tlsDetails.tlsVersion, count(*) AS calls FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
WHERE tlsDetails.tlsVersion LIKE 'TLSv%' AND CAST(REPLACE(tlsDetails.tlsVersion, 'TLSv', '') AS DOUBLE) <= 1.1
GROUP BY eventSource, tlsDetails.tlsVersion ORDER BY calls DESC;

SELECT replace(resourceId, 'AWS::SSM::ManagedInstanceInventory/') AS instance, eventTime,
    transform(filter(patches, p -> cast(json_extract(p, '$.PatchState') AS varchar) = 'Missing'), found -> json_extract(found, '$.Id')) AS missing
FROM (
    SELECT eventID AS resourceId, eventTime,
        map_values(cast(json_extract(json_parse(eventJson), '$.eventData.configuration.AWS:ComplianceItem.Content.Patch') AS map(varchar, json))) AS patches,
        rank() over (partition by replace(eventID, 'x/') order by eventTime desc) AS rnk
    FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
    WHERE eventType = 'AwsApiCall'
) where rnk = 1 and patches is not null;

WITH failed AS (SELECT userIdentity.arn AS arn, errorCode FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE errorCode IS NOT NULL)
SELECT arn, count(*) FILTER (WHERE errorCode LIKE '%AccessDenied%') AS denied, approx_distinct(errorCode) AS codes,
    array_join(array_sort(array_agg(DISTINCT errorCode)), ', ') AS list
FROM failed GROUP BY 1 HAVING count(*) > 10 ORDER BY 2 DESC, 1 LIMIT 50;

SELECT r.arn, r.type, count(*) FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 AS e CROSS JOIN UNNEST(e.resources) AS r
GROUP BY r.arn, r.type;

SELECT k, v, n FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 CROSS JOIN UNNEST(requestParameters) WITH ORDINALITY AS t (k, v, n)
WHERE any_match(map_keys(requestParameters), x -> x = 'bucketName');

SELECT a.eventName, b.eventName, date_diff('second', a.eventTime, b.eventTime) AS seconds
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 a
LEFT JOIN 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 b ON a.requestID = b.requestID AND a.eventID <> b.eventID
WHERE b.eventTime BETWEEN a.eventTime AND a.eventTime + INTERVAL '5' MINUTE;

SELECT date_trunc('hour', eventTime) AS hour, eventName, count(*) AS n,
    sum(count(*)) OVER (PARTITION BY eventName ORDER BY date_trunc('hour', eventTime) ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
    lag(count(*)) OVER w AS before
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
GROUP BY date_trunc('hour', eventTime), eventName
WINDOW w AS (PARTITION BY eventName ORDER BY date_trunc('hour', eventTime));

SELECT eventName FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE eventTime >= timestamp '2024-03-05 00:00:00'
INTERSECT SELECT eventName FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE errorCode IS DISTINCT FROM 'AccessDenied'
EXCEPT (VALUES 'ListBuckets', 'GetObject');

SELECT CASE WHEN sourceIPAddress LIKE '%.amazonaws.com' THEN 'service' WHEN contains('10.0.0.0/8', sourceIPAddress) THEN 'inside' ELSE 'outside' END AS origin,
    COALESCE(userIdentity.userName, userIdentity.arn, 'nobody') AS who, GREATEST(length(userAgent), 10) AS n, try(1 / 0) AS nothing, if(readOnly, 'r', 'w') AS rw
FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 e
WHERE NOT EXISTS (SELECT 1 FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 x WHERE x.sharedEventID = e.eventID)
    AND eventTime > (SELECT max(eventTime) - INTERVAL '1' DAY FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2);

SELECT awsRegion, eventSource, grouping(awsRegion, eventSource) AS level, count(*) FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2
GROUP BY ROLLUP (awsRegion, eventSource) ORDER BY 1 NULLS FIRST, 2 OFFSET 1 ROWS FETCH FIRST 10 ROWS ONLY;

SELECT * FROM 0233062b-51f6-4d18-8dec-c8eb1fb5bcb2 WHERE eventTime > ? AND eventTime < ? LIMIT 10;
