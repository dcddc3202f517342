// Package cloud calls the real AWS through the AWS SDK for Go. A call names a service, an operation and JSON inputs as
// Automation documents and boto3 spell them, and gets the output back as JSON in the same spelling.
//
// What it promises:
//   - Only operations of the table (Operations) can be called; another one is refused with the nearest names.
//   - A member that an operation does not have, or a value of the wrong kind, is refused by its path before anything is
//     sent. Strings that hold a number or a boolean are taken as one where the API wants one, as documents pass them.
//   - A call goes to the account and region it names, or nowhere: a role of another account or partition is refused, and
//     without a role the deployment's own credentials must belong to the account.
//   - AWS_ENDPOINT_URL* of the environment, endpoints in profiles, and keys of Tickmark itself are not obeyed.
//   - Times are RFC 3339. Text that the API takes as bytes (a Lambda payload, the body of an object) is given and
//     answered as text; bytes that are not UTF-8 are answered in base64.
//   - One call is one page; paging on is the document's.
//
// Left out: waiters, presigned URLs, event streams, operations outside the table.
//
// No client is ever held in an interface: text/template elsewhere makes the linker keep every method of a type that is,
// and the binary would grow more than fivefold. Operations are closures over method expressions.
package cloud
