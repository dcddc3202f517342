package finder

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// Filter asks for evidence: what meets every criterion that is given, by any of its values.
type Filter struct {
	// Assessment is the id of the one assessment that is looked through.
	Assessment string `json:"assessment"`
	// From and To bound the time of the facts; To itself is left out.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Compliance is COMPLIANT, NON_COMPLIANT or INCONCLUSIVE.
	Compliance []string `json:"compliance,omitempty"`
	// Controls are ids or names.
	Controls          []string `json:"controls,omitempty"`
	Accounts          []string `json:"accounts,omitempty"`
	Domains           []string `json:"domains,omitempty"`
	DataSources       []string `json:"dataSources,omitempty"`
	EventNames        []string `json:"eventNames,omitempty"`
	ResourceARNs      []string `json:"resourceArns,omitempty"`
	ResourceTypes     []string `json:"resourceTypes,omitempty"`
	Services          []string `json:"services,omitempty"`
	ServiceCategories []string `json:"serviceCategories,omitempty"`
	// GroupBy counts by these in place of listing.
	GroupBy []string `json:"groupBy,omitempty"`
	// Limit is the most rows, 0 for all; Offset how many are passed over. Rows come in the order of the log when either is
	// given, groups with the most failing ones first.
	Limit  int `json:"limit,omitempty"`
	Offset int `json:"offset,omitempty"`
}

// The values of Compliance.
const (
	FilterCompliant    = "COMPLIANT"
	FilterNonCompliant = "NON_COMPLIANT"
	FilterInconclusive = "INCONCLUSIVE"
)

const (
	passing = `('COMPLIANT', 'PASSED')`
	failing = `('NON_COMPLIANT', 'FAILED', 'WARNING')`
)

// maxValues bounds the values of a criterion, and maxOffset how far a list is read by pages.
const (
	maxValues = 1000
	maxOffset = 1_000_000
)

// groups are what results may be grouped by.
var groups = map[string]string{
	"account": "evidenceAwsAccountId", "control": "controlName", "control-id": "controlId", "data-source": "dataSource", "event-name": "eventName",
	"resource-arn": "resourceArn", "resource-type": "resourceType", "service": "service", "service-category": "serviceCategory",
	"compliance": "resourceComplianceCheck", "day": "evidenceFolderName",
}

