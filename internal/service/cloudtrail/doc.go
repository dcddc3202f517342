// Package cloudtrail serves AWS CloudTrail over packages trail and lake: LookupEvents, event data stores.
//
// Known to differ: the history is not cut at 90 days, because imported logs are older than that; more than one lookup
// attribute is refused, where AWS takes the first and silently ignores the others; there is no limit of two requests a
// second. Records without awsRegion answer in every region. Trails, selectors and digests are not served yet: a trail
// that delivers nothing would be a lie.
package cloudtrail
