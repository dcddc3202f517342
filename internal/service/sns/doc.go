// Package sns serves the Amazon Simple Notification Service over package notify: topics, and subscriptions of webhooks
// (protocols http and https).
//
// Known to differ: other protocols, FIFO topics, filter policies, message encryption and PublishBatch are refused;
// messages carry no signature; a topic's Policy is kept and shown but access follows grants. ConfirmSubscription and
// Unsubscribe also work unsigned, from the links in messages: the token, or the subscription's id, is the proof.
package sns
