// Package auditmanager serves AWS Audit Manager over package assess.
//
// Not served yet, and answered with NotImplemented: sharing of frameworks (StartAssessmentFrameworkShare,
// ListAssessmentFrameworkShareRequests, UpdateAssessmentFrameworkShare, DeleteAssessmentFrameworkShare), which is less
// needed here because a framework is seen by every account and region anyway.
//
// Known to differ: an assessment is seen from every region and covers every region of its accounts. Definitions carry
// ARNs of the account and region that ask. No control is filed in Control Catalog, so a list narrowed to a domain,
// objective or common control is empty and UNCATEGORIZED is everything. Insights are counted when they are asked for,
// over the current day. Evidence finder is off: it cannot be enabled,
// and a report cannot be made from a query. Evidence carries when and how it was collected among its attributes.
// BatchCreateDelegationByAssessment names the assessment in its answer, where AWS leaves it out.
//
// A mapping source whose keyword nothing can feed is accepted, as AWS does. It is reported by `tickmark frameworks
// lint` and by assess.Control.Lint, not here: the API has no place for a warning.
package auditmanager
