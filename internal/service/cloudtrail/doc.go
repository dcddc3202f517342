// Package cloudtrail serves AWS CloudTrail over packages trail, trails and lake: LookupEvents, trails with their
// selectors, event data stores with their channels, imports, queries and dashboards, tags and policies of all; and insight: rates, and Insights events of data events.
//
// EnableFederation is not served: there is no catalog to federate with. GenerateQuery asks the operator's generator, where
// there is one. See package lake for what differs of the lake.
//
// Known to differ: the history is not cut at 90 days, because imported logs are older than that; more than one lookup
// attribute is refused, where AWS takes the first and silently ignores the others; requests are limited to AWS's rates
// only where the server is told to. Records without awsRegion answer in every region. What AWS adds to events or sums up of
// them (PutEventConfiguration), and Insights of event data stores, is refused. Resource policies are kept and shown; who
// may do what follows grants. See packages trails and
// trails/courier for what trails do not do. ListPublicKeys has one page.
// ListInsightsMetricData gives means per minute whatever the period, where AWS does not say what its values are;
// LookupEvents also finds Insights events of data events.
package cloudtrail
