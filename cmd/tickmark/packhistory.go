package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/server"
)

// packHistory shows how a conformance pack has stood over time.
func (p *program) packHistory(ctx context.Context, in server.Installation, q server.PackHistoryQuery, format string) error {
	scores, err := in.PackHistory(ctx, q)
	if err != nil {
		return err
	}
	switch format {
	case "json":
		return printJSON(p.out, scores)
	case "csv":
		rows := []string{report.CSVLine("accountId", "awsRegion", "conformancePackName", "since", "score", "compliant", "nonCompliant", "rulesCompliant", "rulesNonCompliant", "rulesInsufficientData")}
		for _, s := range scores {
			rows = append(rows, report.CSVLine(s.Account, s.Region, s.Pack, clock(s.At), percent(s.Score, ""), count(s.Verdicts.Compliant), count(s.Verdicts.NonCompliant),
				count(s.Rules.Compliant), count(s.Rules.NonCompliant), count(s.Rules.Insufficient)))
		}
		_, err := io.WriteString(p.out, strings.Join(rows, ""))
		return err
	}
	t := newTable(p.out, "SINCE", "ACCOUNT", "REGION", "SCORE", "COMPLIANT", "NON-COMPLIANT", "RULES NON-COMPLIANT")
	for _, s := range scores {
		rules := s.Rules.Compliant + s.Rules.NonCompliant + s.Rules.Insufficient
		t.row(clock(s.At), s.Account, s.Region, percent(s.Score, " %"), count(s.Verdicts.Compliant), count(s.Verdicts.NonCompliant), fmt.Sprintf("%d of %d", s.Rules.NonCompliant, rules))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%d scores of the pack %s\n", len(scores), plain(q.Pack))
	return err
}

// percent has two decimals at most; nothing judged is no score.
func percent(v *float64, unit string) string {
	if v == nil {
		return "none"
	}
	return strconv.FormatFloat(float64(int64(*v*100))/100, 'f', -1, 64) + unit
}