// Groups are the names that GroupBy takes, in order.
func Groups() []string {
	var out []string
	for name := range groups {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// shownColumns are those of a list.
var shownColumns = []string{
	"eventTime", "eventData.assessmentId", "eventData.controlSetId", "eventData.controlId", "eventData.controlName", "eventData.dataSource",
	"eventData.evidenceByType", "eventData.eventName", "eventData.evidenceAwsAccountId", "awsRegion", "eventData.service", "eventData.serviceCategory",
	"eventData.resourceType", "eventData.resourceArn", "eventData.resourceId", "eventData.resourceComplianceCheck", "eventData.reason", "eventData.iamId",
	"eventData.textResponse", "eventData.fileName", "eventData.exceptionId", "eventData.evidenceFolderId", "eventData.evidenceId", "eventData.leafIndex",
}

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// in is a condition that a column has one of the values.
func in(column string, values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = quoted(v)
	}
	return column + " IN (" + strings.Join(list, ", ") + ")"
}

// Statement is the filter as a statement over a data store.
func (f *Filter) Statement(store string) (string, error) {
	where, err := f.where()
	if err != nil {
		return "", err
	}
	columns, tail := shownColumns, ""
	if len(f.GroupBy) > 0 {
		if columns, tail, err = f.grouped(); err != nil {
			return "", err
		}
	} else if f.Limit > 0 || f.Offset > 0 {
		tail = " ORDER BY eventData.leafIndex, eventData.resourceArn, eventData.resourceId"
	}
	if f.Limit < 0 || f.Offset < 0 || f.Offset > maxOffset {
		return "", fault.Invalidf("limit", "The limit must be 0 or more, and at most %d rows can be passed over.", maxOffset)
	}
	if f.Offset > 0 {
		tail += " OFFSET " + strconv.Itoa(f.Offset)
	}
	if f.Limit > 0 {
		tail += " LIMIT " + strconv.Itoa(f.Limit)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + store + " WHERE " + strings.Join(where, " AND ") + tail, nil
}

// where are the conditions of the criteria.
func (f *Filter) where() ([]string, error) {
	if !uuidPattern.MatchString(f.Assessment) {
		return nil, fault.Invalidf("assessment", "One assessment must be given, by its id.")
	}
	out := []string{"eventData.assessmentId = " + quoted(f.Assessment)}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return nil, fault.Invalidf("from", "The time looked at ends (%s) before it begins (%s).", f.To.Format(time.RFC3339), f.From.Format(time.RFC3339))
	}
	for _, bound := range []struct {
		at time.Time
		op string
	}{{f.From, ">="}, {f.To, "<"}} {
		if !bound.at.IsZero() {
			out = append(out, fmt.Sprintf("eventTime %s TIMESTAMP '%s'", bound.op, bound.at.UTC().Format("2006-01-02 15:04:05.000")))
		}
	}
	for _, c := range []struct {
		column, field string
		values        []string
	}{
		{"evidenceAwsAccountId", "accounts", f.Accounts},
		{"controlDomainName", "domains", f.Domains},
		{"dataSource", "dataSources", f.DataSources},
		{"eventName", "eventNames", f.EventNames},
		{"resourceArn", "resourceArns", f.ResourceARNs},
		{"resourceType", "resourceTypes", f.ResourceTypes},
		{"service", "services", f.Services},
		{"serviceCategory", "serviceCategories", f.ServiceCategories},
		{"", "controls", f.Controls},
		{"", "compliance", f.Compliance},
	} {
		if len(c.values) > maxValues {
			return nil, fault.Invalidf(c.field, "%s has %d values; at most %d are taken.", c.field, len(c.values), maxValues)
		}
		if len(c.values) > 0 && c.column != "" {
			out = append(out, in("eventData."+c.column, c.values))
		}
	}
	if len(f.Controls) > 0 {
		out = append(out, f.controls())
	}
	if len(f.Compliance) == 0 {
		return out, nil
	}
	c, err := f.compliance()
	return append(out, c), err
}

// controls is the condition on controls, which are named by id or by name.
func (f *Filter) controls() string {
	var ids, names, out []string
	for _, c := range f.Controls {
		if uuidPattern.MatchString(c) {
			ids = append(ids, c)
		} else {
			names = append(names, c)
		}
	}
	if len(ids) > 0 {
		out = append(out, in("eventData.controlId", ids))
	}
	if len(names) > 0 {
		out = append(out, in("eventData.controlName", names))
	}
	return "(" + strings.Join(out, " OR ") + ")"
}

func (f *Filter) compliance() (string, error) {
	const check = "eventData.resourceComplianceCheck"
	var out []string
	for _, c := range f.Compliance {
		switch strings.ToUpper(strings.ReplaceAll(c, "-", "_")) {
		case FilterCompliant:
			out = append(out, check+" IN "+passing)
		case FilterNonCompliant:
			out = append(out, check+" IN "+failing)
		case FilterInconclusive:
			out = append(out, check+" IS NULL OR NOT ("+check+" IN "+passing+" OR "+check+" IN "+failing+")")
		default:
			return "", fault.Invalidf("compliance", "%q is no compliance: it must be one of %s, %s, %s.", c, FilterCompliant, FilterNonCompliant, FilterInconclusive)
		}
	}
	return "(" + strings.Join(out, " OR ") + ")", nil
}

// grouped are the columns and the end of a statement that counts.
func (f *Filter) grouped() (columns []string, tail string, err error) {
	const check = "eventData.resourceComplianceCheck"
	var by []string
	for i, g := range f.GroupBy {
		member, ok := groups[g]
		if !ok {
			return nil, "", fault.Invalidf("groupBy", "Results cannot be grouped by %q: it must be one of %s.", g, strings.Join(Groups(), ", "))
		}
		columns, by = append(columns, "eventData."+member), append(by, strconv.Itoa(i+1))
	}
	columns = append(columns, "count(*) AS resources", "count_if("+check+" IN "+failing+") AS nonCompliant", "count_if("+check+" IN "+passing+") AS compliant",
		"count_if("+check+" IS NULL OR NOT ("+check+" IN "+passing+" OR "+check+" IN "+failing+")) AS inconclusive")
	n := len(by)
	return columns, fmt.Sprintf(" GROUP BY %s ORDER BY %d DESC, %d DESC, %s", strings.Join(by, ", "), n+2, n+1, strings.Join(by, ", ")), nil
}

// Find gives what a filter asks for: the names of the columns, then the rows, nil for NULL.
func (f *Finder) Find(ctx context.Context, account string, sight Sight, q Filter, workers int, begin func(columns []string) error, row func([]*string) error) error {
	statement, err := q.Statement(StoreID(account))
	if err != nil {
		return err
	}
	t := f.Table(account, sight)
	p, err := engine.Prepare(statement, engine.Options{Workers: workers, Catalog: func([]string) (plan.Table, error) { return t, nil }})
	if err != nil {
		return err
	}
	var names []string
	for _, c := range p.Columns() {
		names = append(names, c.Name)
	}
	if err := begin(names); err != nil {
		return err
	}
	return p.Run(ctx, func(rows int, columns []*value.Vector) error {
		for r := range rows {
			out := make([]*string, len(columns))
			for i, c := range columns {
				if v := c.Get(r); v != nil {
					out[i] = new(value.Format(c.Type, v))
				}
			}
			if err := row(out); err != nil {
				return err
			}
		}
		return nil
	})
}
