package sample_test

// waitingFtoZ are the rules that the showcase does not show yet.
var waitingFtoZ = map[string]bool{
	"CLOUDTRAIL_ALL_READ_S3_DATA_EVENT_CHECK":  true,
	"CLOUDTRAIL_ALL_WRITE_S3_DATA_EVENT_CHECK": true,
	"CLOUDTRAIL_S3_DATAEVENTS_ENABLED":         true,
	"CLOUDTRAIL_SECURITY_TRAIL_ENABLED":        true,
	"MULTI_REGION_CLOUD_TRAIL_ENABLED":         true,
}
