-- count all
SELECT count(*) FROM events

-- count by name
SELECT eventName, count(*) FROM events GROUP BY eventName

-- top names
SELECT eventName, count(*) AS n FROM events GROUP BY eventName ORDER BY n DESC, eventName LIMIT 5

-- names and sources
SELECT eventSource, eventName, count(*), count(errorCode), min(eventTime), max(eventTime) FROM events GROUP BY eventSource, eventName

-- by hour
SELECT date_trunc('hour', eventTime), count(*) FROM events GROUP BY 1

-- errors by source
SELECT eventSource, errorCode, count(*) FROM events WHERE errorCode IS NOT NULL GROUP BY 1, 2

-- share of errors
SELECT eventName, count_if(errorCode IS NOT NULL) * 100e0 / count(*) FROM events GROUP BY eventName HAVING count(*) > 10

-- reads and writes
SELECT awsRegion, readOnly, count(*) FROM events GROUP BY awsRegion, readOnly

-- time range
SELECT count(*), min(eventTime), max(eventTime) FROM events WHERE eventTime >= '2024-03-05 06:00:00' AND eventTime < '2024-03-05 07:30:00'
-- duckdb
SELECT count(*), min(eventTime), max(eventTime) FROM events WHERE eventTime >= TIMESTAMP '2024-03-05 06:00:00' AND eventTime < TIMESTAMP '2024-03-05 07:30:00'

-- distinct principals
SELECT count(DISTINCT userIdentity.arn), count(DISTINCT sourceIPAddress), count(DISTINCT eventName) FROM events
-- duckdb
SELECT count(DISTINCT arn), count(DISTINCT sourceIPAddress), count(DISTINCT eventName) FROM events

-- top principals
SELECT userIdentity.arn, count(*) n FROM events GROUP BY userIdentity.arn ORDER BY n DESC, 1 LIMIT 20
-- duckdb
SELECT arn, count(*) n FROM events GROUP BY arn ORDER BY n DESC, 1 LIMIT 20

-- one principal
SELECT eventName, eventTime, eventID FROM events WHERE userIdentity.arn LIKE '%/user-017' AND readOnly = false
-- duckdb
SELECT eventName, eventTime, eventID FROM events WHERE arn LIKE '%/user-017' AND readOnly = false

-- one name by its index
SELECT eventID, eventTime FROM events WHERE eventName = 'CreateAccessKey' AND eventSource = 'iam.amazonaws.com'

-- access keys of many principals
SELECT userIdentity.accessKeyId, count(DISTINCT userIdentity.arn) FROM events GROUP BY 1 HAVING count(DISTINCT userIdentity.arn) > 1
-- duckdb
SELECT accessKeyId, count(DISTINCT arn) FROM events GROUP BY 1 HAVING count(DISTINCT arn) > 1

-- latest events
SELECT eventTime, eventID, eventName FROM events ORDER BY eventTime DESC, eventID LIMIT 25

-- like in the middle
SELECT eventName, count(*) FROM events WHERE eventName LIKE '%Get%' OR eventSource LIKE 's_.%' GROUP BY eventName

-- case
SELECT CASE WHEN eventName LIKE 'Get%' OR eventName LIKE 'Describe%' THEN 'read' WHEN eventName LIKE 'Create%' THEN 'make' ELSE 'other' END kind, count(*) FROM events GROUP BY 1

-- identity types
SELECT userIdentity.type, userIdentity.sessionContext.sessionIssuer.userName, count(*) FROM events GROUP BY 1, 2
-- duckdb
SELECT raw->>'$.userIdentity.type', raw->>'$.userIdentity.sessionContext.sessionIssuer.userName', count(*) FROM events GROUP BY 1, 2

-- buckets
SELECT element_at(requestParameters, 'bucketName') AS bucket, count(*) FROM events WHERE eventSource = 's3.amazonaws.com' GROUP BY 1
-- duckdb
SELECT raw->>'$.requestParameters.bucketName', count(*) FROM events WHERE eventSource = 's3.amazonaws.com' GROUP BY 1

-- nested parameters
SELECT json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].imageId') AS image, count(*) FROM events WHERE eventName = 'RunInstances' GROUP BY 1
-- duckdb
SELECT raw->>'$.requestParameters.instancesSet.items[0].imageId', count(*) FROM events WHERE eventName = 'RunInstances' GROUP BY 1

-- numbers in parameters
SELECT sum(CAST(element_at(additionalEventData, 'bytesTransferredOut') AS bigint)), avg(CAST(element_at(additionalEventData, 'bytesTransferredOut') AS double)), max(try_cast(element_at(additionalEventData, 'bytesTransferredOut') AS integer)) FROM events
-- duckdb
SELECT CAST(sum(CAST(raw->>'$.additionalEventData.bytesTransferredOut' AS bigint)) AS bigint), avg(CAST(raw->>'$.additionalEventData.bytesTransferredOut' AS double)), max(try_cast(raw->>'$.additionalEventData.bytesTransferredOut' AS integer)) FROM events

