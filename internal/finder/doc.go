// Package finder is the evidence finder: the evidence of an account as a table for the Lake's SQL, one row for each
// resource of each piece of evidence.
//
// What is evidence stands in the ledger alone. Beside it the finder keeps the same facts by columns, so that a million
// rows are looked through in a fraction of a second: it follows each account's log in its order, in transactions of its
// own, and a question first brings the columns up to the head of the log. What is lost, or written by another version
// of this package, is built again from the log; nothing else reads it. An occurrence that stands for many unchanged
// resources is kept as one row and a set of numbers, and becomes its many rows when it is read.
//
// Known to differ from AWS, or chosen where AWS publishes nothing:
//   - Every registered account has the event data store from the start, complete and in every region; nothing switches it
//     off, bills it or lets it expire.
//   - Names of assessments, frameworks and controls are those of the assessment. Evidence of a deleted assessment is not
//     found; the log and the reports keep it.
//   - Beside AWS's columns eventData has those that end the list in columns.go: the text of a manual answer among them,
//     which AWS leaves out.
//   - resourceComplianceCheck is COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE or INSUFFICIENT_DATA of AWS Config, PASSED,
//     FAILED or WARNING of Security Hub, NULL where the source judges nothing.
//   - awsOrganization and addendum are NULL.
package finder
