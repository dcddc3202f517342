// Package auditmanager serves AWS Audit Manager over package assess.
//
// Known to differ: an assessment is seen from every region and covers every region of its accounts. Definitions carry
// ARNs of the account and region that ask. Insights are counted when they are asked for, over the current day. Evidence
// finder is always on and cannot be switched off. Evidence carries when and how it was collected among its attributes.
// BatchCreateDelegationByAssessment names the assessment in its answer, where AWS leaves it out. A framework shared
// with an account is a copy of its own there, although every account sees the original anyway; where a name is taken
// the copy's tells whom it came from. Requests are seen in every region. Services that a scope names narrow nothing, as
// on AWS, but are shown again where AWS drops them: tools that compare would find a difference for ever. An update of an
// assessment leaves what it does not mention.
//
// A mapping source whose keyword nothing can feed is accepted, as AWS does. It is reported by `tickmark frameworks
// lint` and by our own API (GetControlProblems, GetFrameworkProblems, GetAssessmentSources), not here: this one has no
// place for a warning.
package auditmanager