-- spread of numbers
SELECT eventName, stddev(x), var_pop(x), count(x) FROM (SELECT eventName, CAST(element_at(additionalEventData, 'bytesTransferredOut') AS double) AS x FROM events) GROUP BY eventName HAVING count(x) > 1
-- duckdb
SELECT eventName, stddev(x), var_pop(x), count(x) FROM (SELECT eventName, CAST(raw->>'$.additionalEventData.bytesTransferredOut' AS double) AS x FROM events) GROUP BY eventName HAVING count(x) > 1

-- without multi factor
SELECT count(*) FROM events WHERE userIdentity.sessionContext.attributes.mfaAuthenticated = 'false' AND eventTime > TIMESTAMP '2024-03-05 20:00:00'
-- duckdb
SELECT count(*) FROM events WHERE raw->>'$.userIdentity.sessionContext.attributes.mfaAuthenticated' = 'false' AND eventTime > TIMESTAMP '2024-03-05 20:00:00'

-- resources
SELECT r.type, count(*), count(DISTINCT r.arn) FROM events CROSS JOIN UNNEST(resources) AS r (account, type, arn, prefix) GROUP BY r.type
-- duckdb
SELECT r->>'$.type', count(*), count(DISTINCT r->>'$.ARN') FROM (SELECT unnest(CAST(raw->'$.resources' AS JSON[])) r FROM events WHERE json_type(raw, '$.resources') = 'ARRAY') GROUP BY 1

-- user agents
SELECT split_part(userAgent, '/', 1), count(*) FROM events GROUP BY 1
-- duckdb
SELECT split_part(raw->>'$.userAgent', '/', 1), count(*) FROM events GROUP BY 1

-- rank within source
SELECT eventSource, eventName, n FROM (SELECT eventSource, eventName, n, rank() OVER (PARTITION BY eventSource ORDER BY n DESC) AS r FROM (SELECT eventSource, eventName, count(*) AS n FROM events GROUP BY 1, 2)) WHERE r = 1

-- first and last of a user
SELECT userIdentity.arn, min(eventTime), max(eventTime), min_by(eventName, eventID), max_by(eventName, eventID) FROM events GROUP BY 1
-- duckdb
SELECT arn, min(eventTime), max(eventTime), min_by(eventName, eventID), max_by(eventName, eventID) FROM events GROUP BY 1

-- running total
SELECT h, n, sum(n) OVER (ORDER BY h), avg(n) OVER (ORDER BY h ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM (SELECT date_trunc('hour', eventTime) AS h, count(*) AS n FROM events GROUP BY 1)
-- duckdb
SELECT h, n, CAST(sum(n) OVER (ORDER BY h) AS bigint), avg(n) OVER (ORDER BY h ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM (SELECT date_trunc('hour', eventTime) AS h, count(*) AS n FROM events GROUP BY 1)

-- gap before the next event
SELECT eventName, max(date_diff('millisecond', before, eventTime)) FROM (SELECT eventName, eventTime, lag(eventTime) OVER (PARTITION BY eventName ORDER BY eventTime, eventID) AS before FROM events WHERE eventSource = 'iam.amazonaws.com') GROUP BY eventName

-- those who were denied and wrote
SELECT DISTINCT userIdentity.arn FROM events WHERE errorCode = 'AccessDenied' AND userIdentity.arn IN (SELECT userIdentity.arn FROM events WHERE eventName = 'PutBucketPolicy' AND errorCode IS NULL)
-- duckdb
SELECT DISTINCT arn FROM events WHERE errorCode = 'AccessDenied' AND arn IN (SELECT arn FROM events WHERE eventName = 'PutBucketPolicy' AND errorCode IS NULL)

-- never denied
SELECT count(*) FROM (SELECT DISTINCT userIdentity.arn AS a FROM events) u WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.userIdentity.arn = u.a AND e.errorCode IS NOT NULL)
-- duckdb
SELECT count(*) FROM (SELECT DISTINCT arn AS a FROM events) u WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.arn = u.a AND e.errorCode IS NOT NULL)

-- above the average
WITH per AS (SELECT userIdentity.arn AS a, count(*) AS n FROM events GROUP BY 1) SELECT a, n FROM per WHERE n > (SELECT avg(n) FROM per)
-- duckdb
WITH per AS (SELECT arn AS a, count(*) AS n FROM events GROUP BY 1) SELECT a, n FROM per WHERE n > (SELECT avg(n) FROM per)

