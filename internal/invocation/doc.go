// Package invocation asks the functions of custom rules. The engine of package compliance keeps a question for each
// change, schedule or snapshot that triggers such a rule; a worker makes the event AWS Config would send, runs the
// function, and notes whether it did its work. The verdicts come back by PutEvaluations with the result token of the
// event, which names the rule and cannot be made up.
//
// A question is put at least once: after a crash again, to the same effect, because an evaluation that is repeated
// changes nothing. A function that fails is asked three times.
package invocation
