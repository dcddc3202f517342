// Package awswire speaks the AWS protocols awsJson1.1, restJson1 and awsQuery without knowing any service: it routes a
// request to an operation, decodes and validates its input by the generated tables of package awsapi/<service>, calls
// the registered handler, and encodes the answer or the error. Operations without a handler answer 501
// NotImplemented in their protocol's shape; nothing else does. Requests arrive authenticated (package sigv4).
package awswire
