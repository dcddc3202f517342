// Package sweep decides what of real accounts is collected when, and what follows from it.
//
// A run reads every type in every place of its plan (accounts x regions x types; a type read once in an account is one
// unit) and hands the resources to a Sink in batches as they come. What it promises:
//   - Memory does not grow with the estate: pages are handed on as they come; of a unit's resources 16 bytes each are
//     kept until it is settled, and of an account its units while it is under way.
//   - No account, service or giant type holds up the rest: units are taken in turn from accounts, and in each from its
//     regions and services; calls in flight are bounded for an account and in all.
//   - A resource is said to be deleted only when a complete, unfiltered list did not have it and nothing has seen it since
//     that list began. A failed or partial list deletes nothing. When a type that had more than 20 resources seems to have
//     none, it is listed again first.
//   - What could not be collected is written down as an item Tickmark::Account::Gap (docs/format/account-facts.md): its
//     "what" is the resource type whose list failed, the API of a detail that failed (with the types it leaves
//     incomplete; single items say more under Tickmark::NotCollected), or "account" when the role cannot be used. The gap
//     of a type read once in an account has the region global. Gaps are closed when the thing is collected again.
//   - A unit that was read to its end leaves a mark (inventory.Collected): the type is recorded in that place, also when
//     there is no resource of it. The mark is written last, with the gaps, so that a run that is killed reads the unit again
//     and nothing else.
//   - A type that could be listed nowhere is not called again and again: refusals are not repeated, the rest is with doubled
//     pauses, and a service that fails in a row in a region is left for the next run.
//   - Jobs are durable: one that a kill breaks off goes on with the units that have no mark of it. Connections are read in
//     turns of their interval, shifted by their name. A whole run closes gaps of what is not read any more.
//   - What events tell (Changes, Follower) is recorded within seconds of their arrival, each resource once for a burst;
//     types whose resources cannot be asked for alone, and bursts of very many, are listed once. The place among the events
//     is durable; events from before the latest complete list ask for nothing.
//
// Left out: an organization's service control policies are not read, so a region that one closes costs one refused call
// for each type and run. States held for daily recording whose resource goes away on the same day are written at its end
// and ended by the next run. An account that two connections reach is read by both; they should read the same types, or
// each closes the gaps of what only the other reads. A type that is read by Cloud Control counts as offered wherever that API
// is; where its own service is not, the API's answer decides.
package sweep
