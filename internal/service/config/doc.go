// Package config serves AWS Config over packages inventory and compliance: the history of resources, recorders and
// delivery channels, rules, conformance packs and aggregators, and the compliance of all of these.
//
// A request sees its own account and region; the account's global resources answer in every region. Secrets in
// configurations are shown as ****.
//
// Service-linked recorders and connectors to other clouds are kept and shown, and record nothing: the services that
// would set their resource types are not here (their status is NotApplicable, AssociateResourceTypes is a conflict), and
// nothing connects to the other cloud. Names and ARNs of connectors are our own form.
//
// What is put here is recorded at the frequency of the recorder; a day of the frequency DAILY ends at midnight UTC.
// PutResourceConfig takes types of AWS's own, checks no registered schema and has no limit of active
// resources.
//
// Known to differ: reads and conformance packs need no recorder, because items may have been imported. A page of history is never cut to
// seven days. Items whose capture lies outside a recorder's group are shown. Counts leave out Tickmark's own account
// facts. Proactive evaluation by functions is not served. The evaluation of a planned resource is COMPLIANT only when
// no rule lacked a fact, and its details show those that did; it is kept for a week. Remediation runs once an administrator has enabled it for the account (package
// remediate). Files for the installation's own buckets are not encrypted with KMS keys (s3KmsKeyArn is refused for them) and go to buckets of
// the same account only; any other bucket is looked for at the S3 of --delivery-s3-*. A pack has no
// CloudFormation stack, so its status has no StackArn. Aggregated data is read where it lies and is never out of date;
// service principals in an aggregator's filter are kept and not applied. Advanced queries differ as package query
// tells; a stored query's expression is checked when it is put. Items of AWS::Config::ResourceCompliance are
// views of the verdicts: they need no running recorder, listings have no deleted ones, queries none of a past moment, and
// history files and notifications none at all (ComplianceChangeNotification tells each change).
package config
