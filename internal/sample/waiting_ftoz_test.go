package sample_test

// waitingFtoZ are the rules that the showcase does not show yet.
var waitingFtoZ = map[string]bool{
	"AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN": true,
	"CLOUDTRAIL_ALL_READ_S3_DATA_EVENT_CHECK":   true,
	"CLOUDTRAIL_ALL_WRITE_S3_DATA_EVENT_CHECK":  true,
	"CLOUDTRAIL_S3_DATAEVENTS_ENABLED":          true,
	"CLOUDTRAIL_SECURITY_TRAIL_ENABLED":         true,
	"FSX_RESOURCES_PROTECTED_BY_BACKUP_PLAN":    true,
	"MULTI_REGION_CLOUD_TRAIL_ENABLED":          true,
	"RDS_IN_BACKUP_PLAN":                        true,
	"RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN":    true,
	"S3_RESOURCES_PROTECTED_BY_BACKUP_PLAN":     true,
}
