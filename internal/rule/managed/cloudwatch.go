package managed

import (
	"strconv"

	"github.com/tickmark/tickmark/internal/rule"
)

func cloudwatchRules() []rule.Rule {
	return []rule.Rule{alarmHasActions(), alarmActionsEnabled(), alarmSettings()}
}

func alarmActionsEnabled() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK",
		Severity:    rule.High,
		Rationale:   "An alarm whose actions are off rings where nobody hears it. The alarm must have its actions enabled (actionsEnabled); whether it has any is another rule's question.",
		Remediation: rule.Remediation{Hint: "Enable the alarm's actions."},
	}, rule.Required("configuration.actionsEnabled"), true, "The alarm's actions are enabled.", "The alarm's actions are disabled.")
}

func alarmHasActions() rule.Rule {
	wanted := []string{"action1", "action2", "action3", "action4", "action5"}
	states := []struct {
		param, what string
		actions     *rule.Field
	}{
		{"alarmActionRequired", "ALARM", rule.Required("configuration.alarmActions")},
		{"insufficientDataActionRequired", "INSUFFICIENT_DATA", rule.Required("configuration.insufficientDataActions")},
		{"okActionRequired", "OK", rule.Required("configuration.okactions")},
	}
	r := rule.Rule{
		Identifier: "CLOUDWATCH_ALARM_ACTION_CHECK",
		Params: []rule.Param{
			{Name: "alarmActionRequired", Type: rule.Bool, Default: "true", Doc: "the alarm must act when it goes off"},
			{Name: "insufficientDataActionRequired", Type: rule.Bool, Default: "true", Doc: "the alarm must act when it has no data"},
			{Name: "okActionRequired", Type: rule.Bool, Default: "false", Doc: "the alarm must act when all is well again"},
		},
		Severity: rule.High,
		Rationale: "An alarm that does nothing is a graph. The alarm must have at least one action for each state that the parameters require: by default for ALARM and INSUFFICIENT_DATA. " +
			"When any of action1 to action5 is given, at least one of the alarm's actions, for whatever state, must be one of those.",
		Remediation: rule.Remediation{Hint: "Give the alarm the actions it lacks."},
	}
	for _, s := range states {
		r.Fields = append(r.Fields, s.actions)
	}
	for _, name := range wanted {
		r.Params = append(r.Params, rule.Param{Name: name, Doc: "ARN of an action the alarm may have"})
	}
	r.Check = func(c *rule.Context) rule.Result {
		listed, found := map[string]bool{}, false
		for _, name := range wanted {
			if c.Params.Has(name) {
				listed[c.Params.Str(name)] = true
			}
		}
		for _, s := range states {
			if c.Len(s.actions) == 0 && c.Params.Bool(s.param) {
				return c.Fail("The alarm has no action for the state " + s.what + ".")
			}
			for a := range c.Strings(s.actions) {
				found = listed[a] || found
			}
		}
		if len(listed) > 0 && !found {
			return c.Fail("The alarm has none of the actions that the parameters list.")
		}
		return c.Pass("The alarm has the actions it must have.")
	}
	return r
}

func alarmSettings() rule.Rule {
	metric := rule.Absent("configuration.metricName", "", "CloudWatch DescribeAlarms gives none for an alarm on an expression")
	period := rule.Required("configuration.period")
	statistic := rule.Absent("configuration.statistic", "", "CloudWatch DescribeAlarms gives extendedStatistic instead for a percentile")
	operator := rule.Required("configuration.comparisonOperator")
	threshold := rule.Required("configuration.threshold")
	periods := rule.Required("configuration.evaluationPeriods")
	return rule.Rule{
		Identifier: "CLOUDWATCH_ALARM_SETTINGS_CHECK",
		Params: []rule.Param{
			{Name: "metricName", Required: true, Doc: "name of the metric whose alarms are judged"},
			{Name: "period", Type: rule.Int, Default: "300", Min: 1, Doc: "seconds of a period"},
			{Name: "statistic", Doc: "such as Average or Sum"},
			{Name: "comparisonOperator", Doc: "such as GreaterThanThreshold"},
			{Name: "threshold", Type: rule.Int, Doc: "the value the statistic is compared with"},
			{Name: "evaluationPeriods", Type: rule.Int, Min: 1, Doc: "number of periods that are compared"},
		},
		Severity: rule.Low,
		Rationale: "An alarm on the right metric with the wrong threshold stays silent. An alarm on the metric metricName must have exactly the period, statistic, comparison operator, threshold and " +
			"number of periods of the parameters, where given; the period is 300 seconds unless it says otherwise. Alarms on other metrics or on expressions are not judged.",
		Remediation: rule.Remediation{Hint: "Set the alarm as the parameters require."},
		Fields:      []*rule.Field{metric, period, statistic, operator, threshold, periods},
		Check: func(c *rule.Context) rule.Result {
			p := c.Params
			if c.Str(metric) != p.Str("metricName") {
				return c.Skip("The alarm is on another metric.")
			}
			if c.Int(period) != p.Int("period") {
				return c.Fail("The alarm's period is not " + strconv.FormatInt(p.Int("period"), 10) + " seconds.")
			}
			if p.Has("statistic") && c.Str(statistic) != p.Str("statistic") {
				return c.Fail("The alarm's statistic is not " + p.Str("statistic") + ".")
			}
			if p.Has("comparisonOperator") && c.Str(operator) != p.Str("comparisonOperator") {
				return c.Fail("The alarm's comparison operator is not " + p.Str("comparisonOperator") + ".")
			}
			if p.Has("threshold") && c.Float(threshold) != p.Float("threshold") {
				return c.Fail("The alarm's threshold is not " + strconv.FormatInt(p.Int("threshold"), 10) + ".")
			}
			if p.Has("evaluationPeriods") && c.Int(periods) != p.Int("evaluationPeriods") {
				return c.Fail("The alarm does not compare " + strconv.FormatInt(p.Int("evaluationPeriods"), 10) + " periods.")
			}
			return c.Pass("The alarm is set as required.")
		},
	}
}