-- self join of denials
SELECT a.eventName, b.eventName, count(*) FROM events a JOIN events b ON a.userIdentity.arn = b.userIdentity.arn AND a.eventName < b.eventName WHERE a.errorCode IS NOT NULL AND b.errorCode IS NOT NULL AND a.eventSource = 'iam.amazonaws.com' AND b.eventSource = 's3.amazonaws.com' GROUP BY 1, 2
-- duckdb
SELECT a.eventName, b.eventName, count(*) FROM events a JOIN events b ON a.arn = b.arn AND a.eventName < b.eventName WHERE a.errorCode IS NOT NULL AND b.errorCode IS NOT NULL AND a.eventSource = 'iam.amazonaws.com' AND b.eventSource = 's3.amazonaws.com' GROUP BY 1, 2

-- left join
SELECT u.eventName, count(*), count(e.n) FROM (SELECT DISTINCT eventSource, eventName FROM events) u LEFT JOIN (SELECT eventName, awsRegion, count(*) AS n FROM events WHERE errorCode = 'AccessDenied' GROUP BY 1, 2) e ON u.eventName = e.eventName GROUP BY 1

-- full join
SELECT a.eventName, b.eventName, a.n, b.n FROM (SELECT eventName, count(*) n FROM events WHERE readOnly GROUP BY 1) a FULL JOIN (SELECT eventName, count(*) n FROM events WHERE errorCode IS NOT NULL GROUP BY 1) b ON a.eventName = b.eventName

-- union
SELECT eventName FROM events WHERE eventSource = 's3.amazonaws.com' UNION SELECT eventName FROM events WHERE eventSource LIKE 'iam%'

-- except
SELECT eventName FROM events WHERE eventSource <> 's3.amazonaws.com' EXCEPT SELECT eventName FROM events WHERE errorCode IS NOT NULL

-- intersect
SELECT userIdentity.arn FROM events WHERE eventName = 'GetUser' AND errorCode IS NOT NULL INTERSECT SELECT userIdentity.arn FROM events WHERE eventName = 'Decrypt' AND errorCode IS NOT NULL
-- duckdb
SELECT arn FROM events WHERE eventName = 'GetUser' AND errorCode IS NOT NULL INTERSECT SELECT arn FROM events WHERE eventName = 'Decrypt' AND errorCode IS NOT NULL

-- grouping sets
SELECT awsRegion, eventSource, count(*), grouping(awsRegion, eventSource) FROM events GROUP BY GROUPING SETS ((awsRegion, eventSource), (awsRegion), ())

-- names of a source as a list
SELECT eventSource, array_agg(DISTINCT eventName ORDER BY eventName), count(*) FILTER (WHERE errorCode IS NULL) FROM events GROUP BY eventSource

-- joined texts
SELECT eventSource, listagg(eventName, ',') WITHIN GROUP (ORDER BY eventName) FROM (SELECT DISTINCT eventSource, eventName FROM events) GROUP BY eventSource
-- duckdb
SELECT eventSource, string_agg(eventName, ',' ORDER BY eventName) FROM (SELECT DISTINCT eventSource, eventName FROM events) GROUP BY eventSource

-- texts
SELECT upper(substr(eventName, 1, 3)), length(eventSource), replace(eventSource, '.amazonaws.com', ''), count(*) FROM events GROUP BY 1, 2, 3

-- patterns
SELECT regexp_extract(userIdentity.arn, 'user-(\d+)$', 1), count(*) FROM events WHERE regexp_like(sourceIPAddress, '^10\.[0-3]\.') GROUP BY 1
-- duckdb
SELECT nullif(regexp_extract(arn, 'user-(\d+)$', 1), ''), count(*) FROM events WHERE regexp_matches(sourceIPAddress, '^10\.[0-3]\.') GROUP BY 1

-- lambda over parameters
SELECT cardinality(filter(map_keys(requestParameters), k -> k LIKE '%Name')), count(*) FROM events WHERE eventSource IN ('logs.amazonaws.com', 'iam.amazonaws.com') AND requestParameters IS NOT NULL GROUP BY 1
-- duckdb
SELECT len(list_filter(json_keys(raw, '$.requestParameters'), lambda k: k LIKE '%Name')), count(*) FROM events WHERE eventSource IN ('logs.amazonaws.com', 'iam.amazonaws.com') AND json_type(raw, '$.requestParameters') = 'OBJECT' GROUP BY 1

-- whole records
SELECT eventID, eventJson, eventVersion, requestID FROM events WHERE eventName = 'PutBucketPolicy' AND errorCode IS NOT NULL
-- duckdb
SELECT eventID, raw, raw->>'$.eventVersion', raw->>'$.requestID' FROM events WHERE eventName = 'PutBucketPolicy' AND errorCode IS NOT NULL

-- scalar sub-queries in columns
SELECT DISTINCT eventSource, (SELECT count(*) FROM events i WHERE i.eventSource = o.eventSource AND i.errorCode IS NOT NULL) FROM events o
