package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/internal/server"
)

// errEnough ends a query whose further rows are not wanted.
var errEnough = errors.New("enough rows")

// queryEvents prints the rows of a statement of CloudTrail Lake.
func (p *program) queryEvents(cmd *cobra.Command, in server.Installation, q server.EventQuery, limit int, out rowPrinter) error {
	rows := &eventRows{out: out, limit: limit}
	err := in.QueryEvents(cmd.Context(), q, rows)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return out.end(rows.n, rows.more)
}

// eventRows hands rows to a printer, with one name for each column.
type eventRows struct {
	out     rowPrinter
	columns []string
	limit   int
	n       int
	more    bool
}

// Begin implements server.EventRows. Columns of equal names are told apart, as a row is printed as an object.
func (r *eventRows) Begin(columns []string) error {
	seen := map[string]int{}
	for _, c := range columns {
		if seen[c]++; seen[c] > 1 {
			c = fmt.Sprintf("%s_%d", c, seen[c])
		}
		r.columns = append(r.columns, c)
	}
	return r.out.begin(r.columns)
}

// Row implements server.EventRows.
func (r *eventRows) Row(values []*string) error {
	if r.limit > 0 && r.n == r.limit {
		r.more = true
		return errEnough
	}
	r.n++
	b := []byte("{")
	for i, v := range values {
		member, err := json.Marshal(map[string]*string{r.columns[i]: v})
		if err != nil {
			return err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, member[1:len(member)-1]...)
	}
	b = append(b, '}')
	return r.out.row(r.columns, b)
}
