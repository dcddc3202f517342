// Package cloud calls the real AWS. A call names a service, an operation and JSON inputs as Automation documents and
// boto3 spell them, and gets the output back as JSON in the same spelling. What it knows of AWS's APIs are models: to make
// another operation callable, add it to operations.txt and run cmd/awsmodels. Package client sends, wire writes and reads
// bytes, endpoints finds hosts; docs/design/0007-cloud-client.md has the reasons.
//
// What it promises:
//   - Only operations of the list (Operations) can be called; another one is refused with the nearest names.
//   - A member that an operation does not have, a required one that is missing, or a value of the wrong kind, is refused by
//     its path before anything is sent. Strings that hold a number or a boolean are taken as one where the API wants one,
//     as documents pass them.
//   - A call goes to the account and region it names, or nowhere: a role of another account or partition is refused, and
//     without a role the deployment's own credentials must belong to the account.
//   - AWS_ENDPOINT_URL* of the environment, endpoints in profiles, and keys of Tickmark itself are not obeyed.
//   - Times are RFC 3339. Text that the API takes as bytes (a Lambda payload, the body of an object) is given and
//     answered as text; bytes that are not UTF-8 are answered in base64.
//   - One call of Call is one page; paging on is the document's. A throttled call is repeated at a lower rate.
//
// Left out: waiters, presigned URLs, event streams, operations outside the list. A HEAD request that fails has no body:
// its error's code is the status's text (NotFound, Forbidden).
package cloud
