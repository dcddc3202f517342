package tell

import (
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/scan"
)

// writeCSV writes a line for each evaluation, and behind them one for each gap, with the compliance type GAP.
func writeCSV(w io.Writer, r *scan.Report) error {
	line := func(cells ...string) error {
		_, err := io.WriteString(w, report.CSVLine(cells...))
		return err
	}
	if err := line("accountId", "awsRegion", "ruleIdentifier", "ruleName", "severity", "complianceType", "resourceType", "resourceId", "resourceName", "resourceArn",
		"annotation", "controls", "exceptionOwner", "exceptionReason", "exceptionExpires", "new"); err != nil {
		return err
	}
	for e, err := range r.Evaluations() {
		if err != nil {
			return err
		}
		x, fresh := scan.Excepted{}, ""
		if e.Exception != nil {
			x = *e.Exception
		}
		if e.New {
			fresh = "true"
		}
		if err := line(e.Account, e.Region, e.Rule, e.Name, e.Severity, e.Compliance, e.Type, e.ID, e.Resource, e.ARN, e.Annotation,
			strings.Join(e.Controls, "; "), x.Owner, x.Reason, x.Expires, fresh); err != nil {
			return err
		}
	}
	for _, g := range r.Gaps {
		if err := line(g.Account, g.Region, "", "", "", "GAP", g.What, "", "", "", g.Why, "", "", "", "", ""); err != nil {
			return err
		}
	}
	return nil
}
