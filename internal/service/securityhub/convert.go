package securityhub

import (
	"encoding/json"
	"reflect"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
)

// filtersOf reads the hundred lists of filters by their names: they differ in nothing else.
func filtersOf(in *api.AwsSecurityFindingFilters) (finding.Filters, error) {
	if in == nil {
		return nil, nil
	}
	out := finding.Filters{}
	v := reflect.ValueOf(*in)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		for j := range v.Field(i).Len() {
			c, err := conditionOf(name, v.Field(i).Index(j).Interface())
			if err != nil {
				return nil, err
			}
			out[name] = append(out[name], c)
		}
	}
	return out, nil
}

func conditionOf(name string, filter any) (finding.Condition, error) {
	switch f := filter.(type) {
	case api.StringFilter:
		return finding.Condition{Value: awswire.Val(f.Value), Comparison: awswire.Val(f.Comparison)}, nil
	case api.MapFilter:
		return finding.Condition{Key: awswire.Val(f.Key), Value: awswire.Val(f.Value), Comparison: awswire.Val(f.Comparison)}, nil
	case api.NumberFilter:
		return finding.Condition{Eq: f.Eq, Gt: f.Gt, Gte: f.Gte, Lt: f.Lt, Lte: f.Lte}, nil
	case api.BooleanFilter:
		return finding.Condition{Bool: f.Value}, nil
	case api.IpFilter:
		return finding.Condition{Cidr: awswire.Val(f.Cidr)}, nil
	case api.KeywordFilter:
		return finding.Condition{Value: awswire.Val(f.Value), Comparison: "CONTAINS_WORD"}, nil
	case api.DateFilter:
		return dateOf(name, f)
	}
	return finding.Condition{}, fault.Invalidf(name, "The filter %s is of a kind that is not offered.", name)
}

func dateOf(name string, f api.DateFilter) (c finding.Condition, err error) {
	if f.DateRange != nil {
		c.Days = int(awswire.Val(f.DateRange.Value))
	}
	for text, into := range map[*string]*time.Time{f.Start: &c.Start, f.End: &c.End} {
		if text == nil {
			continue
		}
		if *into, err = time.Parse(time.RFC3339, *text); err != nil {
			return c, fault.Invalidf(name, "The filter %s holds %q, which is not a time such as 2026-01-31T12:00:00Z.", name, *text)
		}
	}
	return c, nil
}

func sortOf(in []api.SortCriterion) (finding.Sort, error) {
	if len(in) == 0 {
		return finding.Sort{}, nil
	}
	if len(in) > 1 {
		return finding.Sort{}, fault.Invalidf("SortCriteria", "Findings are sorted by one field; %d are given.", len(in))
	}
	by, ok := finding.SortBy[awswire.Val(in[0].Field)]
	if !ok {
		return finding.Sort{}, fault.Invalidf("SortCriteria", "Findings cannot be sorted by %q.", awswire.Val(in[0].Field))
	}
	return finding.Sort{By: by, Descending: awswire.Val(in[0].SortOrder) == "desc"}, nil
}

func updateOf(in *api.BatchUpdateFindingsRequest) (u finding.Update, err error) {
	if in.Note != nil {
		u.Note = &finding.Note{Text: awswire.Val(in.Note.Text), UpdatedBy: awswire.Val(in.Note.UpdatedBy)}
	}
	if in.Severity != nil {
		if u.Severity, err = members(map[string]any{"Label": in.Severity.Label, "Normalized": in.Severity.Normalized, "Product": in.Severity.Product}); err != nil {
			return u, err
		}
	}
	if in.Workflow != nil {
		u.Workflow = awswire.Val(in.Workflow.Status)
	}
	u.VerificationState, u.Types, u.UserDefinedFields = awswire.Val(in.VerificationState), in.Types, in.UserDefinedFields
	u.Confidence, u.Criticality = whole(in.Confidence), whole(in.Criticality)
	if in.RelatedFindings != nil {
		u.RelatedFindings, err = json.Marshal(in.RelatedFindings)
	}
	return u, err
}

// members is a JSON object of what is set.
func members(m map[string]any) (json.RawMessage, error) {
	for k, v := range m {
		if reflect.ValueOf(v).IsNil() {
			delete(m, k)
		}
	}
	return json.Marshal(m)
}

func whole(p *int64) *int {
	if p == nil {
		return nil
	}
	return new(int(*p))
}
