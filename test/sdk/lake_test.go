package sdk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// lakes calls what CloudTrail Lake has.
func lakes(k *kit) {
	c := cloudtrail.NewFromConfig(k.config(home))
	arn := dataStores(k, c)
	channels(k, c)
	lakeQueries(k, c, arn)
	lakeImports(k, c, arn)
	lakeDashboards(k, c, arn)
	_, err := c.DeleteEventDataStore(k.Context(), &cloudtrail.DeleteEventDataStoreInput{EventDataStore: &arn})
	k.ok(err)
	_, err = c.RestoreEventDataStore(k.Context(), &cloudtrail.RestoreEventDataStoreInput{EventDataStore: &arn})
	k.ok(err)
}

// lakeQueries asks the sample logs, of which LookupEvents gave as many events of the time.
func lakeQueries(k *kit, c *cloudtrail.Client, store string) {
	id := store[strings.LastIndex(store, "/")+1:]
	q, err := c.StartQuery(k.Context(), &cloudtrail.StartQueryInput{QueryStatement: aws.String(
		"SELECT eventSource, count(*), max(eventTime) AS last FROM " + id + " WHERE eventTime > '2023-07-10 00:00:00' GROUP BY eventSource ORDER BY 2 DESC, 1",
	)})
	k.ok(err)
	var d *cloudtrail.DescribeQueryOutput
	for range 600 {
		d, err = c.DescribeQuery(k.Context(), &cloudtrail.DescribeQueryInput{QueryId: q.QueryId})
		k.ok(err)
		if d.QueryStatus != types.QueryStatusQueued && d.QueryStatus != types.QueryStatusRunning {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if d.QueryStatus != types.QueryStatusFinished || *d.QueryStatistics.EventsScanned == 0 {
		k.Fatalf("the query is %s: %s", d.QueryStatus, aws.ToString(d.ErrorMessage))
	}
	n := walk(k, cloudtrail.NewGetQueryResultsPaginator(c, &cloudtrail.GetQueryResultsInput{QueryId: q.QueryId, MaxQueryResults: aws.Int32(2)}), func(o *cloudtrail.GetQueryResultsOutput) int {
		for _, row := range o.QueryResultRows {
			if len(row) != 3 || row[0]["eventSource"] == "" || row[1]["_col1"] == "" || row[2]["last"] == "" {
				k.Errorf("the row %v", row)
			}
		}
		return len(o.QueryResultRows)
	})
	if n < 3 {
		k.Errorf("%d rows", n)
	}
	list, err := c.ListQueries(k.Context(), &cloudtrail.ListQueriesInput{EventDataStore: &store})
	k.ok(err)
	if len(list.Queries) != 1 {
		k.Errorf("%d queries are listed", len(list.Queries))
	}
	long, err := c.StartQuery(k.Context(), &cloudtrail.StartQueryInput{QueryStatement: aws.String("SELECT count(*) FROM " + id + " a CROSS JOIN " + id + " b CROSS JOIN " + id + " c WHERE a.eventID < b.eventID AND b.eventID < c.eventID")})
	k.ok(err)
	ended, err := c.CancelQuery(k.Context(), &cloudtrail.CancelQueryInput{QueryId: long.QueryId})
	k.ok(err)
	if ended.QueryStatus != types.QueryStatusCancelled {
		k.Errorf("the cancelled query is %s", ended.QueryStatus)
	}
	written, err := c.GenerateQuery(k.Context(), &cloudtrail.GenerateQueryInput{EventDataStores: []string{store}, Prompt: aws.String("which calls were made")})
	k.ok(err)
	if _, err = c.StartQuery(k.Context(), &cloudtrail.StartQueryInput{QueryStatement: written.QueryStatement}); err != nil {
		k.Errorf("%s: %v", *written.QueryStatement, err)
	}
	_, err = c.SearchSampleQueries(k.Context(), &cloudtrail.SearchSampleQueriesInput{SearchPhrase: aws.String("root user")})
	k.ok(err)
}

func lakeImports(k *kit, c *cloudtrail.Client, store string) {
	record := `{"Records":[{"eventID":"imported","eventTime":"2026-01-10T00:00:00Z","eventName":"X","awsRegion":"us-east-1","recipientAccountId":"` + k.env.Account + `"}]}`
	k.s3(home, "PUT", "/sdk-logs", "")
	for _, key := range []string{"one.json", "broken.json", "none.json"} {
		body := record
		if key != "one.json" {
			body = "{"
		}
		if status, answer := k.s3(home, "PUT", "/sdk-logs/"+key, body); status != 200 {
			k.Fatalf("%d %s", status, answer)
		}
	}
	i, err := c.StartImport(k.Context(), &cloudtrail.StartImportInput{Destinations: []string{store}, ImportSource: &types.ImportSource{S3: &types.S3ImportSource{
		S3LocationUri: aws.String("s3://sdk-logs"), S3BucketRegion: aws.String(home), S3BucketAccessRoleArn: aws.String("arn:aws:iam::" + k.env.Account + ":role/r"),
	}}})
	k.ok(err)
	var got *cloudtrail.GetImportOutput
	for range 600 {
		got, err = c.GetImport(k.Context(), &cloudtrail.GetImportInput{ImportId: i.ImportId})
		k.ok(err)
		if got.ImportStatus != types.ImportStatusInitializing && got.ImportStatus != types.ImportStatusInProgress {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got.ImportStatus != types.ImportStatusFailed || *got.ImportStatistics.EventsCompleted != 1 || *got.ImportStatistics.FailedEntries != 2 {
		k.Errorf("the import is %s: %+v", got.ImportStatus, got.ImportStatistics)
	}
	n := walk(k, cloudtrail.NewListImportFailuresPaginator(c, &cloudtrail.ListImportFailuresInput{ImportId: i.ImportId, MaxResults: aws.Int32(1)}), func(o *cloudtrail.ListImportFailuresOutput) int { return len(o.Failures) })
	if n != 2 {
		k.Errorf("%d failures", n)
	}
	for range 200 { // it may be over before it is stopped
		if _, err = c.StartImport(k.Context(), &cloudtrail.StartImportInput{ImportId: i.ImportId}); err == nil {
			if _, err = c.StopImport(k.Context(), &cloudtrail.StopImportInput{ImportId: i.ImportId}); err == nil {
				break
			}
		}
	}
	k.ok(err)
	_, err = c.ListImports(k.Context(), &cloudtrail.ListImportsInput{})
	k.ok(err)
}

func lakeDashboards(k *kit, c *cloudtrail.Client, store string) {
	id := store[strings.LastIndex(store, "/")+1:]
	widget := types.RequestWidget{
		QueryStatement:  aws.String("SELECT date_trunc(?, eventTime) AS time, count(*) AS events FROM " + id + " WHERE eventTime > ? AND eventTime < ? GROUP BY 1"),
		QueryParameters: []string{"$Period$", "$StartTime$", "$EndTime$"}, ViewProperties: map[string]string{"View": "Line"},
	}
	_, err := c.CreateDashboard(k.Context(), &cloudtrail.CreateDashboardInput{Name: aws.String("sdk"), Widgets: []types.RequestWidget{widget}})
	k.ok(err)
	_, err = c.UpdateDashboard(k.Context(), &cloudtrail.UpdateDashboardInput{DashboardId: aws.String("sdk"), Widgets: []types.RequestWidget{widget, widget}})
	k.ok(err)
	for name, values := range map[string]map[string]string{
		"sdk":                    {"$Period$": "day"},
		"AWSCloudTrail/Overview": {"$EventDataStoreId$": id}, "AWSCloudTrail/Security": {"$EventDataStoreId$": store},
	} {
		d, err := c.GetDashboard(k.Context(), &cloudtrail.GetDashboardInput{DashboardId: &name})
		k.ok(err)
		r, err := c.StartDashboardRefresh(k.Context(), &cloudtrail.StartDashboardRefreshInput{DashboardId: &name, QueryParameterValues: values})
		k.ok(err)
		for _, w := range d.Widgets {
			var q *cloudtrail.DescribeQueryOutput
			for range 600 {
				q, err = c.DescribeQuery(k.Context(), &cloudtrail.DescribeQueryInput{QueryAlias: w.QueryAlias, RefreshId: r.RefreshId})
				k.ok(err)
				if q.QueryStatus != types.QueryStatusQueued && q.QueryStatus != types.QueryStatusRunning {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			if q.QueryStatus != types.QueryStatusFinished {
				k.Errorf("%s of %s: %s %s", *w.QueryAlias, name, q.QueryStatus, aws.ToString(q.ErrorMessage))
			}
		}
	}
	in, n := &cloudtrail.ListDashboardsInput{MaxResults: aws.Int32(2)}, 0
	for more := true; more; more = in.NextToken != nil { // the SDK has no paginator for it
		page, err := c.ListDashboards(k.Context(), in)
		k.ok(err)
		n, in.NextToken = n+len(page.Dashboards), page.NextToken
	}
	if n != 3 {
		k.Errorf("%d dashboards", n)
	}
	_, err = c.DeleteDashboard(k.Context(), &cloudtrail.DeleteDashboardInput{DashboardId: aws.String("sdk")})
	k.ok(err)
}

func channels(k *kit, c *cloudtrail.Client) {
	made, err := c.CreateEventDataStore(k.Context(), &cloudtrail.CreateEventDataStoreInput{
		Name: aws.String("outside"), TerminationProtectionEnabled: aws.Bool(false),
		AdvancedEventSelectors: []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{{Field: aws.String("eventCategory"), Equals: []string{"ActivityAuditLog"}}}}},
	})
	k.ok(err)
	to := []types.Destination{{Type: types.DestinationTypeEventDataStore, Location: made.EventDataStoreArn}}
	for _, name := range []string{"sdk-one", "sdk-two"} {
		_, err := c.CreateChannel(k.Context(), &cloudtrail.CreateChannelInput{Name: &name, Source: aws.String("Custom"), Destinations: to})
		k.ok(err)
	}
	var arns []*string
	n := walk(k, cloudtrail.NewListChannelsPaginator(c, &cloudtrail.ListChannelsInput{MaxResults: aws.Int32(1)}), func(o *cloudtrail.ListChannelsOutput) int {
		for _, ch := range o.Channels {
			arns = append(arns, ch.ChannelArn)
		}
		return len(o.Channels)
	})
	if n != 2 {
		k.Fatalf("%d channels, want 2", n)
	}
	_, err = c.UpdateChannel(k.Context(), &cloudtrail.UpdateChannelInput{Channel: arns[0], Name: aws.String("sdk-first")})
	k.ok(err)
	got, err := c.GetChannel(k.Context(), &cloudtrail.GetChannelInput{Channel: arns[0]})
	k.ok(err)
	if *got.Name != "sdk-first" || len(got.Destinations) != 1 {
		k.Errorf("the channel is %+v", got)
	}
	for _, a := range arns {
		_, err = c.DeleteChannel(k.Context(), &cloudtrail.DeleteChannelInput{Channel: a})
		k.ok(err)
	}
}

func dataStores(k *kit, c *cloudtrail.Client) string {
	made, err := c.CreateEventDataStore(k.Context(), &cloudtrail.CreateEventDataStoreInput{Name: aws.String("sdk"), TerminationProtectionEnabled: aws.Bool(false)})
	k.ok(err)
	arn := made.EventDataStoreArn
	_, err = c.StopEventDataStoreIngestion(k.Context(), &cloudtrail.StopEventDataStoreIngestionInput{EventDataStore: arn})
	k.ok(err)
	_, err = c.StartEventDataStoreIngestion(k.Context(), &cloudtrail.StartEventDataStoreIngestionInput{EventDataStore: arn})
	k.ok(err)
	_, err = c.UpdateEventDataStore(k.Context(), &cloudtrail.UpdateEventDataStoreInput{EventDataStore: arn, RetentionPeriod: aws.Int32(3653)})
	k.ok(err)
	d, err := c.GetEventDataStore(k.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: arn})
	k.ok(err)
	if d.Status != types.EventDataStoreStatusEnabled || *d.RetentionPeriod != 3653 || !*d.MultiRegionEnabled {
		k.Errorf("the event data store is %+v", d)
	}
	_, err = c.CreateEventDataStore(k.Context(), &cloudtrail.CreateEventDataStoreInput{Name: aws.String("sdk-too"), StartIngestion: aws.Bool(false)})
	k.ok(err)
	n := walk(k, cloudtrail.NewListEventDataStoresPaginator(c, &cloudtrail.ListEventDataStoresInput{MaxResults: aws.Int32(1)}), func(o *cloudtrail.ListEventDataStoresOutput) int { return len(o.EventDataStores) })
	if n != 2 {
		k.Errorf("%d event data stores, want 2", n)
	}
	_, err = c.DisableFederation(k.Context(), &cloudtrail.DisableFederationInput{EventDataStore: arn})
	k.ok(err)
	return *arn
}

// generator is a service that writes statements, for GenerateQuery.
func generator(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ EventDataStores []string }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.EventDataStores) != 1 {
			t.Errorf("the generator was asked %v, %v", q, err)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"statement": "SELECT eventName, count(*) FROM " + q.EventDataStores[0] + " GROUP BY 1"})
	}))
	t.Cleanup(s.Close)
	return s.URL
}
