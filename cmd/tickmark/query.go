package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/report"
	"github.com/tickmark/tickmark/internal/server"
)

func (p *program) queryCommand() *cobra.Command {
	var c server.Config
	q := server.SelectQuery{Limit: rowsAtOnce}
	var format, store string
	var limit int
	var lake bool
	cmd := &cobra.Command{
		Use:   "query SQL",
		Short: "Ask for resources in SQL, as AWS Config does, or for events, as CloudTrail Lake does",
		Long: `Query runs a SELECT statement of AWS Config's advanced queries over all accounts and regions, from the data directory
or through the server that holds it. AS OF 'TIME' at its end, or --as-of, asks for a moment of
the past; KNOWN AT 'TIME' or --known-at leaves out what was recorded later. Objects and arrays are shown
as JSON; --output json prints an array of the rows as SelectResourceConfig gives them.

With --lake the statement is one of CloudTrail Lake, a SELECT in Trino's dialect: FROM events reads all recorded
events of all accounts, or with --data-store those that an event data store shows; FROM also takes the ids of event
data stores. All values are texts.`,
		Example: `  tickmark query "SELECT resourceId, configuration.instanceType WHERE resourceType = 'AWS::EC2::Instance'"
  tickmark query "SELECT resourceType, COUNT(*) GROUP BY resourceType ORDER BY COUNT(*) DESC" --output csv
  tickmark query "SELECT arn WHERE tags.tag = 'env=prod' AS OF '2026-01-31'"
  tickmark query "SELECT COUNT(*)" --as-of 2026-01-31T12:00:00Z --known-at 2026-02-01
  tickmark query --lake "SELECT eventName, count(*) FROM events WHERE errorCode = 'AccessDenied' GROUP BY eventName ORDER BY 2 DESC"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Expression = args[0]
			for _, a := range q.Accounts {
				if !arn.ValidAccount(a) {
					return usage(cmd, fmt.Errorf("--accounts %q: an account id has 12 digits", a))
				}
			}
			if limit < 0 {
				return usage(cmd, fmt.Errorf("--limit %d: it must be 0 (all rows) or more", limit))
			}
			if err := lakeFlags(cmd, lake); err != nil {
				return usage(cmd, err)
			}
			return p.ask(cmd.Context(), c, func(in server.Installation) error {
				if lake {
					return p.queryEvents(cmd, in, server.EventQuery{SQL: args[0], Store: store}, limit, p.rows(format))
				}
				return p.query(cmd, in, q, limit, p.rows(format))
			})
		},
	}
	installationFlags(cmd, &c)
	formatFlag(cmd, &format, "table", "json", "csv")
	cmd.Flags().StringSliceVar(&q.Accounts, "accounts", nil, "only these accounts")
	cmd.Flags().StringSliceVar(&q.Regions, "regions", nil, "only these regions, and what is global")
	momentFlag(cmd, &q.AsOf, "as-of", "as it was then (2026-01-31, or 2026-01-31T12:00:00Z)")
	momentFlag(cmd, &q.KnownAt, "known-at", "by what was recorded until then")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many rows; 0 for all")
	cmd.Flags().BoolVar(&lake, "lake", false, "a statement of CloudTrail Lake, about events")
	cmd.Flags().StringVar(&store, "data-store", "", "with --lake, the event data store (id, ARN or name) that FROM events means")
	return cmd
}

// lakeFlags refuses flags that mean nothing for the kind of statement.
func lakeFlags(cmd *cobra.Command, lake bool) error {
	for _, name := range []string{"accounts", "regions", "as-of", "known-at"} {
		if lake && cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s is for advanced queries: write conditions on recipientAccountId, awsRegion and eventTime", name)
		}
	}
	if !lake && cmd.Flags().Changed("data-store") {
		return errors.New("--data-store is for --lake: an event data store has events, no resources")
	}
	return nil
}

// rowsAtOnce is how many rows are asked for at once.
const rowsAtOnce = 500

// query prints all rows, page by page.
func (p *program) query(cmd *cobra.Command, in server.Installation, q server.SelectQuery, limit int, out rowPrinter) error {
	printed := 0
	for {
		if limit > 0 {
			q.Limit = min(rowsAtOnce, limit-printed)
		}
		page, err := in.Select(cmd.Context(), q)
		if err != nil {
			return err
		}
		if printed == 0 {
			if err := out.begin(page.Columns); err != nil {
				return err
			}
		}
		for _, row := range page.Rows {
			if err := out.row(page.Columns, row); err != nil {
				return err
			}
		}
		printed += len(page.Rows)
		if page.Next == nil || limit > 0 && printed >= limit {
			return out.end(printed, page.Next != nil)
		}
		q.After = *page.Next
	}
}

// rowPrinter writes rows in one of the formats.
type rowPrinter interface {
	begin(columns []string) error
	row(columns []string, row json.RawMessage) error
	end(rows int, more bool) error
}

func (p *program) rows(format string) rowPrinter {
	switch format {
	case "json":
		return &jsonRows{w: p.out}
	case "csv":
		return csvRows{p.out}
	}
	return &tableRows{w: p.out}
}

type tableRows struct {
	w io.Writer
	t table
}

func (r *tableRows) begin(columns []string) error {
	r.t = newTable(r.w, append([]string{}, columns...)...)
	return nil
}

func (r *tableRows) row(columns []string, row json.RawMessage) error {
	r.t.row(cells(columns, row)...)
	return nil
}

func (r *tableRows) end(rows int, more bool) error {
	if err := r.t.flush(); err != nil {
		return err
	}
	note := ""
	if more {
		note = "; there are more (--limit 0 shows all)"
	}
	_, err := fmt.Fprintf(r.w, "%s%s\n", counted(rows, "row"), note)
	return err
}

type csvRows struct{ w io.Writer }

func (r csvRows) begin(columns []string) error {
	_, err := io.WriteString(r.w, report.CSVLine(columns...))
	return err
}

func (r csvRows) row(columns []string, row json.RawMessage) error {
	_, err := io.WriteString(r.w, report.CSVLine(cells(columns, row)...))
	return err
}

func (csvRows) end(int, bool) error { return nil }

type jsonRows struct {
	w     io.Writer
	below bool // a row was written
}

func (r *jsonRows) begin([]string) error { return nil }

func (r *jsonRows) row(_ []string, row json.RawMessage) error {
	lead := ",\n  "
	if !r.below {
		lead = "[\n  "
	}
	r.below = true
	var b bytes.Buffer
	b.WriteString(lead)
	if err := json.Indent(&b, row, "  ", "  "); err != nil {
		return err
	}
	_, err := r.w.Write(b.Bytes())
	return err
}

func (r *jsonRows) end(int, bool) error {
	text := "\n]\n"
	if !r.below {
		text = "[]\n"
	}
	_, err := io.WriteString(r.w, text)
	return err
}

// cells are the columns of a row: text as it is, several values of an array between commas, and all else as JSON.
func cells(columns []string, row json.RawMessage) []string {
	var top map[string]json.RawMessage
	out := make([]string, len(columns))
	if json.Unmarshal(row, &top) != nil { // rows are objects
		return out
	}
	for i, c := range columns {
		if v, ok := top[c]; ok { // aggregates have dots in their names
			out[i] = strings.Join(values(v, nil), ", ")
			continue
		}
		path := strings.Split(c, ".")
		out[i] = strings.Join(values(top[path[0]], path[1:]), ", ")
	}
	return out
}

// values are what a path leads to, through arrays.
func values(v json.RawMessage, path []string) []string {
	var list []json.RawMessage
	var object map[string]json.RawMessage
	var text string
	switch {
	case len(v) == 0 || string(v) == "null":
		return nil
	case v[0] == '[' && len(path) > 0 && json.Unmarshal(v, &list) == nil:
		var out []string
		for _, e := range list {
			out = append(out, values(e, path)...)
		}
		return out
	case v[0] == '{' && len(path) > 0 && json.Unmarshal(v, &object) == nil:
		for i := len(path); i > 0; i-- { // a key may itself have dots
			if m, ok := object[strings.Join(path[:i], ".")]; ok {
				return values(m, path[i:])
			}
		}
		return nil
	case v[0] == '"' && json.Unmarshal(v, &text) == nil:
		return []string{text}
	}
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return nil
	}
	return []string{b.String()}
}
