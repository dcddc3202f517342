package aws

import (
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

// The services that watch an account: GuardDuty, Macie, Security Hub and Shield.

var guardDutyState = state{
	service: "guardduty",
	calls: []serviceCall{
		{api: "guardduty:ListDetectors", as: "Detectors"},
		{api: "guardduty:GetDetector", from: detector, when: has("Detectors.DetectorIds[]"), as: "Detector"},
		{api: "guardduty:GetAdministratorAccount", from: detector, when: has("Detectors.DetectorIds[]"), as: "Administrator", covers: []string{"administratorAccountId"}},
		{
			api: "guardduty:ListFindings", from: detector, when: has("Detectors.DetectorIds[]"), covers: []string{"nonArchivedFindings"},
			input: collect.Object{"FindingCriteria": collect.Object{"Criterion": collect.Object{"service.archived": collect.Object{"Eq": []any{"false"}}}}},
			put: func(r *collect.Resource, answer collect.Object) {
				r.Object["Chunks"] = chunks(collect.Every(answer, "FindingIds[]"), 50)
			},
		},
		{
			api: "guardduty:GetFindings", over: "Chunks", from: map[string]string{"DetectorId": "^.Detectors.DetectorIds[]", "FindingIds": "Ids"}, as: "Findings",
			when: has("Chunks[]"), covers: []string{"nonArchivedFindings"},
		},
	},
	read: guardDuty,
}

var detector = map[string]string{"DetectorId": "Detectors.DetectorIds[]"}

// chunks are elements with at most size ids each.
func chunks(ids []any, size int) []any {
	all := []any{}
	for c := range slices.Chunk(ids, size) {
		all = append(all, collect.Object{"Ids": c})
	}
	return all
}

func guardDuty(r *collect.Resource) (bool, collect.Object) {
	if !has("Detectors.DetectorIds[]")(r.Element) {
		return false, nil
	}
	d := members(r, map[string]string{"detectorId": "Detectors.DetectorIds[]", "administratorAccountId": "Administrator.Administrator.AccountId"})
	features := collect.Object{}
	for _, f := range r.Every("Detector.Features[]") {
		features[collect.Text(f, "Name")] = collect.Text(f, "Status")
	}
	findings := []any{}
	for _, f := range r.Every("Findings[].Findings[]") {
		findings = append(findings, collect.Object{"id": collect.At(f, "Id"), "severity": collect.At(f, "Severity"), "createdAt": isoTime(collect.At(f, "CreatedAt"))})
	}
	d["features"], d["nonArchivedFindings"] = features, findings
	return r.Text("Detector.Status") == "ENABLED", d
}

// macieState: Macie refuses every call with AccessDeniedException where it is off, and says so in the message alone.
var macieState = state{
	service: "macie",
	calls: []serviceCall{
		{api: "macie2:GetMacieSession", as: "Session", absent: []string{"AccessDeniedException: Macie is not enabled", "ResourceNotFoundException"}},
		{api: "macie2:GetAutomatedDiscoveryConfiguration", as: "Discovery", when: has("Session.status"), covers: []string{"automatedDiscovery"}},
		{api: "macie2:GetAdministratorAccount", as: "Administrator", when: has("Session.status"), absent: []string{"ResourceNotFoundException"}, covers: []string{"administratorAccountId"}},
	},
	read: func(r *collect.Resource) (bool, collect.Object) {
		d := members(r, map[string]string{"status": "Session.status", "administratorAccountId": "Administrator.administrator.accountId"})
		if r.Object["Session"] != nil {
			d["automatedDiscovery"] = r.Text("Discovery.status") == "ENABLED"
		}
		return r.Text("Session.status") == "ENABLED", d
	},
}

var securityHubState = state{
	service: "securityhub",
	calls: []serviceCall{
		{api: "securityhub:DescribeHub", as: "Hub", absent: []string{"InvalidAccessException", "ResourceNotFoundException"}},
		{api: "securityhub:GetEnabledStandards", as: "Standards", when: has("Hub.HubArn"), covers: []string{"standards"}},
		{api: "securityhub:ListFindingAggregators", as: "Aggregators", when: has("Hub.HubArn"), covers: []string{"aggregationRegion"}},
		{
			api: "securityhub:GetFindingAggregator", as: "Aggregator", when: has("Aggregators.FindingAggregators[]"), covers: []string{"aggregationRegion"},
			from: map[string]string{"FindingAggregatorArn": "Aggregators.FindingAggregators[].FindingAggregatorArn"},
		},
	},
	read: func(r *collect.Resource) (bool, collect.Object) {
		if r.Text("Hub.HubArn") == "" {
			return false, nil
		}
		d := members(r, map[string]string{"hubArn": "Hub.HubArn"})
		d["standards"] = list(r.Every("Standards.StandardsSubscriptions[].StandardsArn"))
		if aggregated(r) {
			d["aggregationRegion"] = r.Text("Aggregator.FindingAggregationRegion")
		}
		return true, d
	},
}

// aggregated reports whether the findings of the region go to the aggregator's: it is that region, or linked to it.
func aggregated(r *collect.Resource) bool {
	named := slices.Contains(collect.Texts(r.Object, "Aggregator.Regions[]"), r.Region)
	switch r.Text("Aggregator.RegionLinkingMode") {
	case "ALL_REGIONS":
		return true
	case "ALL_REGIONS_EXCEPT_SPECIFIED":
		return !named
	}
	return r.Text("Aggregator.FindingAggregationRegion") == r.Region || named
}

var shieldState = state{
	service: "shield",
	calls: []serviceCall{
		{api: "shield:GetSubscriptionState", as: "State"},
		{api: "shield:DescribeSubscription", as: "Subscription", when: subscribed, absent: []string{"ResourceNotFoundException"}, covers: []string{"autoRenew"}},
		{
			api: "shield:DescribeEmergencyContactSettings", as: "Contacts", when: subscribed, absent: []string{"ResourceNotFoundException"},
			covers: []string{"emergencyContacts"},
		},
		{api: "shield:DescribeDRTAccess", as: "Access", when: subscribed, absent: []string{"ResourceNotFoundException"}, covers: []string{"drtRole"}},
	},
	read: func(r *collect.Resource) (bool, collect.Object) {
		return subscribed(r.Element), collect.Object{
			"autoRenew":         r.Text("Subscription.Subscription.AutoRenew") == "ENABLED",
			"emergencyContacts": has("Contacts.EmergencyContactList[]")(r.Element),
			"drtRole":           r.Text("Access.RoleArn") != "",
		}
	},
}

func subscribed(e *collect.Element) bool { return e.Text("State.SubscriptionState") == "ACTIVE" }
