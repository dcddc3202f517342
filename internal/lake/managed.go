package lake

import "strings"

// storeParameter stands in managed statements for the data store that they are asked about.
const storeParameter = "$EventDataStoreId$"

// managed are the dashboards that come with the house; they are asked about any data store.
func managed(p Place) []Dashboard {
	overview := []string{
		`SELECT date_trunc('hour', eventTime) AS hour, count(*) AS events FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? GROUP BY 1 ORDER BY 1`,
		`SELECT eventSource, count(*) AS events FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? GROUP BY eventSource ORDER BY events DESC LIMIT 10`,
		`SELECT userIdentity.arn, count(*) AS events FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? GROUP BY userIdentity.arn ORDER BY events DESC LIMIT 10`,
		`SELECT awsRegion, count(*) AS events FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? GROUP BY awsRegion ORDER BY events DESC`,
	}
	security := []string{
		`SELECT eventTime, userIdentity.arn, sourceIPAddress FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? AND eventName = 'ConsoleLogin' AND element_at(additionalEventData, 'MFAUsed') = 'No' ORDER BY eventTime DESC LIMIT 100`,
		`SELECT errorCode, count(*) AS errors FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? AND errorCode IS NOT NULL GROUP BY errorCode ORDER BY errors DESC LIMIT 10`,
		`SELECT eventTime, eventName FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? AND userIdentity.type = 'Root' ORDER BY eventTime DESC LIMIT 100`,
		`SELECT userIdentity.arn, count(*) AS refused FROM $EventDataStoreId$ WHERE eventTime > ? AND eventTime < ? AND errorCode LIKE '%AccessDenied%' GROUP BY userIdentity.arn ORDER BY refused DESC LIMIT 10`,
	}
	return []Dashboard{managedOf(p, "Overview", overview), managedOf(p, "Security", security)}
}

func managedOf(p Place, name string, statements []string) Dashboard {
	d := Dashboard{Place: p, Name: "AWSCloudTrail/" + name, Managed: true, Status: DashboardCreated}
	for i, s := range statements {
		d.Widgets = append(d.Widgets, Widget{Alias: "AWSCloudTrail." + name + "." + string(rune('1'+i)), Statement: s, Parameters: []string{"$StartTime$", "$EndTime$"}})
	}
	return d
}

// about puts a data store into a managed statement. Ids and ARNs are quoted, so that they remain names.
func about(statement, store string) string {
	return strings.ReplaceAll(statement, storeParameter, `"`+strings.ReplaceAll(store, `"`, `""`)+`"`)
}
